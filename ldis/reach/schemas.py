"""What somebody says when they have an alert, and how a message in doubt is settled."""

from dataclasses import dataclass

from marshmallow import fields, validate

from ldis.web import FormSchema, at_most

MOST_PASSED_ON = 10_000


@dataclass(frozen=True, kw_only=True)
class Word:
    """I have this, and passed it on to so many people."""

    passed_on: int | None = None
    note: str = ""


class WordSchema(FormSchema[Word]):
    """Acknowledge an alert."""

    makes = Word

    passed_on = fields.Integer(
        validate=validate.Range(0, MOST_PASSED_ON),
        metadata={"label": "How many people did you pass it on to?", "width": "4", "inputmode": "numeric"},
    )
    note = fields.String(
        validate=at_most(300),
        metadata={
            "label": "Anything we should know?",
            "hint": "No names, dates of birth or full addresses",
            "widget": "textarea",
            "rows": 2,
        },
    )


@dataclass(frozen=True, kw_only=True)
class Settlement:
    """What a person found out about a message that may have been sent."""

    sent: bool


class SettlementSchema(FormSchema[Settlement]):
    """Settle a message in doubt."""

    makes = Settlement

    sent = fields.Boolean(required=True, metadata={"widget": "hidden"})


@dataclass(frozen=True, kw_only=True)
class ByHand:
    """What a person found out about a message of which nothing more was heard."""

    arrived: bool
    reason: str


class ByHandSchema(FormSchema[ByHand]):
    """Say what became of a message."""

    makes = ByHand

    arrived = fields.Boolean(
        required=True,
        error_messages={"required": "Say whether they have it."},
        metadata={
            "label": "Do they have it?",
            "widget": "radios",
            "choices": [("yes", "Yes"), ("no", "No, it did not arrive")],
        },
    )
    reason = fields.String(
        required=True,
        validate=at_most(200),
        error_messages={"required": "Say how you know."},
        metadata={"label": "How do you know?", "hint": "Like: telephoned at 9, spoke to reception"},
    )
