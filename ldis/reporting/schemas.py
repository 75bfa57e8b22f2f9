"""What the pages of reports are told."""

from dataclasses import dataclass
from datetime import date

from marshmallow import fields

from ldis.indicators.schemas import Month
from ldis.reporting.models import Sort
from ldis.web import FormSchema, at_most

LONGEST_TEXT = 20_000


@dataclass(frozen=True, kw_only=True)
class Begun:
    """A report to begin."""

    sort: Sort
    ends_on: date


class BeginSchema(FormSchema[Begun]):
    """Begin a report."""

    makes = Begun

    sort = fields.Enum(
        Sort,
        by_value=True,
        required=True,
        error_messages={"required": "Choose what to begin."},
        metadata={
            "label": "What do you want to begin?",
            "widget": "radios",
            "choices": [
                (Sort.ANNUAL, "An annual report"),
                (Sort.ADDENDUM, "A quarterly addendum to the needs assessment"),
            ],
        },
    )
    ends_on = Month(
        required=True,
        error_messages={"required": "Choose the month with which its period ends."},
        metadata={
            "label": "With which month does its period end?",
            "type": "month",
            "hint": "Like 2026-03. Figures after it are left out",
            "width": "10",
        },
    )


@dataclass(frozen=True, kw_only=True)
class Written:
    """What a section says."""

    heading: str
    seen_version: int
    text: str = ""


class SectionSchema(FormSchema[Written]):
    """Write a section."""

    makes = Written

    heading = fields.String(
        required=True,
        validate=at_most(160),
        error_messages={"required": "Enter a heading."},
        metadata={"label": "Heading"},
    )
    text = fields.String(
        validate=at_most(LONGEST_TEXT),
        metadata={
            "label": "Text",
            "widget": "textarea",
            "rows": 18,
            "hint": "Markdown: **bold**, - lists, ## headings, | tables |. Figures by reference, from the list below",
        },
    )
    seen_version = fields.Integer(required=True, metadata={"widget": "hidden"})


@dataclass(frozen=True, kw_only=True)
class Titled:
    """The heading of a new section."""

    heading: str


class NewSectionSchema(FormSchema[Titled]):
    """Add a section."""

    makes = Titled
    heading = fields.String(
        required=True,
        validate=at_most(160),
        error_messages={"required": "Enter a heading."},
        metadata={"label": "Heading of the new section"},
    )


@dataclass(frozen=True, kw_only=True)
class Said:
    """A comment."""

    words: str


class CommentSchema(FormSchema[Said]):
    """Say something about a section."""

    makes = Said
    words = fields.String(
        required=True,
        validate=at_most(2000),
        error_messages={"required": "Write your comment."},
        metadata={"label": "Your comment", "widget": "textarea", "rows": 3},
    )


@dataclass(frozen=True, kw_only=True)
class Sending:
    """To whom a report is sent."""

    owner: int
    seen_version: int


class SendSchema(FormSchema[Sending]):
    """Send a report to its Senior Responsible Owner."""

    makes = Sending
    owner = fields.Integer(
        required=True,
        error_messages={"required": "Choose who signs it.", "invalid": "Choose who signs it."},
        metadata={"label": "Senior Responsible Owner", "widget": "select", "choices": []},
    )
    seen_version = fields.Integer(required=True, metadata={"widget": "hidden"})


@dataclass(frozen=True, kw_only=True)
class Returned:
    """Why a report goes back."""

    why: str
    seen_version: int


class SendBackSchema(FormSchema[Returned]):
    """Send a report back to those who write it."""

    makes = Returned
    why = fields.String(
        required=True,
        validate=at_most(1000),
        error_messages={"required": "Say what is to be changed."},
        metadata={"label": "What is to be changed?", "widget": "textarea", "rows": 3},
    )
    seen_version = fields.Integer(required=True, metadata={"widget": "hidden"})


@dataclass(frozen=True, kw_only=True)
class Signature:
    """What the owner says by signing."""

    statement: str
    seen_version: int


class SignSchema(FormSchema[Signature]):
    """Sign a report."""

    makes = Signature
    statement = fields.String(
        required=True,
        validate=at_most(500),
        error_messages={"required": "Say as what you sign it."},
        metadata={
            "label": "Your statement",
            "hint": "Such as “I have read this report and it is right, as far as I know”",
        },
    )
    seen_version = fields.Integer(required=True, metadata={"widget": "hidden"})


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What was looked at."""

    seen_version: int


class AgainSchema(FormSchema[Seen]):
    """Begin a new edition."""

    makes = Seen
    seen_version = fields.Integer(required=True, metadata={"widget": "hidden"})
