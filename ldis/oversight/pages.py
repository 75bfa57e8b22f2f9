"""The audit record on a page, for those who answer for what is done."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, request, stream_with_context, url_for

from ldis.db import utc_now
from ldis.oversight import search
from ldis.oversight.schemas import Asked, AskedSchema
from ldis.people.access import current_person, open_to
from ldis.people.rules import Role
from ldis.tables import CSV_TYPE
from ldis.web import attachment, commits, form_for, load_address, load_form, redraws, render, session

pages = Blueprint("oversight", __name__)

GIVEN = ("who", "action", "about", "from", "to")
OVERSEERS = (Role.ADMINISTRATOR, Role.LEAD)


def unreadable() -> Any:
    """The questions as they were typed, with what is wrong."""
    return render("oversight/index.html", form=asking_form(), lines=[], more="", given={}, readable=False)


@pages.get("/audit")
@open_to(*OVERSEERS)
@redraws(unreadable)
def index() -> Any:
    """Who did what and when, the newest first."""
    asked = load_address(AskedSchema)
    here = current_person().partnership_id
    wanted = search.understood(session, asked, partnership_id=here)
    lines = search.lines(session, wanted, partnership_id=here, at_most=search.AT_ONCE + 1)
    shown = lines[: search.AT_ONCE]
    given = {name: value for name, value in request.args.items() if value and name in GIVEN}
    more = given | {"after": shown[-1].entry.place} if len(lines) > len(shown) else {}
    return render(
        "oversight/index.html",
        form=asking_form(),
        lines=shown,
        more=f"{url_for('oversight.index')}?{urlencode(more)}" if more else "",
        given=given,
        readable=True,
        in_words=search.in_short,
    )


@pages.post("/audit/export.csv")
@open_to(*OVERSEERS)
@redraws(unreadable)
@commits
def take_away() -> Any:
    """What is looked for as a file; that it was taken away is in the record before the first line leaves."""
    asked: Asked = replace(load_form(AskedSchema), after="")
    person = current_person()
    search.record_export(session, asked, actor=person.label, partnership_id=person.partnership_id)
    wanted = search.understood(session, asked, partnership_id=person.partnership_id)
    lines = stream_with_context(search.file_of(session, wanted, partnership_id=person.partnership_id))
    return attachment(lines, CSV_TYPE, f"audit-{utc_now():%Y-%m-%d}.csv")


def asking_form() -> Any:
    """The questions, with the people there are to choose from."""
    names = search.names_here(session, partnership_id=current_person().partnership_id)
    return form_for(AskedSchema, choices={"who": list(names.items())})
