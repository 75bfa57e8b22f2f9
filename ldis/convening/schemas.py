"""What a coordinator sends to convene the panel."""

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

from marshmallow import ValidationError, fields, validate

from ldis.cases.schemas import seen_version
from ldis.submissions.asking import words
from ldis.web import Condition, FormSchema, at_most

TIMES = ("%H:%M", "%H.%M", "%H%M", "%I%p", "%I:%M%p", "%I.%M%p")
NOT_A_TIME = "Enter the time on a 24-hour clock, like 14:00."


class Meets(StrEnum):
    """Whether the panel meets."""

    NO = "no"
    YES = "yes"


IF_THEY_MEET = Condition("meets", frozenset({Meets.YES}), "Leave this out: there is no meeting.")


class TimeOfDay(fields.String):
    """A time of day, as people write it."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> time:  # type: ignore[override]
        written = (super()._deserialize(value, attr, data, **kwargs) or "").replace(" ", "")
        for pattern in TIMES:
            try:
                return datetime.strptime(written, pattern).time()  # noqa: DTZ007 - a time has no zone
            except ValueError:
                continue
        raise ValidationError(NOT_A_TIME)


@dataclass(frozen=True, kw_only=True)
class CallForm:
    """Whom to call, what to say to them, and whether and when they meet."""

    seen_version: int
    meets: Meets
    seen_sequence: int = -1
    members: tuple[int, ...] = ()
    words: str = ""
    meeting_on: date | None = None
    meeting_at: time | None = None
    minutes: int = 30
    place: str = ""


class CallSchema(FormSchema[CallForm]):
    """Call the panel, or change what it was called to."""

    makes = CallForm

    seen_version = seen_version()
    seen_sequence = fields.Integer(metadata={"widget": "hidden", "label": "version of the meeting"})
    members = fields.List(
        fields.Integer(validate=validate.Range(1, 2**31 - 1)),
        metadata={"label": "Who is called?", "widget": "checkboxes"},
    )
    words = words(
        "What do you want to say to them?",
        longest=300,
        hint="One or two sentences, for the email. No names, dates of birth or full addresses.",
        widget="textarea",
        rows=3,
    )
    meets = fields.Enum(
        Meets,
        by_value=True,
        required=True,
        error_messages={"required": "Say whether the panel meets."},
        metadata={
            "label": "Does the panel meet?",
            "widget": "radios",
            "choices": [
                (Meets.NO, "No meeting", "Members grade and vote on their own phones"),
                (Meets.YES, "Yes, at a time", "They get an invitation for their calendar"),
            ],
        },
    )
    meeting_on = fields.Date(metadata={"label": "Day of the meeting", "only_if": IF_THEY_MEET})
    meeting_at = TimeOfDay(
        metadata={
            "label": "Time, in London",
            "hint": "On a 24-hour clock, like 14:00",
            "width": 5,
            "only_if": IF_THEY_MEET,
        }
    )
    minutes = fields.Integer(
        validate=validate.OneOf((15, 30, 45, 60, 90, 120)),
        metadata={
            "label": "How long?",
            "widget": "select",
            "choices": [
                (15, "15 minutes"),
                (30, "30 minutes"),
                (45, "45 minutes"),
                (60, "1 hour"),
                (90, "1 hour 30 minutes"),
                (120, "2 hours"),
            ],
            "only_if": IF_THEY_MEET,
        },
    )
    place = fields.String(
        validate=at_most(300),
        metadata={"label": "Where, or the link to join", "only_if": IF_THEY_MEET, "spellcheck": False},
    )


@dataclass(frozen=True, kw_only=True)
class RemindForm:
    """Who is reminded."""

    member: int


class RemindSchema(FormSchema[RemindForm]):
    """Remind one member."""

    makes = RemindForm
    member = fields.Integer(
        required=True, validate=validate.Range(1, 2**31 - 1), metadata={"widget": "hidden", "label": "member"}
    )
