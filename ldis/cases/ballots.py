"""What the panel sends: gradings, recusals, votes, and what was decided."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import count
from typing import Any

from marshmallow import fields, post_load, validate

from ldis.cases.policy import Question
from ldis.cases.rules import Outcome, WouldHelp
from ldis.cases.schemas import seen_version
from ldis.web import Condition, FormSchema, at_most


@dataclass(frozen=True, kw_only=True)
class GradingForm:
    """One member's grading."""

    answers: Mapping[str, int]
    would_help: WouldHelp
    seen_version: int
    comment: str = ""


@dataclass(frozen=True, kw_only=True)
class RecusalForm:
    """Standing aside, and why."""

    reason: str
    seen_version: int


@dataclass(frozen=True, kw_only=True)
class VoteForm:
    """One member's vote."""

    outcome: Outcome
    seen_version: int
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class DecisionForm:
    """The panel's decision, as it is recorded."""

    outcome: Outcome
    seen_version: int
    reason: str = ""
    review_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class AtOnceForm:
    """A decision by one person, because life is at risk, and why it cannot wait."""

    reason: str
    seen_version: int


def outcome(label: str) -> fields.Enum[Outcome]:
    """One of the three outcomes."""
    return fields.Enum(
        Outcome,
        by_value=True,
        required=True,
        metadata={
            "label": label,
            "widget": "radios",
            "choices": [
                (
                    Outcome.NO_ACTION,
                    "No further action",
                    "Kept with its reasons; a matching report brings it back",
                ),
                (Outcome.INFORMATION, "Share for information", "Professionals are told; nobody is asked to act"),
                (Outcome.ALERT, "Formal alert", "People are asked to act"),
            ],
        },
    )


def would_help() -> fields.Enum[WouldHelp]:
    """The one judgement that every grading asks for."""
    return fields.Enum(
        WouldHelp,
        by_value=True,
        required=True,
        metadata={
            "label": "Would an alert help?",
            "hint": "Can people act on it? Could it advertise the drug, or cause panic?",
            "widget": "radios",
            "choices": [(WouldHelp.YES, "Yes"), (WouldHelp.NO, "No"), (WouldHelp.UNSURE, "I am not sure")],
        },
    )


def comment() -> fields.String:
    """What a member adds in their own words."""
    return fields.String(validate=at_most(2000), metadata={"label": "Comment", "widget": "textarea", "rows": 3})


class RecusalSchema(FormSchema[RecusalForm]):
    """Stand aside."""

    makes = RecusalForm
    seen_version = seen_version()
    reason = fields.String(
        required=True,
        validate=at_most(1000),
        error_messages={"required": "Say in a few words what your interest is."},
        metadata={"label": "What is your interest in this?", "hint": "It is kept with the case."},
    )


class VoteSchema(FormSchema[VoteForm]):
    """Vote."""

    makes = VoteForm
    outcome = outcome("What should we do?")
    seen_version = seen_version()
    reason = fields.String(
        validate=at_most(2000),
        metadata={
            "label": "Why?",
            "widget": "textarea",
            "rows": 3,
            "hint": "Needed where your vote differs from the suggestion.",
        },
    )


class DecisionSchema(FormSchema[DecisionForm]):
    """Record what the panel decided."""

    makes = DecisionForm
    outcome = outcome("What did the panel decide?")
    seen_version = seen_version()
    reason = fields.String(
        validate=at_most(2000),
        metadata={
            "label": "Reasons",
            "widget": "textarea",
            "rows": 4,
            "hint": "Needed where the decision differs from the suggestion.",
        },
    )
    review_on = fields.Date(
        metadata={
            "label": "Look at it again on",
            "hint": "Leave it empty for the usual time.",
            "only_if": Condition(
                "outcome",
                frozenset({Outcome.NO_ACTION}),
                "Leave this out: only no further action is looked at again.",
            ),
        },
    )


class AtOnceSchema(FormSchema[AtOnceForm]):
    """Decide at once."""

    makes = AtOnceForm
    seen_version = seen_version()
    reason = fields.String(
        required=True,
        validate=at_most(2000),
        error_messages={"required": "Say why this cannot wait for the panel."},
        metadata={
            "label": "Why can this not wait for the panel?",
            "widget": "textarea",
            "rows": 3,
            "hint": "The panel looks back at it afterwards.",
        },
    )


@lru_cache(maxsize=8)
def grading_schema(questions: tuple[Question, ...]) -> type[FormSchema[GradingForm]]:
    """The grading form that the policy's questions make."""
    asked = {f"q_{question.key}": _question(question) for question in questions}

    def make(_self: Any, data: dict[str, Any], **_: Any) -> GradingForm:
        answers = {question.key: data.pop(f"q_{question.key}") for question in questions}
        return GradingForm(answers=answers, **data)

    members = {
        "makes": GradingForm,
        **asked,
        "would_help": would_help(),
        "comment": comment(),
        "seen_version": seen_version(),
        "make": post_load(make),
    }
    return type("GradingSchema", (FormSchema,), members)


def _question(question: Question) -> fields.Integer:
    return fields.Integer(
        required=True,
        validate=validate.Range(min=0, max=len(question.answers) - 1),
        error_messages={"required": f"Answer “{question.label}”"},
        metadata={
            "label": question.label,
            "hint": question.help,
            "widget": "radios",
            "choices": list(zip(count(), question.answers, question.means, strict=False)),
        },
    )
