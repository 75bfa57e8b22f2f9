"""What the calls about cases take and give, where it is not what the pages take: lists, a case, a grading."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from marshmallow import Schema, fields, validate

from ldis.cases.ballots import GradingForm, comment, grading_schema, would_help
from ldis.cases.policy import Policy
from ldis.cases.rules import Action, Outcome, State, WouldHelp
from ldis.cases.schemas import seen_version
from ldis.errors import Invalid
from ldis.people.rules import Discipline
from ldis.web import FormSchema, loaded

LARGEST = 2**31 - 1
MOST_LISTED = 100


@dataclass(frozen=True, kw_only=True)
class Listing:
    """Which cases are asked for."""

    state: State | None = None
    cursor: int | None = None
    limit: int = 50


class ListSchema(FormSchema[Listing]):
    """Ask for cases."""

    makes = Listing
    state = fields.Enum(State, by_value=True, metadata={"description": "Only cases that stand here."})
    cursor = fields.Integer(
        validate=validate.Range(min=1, max=LARGEST),
        metadata={"description": "The `next` of the answer before, to go on from there."},
    )
    limit = fields.Integer(
        validate=validate.Range(min=1, max=MOST_LISTED),
        metadata={"description": "How many at most; 50 unless said."},
    )


class AtSchema(Schema):
    """Where the case is."""

    self = fields.String(metadata={"description": "The address at which it is shown."})


class StandsSchema(Schema):
    """Where a case stands."""

    reference = fields.String()
    title = fields.String()
    state = fields.Enum(State, by_value=True)
    version = fields.Integer(metadata={"description": "To be sent back as `seen_version` with what you do."})
    risk_to_life = fields.Boolean()
    outcome = fields.Enum(
        Outcome, by_value=True, allow_none=True, metadata={"description": "What was decided, while it stands."}
    )
    links = fields.Nested(AtSchema)


class ListedSchema(Schema):
    """Some cases of a partnership."""

    cases = fields.List(fields.Nested(StandsSchema))
    next = fields.Integer(
        allow_none=True, metadata={"description": "The cursor of what follows, if anything does."}
    )


class DoableSchema(Schema):
    """Something that the person may do to the case now."""

    action = fields.Enum(Action, by_value=True)
    needs_reason = fields.Boolean()
    address = fields.String(
        allow_none=True, metadata={"description": "Where to send it; null for what is done on the pages alone."}
    )


class AskedSchema(Schema):
    """A question of the grading."""

    key = fields.String()
    label = fields.String()
    answers = fields.List(
        fields.String(), metadata={"description": "What can be answered: the first is 0, the next 1, and so on."}
    )


class GradingGivenSchema(Schema):
    """What one member said."""

    name = fields.String()
    discipline = fields.Enum(Discipline, by_value=True)
    answers = fields.Dict(keys=fields.String(), values=fields.Integer())
    would_help = fields.Enum(WouldHelp, by_value=True)
    comment = fields.String()


class VoteGivenSchema(Schema):
    """How one member voted."""

    name = fields.String()
    discipline = fields.Enum(Discipline, by_value=True)
    outcome = fields.Enum(Outcome, by_value=True)
    reason = fields.String()


class SuggestedSchema(Schema):
    """What the gradings suggest, and why."""

    outcome = fields.Enum(Outcome, by_value=True)
    because = fields.String()


class PanelSchema(Schema):
    """What the panel said in the present round."""

    gradings = fields.List(fields.Nested(GradingGivenSchema))
    votes = fields.List(fields.Nested(VoteGivenSchema))
    suggestion = fields.Nested(SuggestedSchema, allow_none=True)
    quorum = fields.String(metadata={"description": "Where the votes stand, in a sentence."})


class CaseSchema(StandsSchema):
    """A case, as the person whose key it is may see it."""

    evidence = fields.List(
        fields.String(), metadata={"description": "References of the reports and results that it has gathered."}
    )
    may_do = fields.List(
        fields.Nested(DoableSchema), metadata={"description": "What you may do now, by the rules of the review."}
    )
    stands_aside = fields.Boolean(metadata={"description": "Whether you stand aside from this case."})
    questions = fields.List(fields.Nested(AskedSchema), metadata={"description": "What a grading answers."})
    panel = fields.Nested(
        PanelSchema,
        allow_none=True,
        metadata={"description": "What the members said; null for a member who has not graded yet."},
    )


class Chosen(fields.Integer):
    """The number of an answer: in JSON, true is not 1 and "1" is not either."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        if isinstance(value, (bool, str)) or (isinstance(value, float) and not value.is_integer()):
            raise self.make_error("invalid")
        return super()._deserialize(value, attr, data, **kwargs) or 0


@dataclass(frozen=True, kw_only=True)
class GradedForm:
    """A grading as a program sends it: its answers by the questions' keys."""

    answers: Mapping[str, int]
    would_help: WouldHelp
    seen_version: int
    comment: str = ""


class GradedSchema(FormSchema[GradedForm]):
    """Grade a case."""

    makes = GradedForm
    answers = fields.Dict(
        keys=fields.String(),
        values=Chosen(error_messages={"invalid": "Enter a whole number, like 2."}),
        required=True,
        metadata={
            "description": "By the key of each of `questions` of the case: the number of the answer, from 0."
        },
    )
    would_help = would_help()
    comment = comment()
    seen_version = seen_version()


def graded(form: GradedForm, policy: Policy) -> GradingForm:
    """The grading, checked by the schema of the page: every question answered, by one of its answers."""
    schema = grading_schema(policy.questions)()
    known = {question.key for question in policy.questions}
    wrong = {f"answers-{key}": ["There is no such question."] for key in form.answers if key not in known}
    if wrong:
        raise Invalid(wrong)
    said: dict[str, Any] = {f"q_{key}": number for key, number in form.answers.items()}
    said |= {"would_help": form.would_help.value, "comment": form.comment, "seen_version": form.seen_version}
    try:
        return loaded(schema, said)
    except Invalid as refusal:
        raise Invalid({f"answers-{name[2:]}": told for name, told in refusal.errors.items()}) from refusal
