"""What the pages of signals are told."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from ldis.web import FormSchema, at_most


@dataclass(frozen=True, kw_only=True)
class Settled:
    """What somebody makes of a signal, and why."""

    reason: str
    seen_version: int


def _reason(label: str) -> fields.String:
    return fields.String(
        required=True,
        validate=at_most(1000),
        error_messages={"required": "Say why, for whoever looks next."},
        metadata={"label": label},
    )


def _seen() -> fields.Integer:
    return fields.Integer(required=True, metadata={"widget": "hidden"})


class DismissSchema(FormSchema[Settled]):
    """Dismiss a signal."""

    makes = Settled
    reason = _reason("Why does it mean nothing?")
    seen_version = _seen()


class WatchSchema(FormSchema[Settled]):
    """Watch a signal."""

    makes = Settled
    reason = _reason("What are you waiting for?")
    seen_version = _seen()


@dataclass(frozen=True, kw_only=True)
class Opening(Settled):
    """A case that is to be opened."""

    title: str


class OpenSchema(FormSchema[Opening]):
    """Open a case from a signal."""

    makes = Opening
    title = fields.String(
        required=True,
        validate=at_most(160),
        error_messages={"required": "Enter what the case is about."},
        metadata={"label": "What is the case about?"},
    )
    reason = _reason("Why does it need a case?")
    seen_version = _seen()


@dataclass(frozen=True, kw_only=True)
class Joining(Settled):
    """The case that it belongs to."""

    case: str


class JoinSchema(FormSchema[Joining]):
    """Join a case with a signal."""

    makes = Joining
    case = fields.String(
        required=True,
        validate=at_most(20),
        error_messages={"required": "Choose the case that it belongs to."},
        metadata={"label": "Which case?", "widget": "select"},
    )
    reason = _reason("Why does it belong there?")
    seen_version = _seen()


class TrialOf(StrEnum):
    """What can be replayed."""

    PREDICTIVE = "predictive test"
    TOGETHER = "events close together"
    EARS = "EARS C2"
    EWMA = "EWMA"
    TWO_DEVIATIONS = "mean + 2 SD, weekly"


CAN_BE_LIVE = {TrialOf.PREDICTIVE: "budget", TrialOf.TOGETHER: "spells"}
"""What of each detector can be changed here; the others are there to compare with."""


@dataclass(frozen=True, kw_only=True)
class Trial:
    """A back-test that somebody asks for."""

    of: TrialOf
    history: str
    days: int = 365
    weekly: float = 1.0
    budget: float | None = None
    in_24_hours: int | None = None
    in_72_hours: int | None = None

    def as_settings(self) -> dict[str, Any]:
        """As it is kept with the result."""
        settings: dict[str, Any] = {"of": self.of.value, "history": self.history, "days": self.days}
        if self.history == "simulated":
            settings["weekly"] = self.weekly
        if self.of is TrialOf.PREDICTIVE and self.budget is not None:
            settings["budget"] = self.budget
        if self.of is TrialOf.TOGETHER and self.in_24_hours and self.in_72_hours:
            settings["spells"] = [[self.in_24_hours, 24], [self.in_72_hours, 72]]
        settings["can_be_live"] = self.history == "own" and self.of in CAN_BE_LIVE
        return settings


HISTORIES = [
    ("own", "Our own reports, as they were known on each day"),
    ("simulated", "Invented years at one rate"),
]


class TrialSchema(FormSchema[Trial]):
    """Ask for a back-test."""

    makes = Trial
    of = fields.Enum(
        TrialOf,
        by_value=True,
        required=True,
        error_messages={"required": "Choose what is to be replayed."},
        metadata={
            "label": "What is to be replayed?",
            "widget": "radios",
            "choices": [
                (TrialOf.PREDICTIVE, "Predictive test"),
                (TrialOf.TOGETHER, "Events close together (the rule for severe events, on all reports)"),
                (TrialOf.EARS, "EARS C2, to compare"),
                (TrialOf.EWMA, "EWMA, to compare"),
                (TrialOf.TWO_DEVIATIONS, "Mean + 2 SD a week, to compare"),
            ],
        },
    )
    history = fields.String(
        required=True,
        validate=validate.OneOf([value for value, _ in HISTORIES]),
        error_messages={"required": "Choose on which history."},
        metadata={"label": "On which history?", "widget": "radios", "choices": HISTORIES},
    )
    days = fields.Integer(
        validate=validate.Range(min=30, max=1095),
        metadata={
            "label": "How many days of it? (optional)",
            "hint": "Of our own; 365 unless said",
            "width": "4",
        },
    )
    weekly = fields.Float(
        validate=validate.Range(min=0.05, max=20),
        metadata={"label": "Invented reports a week (optional)", "hint": "1 unless said", "width": "4"},
    )
    budget = fields.Float(
        validate=validate.Range(min=0.25, max=4),
        metadata={
            "label": "False signals a year for each series (optional)",
            "hint": "For the predictive test: 0.25 to 4",
            "width": "4",
        },
    )
    in_24_hours = fields.Integer(
        validate=validate.Range(min=1, max=20),
        metadata={"label": "Events within 24 hours (optional)", "hint": "For events close together", "width": "2"},
    )
    in_72_hours = fields.Integer(
        validate=validate.Range(min=1, max=50),
        metadata={"label": "Events within 72 hours (optional)", "hint": "For events close together", "width": "2"},
    )

    @validates_schema(skip_on_field_errors=True)
    def both_or_neither(self, data: dict[str, Any], **_: object) -> None:
        """Two numbers make the rule."""
        given = [bool(data.get(name)) for name in ("in_24_hours", "in_72_hours")]
        if any(given) and not all(given):
            missing = "in_72_hours" if given[0] else "in_24_hours"
            raise ValidationError({missing: ["Enter both numbers, or neither."]})


@dataclass(frozen=True, kw_only=True)
class Going:
    """That what was tried is to count."""

    reason: str


class GoLiveSchema(FormSchema[Going]):
    """Let the settings of a back-test count."""

    makes = Going
    reason = _reason("Why do you change it?")
