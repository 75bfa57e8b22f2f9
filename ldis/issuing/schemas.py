"""What an alert's author and its approver send. The messages are what people read."""

from dataclasses import dataclass
from dataclasses import fields as fields_of
from typing import Any

from marshmallow import ValidationError, fields, post_load

from alerts.audiences import Topic
from alerts.messages import AlertContent, Handling, Level, Medium
from ldis.issuing.doubting import Settlement
from ldis.people.rules import Sector
from ldis.web import FormSchema, at_most

MOST_LINES = 12
LONGEST_LINE = 200
KEPT_FIELDS = frozenset(f.name for f in fields_of(AlertContent)) - {"reference", "publisher"}


@dataclass(frozen=True, kw_only=True)
class Draft:
    """An alert as its author wrote it. `content` still lacks the reference and the publisher, which are not theirs."""

    content: AlertContent
    level: Level
    handling: Handling
    media: tuple[Medium, ...]
    list_ids: tuple[int, ...]
    sectors: tuple[Sector, ...] = ()
    area_codes: tuple[str, ...] = ()
    topics: tuple[Topic, ...] = ()
    seen_version: int


class Lines(fields.String):
    """Several short texts, one to a line, typed into one box."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        text: str = super()._deserialize(value, attr, data, **kwargs)
        lines = tuple(line.strip(" -•\t") for line in text.splitlines() if line.strip(" -•\t"))
        if len(lines) > MOST_LINES:
            raise ValidationError(f"Use {MOST_LINES} lines or fewer.")
        if any(len(line) > LONGEST_LINE for line in lines):
            raise ValidationError(f"Keep every line to {LONGEST_LINE} characters or fewer.")
        return lines


def _line(label: str, length: int = 160, **metadata: Any) -> fields.String:
    return fields.String(validate=at_most(length), metadata={"label": label, **metadata})


def _box(label: str, length: int = 600, rows: int = 3, **metadata: Any) -> fields.String:
    return fields.String(
        validate=at_most(length), metadata={"label": label, "widget": "textarea", "rows": rows, **metadata}
    )


def _lines(label: str, rows: int = 4, hint: str = "One to a line") -> Lines:
    return Lines(metadata={"label": label, "widget": "textarea", "rows": rows, "hint": hint})


class DraftSchema(FormSchema[Draft]):
    """An alert being written. It may be saved while parts are missing; the check says what is."""

    makes = Draft

    seen_version = fields.Integer(required=True, metadata={"widget": "hidden"})
    level = fields.Enum(Level, by_value=True, required=True, metadata={"label": "How urgent is it?"})
    handling = fields.Enum(
        Handling, by_value=True, required=True, metadata={"label": "How far may it be passed on?"}
    )
    headline = _box("Headline", 120, 2, hint="What is going round, in a few words. It opens every message")
    areas = fields.List(
        fields.String(validate=at_most(80)),
        metadata={"label": "Areas", "widget": "checkboxes", "choices": []},
    )
    act_now = _box("What to do now", 160, 3, hint="Short enough for a text message. Say when to call 999")
    effects = _lines("Effects", hint="The unwanted ones first, one to a line")
    signs = _lines("Signs that somebody is in danger")
    what_to_do = _lines("What else to do")
    who_is_at_risk = _box("Who is at risk", 300)
    substance = _line("Substance", 120, hint="Or what it is thought to be")
    substance_class = _line("Kind of drug", 40)
    naloxone_works = fields.Boolean(metadata={"label": "Naloxone works on it"})
    form = _line("Form", 60)
    routes = _lines("How it is taken", 2)
    other_names = _lines("Other names", 2)
    sold_as = _line("Sold as")
    found = _box("Found", 300, 2, hint="What the laboratory found")
    caveat = _line("Caveat about the sample", 200)
    source = _box("Source", 200, 2, hint="Where the information comes from, without identifying anyone")
    impact = _box("Impact so far", 200, 2, hint="Numbers that are real and identify nobody")
    clinical_advice = _box("Advice for clinicians", 1500, 4)
    how_to_report = _box("How to report something like it", 300)
    alert_on = fields.Date(metadata={"label": "Date of the alert"})
    case_on = fields.Date(metadata={"label": "Date of the events"})
    review_on = fields.Date(
        metadata={"label": "Review date", "hint": "When it stops being in force, unless renewed. Like 27 3 2026"}
    )
    media = fields.List(
        fields.Enum(Medium, by_value=True), metadata={"label": "Send it by", "widget": "checkboxes"}
    )
    list_ids = fields.List(
        fields.Integer(), metadata={"label": "Send it to these lists", "widget": "checkboxes", "choices": []}
    )
    area_codes = fields.List(
        fields.String(validate=at_most(9)),
        metadata={
            "label": "And to everybody in these areas",
            "hint": "Who works there, or asked to hear of it",
            "widget": "checkboxes",
            "choices": [],
        },
    )
    sectors = fields.List(
        fields.Enum(Sector, by_value=True),
        metadata={
            "label": "Of these, only in organisations of this kind",
            "hint": "Leave all empty for every kind",
            "widget": "checkboxes",
            "choices": [(one, one.capitalize()) for one in Sector],
        },
    )
    topics = fields.List(
        fields.Enum(Topic, by_value=True),
        metadata={
            "label": "And only who wants to hear of",
            "hint": "Whoever chose no topics hears of everything",
            "widget": "checkboxes",
            "choices": [(one, one.label) for one in Topic],
        },
    )

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Draft:
        """The words apart from what is decided about them."""
        words = {name: value for name, value in data.items() if name in KEPT_FIELDS}
        words["areas"] = tuple(words.get("areas", ()))
        return Draft(
            content=AlertContent(reference="", publisher="", **words),
            level=data["level"],
            handling=data["handling"],
            media=tuple(data.get("media", ())),
            list_ids=tuple(data.get("list_ids", ())),
            sectors=tuple(data.get("sectors", ())),
            area_codes=tuple(data.get("area_codes", ())),
            topics=tuple(data.get("topics", ())),
            seen_version=data["seen_version"],
        )


@dataclass(frozen=True, kw_only=True)
class Submission:
    """A draft handed over for approval, from the page that showed this version."""

    seen_version: int
    override_reason: str = ""


class SubmissionSchema(FormSchema[Submission]):
    """Send for approval."""

    makes = Submission

    seen_version = fields.Integer(required=True, metadata={"widget": "hidden"})
    override_reason = _box("Why the warnings do not apply", 500, 3, hint="The approver sees the warnings and this")


@dataclass(frozen=True, kw_only=True)
class Signature:
    """An approver's yes to exactly what the page showed."""

    content_hash: str


