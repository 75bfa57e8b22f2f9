"""What people type about API keys."""

from dataclasses import dataclass

from marshmallow import fields, validate

from ldis.people.rules import Scope
from ldis.web import FormSchema, at_most


@dataclass(frozen=True)
class NewKey:
    """An API key to be made."""

    name: str
    scopes: tuple[Scope, ...]
    days: int


SCOPES = [
    (Scope.REPORTS_WRITE.value, "Send incident reports", "reports:write. It can read nothing back."),
    (Scope.REPORTS_READ.value, "Follow reports", "reports:read. How far a report has got, not what it says."),
    (
        Scope.LAB_WRITE.value,
        "Send laboratory results",
        "lab:write. For a laboratory: it can supersede results, and read them.",
    ),
    (Scope.LAB_READ.value, "Follow laboratory results", "lab:read. How a result compares, not how to change it."),
    (Scope.ALERTS_READ.value, "Read alerts", "alerts:read. What was sent, and how far it reached."),
    (
        Scope.CONTACTS_WRITE.value,
        "Keep contacts in step",
        "contacts:write. One person at a time; it can list nobody.",
    ),
    (Scope.INDICATORS_WRITE.value, "Hand in figures", "indicators:write. It can read none back."),
    (
        Scope.INDICATORS_READ.value,
        "Read indicators",
        "indicators:read. What may be published, nothing restricted.",
    ),
]


OWN_SCOPES = [
    (Scope.CASES_READ.value, "Read cases", "cases:read. What you see on their pages."),
    (
        Scope.CASES_WRITE.value,
        "Work on cases",
        "cases:write. Move, grade, vote and decide in your name, as your roles allow.",
    ),
]


def days() -> fields.Integer:
    """How long a key is good for."""
    return fields.Integer(
        required=True,
        validate=validate.Range(min=1, max=730),
        metadata={"label": "For how many days?", "hint": "At most 730", "width": 3},
    )


class OwnKeySchema(FormSchema[NewKey]):
    """An API key of one's own."""

    makes = NewKey
    name = fields.String(
        required=True,
        validate=at_most(80),
        metadata={"label": "What will you use it for?", "hint": "Like “Case list in our own system”"},
    )
    scopes = fields.List(
        fields.Enum(Scope, by_value=True),
        required=True,
        validate=validate.Length(min=1, error="Choose what the key may do."),
        metadata={"label": "What may it do?", "choices": OWN_SCOPES},
    )
    days = days()


class KeySchema(FormSchema[NewKey]):
    """An API key, as an administrator asks for it."""

    makes = NewKey
    name = fields.String(
        required=True,
        validate=at_most(80),
        metadata={"label": "Which system is it for?", "hint": "Like “Ambulance record system”"},
    )
    scopes = fields.List(
        fields.Enum(Scope, by_value=True),
        required=True,
        validate=validate.Length(min=1, error="Choose what the system may do."),
        metadata={"label": "What may it do?", "choices": SCOPES},
    )
    days = days()
