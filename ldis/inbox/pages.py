"""The inbox, the tile map, and the file to take away. The same filters stand in the address of each."""

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, current_app, redirect, request, stream_with_context, url_for
from flask import session as cookie

from ldis.cases.policy import Policy
from ldis.db import utc_now
from ldis.inbox import export, queries, views
from ldis.inbox.asking import Question, understood
from ldis.inbox.rules import NOTHING, Filters, Kind, Standing, in_address
from ldis.inbox.schemas import FilterSchema
from ldis.people import queries as people
from ldis.people.access import current_person, open_to
from ldis.people.models import Partnership
from ldis.people.rules import Role
from ldis.submissions.models import IncidentReport, LabResult
from ldis.substances.access import known_names
from ldis.tables import CONTENT_TYPES, FileKind
from ldis.web import attachment, commits, form_for, load_address, load_form, redraws, render, session

pages = Blueprint("inbox", __name__)

REVIEWERS = (Role.COORDINATOR, Role.PANEL_MEMBER, Role.LEAD)
REMEMBERED = "inbox"
AT_FIRST = NOTHING.with_(standing=Standing.ALL, days=28)
"""What the map shows to somebody who has asked for nothing."""


def unreadable() -> Any:
    """The filters as they were typed, with what is wrong; nothing is shown that was not asked for."""
    here = url_for("inbox.tiles" if request.endpoint == "inbox.tiles" else "inbox.index")
    return render("inbox/unreadable.html", form=filter_form(), here=here)


@pages.get("/cases")
@open_to(*REVIEWERS)
@redraws(unreadable)
def index() -> Any:
    """What came in, what is open, and what waits for others, as far as it is asked for."""
    if not request.args and remembered():
        return redirect(f"{url_for('inbox.index')}?{remembered()}")
    filters = load_address(FilterSchema)
    person = current_person()
    named = queries.named_by(session, filters.words, prefix=person.prefix, partnership_id=person.partnership_id)
    if named is not None:
        return redirect(address_of(named))
    question = asked(filters)
    remember(filters)
    shown = views.inbox_page(session, question, place(), policy=policy(), now=utc_now())
    return render("inbox/index.html", form=filter_form(), **shown)


@pages.get("/cases/map")
@open_to(*REVIEWERS)
@redraws(unreadable)
def tiles() -> Any:
    """How many reports came from where, and the worst harm among them."""
    if not request.args:
        return redirect(f"{url_for('inbox.tiles')}?{urlencode(in_address(AT_FIRST))}")
    question = asked(load_address(FilterSchema).with_(kind=Kind.REPORT))
    return render("inbox/map.html", form=filter_form(), **views.map_page(session, question, place()))


@pages.post("/cases/export.<any(csv, xlsx):kind>")
@open_to(Role.COORDINATOR)
@redraws(unreadable)
@commits
def take_away(kind: str) -> Any:
    """What is filtered, as a file; that it was taken away is in the audit record before the first line leaves."""
    wanted = FileKind(kind)
    question = asked(load_form(FilterSchema).with_())
    person = current_person()
    export.record_export(session, question, wanted, actor=person)
    pieces = stream_with_context(export.file_of(session, question, wanted, actor=person))
    return attachment(pieces, CONTENT_TYPES[wanted], f"reports-{utc_now():%Y-%m-%d}.{kind}")


def asked(filters: Filters) -> Question:
    """The question that the filters put in the person's partnership."""
    here = place()
    names = known_names(here.place)
    return understood(filters, names=names, areas=here.area_names, now=utc_now())


def filter_form() -> Any:
    """The filters, with the areas there are to choose from."""
    return form_for(FilterSchema, choices={"area": list(place().area_names.items())})


def place() -> Partnership:
    """The partnership in which the person acts."""
    return people.partnership_numbered(session, current_person().partnership_id)


def policy() -> Policy:
    """The procedure in force."""
    found = current_app.extensions["ldis.policy"]
    assert isinstance(found, Policy)
    return found


def remembered() -> str:
    """The filters that the person last used here, as an address has them."""
    partnership, query = cookie.get(REMEMBERED, (None, ""))
    return query if partnership == current_person().partnership_id else ""


def remember(filters: Filters) -> None:
    """Keep the filters for as long as the person is signed in; another partnership has others."""
    query = urlencode(in_address(filters.with_()))
    if query != remembered():
        cookie[REMEMBERED] = [current_person().partnership_id, query]


def address_of(named: Any) -> str:
    """The page of what a reference names."""
    if isinstance(named, IncidentReport):
        return url_for("cases.incoming", kind="reports", reference=named.reference)
    if isinstance(named, LabResult):
        return url_for("cases.incoming", kind="results", reference=named.reference)
    return url_for("casefile.show", reference=named.reference)
