"""What the panel does on pages: grade, stand aside, vote; and what was decided, recorded."""

from typing import Any

from flask import Blueprint, redirect, url_for

from ldis.casefile.pages import show
from ldis.casefile.steps import to_record
from ldis.casefile.views import case_page
from ldis.cases import panel, service
from ldis.cases.access import policy, the_case
from ldis.cases.ballots import AtOnceSchema, DecisionSchema, RecusalSchema, VoteSchema, grading_schema
from ldis.cases.rules import Action
from ldis.convening.access import note_opened
from ldis.db import utc_now
from ldis.people.access import current_person, open_to
from ldis.people.rules import Role
from ldis.web import commits, form_for, load_form, notice, redraws, render, session

pages = Blueprint("judging", __name__)


@pages.get("/cases/<reference>/grade")
@open_to(Role.PANEL_MEMBER)
def grade(reference: str) -> Any:
    """The evidence in short and the questions, on a phone."""
    case = the_case(reference)
    service.allowed(case, Action.GRADE, actor=current_person(), reason="")
    note_opened(case, current_person())
    return render(
        "casefile/grade.html",
        form=form_for(grading_schema(policy().questions), seen_version=case.version),
        questions=policy().questions,
        **case_page(session, case, current_person(), policy=policy(), now=utc_now()),
    )


@pages.post("/cases/<reference>/grade")
@open_to(Role.PANEL_MEMBER)
@redraws(grade)
@commits
def give_grading(reference: str) -> Any:
    """Take one member's grading."""
    form = load_form(grading_schema(policy().questions))
    panel.grade(session, reference, form, policy=policy(), actor=current_person(), now=utc_now())
    return redirect(url_for("judging.vote", reference=reference))


@pages.post("/cases/<reference>/recusal")
@open_to(Role.PANEL_MEMBER)
@redraws(show)
@commits
def recuse(reference: str) -> Any:
    """Stand aside from a case."""
    form = load_form(RecusalSchema)
    panel.recuse(session, reference, form, actor=current_person(), now=utc_now())
    notice("You stand aside from this case. You will not be asked about it again.")
    return redirect(url_for("casefile.show", reference=reference))


@pages.get("/cases/<reference>/vote")
@open_to(Role.PANEL_MEMBER)
def vote(reference: str) -> Any:
    """What the others said, where the members differ, the suggestion and why; then the vote."""
    case = the_case(reference)
    service.allowed(case, Action.VOTE, actor=current_person(), reason="")
    return render(
        "casefile/vote.html",
        form=form_for(VoteSchema, seen_version=case.version),
        **case_page(session, case, current_person(), policy=policy(), now=utc_now()),
    )


@pages.post("/cases/<reference>/vote")
@open_to(Role.PANEL_MEMBER)
@redraws(vote)
@commits
def cast_vote(reference: str) -> Any:
    """Take one member's vote."""
    form = load_form(VoteSchema)
    panel.vote(session, reference, form, policy=policy(), actor=current_person(), now=utc_now())
    notice("Your vote is counted.")
    return redirect(url_for("casefile.show", reference=reference))


@pages.get("/cases/<reference>/decision")
@open_to(Role.COORDINATOR, Role.PANEL_MEMBER)
def decision(reference: str) -> Any:
    """What the votes come to, ready to be recorded: the panel's decision, or its look back at one taken at once."""
    case = the_case(reference)
    service.allowed(case, to_record(case), actor=current_person(), reason="")
    return render(
        "casefile/decision.html",
        form=form_for(DecisionSchema, seen_version=case.version, outcome=panel.leading_outcome(case)),
        looks_back=to_record(case) is Action.REVIEW,
        **case_page(session, case, current_person(), policy=policy(), now=utc_now()),
    )


@pages.post("/cases/<reference>/decision")
@open_to(Role.COORDINATOR, Role.PANEL_MEMBER)
@redraws(decision)
@commits
def decide(reference: str) -> Any:
    """Record what the panel decided."""
    form = load_form(DecisionSchema)
    record = panel.review if to_record(the_case(reference)) is Action.REVIEW else panel.decide
    record(session, reference, form, policy=policy(), actor=current_person(), now=utc_now())
    return redirect(url_for("casefile.show", reference=reference))


@pages.get("/cases/<reference>/at-once")
@open_to(Role.COORDINATOR, Role.PANEL_MEMBER)
def at_once(reference: str) -> Any:
    """What deciding at once means, and why it cannot wait."""
    case = the_case(reference)
    service.allowed(case, Action.DECIDE_AT_ONCE, actor=current_person(), reason="not given yet")
    return render(
        "casefile/at_once.html",
        form=form_for(AtOnceSchema, seen_version=case.version),
        hours=policy().clocks.review_at_once_hours,
        **case_page(session, case, current_person(), policy=policy(), now=utc_now()),
    )


@pages.post("/cases/<reference>/at-once")
@open_to(Role.COORDINATOR, Role.PANEL_MEMBER)
@redraws(at_once)
@commits
def decide_at_once(reference: str) -> Any:
    """Decide on an alert at once; the panel looks back at it."""
    form = load_form(AtOnceSchema)
    panel.decide_at_once(session, reference, form, policy=policy(), actor=current_person(), now=utc_now())
    notice("Decided. Draft the alert now; somebody other than its author approves it.")
    return redirect(url_for("casefile.show", reference=reference))
