"""The pages of reports: the list, a report as it reads now, its way to a signature, and its editions as files."""

from typing import Any

from flask import Blueprint, Response, current_app, redirect, url_for

from ldis.audit import service as audit
from ldis.db import utc_now
from ldis.errors import Invalid
from ldis.papers import PDF_TYPE, WORD_TYPE, Paper, as_docx, as_pdf, from_json
from ldis.people import queries as people
from ldis.people.access import current_person, open_to
from ldis.people.rules import Role
from ldis.reporting import queries, service, views
from ldis.reporting.access import OWNERS, READERS, WRITERS, outline, sources_for, the_report
from ldis.reporting.models import Report, Stage
from ldis.reporting.schemas import (
    AgainSchema,
    BeginSchema,
    NewSectionSchema,
    SendBackSchema,
    SendSchema,
    SignSchema,
)
from ldis.web import attachment, commits, form_for, load_form, notice, redraws, render, session

pages = Blueprint("reporting", __name__, url_prefix="/reporting")

KINDS = "<any(docx, pdf):kind>"
MAKERS = {"pdf": (as_pdf, PDF_TYPE), "docx": (as_docx, WORD_TYPE)}


@pages.get("")
@open_to(*READERS)
def index() -> Any:
    """Every report of the partnership."""
    return render(
        "reporting/index.html",
        reports=queries.reports_of(session, partnership_id=current_person().partnership_id),
        form=form_for(BeginSchema),
        may_write=current_person().holds(*WRITERS),
        Stage=Stage,
    )


@pages.post("")
@open_to(*WRITERS)
@redraws(index)
@commits
def begin() -> Any:
    """Begin a report from its outline."""
    begun = load_form(BeginSchema)
    made = service.begin(
        session,
        begun.sort,
        ends_on=begun.ends_on,
        outline=outline(begun.sort),
        actor=current_person(),
        now=utc_now(),
    )
    return redirect(url_for("reporting.show", report_id=made.id))


@pages.get("/<int:report_id>")
@open_to(*READERS)
def show(report_id: int) -> Any:
    """A report as it reads now, with what is missing, and what may be done with it."""
    report, person = the_report(report_id), current_person()
    whole = views.whole(report, sources_for(report))
    return render(
        "reporting/show.html",
        report=report,
        whole=whole,
        blocks=list(whole.blocks),
        unsettled=sum(one.settled_at is None for section in report.sections for one in section.comments),
        may_write=person.holds(*WRITERS) and report.stage is Stage.DRAFT,
        may_sign=report.stage is Stage.SENT and report.owner_id == person.id,
        may_return=person.holds(*WRITERS) and report.stage is Stage.SENT,
        may_begin_again=person.holds(*WRITERS) and report.stage is Stage.SIGNED,
        section_form=form_for(NewSectionSchema, ids="add"),
        send_form=form_for(SendSchema, ids="send", choices={"owner": _owners()}, seen_version=report.version),
        back_form=form_for(SendBackSchema, ids="back", seen_version=report.version),
        sign_form=form_for(SignSchema, ids="sign", seen_version=report.version),
        again_form=form_for(AgainSchema, ids="again", seen_version=report.version),
        Stage=Stage,
    )


@pages.post("/<int:report_id>/sections")
@open_to(*WRITERS)
@redraws(show)
@commits
def add_section(report_id: int) -> Any:
    """Add a section at the end."""
    heading = load_form(NewSectionSchema).heading
    made = service.add_section(session, the_report(report_id), heading, actor=current_person(), now=utc_now())
    return redirect(url_for("reporting_sections.edit", report_id=report_id, section_id=made.id))


