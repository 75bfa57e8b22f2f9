"""Cases by program, under /api/v1, with a person's own key: the same rules as the pages, from the same table."""

from collections.abc import Mapping
from typing import Any

from flask import url_for
from marshmallow import RAISE

from ldis.casefile.examples import CASE, DECIDED, GRADING, LISTED, REFERENCE, STANDS
from ldis.casefile.schemas import (
    CaseSchema,
    GradedForm,
    GradedSchema,
    ListedSchema,
    Listing,
    ListSchema,
    StandsSchema,
    graded,
)
from ldis.casefile.steps import possible, to_record
from ldis.casefile.views import sees_gradings, standing_for_itself
from ldis.cases import panel, queries, service
from ldis.cases.access import REVIEWERS, policy
from ldis.cases.ballots import (
    AtOnceForm,
    AtOnceSchema,
    DecisionForm,
    DecisionSchema,
    RecusalForm,
    RecusalSchema,
    VoteForm,
    VoteSchema,
)
from ldis.cases.models import Case
from ldis.cases.policy import Policy
from ldis.cases.rules import Action
from ldis.cases.schemas import MoveForm, MoveSchema
from ldis.convening import service as convening
from ldis.db import utc_now
from ldis.description.bodies import Calls
from ldis.description.examples import example
from ldis.errors import NotAllowed
from ldis.people.access import Actor, current_member, key_scope
from ldis.people.remembered import remembered
from ldis.people.rules import Scope
from ldis.submissions import queries as submissions
from ldis.web import commits, current_app, session
from ldis.web.pieces import piece

api = Calls("casework", __name__, url_prefix="/api/v1", description="Cases, read and judged with a person's key.")


def reviewer() -> Actor:
    """Whose key it is; they take part in the review, as for the pages of cases."""
    member = current_member()
    if not member.holds(*REVIEWERS):
        raise NotAllowed("Cases are not part of your role.")
    return member


def found(reference: str) -> Case:
    """The case that the address names, within the person's partnership."""
    return queries.the_case(session, reference, partnership_id=reviewer().partnership_id)


@api.get("/cases")
@key_scope(Scope.CASES_READ)
@api.arguments(ListSchema, location="query")
@api.response(200, ListedSchema)
@example(state="with the panel", answer=LISTED)
def list_cases(asked: Listing) -> dict[str, Any]:
    """The cases of the partnership, the newest first. `next` is the cursor that shows those which follow."""
    several = queries.cases_before(
        session,
        partnership_id=reviewer().partnership_id,
        state=asked.state,
        before=asked.cursor,
        most=asked.limit + 1,
    )
    listed, following = piece(several, asked.limit)
    return {"cases": [stands(case) for case in listed], "next": following}


@api.get("/cases/<reference>")
@key_scope(Scope.CASES_READ)
@api.response(200, CaseSchema)
@example(reference=REFERENCE, answer=CASE)
def show_case(reference: str) -> dict[str, Any]:
    """A case: where it stands, what the panel said where you may see it, and what you may do now."""
    return shown(found(reference), reviewer())


@api.post("/cases/<reference>/moves")
@key_scope(Scope.CASES_WRITE)
@api.arguments(MoveSchema(unknown=RAISE))
@commits
@remembered
@api.response(201, StandsSchema)
@api.alt_response(409)
@example(
    reference=REFERENCE,
    body={"action": Action.CALL_PANEL.value, "seen_version": 3},
    answer=STANDS,
)
def move_case(form: MoveForm, reference: str) -> dict[str, Any]:
    """Move a case on: an action of `may_do` that this address takes, with a reason where it needs one.

    Calling the panel writes to everybody on it who does not stand aside.
    """
    if form.action is Action.CALL_PANEL:
        return stands(
            convening.call_everybody(
                session,
                reference,
                seen_version=form.seen_version,
                policy=policy(),
                actor=reviewer(),
                public_url=current_app.config["PUBLIC_URL"],
                now=utc_now(),
            )
        )
    return stands(
        service.move(
            session,
            reference,
            form.action,
            reason=form.reason,
            seen_version=form.seen_version,
            actor=reviewer(),
            now=utc_now(),
        )
    )


@api.post("/cases/<reference>/gradings")
@key_scope(Scope.CASES_WRITE)
@api.arguments(GradedSchema(unknown=RAISE))
@commits
@remembered
@api.response(201, StandsSchema)
@api.alt_response(409)
@example(reference=REFERENCE, body=GRADING, answer=STANDS)
def grade_case(form: GradedForm, reference: str) -> dict[str, Any]:
    """Grade a case, once in each round. You see what the others said afterwards."""
    rules, actor = policy(), reviewer()
    panel.grade(session, reference, graded(form, rules), policy=rules, actor=actor, now=utc_now())
    return stands(found(reference))


