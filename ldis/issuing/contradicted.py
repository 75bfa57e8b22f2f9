"""The pages on which somebody says what becomes of an alert that a result contradicts."""

from typing import Any

from flask import Blueprint, redirect, url_for

from alerts.messages import Kind
from ldis.db import utc_now
from ldis.issuing import doubts as doubting
from ldis.issuing import lifecycle, queries
from ldis.issuing.doubting import Settlement
from ldis.issuing.rules import AUTHORS, OVERSEERS
from ldis.issuing.schemas import SettlingSchema
from ldis.people.access import current_person, open_to
from ldis.web import commits, form_for, load_form, notice, redraws, render, session

pages = Blueprint("contradicted", __name__)


@pages.get("/issuing/<reference>/doubts")
@open_to(*OVERSEERS)
def doubts(reference: str) -> Any:
    """What results say against an alert, and what was made of it."""
    person = current_person()
    alert = queries.the_alert(session, reference, partnership_id=person.partnership_id)
    return render(
        "issuing/doubts.html",
        alert=alert,
        doubts=queries.doubts_of(session, alert, partnership_id=person.partnership_id),
        form_of=lambda doubt: form_for(SettlingSchema, ids=f"doubt-{doubt.id}"),
        may_settle=person.holds(*AUTHORS),
    )


@pages.post("/issuing/<reference>/doubts/<int:doubt_id>")
@open_to(*AUTHORS)
@redraws(doubts)
@commits
def settle_doubt(reference: str, doubt_id: int) -> Any:
    """Say what becomes of an alert that a result contradicts."""
    form = load_form(SettlingSchema)
    person, now = current_person(), utc_now()
    doubting.settle(session, reference, doubt_id, form, actor=person, now=now)
    alert = queries.the_alert(session, reference, partnership_id=person.partnership_id)
    if form.settled_as is Settlement.UPDATE and lifecycle.may_be_followed(alert, Kind.UPDATE):
        update = lifecycle.follow(session, reference, Kind.UPDATE, change=form.reason[:300], actor=person, now=now)
        notice("Settled, and kept with the case. This is the update, with the words of the alert.")
        return redirect(url_for("issuing.edit", reference=update.reference))
    notice("Settled, and kept with the case.")
    return redirect(url_for("issuing.contradicted.doubts", reference=reference))
