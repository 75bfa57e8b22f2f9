"""The pages on which a section of a report is written and discussed."""

from typing import Any

from flask import Blueprint, redirect, url_for

from ldis.db import utc_now
from ldis.people.access import current_person, open_to
from ldis.reporting import queries, service, views
from ldis.reporting.access import READERS, WRITERS, sources_for, the_section
from ldis.reporting.composing import compose
from ldis.reporting.models import Stage
from ldis.reporting.schemas import CommentSchema, SectionSchema
from ldis.web import commits, form_for, load_form, notice, redraws, render, session

pages = Blueprint(
    "reporting_sections", __name__, url_prefix="/reporting/<int:report_id>/sections/<int:section_id>"
)


@pages.get("")
@open_to(*READERS)
def edit(report_id: int, section_id: int) -> Any:
    """A section: its text, how it reads, what was said about it, and what it said before."""
    section, person = the_section(report_id, section_id), current_person()
    sources = sources_for(section.report)
    return render(
        "reporting/section.html",
        report=section.report,
        section=section,
        composed=compose(section.text, sources),
        offered=views.offered(sources),
        form=form_for(
            SectionSchema,
            ids="text",
            heading=section.heading,
            text=section.text,
            seen_version=section.version,
        ),
        comment_form=form_for(CommentSchema, ids="comment"),
        may_write=person.holds(*WRITERS) and section.report.stage is Stage.DRAFT,
        may_comment=section.report.stage is not Stage.SIGNED,
    )


@pages.post("")
@open_to(*WRITERS)
@redraws(edit)
@commits
def save(report_id: int, section_id: int) -> Any:
    """Keep what it says."""
    section, written = the_section(report_id, section_id), load_form(SectionSchema)
    service.save_section(
        session,
        section,
        composed=compose(written.text, sources_for(section.report)),
        actor=current_person(),
        now=utc_now(),
        **vars(written),
    )
    notice("Saved.")
    return redirect(url_for("reporting_sections.edit", report_id=report_id, section_id=section_id))


@pages.post("/<any(up, down):way>")
@open_to(*WRITERS)
@commits
def move(report_id: int, section_id: int, way: str) -> Any:
    """Let it change places with its neighbour."""
    service.move(session, the_section(report_id, section_id), up=way == "up", actor=current_person())
    return redirect(url_for("reporting.show", report_id=report_id))


@pages.post("/remove")
@open_to(*WRITERS)
@redraws(edit)
@commits
def remove(report_id: int, section_id: int) -> Any:
    """Take it out."""
    service.remove(session, the_section(report_id, section_id), actor=current_person(), now=utc_now())
    notice("The section is taken out.")
    return redirect(url_for("reporting.show", report_id=report_id))


@pages.post("/comments")
@open_to(*READERS)
@redraws(edit)
@commits
def comment(report_id: int, section_id: int) -> Any:
    """Say something about it."""
    words = load_form(CommentSchema).words
    service.comment(session, the_section(report_id, section_id), words, actor=current_person(), now=utc_now())
    notice("Your comment is kept.")
    return redirect(url_for("reporting_sections.edit", report_id=report_id, section_id=section_id))


@pages.post("/settle/<int:comment_id>")
@open_to(*WRITERS)
@commits
def settle(report_id: int, section_id: int, comment_id: int) -> Any:
    """Say that a comment is dealt with."""
    section = the_section(report_id, section_id)
    service.settle(
        session, queries.the_comment(section, comment_id), section, actor=current_person(), now=utc_now()
    )
    return redirect(url_for("reporting_sections.edit", report_id=report_id, section_id=section_id))