@api.post("/cases/<reference>/recusal")
@key_scope(Scope.CASES_WRITE)
@api.arguments(RecusalSchema(unknown=RAISE))
@commits
@remembered
@api.response(201, StandsSchema)
@api.alt_response(409)
@example(
    reference=REFERENCE,
    body={"reason": "I know the family.", "seen_version": 4},
    answer=STANDS,
)
def stand_aside(form: RecusalForm, reference: str) -> dict[str, Any]:
    """Stand aside from a case, for good. What you graded or voted before no longer counts."""
    panel.recuse(session, reference, form, actor=reviewer(), now=utc_now())
    return stands(found(reference))


@api.post("/cases/<reference>/votes")
@key_scope(Scope.CASES_WRITE)
@api.arguments(VoteSchema(unknown=RAISE))
@commits
@remembered
@api.response(201, StandsSchema)
@api.alt_response(409)
@example(reference=REFERENCE, body={"outcome": "formal alert", "seen_version": 4}, answer=STANDS)
def vote_on_case(form: VoteForm, reference: str) -> dict[str, Any]:
    """Vote, after your own grading. A vote may be changed until the decision."""
    panel.vote(session, reference, form, policy=policy(), actor=reviewer(), now=utc_now())
    return stands(found(reference))


@api.post("/cases/<reference>/decision")
@key_scope(Scope.CASES_WRITE)
@api.arguments(DecisionSchema(unknown=RAISE))
@commits
@remembered
@api.response(201, StandsSchema)
@api.alt_response(409)
@example(
    reference=REFERENCE,
    body={"outcome": "formal alert", "seen_version": 4},
    answer=DECIDED,
)
def decide_case(form: DecisionForm, reference: str) -> dict[str, Any]:
    """Record what the panel decided, or what it says looking back at what one person decided at once."""
    record = panel.review if to_record(found(reference)) is Action.REVIEW else panel.decide
    record(session, reference, form, policy=policy(), actor=reviewer(), now=utc_now())
    return stands(found(reference))


@api.post("/cases/<reference>/at-once")
@key_scope(Scope.CASES_WRITE)
@api.arguments(AtOnceSchema(unknown=RAISE))
@commits
@remembered
@api.response(201, StandsSchema)
@api.alt_response(409)
@example(
    reference=REFERENCE,
    body={"reason": "Two people nearly died within an hour.", "seen_version": 4},
    answer=DECIDED | {"risk_to_life": True},
)
def decide_at_once(form: AtOnceForm, reference: str) -> dict[str, Any]:
    """Decide on a formal alert without the panel, because life is at risk. It looks back at it afterwards."""
    panel.decide_at_once(session, reference, form, policy=policy(), actor=reviewer(), now=utc_now())
    return stands(found(reference))


SENT_TO: Mapping[Action, str] = {
    **dict.fromkeys(service.MOVES, "move_case"),
    Action.GRADE: "grade_case",
    Action.RECUSE: "stand_aside",
    Action.VOTE: "vote_on_case",
    Action.DECIDE: "decide_case",
    Action.REVIEW: "decide_case",
    Action.DECIDE_AT_ONCE: "decide_at_once",
}
"""The call that does each action; the others are done on the pages alone."""


def stands(case: Case) -> dict[str, Any]:
    """Where a case stands."""
    return {
        "reference": case.reference,
        "title": case.title,
        "state": case.state,
        "version": case.version,
        "risk_to_life": case.risk_to_life,
        "outcome": panel.decided_outcome(case),
        "links": {"self": url_for("casework.show_case", reference=case.reference)},
    }


def shown(case: Case, actor: Actor) -> dict[str, Any]:
    """A case as this person may see it: what the others said is for those who have graded, as on its page."""
    return stands(case) | {
        "evidence": _references(case),
        "may_do": [
            {"action": action, "needs_reason": rule.needs_reason, "address": _address(case, action)}
            for action, rule in possible(case, actor).items()
        ],
        "stands_aside": panel.is_recused(case, actor.id),
        "questions": policy().questions,
        "panel": _said(case, policy()) if sees_gradings(case, actor) else None,
    }


def _references(case: Case) -> list[str]:
    """What it has gathered; a report that was merged into another does not stand for itself, as on its page."""
    merged = submissions.merged_into(session, service.reports_of(case))
    things = [one.report or one.lab_result for one in standing_for_itself(case, merged)]
    return [thing.reference for thing in things if thing is not None]


def _address(case: Case, action: Action) -> str | None:
    call = SENT_TO.get(action)
    return url_for(f"casework.{call}", reference=case.reference) if call else None


def _said(case: Case, rules: Policy) -> dict[str, Any]:
    return {
        "gradings": [
            {
                "name": one.person.name,
                "discipline": one.discipline,
                "answers": one.answers,
                "would_help": one.would_help,
                "comment": one.comment,
            }
            for one in panel.counting_gradings(case)
        ],
        "votes": [
            {"name": one.person.name, "discipline": one.discipline, "outcome": one.outcome, "reason": one.reason}
            for one in panel.counting_votes(case)
        ],
        "suggestion": panel.suggestion(case, rules),
        "quorum": panel.quorum_in_words(case, rules),
    }
