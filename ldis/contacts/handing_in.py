"""The pages on which a file of contacts is handed in, looked at, and taken in."""

import base64
from datetime import timedelta
from typing import Any

from flask import Blueprint, redirect, request, url_for
from sqlalchemy import delete

from ldis.audit import service as audit
from ldis.contacts import imports
from ldis.contacts.imports import Becomes
from ldis.contacts.models import ContactFile
from ldis.contacts.schemas import ContactFileSchema, TakeInSchema
from ldis.contacts.sheet import ADVICE, COLUMNS, HEADINGS
from ldis.db import utc_now
from ldis.errors import Invalid, NotFound
from ldis.people.access import current_person, open_to
from ldis.people.rules import Role
from ldis.tables import CSV_TYPE, MOST_BYTES, MOST_ROWS, WORKBOOK_TYPE, csv_file, workbook_file
from ldis.web import (
    attachment,
    commits,
    current_app,
    form_for,
    keep_typed,
    load_form,
    notice,
    redraws,
    render,
    session,
    takes_files,
)

pages = Blueprint("handing_in", __name__, url_prefix="/contacts/import")

KEEPERS = (Role.COORDINATOR, Role.ADMINISTRATOR)
ROOM = MOST_BYTES // 1024**2 + 1
KEPT_FOR = timedelta(days=1)
MOST_SHOWN = 200
IN_WORDS = HEADINGS | {
    "organisation_id": "Organisation",
    "list_ids": "Lists",
    "area_codes": "Areas they want to hear of",
}


@pages.get("")
@open_to(*KEEPERS)
def index() -> Any:
    """How to hand in a file."""
    form = form_for(ContactFileSchema)
    return render("contacts/import.html", form=form, columns=COLUMNS, advice=ADVICE, most_rows=MOST_ROWS)


@pages.post("")
@takes_files(ROOM)
@open_to(*KEEPERS)
@redraws(index)
@commits
def upload() -> Any:
    """Keep a file to look at what it would change. A file that is no table is refused at once."""
    keep_typed(ContactFileSchema)
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise Invalid({"file": ["Choose a file."]})
    content, person, now = sent.read(), current_person(), utc_now()
    imports.check(session, content, partnership_id=person.partnership_id, allow_drama=_allow_drama())
    session.execute(delete(ContactFile).where(ContactFile.uploaded_at < now - KEPT_FOR))
    file = ContactFile(
        partnership_id=person.partnership_id,
        file_name=sent.filename[:120],
        content=base64.b64encode(content).decode(),
        uploaded_by=person.label,
        uploaded_at=now,
    )
    session.add(file)
    session.flush()
    return redirect(url_for("contacts.handing_in.show", file_id=file.id))


@pages.get("/<int:file_id>")
@open_to(*KEEPERS)
def show(file_id: int) -> Any:
    """What a file would change, line by line, and what is wrong with it."""
    file, plan = _planned(file_id)
    return render(
        "contacts/import_file.html",
        file=file,
        plan=plan,
        form=form_for(TakeInSchema, seen=plan.digest),
        Becomes=Becomes,
        in_words=IN_WORDS,
        most_shown=MOST_SHOWN,
    )


@pages.post("/<int:file_id>")
@open_to(*KEEPERS)
@redraws(show)
@commits
def take_in(file_id: int) -> Any:
    """Take in what was looked at: all of it, or nothing where anything has changed meanwhile."""
    file, person = _the_file(file_id), current_person()
    plan = imports.take_in(
        session,
        base64.b64decode(file.content),
        seen=load_form(TakeInSchema).seen,
        actor=person,
        now=utc_now(),
        allow_drama=_allow_drama(),
    )
    detail = {one.value: plan.count(one) for one in Becomes}
    audit.record(
        session,
        "contacts taken in",
        f"contact-file/{file.id}",
        actor=person.label,
        partnership_id=person.partnership_id,
        detail=detail,
    )
    session.delete(file)
    notice(f"{plan.count(Becomes.NEW)} contacts are new, {plan.count(Becomes.CHANGED)} were changed.")
    return redirect(url_for("contacts.index"))


@pages.post("/<int:file_id>/throw-away")
@open_to(*KEEPERS)
@commits
def throw_away(file_id: int) -> Any:
    """Forget a file."""
    session.delete(_the_file(file_id))
    notice("The file is thrown away. Nothing of it was taken in.")
    return redirect(url_for("contacts.handing_in.index"))


@pages.get("/<int:file_id>/faults.csv")
@open_to(*KEEPERS)
def faults(file_id: int) -> Any:
    """Everything that is wrong with a file, as a table to work through."""
    _, plan = _planned(file_id)
    found = [(fault.line, fault.column, fault.sentence) for fault in plan.faults]
    return attachment(csv_file([("Line", "Column", "What is wrong"), *found]), CSV_TYPE, "what-is-wrong.csv")


@pages.get("/template.<any(csv, xlsx):kind>")
@open_to(*KEEPERS)
def template(kind: str) -> Any:
    """An empty table to fill in."""
    if kind == "csv":
        return attachment(csv_file([[column.heading for column in COLUMNS]]), CSV_TYPE, "contacts.csv")
    return attachment(workbook_file("Contacts", COLUMNS, advice=ADVICE), WORKBOOK_TYPE, "contacts.xlsx")


def _planned(file_id: int) -> tuple[ContactFile, imports.Plan]:
    file = _the_file(file_id)
    content = base64.b64decode(file.content)
    return file, imports.check(session, content, partnership_id=file.partnership_id, allow_drama=_allow_drama())


def _the_file(file_id: int) -> ContactFile:
    file = session.get(ContactFile, file_id)
    if file is None or file.partnership_id != current_person().partnership_id:
        raise NotFound("We cannot find this file. It may have been taken in or thrown away.")
    return file


def _allow_drama() -> bool:
    return bool(current_app.config["DEMO"])