class SignatureSchema(FormSchema[Signature]):
    """Approve and send."""

    makes = Signature

    content_hash = fields.String(required=True, metadata={"widget": "hidden"})


@dataclass(frozen=True, kw_only=True)
class SendingBack:
    """Why an alert goes back to its author."""

    reason: str = ""


class SendingBackSchema(FormSchema[SendingBack]):
    """Send back."""

    makes = SendingBack

    reason = _box("What should change?", 500, 3)


@dataclass(frozen=True, kw_only=True)
class SettlingForm:
    """What becomes of an alert that a result contradicts, and why."""

    settled_as: Settlement
    reason: str


class SettlingSchema(FormSchema[SettlingForm]):
    """Settle a doubt about an alert."""

    makes = SettlingForm

    settled_as = fields.Enum(
        Settlement,
        by_value=True,
        required=True,
        error_messages={"required": "Say what becomes of the alert."},
        metadata={
            "label": "What becomes of the alert?",
            "widget": "radios",
            "choices": [
                (Settlement.KEEP, "It stands as it is", "The result does not change what people should do"),
                (Settlement.UPDATE, "It will be updated", "Reopen the case or write the update next"),
            ],
        },
    )
    reason = fields.String(
        required=True,
        validate=at_most(1000),
        error_messages={"required": "Enter a reason."},
        metadata={"label": "Why?", "widget": "textarea", "rows": 3},
    )


def initial_values(content: AlertContent) -> dict[str, Any]:
    """The content as the form shows it: lists of short texts as lines."""
    tuples = (name for name, field in DraftSchema().fields.items() if isinstance(field, Lines))
    values = {name: getattr(content, name) for name in KEPT_FIELDS}
    return values | {name: "\n".join(values[name]) for name in tuples}