@pages.post("/<int:report_id>/send")
@open_to(*WRITERS)
@redraws(show)
@commits
def send(report_id: int) -> Any:
    """Send it to the Senior Responsible Owner."""
    report, sending = the_report(report_id), load_form(SendSchema)
    owner = next((one for one in _leads() if one.id == sending.owner), None)
    if owner is None:
        raise Invalid({"owner": ["Choose who signs it."]})
    service.send(
        session,
        report,
        owner,
        problems=views.whole(report, sources_for(report)).problems,
        seen_version=sending.seen_version,
        link=f"{current_app.config['PUBLIC_URL']}{url_for('reporting.show', report_id=report_id)}",
        actor=current_person(),
        now=utc_now(),
    )
    notice(f"Sent to {owner.name}, who is told by e-mail.")
    return redirect(url_for("reporting.show", report_id=report_id))


@pages.post("/<int:report_id>/send-back")
@open_to(*WRITERS)
@redraws(show)
@commits
def send_back(report_id: int) -> Any:
    """Let it be changed again."""
    service.send_back(session, the_report(report_id), actor=current_person(), **vars(load_form(SendBackSchema)))
    notice("It can be changed again.")
    return redirect(url_for("reporting.show", report_id=report_id))


@pages.post("/<int:report_id>/sign")
@open_to(*OWNERS)
@redraws(show)
@commits
def sign(report_id: int) -> Any:
    """Sign it. From then on this edition never changes."""
    report, person, now = the_report(report_id), current_person(), utc_now()
    whole = views.whole(report, sources_for(report))
    status = f"signed by {person.name} on {now:%-d %B %Y}"
    paper = views.paper_of(report, whole, place=person.partnership_name, status=status)
    signature = load_form(SignSchema)
    made = service.sign(session, report, paper, problems=whole.problems, actor=person, now=now, **vars(signature))
    notice("Signed. This edition never changes.")
    return redirect(url_for("reporting.edition", report_id=report_id, number=made.number))


@pages.post("/<int:report_id>/begin-again")
@open_to(*WRITERS)
@redraws(show)
@commits
def begin_again(report_id: int) -> Any:
    """Begin the next edition."""
    service.begin_again(session, the_report(report_id), actor=current_person(), **vars(load_form(AgainSchema)))
    notice("A new edition is begun. The signed one stays as it is.")
    return redirect(url_for("reporting.show", report_id=report_id))


@pages.get("/<int:report_id>/signed/<int:number>")
@open_to(*READERS)
def edition(report_id: int, number: int) -> Any:
    """An edition as it was signed."""
    report = the_report(report_id)
    found = queries.the_edition(report, number)
    return render("reporting/edition.html", report=report, edition=found, paper=from_json(found.paper))


@pages.post(f"/<int:report_id>/report.{KINDS}")
@open_to(*READERS)
@commits
def take_draft(report_id: int, kind: str) -> Any:
    """A report as it reads now, as a file."""
    report, person = the_report(report_id), current_person()
    status = "a draft that nobody has signed"
    whole = views.whole(report, sources_for(report))
    paper = views.paper_of(report, whole, place=person.partnership_name, status=status)
    return _handed_over(report, paper, kind, f"report-{report.id}-draft")


@pages.post(f"/<int:report_id>/signed/<int:number>.{KINDS}")
@open_to(*READERS)
@commits
def take_edition(report_id: int, number: int, kind: str) -> Any:
    """An edition as it was signed, as a file."""
    report = the_report(report_id)
    paper = from_json(queries.the_edition(report, number).paper)
    return _handed_over(report, paper, kind, f"report-{report.id}-edition-{number}")


def _handed_over(report: Report, paper: Paper, kind: str, name: str) -> Response:
    make, content_type = MAKERS[kind]
    person = current_person()
    audit.record(
        session,
        "report taken away",
        f"report/{report.id}",
        actor=person.label,
        partnership_id=person.partnership_id,
        detail={"file": f"{name}.{kind}"},
    )
    return attachment(make(paper), content_type, f"{name}.{kind}")


def _leads() -> Any:
    return people.people_with_role(session, Role.LEAD, partnership_id=current_person().partnership_id)


def _owners() -> list[tuple[int, str]]:
    return [(one.id, one.name) for one in _leads()]
