"""The pages on which a file of figures is handed in, looked at, and taken in."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, redirect, request, url_for
from sqlalchemy import delete

from ldis.db import utc_now
from ldis.errors import Invalid, NotAllowed, NotFound
from ldis.indicators import imports, long_files
from ldis.indicators.access import KEEPERS, dictionary
from ldis.indicators.imports import Becomes
from ldis.indicators.models import FigureFile, Reading
from ldis.indicators.schemas import FigureFileSchema, TakeFiguresSchema
from ldis.indicators.sheet import ADVICE, COLUMNS
from ldis.people.access import current_person, open_to
from ldis.tables import CSV_TYPE, MOST_BYTES, WORKBOOK_TYPE, TooLong, csv_file, workbook_file
from ldis.web import (
    attachment,
    commits,
    form_for,
    keep_typed,
    load_form,
    notice,
    redraws,
    render,
    session,
    takes_files,
)
from ldis.work import defer

pages = Blueprint("figure_files", __name__, url_prefix="/indicators/import")

ROOM = MOST_BYTES // 1024**2 + 1
KEPT_FOR = timedelta(days=1)
MOST_SHOWN = 200


@pages.get("")
@open_to(*KEEPERS)
def index() -> Any:
    """How to hand in a file."""
    form = form_for(FigureFileSchema)
    return render(
        "indicators/import.html", form=form, columns=COLUMNS, advice=ADVICE, most_rows=long_files.MOST_ROWS
    )


@pages.post("")
@takes_files(ROOM)
@open_to(*KEEPERS)
@redraws(index)
@commits
def upload() -> Any:
    """Keep a file to look at what it would change. A file that is no table is refused at once."""
    keep_typed(FigureFileSchema)
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise Invalid({"file": ["Choose a file."]})
    content, person, now = sent.read(), current_person(), utc_now()
    reading = Reading.SHORT
    try:
        imports.check(session, content, dictionary=dictionary(), partnership_id=person.partnership_id)
    except TooLong:
        reading = Reading.WAITING
    session.execute(delete(FigureFile).where(FigureFile.uploaded_at < now - KEPT_FOR))
    file = FigureFile(
        partnership_id=person.partnership_id,
        file_name=sent.filename[:120],
        content=content,
        uploaded_by=person.label,
        uploaded_at=now,
        reading=reading,
    )
    session.add(file)
    session.flush()
    if reading is Reading.WAITING:
        defer(session, "indicators.read", file_id=file.id)
    return redirect(url_for("figure_files.show", file_id=file.id))


@pages.get("/<int:file_id>")
@open_to(*KEEPERS)
def show(file_id: int) -> Any:
    """What a file would change, figure by figure, and what is wrong with it."""
    file = _the_file(file_id)
    if file.reading is not Reading.SHORT:
        return render(
            "indicators/import_long.html",
            file=file,
            form=form_for(TakeFiguresSchema, seen=str(file.id)),
            Reading=Reading,
        )
    plan = imports.check(session, file.content, dictionary=dictionary(), partnership_id=file.partnership_id)
    return render(
        "indicators/import_file.html",
        file=file,
        plan=plan,
        form=form_for(TakeFiguresSchema, seen=plan.digest),
        titles={code: one.title for code, one in dictionary().indicators.items()},
        Becomes=Becomes,
        most_shown=MOST_SHOWN,
    )


@pages.post("/<int:file_id>")
@open_to(*KEEPERS)
@redraws(show)
@commits
def take_in(file_id: int) -> Any:
    """Take in what was looked at: all of it, or nothing where anything has changed meanwhile."""
    file, said = _the_file(file_id), load_form(TakeFiguresSchema)
    if file.reading is not Reading.SHORT:
        return _take_in_long(file, said.why)
    written = imports.take_in(
        session,
        file.content,
        dictionary=dictionary(),
        seen=said.seen,
        why=said.why,
        actor=current_person(),
        now=utc_now(),
    )
    session.delete(file)
    notice(f"{written.new} figures are new, {written.changed} changed.")
    return redirect(url_for("indicators.periods"))


@pages.post("/<int:file_id>/throw-away")
@open_to(*KEEPERS)
@commits
def throw_away(file_id: int) -> Any:
    """Forget a file."""
    session.delete(_the_file(file_id))
    notice("The file is thrown away. Nothing of it was taken in.")
    return redirect(url_for("figure_files.index"))


@pages.get("/template.<any(csv, xlsx):kind>")
@open_to(*KEEPERS)
def template(kind: str) -> Any:
    """An empty table to fill in."""
    if kind == "csv":
        return attachment(csv_file([[column.heading for column in COLUMNS]]), CSV_TYPE, "figures.csv")
    return attachment(workbook_file("Figures", COLUMNS, advice=ADVICE), WORKBOOK_TYPE, "figures.xlsx")


def _take_in_long(file: FigureFile, why: str) -> Any:
    session.refresh(file, with_for_update=True)
    if file.reading is not Reading.READ or file.faults:
        raise NotAllowed("This file cannot be taken in now. Look at it again.")
    if file.changed and not why.strip():
        raise Invalid({"why": [f"Say why: figures change ({file.changed:,} of them)."]})
    file.reading, file.refused, person = Reading.TAKING_IN, "", current_person()
    defer(
        session,
        "indicators.take_in",
        file_id=file.id,
        why=why,
        person=person.id,
        known_as=person.name,
        partnership_id=person.partnership_id,
    )
    return redirect(url_for("figure_files.show", file_id=file.id))


def _the_file(file_id: int) -> FigureFile:
    file = session.get(FigureFile, file_id)
    if file is None or file.partnership_id != current_person().partnership_id:
        raise NotFound("We cannot find this file. It may have been taken in or thrown away.")
    return file
