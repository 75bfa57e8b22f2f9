"""What a coordinator does about a report's reporter: ask a question, and say that what was added has been read."""

from typing import Any

from flask import Blueprint, current_app, redirect, url_for

from ldis.cases.pages import incoming
from ldis.db import utc_now
from ldis.followup import service
from ldis.followup.schemas import QuestionSchema, ReadSchema
from ldis.people.access import current_person, open_to
from ldis.people.rules import Role
from ldis.submissions import queries as submissions
from ldis.submissions.models import IncidentReport
from ldis.web import commits, load_form, notice, redraws, session

pages = Blueprint("reporters", __name__)


@pages.post("/<any(reports):kind>/<reference>/question")
@open_to(Role.COORDINATOR)
@redraws(incoming)
@commits
def ask(kind: str, reference: str) -> Any:
    """Ask the reporter one question."""
    form = load_form(QuestionSchema)
    public_url = current_app.config["PUBLIC_URL"]
    report = the_report(reference)
    service.ask(session, report, form, actor=current_person(), public_url=public_url, now=utc_now())
    notice("The question is on its way to the reporter. The answer will stand here.")
    return redirect(url_for("cases.incoming", kind=kind, reference=report.reference))


@pages.post("/<any(reports):kind>/<reference>/read")
@open_to(Role.COORDINATOR)
@redraws(incoming)
@commits
def read(kind: str, reference: str) -> Any:
    """Say that what was added to a report has been read."""
    form = load_form(ReadSchema)
    report = the_report(reference)
    service.mark_read(session, report, up_to=form.up_to, actor=current_person(), now=utc_now())
    return redirect(url_for("cases.incoming", kind=kind, reference=report.reference))


def the_report(reference: str) -> IncidentReport:
    """The report that an address names, within the person's partnership."""
    return submissions.the_report(session, reference, partnership_id=current_person().partnership_id)
