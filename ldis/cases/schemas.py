"""What people send to the review."""

from dataclasses import dataclass

from marshmallow import fields

from ldis.cases.rules import Action
from ldis.web import FormSchema, at_most


@dataclass(frozen=True, kw_only=True)
class OpeningForm:
    """A new case."""

    title: str


@dataclass(frozen=True, kw_only=True)
class JoiningForm:
    """Which case a report or result joins."""

    case: str


@dataclass(frozen=True, kw_only=True)
class OtherForm:
    """The other of two that were compared."""

    other: str


@dataclass(frozen=True, kw_only=True)
class LinkForm:
    """Which report a sample came from."""

    report: str


@dataclass(frozen=True, kw_only=True)
class MoveForm:
    """A move of the case, from the page that showed this version."""

    action: Action
    seen_version: int
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class AssignForm:
    """Who holds the case from now on."""

    holder: int
    seen_version: int


@dataclass(frozen=True, kw_only=True)
class SplitForm:
    """What does not belong to the case, what the new case is called, and why."""

    evidence: str
    title: str
    reason: str
    seen_version: int


@dataclass(frozen=True, kw_only=True)
class MergeForm:
    """The case that takes this one in, and why."""

    into: str
    reason: str
    seen_version: int


def seen_version() -> fields.Integer:
    """The version that the page showed."""
    return fields.Integer(
        required=True,
        metadata={
            "widget": "hidden",
            "label": "version of the page",
            "description": "The version of the case that you saw. Once it has another, you are refused (409).",
        },
    )


class OpeningSchema(FormSchema[OpeningForm]):
    """Open a case."""

    makes = OpeningForm
    title = fields.String(
        required=True,
        validate=at_most(160),
        error_messages={"required": "Enter a title for the case."},
        metadata={
            "label": "Title of the case",
            "hint": "What it is about, without a name: Blue tablets sold as Valium.",
        },
    )


class JoiningSchema(FormSchema[JoiningForm]):
    """Join a case."""

    makes = JoiningForm
    case = fields.String(
        required=True,
        error_messages={"required": "Choose the case."},
        metadata={"label": "Open case", "widget": "select"},
    )


class OtherSchema(FormSchema[OtherForm]):
    """Say something of two that were compared."""

    makes = OtherForm

    other = fields.String(required=True, validate=at_most(20), metadata={"widget": "hidden"})


class LinkSchema(FormSchema[LinkForm]):
    """Link a result to a report."""

    makes = LinkForm

    report = fields.String(
        required=True,
        validate=at_most(20),
        metadata={
            "label": "Reference of the report",
            "hint": "Like PLY-7K3Q-M.",
            "width": 10,
            "spellcheck": False,
        },
    )


class MoveSchema(FormSchema[MoveForm]):
    """Move a case on."""

    makes = MoveForm
    action = fields.Enum(
        Action, by_value=True, required=True, metadata={"widget": "hidden", "description": "What is done to it."}
    )
    seen_version = seen_version()
    reason = fields.String(validate=at_most(2000), metadata={"label": "Reason", "widget": "textarea", "rows": 2})


class AssignSchema(FormSchema[AssignForm]):
    """Give a case to somebody."""

    makes = AssignForm
    seen_version = seen_version()
    holder = fields.Integer(
        required=True,
        error_messages={"required": "Choose who holds the case."},
        metadata={"label": "Who holds this case?", "widget": "select"},
    )


class SplitSchema(FormSchema[SplitForm]):
    """Split something out."""

    makes = SplitForm
    seen_version = seen_version()
    evidence = fields.String(
        required=True,
        validate=at_most(20),
        error_messages={"required": "Choose what does not belong here."},
        metadata={"label": "What does not belong to this case?", "widget": "select"},
    )
    title = fields.String(
        required=True,
        validate=at_most(160),
        error_messages={"required": "Enter a title for the new case."},
        metadata={"label": "Title of the new case"},
    )
    reason = fields.String(
        required=True,
        validate=at_most(1000),
        error_messages={"required": "Say why it does not belong here."},
        metadata={"label": "Why does it not belong here?"},
    )


class MergeSchema(FormSchema[MergeForm]):
    """Merge a case into another."""

    makes = MergeForm
    seen_version = seen_version()
    into = fields.String(
        required=True,
        validate=at_most(20),
        error_messages={"required": "Choose the case that takes this one in."},
        metadata={"label": "Which case takes this one in?", "widget": "select"},
    )
    reason = fields.String(
        required=True,
        validate=at_most(1000),
        error_messages={"required": "Say why they are about the same thing."},
        metadata={"label": "Why are they about the same thing?"},
    )
