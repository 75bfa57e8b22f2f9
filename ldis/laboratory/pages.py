"""Laboratory results from a file, on pages: hand it in, see what it would add and what is wrong, take it in."""

from typing import Any

from flask import Blueprint, redirect, request, url_for

from ldis.db import utc_now
from ldis.errors import Invalid
from ldis.laboratory import queries, service
from ldis.laboratory.models import ResultFile
from ldis.laboratory.rules import may_be_taken_in
from ldis.laboratory.schemas import FileSchema, TakeInSchema
from ldis.laboratory.sheet import ADVICE, COLUMNS
from ldis.people import queries as people
from ldis.people.access import Actor, current_person, open_to
from ldis.people.models import Partnership
from ldis.people.rules import Role
from ldis.substances.access import known_names
from ldis.tables import CSV_TYPE, MOST_BYTES, MOST_ROWS, WORKBOOK_TYPE, csv_file, workbook_file
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

pages = Blueprint("laboratory", __name__, url_prefix="/results/import")

IMPORTERS = (Role.COORDINATOR, Role.DATA_OFFICER)
MOST_SHOWN = 100
ROOM = MOST_BYTES // 1024**2 + 1  # a file of just the right size comes with its wrapping


@pages.get("")
@open_to(*IMPORTERS)
def index() -> Any:
    """How to hand in a file, and the latest ones."""
    latest = queries.latest_files(session, partnership_id=current_person().partnership_id)
    return render("laboratory/index.html", form=form_for(FileSchema), latest=latest, most_rows=MOST_ROWS)


@pages.post("")
@takes_files(ROOM)
@open_to(*IMPORTERS)
@redraws(index)
@commits
def upload() -> Any:
    """Check a file. Nothing is taken in until a person has seen what it would add."""
    keep_typed(FileSchema)
    name, content = sent_file()
    person = current_person()
    file = service.check(
        session,
        content,
        file_name=name,
        place=here(person),
        by=service.Uploader(person.label, person.name),
        now=utc_now(),
    )
    return redirect(url_for("laboratory.show", file_id=file.id))


@pages.get("/<int:file_id>")
@open_to(*IMPORTERS)
def show(file_id: int) -> Any:
    """One file: what it would add, what is wrong with it, how far it has got, what came of it."""
    file = the_file(file_id)
    return render(
        "laboratory/show.html",
        file=file,
        form=form_for(TakeInSchema),
        new=[draft for draft in file.drafts if not draft["known"]],
        may_be_taken_in=may_be_taken_in(file.state, moved_at=file.moved_at, now=utc_now()),
        most_shown=MOST_SHOWN,
    )


@pages.post("/<int:file_id>/take-in")
@open_to(*IMPORTERS)
@redraws(show)
@commits
def take_in(file_id: int) -> Any:
    """Take in what was checked."""
    form = load_form(TakeInSchema)
    person = current_person()
    place = here(person).place
    service.ask_to_take_in(
        session,
        the_file(file_id, lock=True),
        accept_good_rows=form.accept_good_rows,
        place=place,
        names=known_names(place),
        by=person.label,
        now=utc_now(),
    )
    return redirect(url_for("laboratory.show", file_id=file_id))


@pages.post("/<int:file_id>/throw-away")
@open_to(*IMPORTERS)
@redraws(show)
@commits
def throw_away(file_id: int) -> Any:
    """Forget a file that was only checked."""
    file = the_file(file_id, lock=True)
    service.throw_away(session, file, by=current_person().label, now=utc_now())
    notice(f"{file.file_name} is thrown away. Nothing of it was taken in.")
    return redirect(url_for("laboratory.index"))


@pages.get("/<int:file_id>/faults.csv")
@open_to(*IMPORTERS)
def faults(file_id: int) -> Any:
    """Everything that is wrong with a file, as a table to work through."""
    file = the_file(file_id)
    found = [(fault["line"], fault["column"], fault["sentence"]) for fault in file.faults]
    return attachment(csv_file([("Line", "Column", "What is wrong"), *found]), CSV_TYPE, "what-is-wrong.csv")


@pages.get("/template.<any(csv, xlsx):kind>")
@open_to(*IMPORTERS)
def template(kind: str) -> Any:
    """An empty table to fill in."""
    if kind == "csv":
        return attachment(csv_file([[column.heading for column in COLUMNS]]), CSV_TYPE, "laboratory-results.csv")
    book = workbook_file("Results", COLUMNS, advice=ADVICE)
    return attachment(book, WORKBOOK_TYPE, "laboratory-results.xlsx")


def the_file(file_id: int, *, lock: bool = False) -> ResultFile:
    """The file that an address names, within the person's partnership."""
    return queries.the_file(session, file_id, partnership_id=current_person().partnership_id, lock=lock)


def here(person: Actor) -> Partnership:
    """The partnership in which the person acts."""
    return people.partnership_numbered(session, person.partnership_id)


def sent_file() -> tuple[str, bytes]:
    """The name and the content of what was handed in."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise Invalid({"file": ["Choose a file."]})
    return sent.filename, sent.read()
