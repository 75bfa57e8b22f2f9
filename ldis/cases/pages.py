"""The review on pages: what came in, and cases with their moves."""

import uuid
from typing import Any

from flask import Blueprint, current_app, redirect, url_for

from ldis.cases import panel, queries, service
from ldis.cases.beside import beside
from ldis.cases.policy import Policy
from ldis.cases.rules import Action
from ldis.cases.schemas import (
    DecisionSchema,
    JoiningSchema,
    LinkSchema,
    MoveSchema,
    OpeningSchema,
    RecusalSchema,
    VoteSchema,
    grading_schema,
)
from ldis.cases.views import case_page, first_title, thing_page
from ldis.db import utc_now
from ldis.followup.schemas import QuestionSchema
from ldis.people import queries as people
from ldis.people.access import current_person, open_to
from ldis.people.rules import Role
from ldis.photos.schemas import RemovalSchema
from ldis.submissions import queries as submissions
from ldis.submissions.models import IncidentReport, LabResult
from ldis.substances.access import known_names
from ldis.web import commits, form_for, load_form, notice, redraws, render, session

pages = Blueprint("cases", __name__)

REVIEWERS = (Role.COORDINATOR, Role.PANEL_MEMBER, Role.LEAD)


def policy() -> Policy:
    """The procedure in force."""
    found = current_app.extensions["ldis.policy"]
    assert isinstance(found, Policy)
    return found


def the_thing(kind: str, reference: str) -> IncidentReport | LabResult:
    """The report or result that an address names, within the person's partnership."""
    find = submissions.the_report if kind == "reports" else submissions.the_result
    return find(session, reference, partnership_id=current_person().partnership_id)


@pages.get("/<any(reports, results):kind>/<reference>")
@open_to(*REVIEWERS)
def incoming(kind: str, reference: str) -> Any:
    """One report or result: what was said, what was read in it, what looks like it."""
    thing = the_thing(kind, reference)
    place = people.partnership_numbered(session, current_person().partnership_id).place
    cases = queries.cases_taking_evidence(session, partnership_id=current_person().partnership_id)
    shown = thing_page(session, thing, current_person(), policy=policy())
    return render(
        "cases/incoming.html",
        kind=kind,
        opening=form_for(OpeningSchema, ids="open", title=first_title(thing)),
        joining=form_for(
            JoiningSchema,
            ids="join",
            choices={"case": [(case.reference, f"{case.reference} {case.title}") for case in cases]},
        ),
        any_open=bool(cases),
        link_form=form_for(LinkSchema, ids="link"),
        removals={one.id: form_for(RemovalSchema, ids=f"photo-{one.id}") for one in shown["photos"]},
        **shown,
        asking=form_for(QuestionSchema, ids="ask", submission_key=uuid.uuid4().hex),
        **beside(session, thing, current_person(), names=known_names(place)),
    )


@pages.post("/<any(reports, results):kind>/<reference>/open-case")
@open_to(Role.COORDINATOR)
@redraws(incoming)
@commits
def open_case(kind: str, reference: str) -> Any:
    """Open a case about a report or a result."""
    form = load_form(OpeningSchema)
    case = service.open_case(
        session, title=form.title, first=the_thing(kind, reference), actor=current_person(), now=utc_now()
    )
    return redirect(url_for("cases.show", reference=case.reference))


@pages.post("/<any(reports, results):kind>/<reference>/join-case")
@open_to(Role.COORDINATOR)
@redraws(incoming)
@commits
def join_case(kind: str, reference: str) -> Any:
    """Let a report or a result join an open case."""
    form = load_form(JoiningSchema)
    case = service.add_evidence(
        session, form.case, the_thing(kind, reference), actor=current_person(), now=utc_now()
    )
    notice(f"Added to case {case.reference}.")
    return redirect(url_for("cases.show", reference=case.reference))


@pages.get("/cases/<reference>")
@open_to(*REVIEWERS)
def show(reference: str) -> Any:
    """One case: where it stands, the next step, the evidence, the panel, the history."""
    case = queries.the_case(session, reference, partnership_id=current_person().partnership_id)
    return render("cases/show.html", **case_page(session, case, current_person(), policy=policy(), now=utc_now()))


@pages.post("/cases/<reference>/move")
@open_to(Role.COORDINATOR)
@redraws(show)
@commits
def move(reference: str) -> Any:
    """Move a case along the table of rules."""
    form = load_form(MoveSchema)
    service.move(
        session,
        reference,
        form.action,
        reason=form.reason,
        seen_version=form.seen_version,
        actor=current_person(),
        now=utc_now(),
    )
    return redirect(url_for("cases.show", reference=reference))


@pages.get("/cases/<reference>/grade")
@open_to(Role.PANEL_MEMBER)
def grade(reference: str) -> Any:
    """The evidence in short and the questions, on a phone."""
    case = queries.the_case(session, reference, partnership_id=current_person().partnership_id)
    service.allowed(case, Action.GRADE, actor=current_person(), reason="")
    return render(
        "cases/grade.html",
        form=form_for(grading_schema(policy().questions), seen_version=case.version),
        recusal=form_for(RecusalSchema, ids="recuse", seen_version=case.version),
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
    return redirect(url_for("cases.vote", reference=reference))


@pages.post("/cases/<reference>/recusal")
@open_to(Role.PANEL_MEMBER)
@redraws(grade)
@commits
def recuse(reference: str) -> Any:
    """Stand aside from a case."""
    form = load_form(RecusalSchema)
    panel.recuse(session, reference, form, actor=current_person(), now=utc_now())
    notice("You stand aside from this case. You will not be asked about it again.")
    return redirect(url_for("cases.show", reference=reference))


@pages.get("/cases/<reference>/vote")
@open_to(Role.PANEL_MEMBER)
def vote(reference: str) -> Any:
    """What the others said, where the members differ, the suggestion and why; then the vote."""
    case = queries.the_case(session, reference, partnership_id=current_person().partnership_id)
    service.allowed(case, Action.VOTE, actor=current_person(), reason="")
    return render(
        "cases/vote.html",
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
    return redirect(url_for("cases.show", reference=reference))


@pages.get("/cases/<reference>/decision")
@open_to(Role.COORDINATOR)
def decision(reference: str) -> Any:
    """What the votes come to, ready to be recorded."""
    case = queries.the_case(session, reference, partnership_id=current_person().partnership_id)
    service.allowed(case, Action.DECIDE, actor=current_person(), reason="")
    return render(
        "cases/decision.html",
        form=form_for(DecisionSchema, seen_version=case.version, outcome=panel.leading_outcome(case)),
        **case_page(session, case, current_person(), policy=policy(), now=utc_now()),
    )


@pages.post("/cases/<reference>/decision")
@open_to(Role.COORDINATOR)
@redraws(decision)
@commits
def decide(reference: str) -> Any:
    """Record what the panel decided."""
    form = load_form(DecisionSchema)
    panel.decide(session, reference, form, policy=policy(), actor=current_person(), now=utc_now())
    return redirect(url_for("cases.show", reference=reference))
