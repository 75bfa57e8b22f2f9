"""What a coordinator sends about what becomes of an issued alert. The messages are what people read."""

from dataclasses import dataclass
from datetime import date

from marshmallow import fields

from alerts.messages import Kind
from ldis.web import FormSchema, at_most


@dataclass(frozen=True, kw_only=True)
class Following:
    """What is to take the place of an alert, and why."""

    kind: Kind
    change: str = ""


class FollowingSchema(FormSchema[Following]):
    """Update, correct or stand down."""

    makes = Following

    kind = fields.Enum(
        Kind,
        by_value=True,
        required=True,
        error_messages={"required": "Say whether it is updated, corrected or withdrawn."},
        metadata={
            "label": "What is needed?",
            "widget": "radios",
            "choices": [
                (Kind.UPDATE, "An update", "More is known, or something has changed"),
                (Kind.CORRECTION, "A correction", "Something in it is wrong"),
                (Kind.STAND_DOWN, "A stand-down", "It is withdrawn. People are told not to act on it"),
            ],
        },
    )
    change = fields.String(
        required=True,
        validate=at_most(300),
        error_messages={"required": "Say what has changed, and why."},
        metadata={
            "label": "What has changed, and why",
            "widget": "textarea",
            "rows": 3,
            "hint": "Everybody who got the alert reads this. You can change it before it goes out",
        },
    )


@dataclass(frozen=True, kw_only=True)
class Confirming:
    """That an alert still stands, and until when."""

    until: date
    reason: str


class ConfirmingSchema(FormSchema[Confirming]):
    """It still stands."""

    makes = Confirming

    until = fields.Date(
        required=True,
        error_messages={"required": "Enter the date of the next review."},
        metadata={"label": "Next review", "hint": "Not after its last day. Like 10 4 2026"},
    )
    reason = fields.String(
        required=True,
        validate=at_most(500),
        error_messages={"required": "Enter a reason."},
        metadata={"label": "Why does it still stand?", "widget": "textarea", "rows": 2},
    )
