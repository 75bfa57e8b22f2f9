"""The pages about what neighbours publish: what waits for a person, one alert, and the feeds that are asked."""

from typing import Any

from flask import Blueprint, redirect, url_for

from alerts.incoming import followed
from ldis import outward
from ldis.cases import queries as cases
from ldis.db import utc_now
from ldis.errors import Invalid
from ldis.neighbours import service, taking_in
from ldis.neighbours.models import NeighbourAlert
from ldis.neighbours.rules import Disposition, FeedState
from ldis.neighbours.schemas import DismissSchema, FeedSchema, NoteSchema
from ldis.people.access import current_person, open_to
from ldis.people.rules import Role
from ldis.web import commits, current_app, form_for, load_form, notice, redraws, render, session

pages = Blueprint("neighbours", __name__, url_prefix="/neighbours")

KEEPERS = (Role.COORDINATOR, Role.ADMINISTRATOR)


@pages.get("")
@open_to(*KEEPERS)
def index() -> Any:
    """What waits for a person, and what was settled lately."""
    here = {"partnership_id": current_person().partnership_id}
    return render(
        "neighbours/index.html",
        waiting=service.alerts_of(session, waiting=True, **here),
        settled=service.alerts_of(session, waiting=False, **here),
        feeds=service.feeds_of(session, **here),
    )


@pages.get("/<int:alert_id>")
@open_to(*KEEPERS)
def show(alert_id: int) -> Any:
    """One alert, what it follows and what followed it, and what can be done about it."""
    alert = service.the_alert(session, alert_id, partnership_id=current_person().partnership_id)
    before, after = _chain(alert)
    takes = cases.cases_taking_evidence(session, partnership_id=alert.partnership_id)
    choices = [("", "No case"), *((one.reference, f"{one.reference} {one.title}") for one in takes)]
    return render(
        "neighbours/show.html",
        alert=alert,
        before=before,
        after=after,
        note=form_for(NoteSchema, ids="note", choices={"case": choices}),
        dismiss=form_for(DismissSchema, ids="dismiss"),
        Disposition=Disposition,
    )


@pages.post("/<int:alert_id>/note")
@open_to(*KEEPERS)
@redraws(show)
@commits
def note(alert_id: int) -> Any:
    """Remember it."""
    said = load_form(NoteSchema)
    alert = service.note(
        session, alert_id, case=said.case, reason=said.reason, actor=current_person(), now=utc_now()
    )
    notice(f"Noted to case {alert.case.reference}." if alert.case else "Noted.")
    return redirect(url_for("neighbours.index"))


@pages.post("/<int:alert_id>/dismiss")
@open_to(*KEEPERS)
@redraws(show)
@commits
def dismiss(alert_id: int) -> Any:
    """It does not concern us."""
    service.dismiss(session, alert_id, reason=load_form(DismissSchema).why, actor=current_person(), now=utc_now())
    notice("Dismissed.")
    return redirect(url_for("neighbours.index"))


@pages.get("/feeds")
@open_to(*KEEPERS)
def feeds() -> Any:
    """Which feeds are asked, and a form to add one."""
    found = service.feeds_of(session, partnership_id=current_person().partnership_id)
    return render("neighbours/feeds.html", feeds=found, form=form_for(FeedSchema), State=FeedState)


@pages.post("/feeds")
@open_to(*KEEPERS)
@redraws(feeds)
@commits
def add() -> Any:
    """Ask a feed from now on."""
    wanted = load_form(FeedSchema)
    here = outward.only_here(current_app.config["PUBLIC_URL"])
    if refused := outward.why_not_ask(wanted.address, local_allowed=here):
        raise Invalid({"address": [refused]})
    feed = service.add_feed(
        session, name=wanted.name, address=wanted.address, actor=current_person(), now=utc_now()
    )
    notice(f"{feed.name} is asked from now on. Look again in a minute.")
    return redirect(url_for("neighbours.feeds"))


@pages.post("/feeds/<int:feed_id>/<any(on, paused, removed):state>")
@open_to(*KEEPERS)
@commits
def switch(feed_id: int, state: str) -> Any:
    """Ask a feed, ask it no more, or remove it."""
    feed = service.switch(session, feed_id, FeedState(state), actor=current_person())
    said = {"on": "asked from now on", "paused": "asked no more", "removed": "removed"}
    notice(f"{feed.name} is {said[state]}.")
    return redirect(url_for("neighbours.feeds"))


def _chain(alert: NeighbourAlert) -> tuple[list[NeighbourAlert], list[NeighbourAlert]]:
    everything = taking_in.all_from(session, alert.partnership_id, alert.sender)
    documents = taking_in.documents_of(everything).values()
    before = followed(documents, alert.key)
    return (
        [one for one in everything if one.key in before],
        [one for one in everything if alert.key in followed(documents, one.key)],
    )
