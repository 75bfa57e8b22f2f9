"""The filters of the inbox and the map, as a form sent with the address."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from marshmallow import fields, validate

from ldis.inbox.rules import NO_POSTCODE, NOTHING, PERIODS, Filters, Kind, Source, Standing
from ldis.submissions.rules import HarmLevel, Setting
from ldis.substances.catalogue import GRAVEST_FIRST, SubstanceClass
from ldis.tables import as_day
from ldis.web import FormSchema, at_most

NOWHERE = "No postcode given"
CHOOSE = "Choose one of the answers shown."
KINDS = [(Kind.REPORT, "Reports"), (Kind.RESULT, "Laboratory results")]
HARM_LABELS = [
    (HarmLevel.MILD, "Mild or worse"),
    (HarmLevel.MODERATE, "Moderate or worse"),
    (HarmLevel.SEVERE, "Severe or worse"),
    (HarmLevel.LIFE_THREATENING, "Life-threatening or fatal"),
    (HarmLevel.FATAL, "Fatal"),
]
SOURCES = [
    (Source.FORM, "The open form"),
    (Source.VENUE, "A venue’s link"),
    (Source.PERSON, "Somebody signed in"),
    (Source.KEY, "Another system"),
]
STANDINGS = [
    (Standing.IN_CASE, "In a case"),
    (Standing.DECIDED, "Decided"),
    (Standing.CLOSED, "In a closed case"),
    (Standing.ALL, "All of them"),
]
PERIOD_LABELS = {1: "Today", 7: "Last 7 days", 28: "Last 28 days", 90: "Last 90 days", 365: "Last 365 days"}


class Day(fields.Date):
    """A day in one box, as people write it: 27/3/2026."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        return super()._deserialize(as_day(str(value)), attr, data, **kwargs)


def one_of(
    kind: type[Any], label: str, choices: list[tuple[Any, str]], *, empty: str, **more: Any
) -> fields.Enum[Any]:
    """A choice from a list; nothing chosen is the first line of it."""
    said = {"label": label, "widget": "select", "choices": choices, "empty": empty}
    return fields.Enum(kind, by_value=True, error_messages={"unknown": CHOOSE}, metadata=said, **more)


def day(label: str, name: str) -> Day:
    """A day in one box."""
    sentence = "Enter a real day, like 27/3/2026."
    wrong: dict[str, Any] = {"invalid": sentence}
    shown = {"label": label, "widget": "text", "width": 10, "hint": "Like 27/3/2026", "autocomplete": "off"}
    sensible = validate.Range(date(2000, 1, 1), date(2100, 1, 1), error=sentence)
    return Day(data_key=name, validate=sensible, error_messages=wrong, metadata=shown)


class FilterSchema(FormSchema[Filters]):
    """What to show. Every question may be left alone."""

    makes = Filters
    words = fields.String(
        data_key="q",
        validate=at_most(100),
        metadata={
            "label": "Search",
            "hint": "Words, a drug by any name, an area, or a reference",
            "autocomplete": "off",
            "spellcheck": False,
        },
    )
    standing = one_of(
        Standing,
        "Status",
        STANDINGS,
        empty="New",
        data_key="status",
        load_default=Standing.NEW,
    )
    kind = one_of(Kind, "Kind", KINDS, empty="Both")
    harm = one_of(HarmLevel, "Harm", HARM_LABELS, empty="Any")
    substance = fields.String(
        validate=at_most(60),
        metadata={"label": "Substance", "hint": "By any name", "autocomplete": "off", "spellcheck": False},
    )
    substance_class = one_of(
        SubstanceClass,
        "Class",
        [(kind, kind.label) for kind in GRAVEST_FIRST],
        empty="Any",
        data_key="class",
    )
    area = fields.String(
        validate=at_most(9),
        metadata={"label": "Area", "widget": "select", "empty": "All areas", "choices": []},
    )
    postcode = fields.String(
        validate=validate.Regexp(
            rf"(?i:[a-z]{{1,2}}[0-9][0-9a-z]?|{NO_POSTCODE})\Z",
            error=f"Enter the first half of a postcode, like PO1, or {NO_POSTCODE}.",
        ),
        metadata={"label": "First half of postcode", "hint": "Like PO1", "width": 5, "autocomplete": "off"},
    )
    setting = one_of(
        Setting,
        "Kind of place",
        [(one, one.value.capitalize()) for one in Setting],
        empty="Any",
    )
    source = one_of(Source, "Sent by", SOURCES, empty="Anybody")
    days = fields.Integer(
        validate=validate.OneOf(PERIODS, error=CHOOSE),
        error_messages={"invalid": CHOOSE},
        metadata={
            "label": "Received",
            "widget": "select",
            "choices": [(str(days), PERIOD_LABELS[days]) for days in PERIODS],
            "empty": "At any time",
        },
    )
    since = day("Received from", "from")
    until = day("Received until", "to")
    alike = fields.Boolean(metadata={"label": "Only those that others look like"})
    after = fields.String(validate=at_most(50), metadata={"widget": "hidden"})


def in_words(filters: Filters, *, areas: Mapping[str, str]) -> list[tuple[str, str]]:
    """What is asked, each filter by its name in an address with what it says; the words are none of them."""
    said = {
        "status": dict(STANDINGS).get(filters.standing, "New"),
        "kind": dict(KINDS)[filters.kind] if filters.kind else "",
        "harm": dict(HARM_LABELS).get(filters.harm, "") if filters.harm else "",
        "substance": filters.substance,
        "class": filters.substance_class.label if filters.substance_class else "",
        "area": areas.get(filters.area, ""),
        "postcode": NOWHERE if filters.postcode.lower() == NO_POSTCODE else filters.postcode.upper(),
        "setting": filters.setting.value.capitalize() if filters.setting else "",
        "source": dict(SOURCES)[filters.source] if filters.source else "",
        "days": PERIOD_LABELS.get(filters.days or 0, ""),
        "from": f"From {filters.since:%d/%m/%Y}" if filters.since else "",
        "to": f"Until {filters.until:%d/%m/%Y}" if filters.until else "",
        "alike": "Others look like it" if filters.alike else "",
    }
    if filters.standing is NOTHING.standing:
        del said["status"]
    return [(name, words) for name, words in said.items() if words]
