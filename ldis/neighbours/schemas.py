"""What the pages about neighbours are told."""

from dataclasses import dataclass

from marshmallow import fields

from ldis.web import FormSchema, at_most


@dataclass(frozen=True, kw_only=True)
class NewFeed:
    """A neighbour's feed that is to be asked."""

    name: str
    address: str


class FeedSchema(FormSchema[NewFeed]):
    """Add a feed."""

    makes = NewFeed

    name = fields.String(
        required=True,
        validate=at_most(80),
        error_messages={"required": "Enter whose alerts these are."},
        metadata={"label": "Whose alerts are they?", "hint": "Such as: South Vale drug alerts"},
    )
    address = fields.String(
        required=True,
        validate=at_most(500),
        error_messages={"required": "Enter the address of the feed."},
        metadata={
            "label": "Address of the feed",
            "hint": "An Atom feed or an alert in CAP 1.2; begins with https://",
            "type": "url",
            "autocomplete": "off",
        },
    )


@dataclass(frozen=True, kw_only=True)
class Noted:
    """That somebody will remember a neighbour's alert."""

    case: str = ""
    reason: str = ""


class NoteSchema(FormSchema[Noted]):
    """Note a neighbour's alert."""

    makes = Noted

    case = fields.String(
        load_default="",
        validate=at_most(20),
        metadata={
            "label": "Note it to a case",
            "hint": "Its history will say so, and say when they change or cancel it",
            "widget": "select",
        },
    )
    reason = fields.String(
        load_default="",
        validate=at_most(500),
        metadata={"label": "What you make of it (optional)"},
    )


@dataclass(frozen=True, kw_only=True)
class Dismissed:
    """Why a neighbour's alert does not concern us."""

    why: str


class DismissSchema(FormSchema[Dismissed]):
    """Dismiss a neighbour's alert."""

    makes = Dismissed

    why = fields.String(
        required=True,
        validate=at_most(500),
        error_messages={"required": "Say why it does not concern you."},
        metadata={"label": "Why does it not concern you?"},
    )
