"""What an alert's author and its approver send. The messages are what people read."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import fields as fields_of
from datetime import date, time
from functools import lru_cache
from typing import Any

from marshmallow import ValidationError, fields, post_load, validate

from alerts.audiences import Topic
from alerts.checked import Finding
from alerts.messages import AlertContent, Handling, Level, Medium, Readership
from ldis.contacts.rules import Chosen
from ldis.convening.schemas import TimeOfDay
from ldis.issuing.doubting import Settlement
from ldis.people.rules import Sector
from ldis.web import FormSchema, at_most

MOST_LINES = 12
LONGEST_LINE = 200
MOST_PICTURES = 2
KEPT_FIELDS = frozenset(f.name for f in fields_of(AlertContent)) - {"reference", "publisher", "kind", "replaces"}


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

    @property
    def chosen(self) -> Chosen:
        """Whom it is for."""
        return Chosen(list_ids=self.list_ids, sectors=self.sectors, area_codes=self.area_codes, topics=self.topics)


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
    readership = fields.Enum(
        Readership,
        by_value=True,
        load_default=Readership.PROFESSIONALS,
        metadata={
            "label": "For whom is it written?",
            "widget": "radios",
            "choices": [(one, one.label) for one in Readership],
            "hint": "Words that you have not changed follow when you save, and the reading age with them",
        },
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
    pictures = fields.List(
        fields.Integer(),
        validate=validate.Length(max=MOST_PICTURES, error=f"Choose at most {MOST_PICTURES} photos."),
        metadata={
            "label": "Photos to show",
            "widget": "checkboxes",
            "choices": [],
            "hint": "On the flyer and the briefing, with “looks vary”. Check that nothing identifies anyone",
        },
    )
    source = _box("Source", 200, 2, hint="Where the information comes from, without identifying anyone")
    impact = _box("Impact so far", 200, 2, hint="Numbers that are real and identify nobody")
    clinical_advice = _box("Advice for clinicians", 1500, 4)
    how_to_report = _box("How to report something like it", 300)
    alert_on = fields.Date(metadata={"label": "Date of the alert"})
    case_on = fields.Date(metadata={"label": "Date of the events"})
    review_on = fields.Date(
        metadata={
            "label": "Review date",
            "hint": "When a coordinator is asked whether it still stands. Like 27 3 2026",
        }
    )
    expires_on = fields.Date(
        metadata={"label": "Expiry date", "hint": "Its last day, unless it is updated. Like 10 4 2026"}
    )
    change = _box("What has changed, and why", 300, 3, hint="Everybody who got the alert before this one reads it")
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
        words |= {name: tuple(words.get(name, ())) for name in ("areas", "pictures")}
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
    """A draft handed over for approval, from the page that showed this version, with a reason for each warning."""

    seen_version: int
    reasons: Mapping[str, str]


@lru_cache(maxsize=32)
def submission_schema(warnings: tuple[Finding, ...]) -> type[FormSchema[Submission]]:
    """Send for approval: the form that asks of each warning why it does not apply."""

    def make(_self: Any, data: dict[str, Any], **_: Any) -> Submission:
        reasons = {one.key: data.get(reason_field(one.key), "") for one in warnings}
        return Submission(seen_version=data["seen_version"], reasons=reasons)

    members = {
        "makes": Submission,
        "seen_version": fields.Integer(required=True, metadata={"widget": "hidden"}),
        **{reason_field(one.key): _reason(one) for one in warnings},
        "make": post_load(make),
    }
    return type("SubmissionSchema", (FormSchema,), members)


def reason_field(key: str) -> str:
    """The question why a warning does not apply, by the warning's key."""
    return f"reason_{key}"


def _reason(warning: Finding) -> fields.String:
    quoted = f" “{warning.words}”" if warning.words else ""
    return _box(f"{warning.sentence}{quoted}", 300, 2, hint="Why does it not apply here? The approver sees this")


@dataclass(frozen=True, kw_only=True)
class Signature:
    """An approver's yes to exactly what the page showed."""

    content_hash: str


class SignatureSchema(FormSchema[Signature]):
    """Approve and send."""

    makes = Signature

    content_hash = fields.String(required=True, metadata={"widget": "hidden"})


@dataclass(frozen=True, kw_only=True)
class Appointment:
    """An approver's yes to exactly what the page showed, to leave at a time of theirs, as said in London."""

    content_hash: str
    leaves_on: date
    leaves_at: time


class AppointmentSchema(FormSchema[Appointment]):
    """Approve, to be sent later."""

    makes = Appointment

    content_hash = fields.String(required=True, metadata={"widget": "hidden"})
    leaves_on = fields.Date(
        required=True,
        error_messages={"required": "Enter the day on which it leaves."},
        metadata={"label": "Day on which it leaves"},
    )
    leaves_at = TimeOfDay(
        required=True,
        error_messages={"required": "Enter the time at which it leaves."},
        metadata={"label": "Time, in London", "hint": "On a 24-hour clock, like 14:00", "width": "5"},
    )


@dataclass(frozen=True, kw_only=True)
class Cancellation:
    """Why an alert does not leave."""

    reason: str = ""


class CancellationSchema(FormSchema[Cancellation]):
    """Cancel what was to leave later."""

    makes = Cancellation

    reason = _box("Why must it not leave?", 500, 3)


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
                (
                    Settlement.UPDATE,
                    "It will be updated",
                    "The update is drafted next, with the words of the alert",
                ),
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
