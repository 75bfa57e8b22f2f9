"""Indicators as files, and the areas of one beside each other. Files hold what may be published, whoever asks."""

from typing import Any

from flask import Blueprint, Response

from ldis.audit import service as audit
from ldis.db import utc_now
from ldis.indicators import comparing, papers, views
from ldis.indicators.access import READERS, dictionary, places, the_indicator
from ldis.papers import PDF_TYPE, as_pdf
from ldis.people.access import current_person, open_to
from ldis.tables import CONTENT_TYPES, FileKind, file_of
from ldis.web import attachment, commits, render, session, today

pages = Blueprint("figure_papers", __name__, url_prefix="/indicators")

KINDS = "<any(csv, ods, pdf, xlsx):kind>"


@pages.post(f"/<code>/figures.{KINDS}")
@open_to(*READERS)
@commits
def take_indicator(code: str, kind: str) -> Any:
    """A series as a file."""
    indicator, person = the_indicator(code), current_person()
    known = views.known_to(session, dictionary(), person, published=True, only=indicator)
    if kind == "pdf":
        paper = papers.indicator_paper(known, indicator, place=person.partnership_name, on=today())
        return _handed_over(as_pdf(paper), PDF_TYPE, code, kind)
    rows = papers.rows_of(known, indicator, places())
    return _table(indicator.title, rows, code, FileKind(kind))


@pages.post(f"/scorecard.{KINDS}")
@open_to(*READERS)
@commits
def take_scorecard(kind: str) -> Any:
    """The scorecard as a file."""
    person = current_person()
    lines = views.scorecard(views.known_to(session, dictionary(), person, published=True, parts=["all"]))
    if kind == "pdf":
        paper = papers.scorecard_paper(lines, place=person.partnership_name, on=today())
        return _handed_over(as_pdf(paper), PDF_TYPE, "scorecard", kind)
    return _table("Treatment scorecard", papers.scorecard_rows(lines), "scorecard", FileKind(kind))


@pages.get("/<code>/areas")
@open_to(*READERS)
def compare(code: str) -> Any:
    """The areas of the partnership beside each other."""
    indicator = the_indicator(code)
    known = views.known_to(session, dictionary(), current_person(), only=indicator)
    return render(
        "indicators/areas.html",
        indicator=indicator,
        restricted=known.restricted,
        unit=views.unit_of(indicator),
        **comparing.beside_each_other(known, indicator, places()),
    )


def _table(about: str, rows: papers.Rows, name: str, kind: FileKind) -> Response:
    cover = papers.cover(current_person().partnership_name, on=today(), about=about)
    sheets = {"Figures": rows} if kind is FileKind.CSV else {"About": cover, "Figures": rows}
    return _handed_over(file_of(kind, sheets), CONTENT_TYPES[kind], name, kind.value)


def _handed_over(content: bytes, content_type: str, name: str, kind: str) -> Response:
    person = current_person()
    audit.record(
        session,
        "figures taken away",
        f"indicator/{name}",
        actor=person.label,
        partnership_id=person.partnership_id,
        detail={"kind": kind},
    )
    return attachment(content, content_type, f"{name}-{utc_now():%Y-%m-%d}.{kind}")
