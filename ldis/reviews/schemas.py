"""What the pages of reviews are told."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from marshmallow import ValidationError, fields, validate

from alerts.identifying import find_details
from ldis.indicators.schemas import Month
from ldis.reviews.models import Standing
from ldis.reviews.rules import LOOK_BACKS, AgeBand, Cause, Kind, Known, Sex
from ldis.web import FormSchema, at_most

MOST = 999


def nobody_named(words: str) -> None:
    """Refuse words that could identify somebody."""
    found = find_details(words)
    if found:
        raise ValidationError(f"Take out “{found[0].text}”: nobody may be recognised from a review.")


def _choice(kind: type[StrEnum], label: str) -> fields.Enum[Any]:
    return fields.Enum(
        kind,
        by_value=True,
        required=True,
        metadata={
            "label": label,
            "widget": "select",
            "choices": [(one.value, one.value[:1].upper() + one.value[1:]) for one in kind],
        },
    )


def _text(label: str, missing: str, length: int = 2000, **metadata: Any) -> fields.String:
    checks: list[Callable[[str], Any]] = [at_most(length), nobody_named]
    return fields.String(
        required=True,
        validate=checks,
        error_messages={"required": missing},
        metadata={"label": label, "widget": "textarea", "rows": 4, **metadata},
    )


@dataclass(frozen=True, kw_only=True)
class Looked:
    """Which year is looked at, and how far back somebody may have been known to treatment."""

    year: int | None = None
    months: int = LOOK_BACKS[-1]


class LookedSchema(FormSchema[Looked]):
    """What is asked for, in an address."""

    makes = Looked
    year = fields.Integer(validate=validate.Range(min=2000, max=2100))
    months = fields.Integer(validate=validate.OneOf(LOOK_BACKS))


@dataclass(frozen=True, kw_only=True)
class Tallied:
    """One count."""

    month: date
    kind: Kind
    area: str
    sex: Sex
    age: AgeBand
    cause: Cause
    known: Known
    count: int


class TallySchema(FormSchema[Tallied]):
    """Set one count of the register."""

    makes = Tallied

    month = Month(
        required=True,
        error_messages={"required": "Choose a month."},
        metadata={"label": "In which month?", "type": "month", "hint": "Like 2026-03", "width": "10"},
    )
    kind = _choice(Kind, "What was it?")
    area = fields.String(
        required=True,
        validate=at_most(9),
        error_messages={"required": "Choose an area."},
        metadata={"label": "Where?", "widget": "select", "choices": []},
    )
    sex = _choice(Sex, "Sex")
    age = _choice(AgeBand, "Age")
    cause = _choice(Cause, "Primary cause")
    known = _choice(Known, "Last known to treatment")
    count = fields.Integer(
        required=True,
        validate=validate.Range(min=0, max=MOST),
        error_messages={"required": "Enter how many there were, 0 to take a count back."},
        metadata={
            "label": "How many?",
            "inputmode": "numeric",
            "width": "4",
            "hint": "Altogether, not how many more. 0 takes a count back",
        },
    )


@dataclass(frozen=True, kw_only=True)
class Held:
    """A review that was held."""

    held_on: date
    about: str
    learning: str


class ReviewSchema(FormSchema[Held]):
    """Write down what a review learnt."""

    makes = Held

    held_on = fields.Date(
        required=True,
        error_messages={"required": "Enter the day of the review."},
        metadata={"label": "When was it held?", "widget": "date"},
    )
    about = fields.String(
        required=True,
        validate=[at_most(160), nobody_named],
        error_messages={"required": "Say what it was about."},
        metadata={"label": "What was it about?", "hint": "Such as “Deaths of the second quarter”"},
    )
    learning = _text(
        "What was learnt?", "Say what was learnt.", 5000, rows=8, hint="Nobody may be recognised from it"
    )


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A recommendation."""

    what: str
    owner: str
    due: date


class RecommendationSchema(FormSchema[Wanted]):
    """Recommend something to somebody."""

    makes = Wanted

    what = _text("What is to be done?", "Say what is to be done.")
    owner = fields.String(
        required=True,
        validate=at_most(120),
        error_messages={"required": "Say who is to do it."},
        metadata={"label": "Who is to do it?", "hint": "A post or an organisation"},
    )
    due = fields.Date(
        required=True,
        error_messages={"required": "Enter the day by which."},
        metadata={"label": "By when?", "widget": "date"},
    )


@dataclass(frozen=True, kw_only=True)
class Followed:
    """What became of a recommendation."""

    words: str
    standing: Standing
    seen_version: int


class FollowSchema(FormSchema[Followed]):
    """Say what became of a recommendation."""

    makes = Followed

    words = _text("What has happened?", "Say what has happened.")
    standing = fields.Enum(
        Standing,
        by_value=True,
        required=True,
        error_messages={"required": "Say how far it is."},
        metadata={
            "label": "How far is it?",
            "widget": "radios",
            "choices": [
                (Standing.OPEN, "Still to be done"),
                (Standing.DONE, "Done"),
                (Standing.WITHDRAWN, "Withdrawn: it will not be done"),
            ],
        },
    )
    seen_version = fields.Integer(required=True, metadata={"widget": "hidden"})
