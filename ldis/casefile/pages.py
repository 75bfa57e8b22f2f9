"""One case: its page, and the moves that are made from it."""

from typing import Any

from flask import Blueprint, redirect, url_for

from ldis.casefile.steps import BUTTONS
from ldis.casefile.views import case_page, everything_in
from ldis.cases import gathering, queries, service
from ldis.cases.access import REVIEWERS, policy, the_case
from ldis.cases.models import Case
from ldis.cases.restricted import restricted
from ldis.cases.rules import Action
from ldis.cases.schemas import AssignSchema, MergeSchema, MoveSchema, SplitSchema
from ldis.convening.access import note_opened
from ldis.db import utc_now
from ldis.errors import NotAllowed
from ldis.people.access import current_person, open_to
from ldis.people.rules import Role
from ldis.people.watching import note_seen
from ldis.web import commits, form_for, load_form, notice, redraws, render, session

pages = Blueprint("casefile", __name__)


@pages.get("/cases/<reference>")
@open_to(*REVIEWERS)
def show(reference: str) -> Any:
    """One case: where it stands, the next step, the evidence, the panel, the history."""
    case = the_case(reference)
    note_opened(case, current_person())
    page = render(
        "casefile/show.html", **case_page(session, case, current_person(), policy=policy(), now=utc_now())
    )
    note_seen(*restricted(session, everything_in(session, case), partnership_id=case.partnership_id))
    return page


@pages.post("/cases/<reference>/move")
@open_to(Role.COORDINATOR)
@redraws(show)
@commits
def move(reference: str) -> Any:
    """Move a case along the table of rules."""
    form = load_form(MoveSchema)
    if form.action not in BUTTONS:
        raise NotAllowed("This is done on a page of its own.")
    service.move(
        session,
        reference,
        form.action,
        reason=form.reason,
        seen_version=form.seen_version,
        actor=current_person(),
        now=utc_now(),
    )
    return redirect(url_for("casefile.show", reference=reference))


@pages.get("/cases/<reference>/holder")
@open_to(Role.COORDINATOR)
def holder(reference: str) -> Any:
    """Who holds the case, and who could."""
    case = the_case(reference)
    service.allowed(case, Action.ASSIGN, actor=current_person(), reason="")
    could = queries.coordinators(session, partnership_id=case.partnership_id)
    form = form_for(
        AssignSchema,
        seen_version=case.version,
        holder=case.coordinator_id,
        choices={"holder": [(str(person_id), name) for person_id, name in could.items()]},
    )
    return render("casefile/holder.html", case=case, form=form)


@pages.post("/cases/<reference>/holder")
@open_to(Role.COORDINATOR)
@redraws(holder)
@commits
def assign(reference: str) -> Any:
    """Give a case to a coordinator."""
    form = load_form(AssignSchema)
    case = service.assign(
        session, reference, form.holder, seen_version=form.seen_version, actor=current_person(), now=utc_now()
    )
    notice(f"Case {case.reference} is held by {case.coordinator.name if case.coordinator else 'nobody'}.")
    return redirect(url_for("casefile.show", reference=reference))


@pages.get("/cases/<reference>/split")
@open_to(Role.COORDINATOR)
def split(reference: str) -> Any:
    """What could be taken out of the case."""
    case = the_case(reference)
    service.allowed(case, Action.SPLIT_OUT, actor=current_person(), reason="not given yet")
    form = form_for(SplitSchema, seen_version=case.version, choices={"evidence": gathered(case)})
    return render("casefile/split.html", case=case, form=form)


@pages.post("/cases/<reference>/split")
@open_to(Role.COORDINATOR)
@redraws(split)
@commits
def split_out(reference: str) -> Any:
    """Take a report or result out, into a case of its own."""
    form = load_form(SplitSchema)
    other = gathering.split_out(
        session,
        reference,
        form.evidence,
        title=form.title,
        reason=form.reason,
        seen_version=form.seen_version,
        actor=current_person(),
        now=utc_now(),
    )
    notice(f"{form.evidence} is now in case {other.reference}, apart from {reference}.")
    return redirect(url_for("casefile.show", reference=other.reference))


@pages.get("/cases/<reference>/merge")
@open_to(Role.COORDINATOR)
def merge(reference: str) -> Any:
    """Which other case could take this one in."""
    case = the_case(reference)
    service.allowed(case, Action.MERGE, actor=current_person(), reason="not given yet")
    others = queries.cases_that_take_in(session, partnership_id=case.partnership_id)
    form = form_for(
        MergeSchema,
        seen_version=case.version,
        choices={"into": [(one.reference, f"{one.reference} {one.title}") for one in others if one is not case]},
    )
    return render("casefile/merge.html", case=case, form=form, any_other=len(others) > 1)


@pages.post("/cases/<reference>/merge")
@open_to(Role.COORDINATOR)
@redraws(merge)
@commits
def merge_into(reference: str) -> Any:
    """Close a case by letting another take in what it gathered."""
    form = load_form(MergeSchema)
    kept = gathering.merge_cases(
        session,
        reference,
        form.into,
        reason=form.reason,
        seen_version=form.seen_version,
        actor=current_person(),
        now=utc_now(),
    )
    notice(f"Case {reference} is merged into {kept.reference}. Its history is kept.")
    return redirect(url_for("casefile.show", reference=kept.reference))


def gathered(case: Case) -> list[tuple[str, str]]:
    """The reports and results of a case, to choose from."""
    things = [evidence.report or evidence.lab_result for evidence in case.evidence]
    return [(one.reference, f"{one.reference} {one.sold_as or ''}".strip()) for one in things if one is not None]
