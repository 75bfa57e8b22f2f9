"""What came in, on pages: one report or result, and the case that it opens or joins."""

import uuid
from typing import Any

from flask import Blueprint, redirect, url_for

from ldis.cases import gathering, queries
from ldis.cases.access import REVIEWERS, policy
from ldis.cases.beside import beside
from ldis.cases.restricted import restricted
from ldis.cases.schemas import JoiningSchema, LinkSchema, OpeningSchema
from ldis.cases.views import first_title, thing_page
from ldis.db import utc_now
from ldis.followup.schemas import QuestionSchema
from ldis.people import queries as people
from ldis.people.access import current_person, open_to
from ldis.people.rules import Role
from ldis.people.watching import note_seen
from ldis.photos.schemas import RemovalSchema
from ldis.submissions import queries as submissions
from ldis.submissions.models import IncidentReport, LabResult
from ldis.substances.access import known_names
from ldis.web import commits, form_for, load_form, notice, redraws, render, session

pages = Blueprint("cases", __name__)


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
    watched = restricted(session, [thing], partnership_id=thing.partnership_id)
    page = render(
        "cases/incoming.html",
        kind=kind,
        opening=form_for(OpeningSchema, ids="open", title=first_title(thing)),
        joining=form_for(
            JoiningSchema,
            ids="join",
            case=next((one.case.reference for one in shown["recalls"] if one.case in cases), None),
            choices={"case": [(case.reference, f"{case.reference} {case.title}") for case in cases]},
        ),
        any_open=bool(cases),
        link_form=form_for(LinkSchema, ids="link"),
        removals={one.id: form_for(RemovalSchema, ids=f"photo-{one.id}") for one in shown["photos"]},
        **shown,
        asking=form_for(QuestionSchema, ids="ask", submission_key=uuid.uuid4().hex),
        **beside(session, thing, current_person(), names=known_names(place)),
    )
    note_seen(*watched)
    return page


@pages.post("/<any(reports, results):kind>/<reference>/open-case")
@open_to(Role.COORDINATOR)
@redraws(incoming)
@commits
def open_case(kind: str, reference: str) -> Any:
    """Open a case about a report or a result."""
    form = load_form(OpeningSchema)
    case = gathering.open_case(
        session, title=form.title, first=the_thing(kind, reference), actor=current_person(), now=utc_now()
    )
    return redirect(url_for("casefile.show", reference=case.reference))


@pages.post("/<any(reports, results):kind>/<reference>/join-case")
@open_to(Role.COORDINATOR)
@redraws(incoming)
@commits
def join_case(kind: str, reference: str) -> Any:
    """Let a report or a result join an open case."""
    form = load_form(JoiningSchema)
    case = gathering.add_evidence(
        session, form.case, the_thing(kind, reference), actor=current_person(), now=utc_now()
    )
    notice(f"Added to case {case.reference}.")
    return redirect(url_for("casefile.show", reference=case.reference))
