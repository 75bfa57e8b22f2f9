"""The pages on which a coordinator says what becomes of an issued alert."""

from typing import Any

from flask import Blueprint, redirect, url_for

from ldis.db import utc_now
from ldis.issuing import lifecycle, queries
from ldis.issuing.chain import standing_of
from ldis.issuing.following_schemas import ConfirmingSchema, FollowingSchema
from ldis.issuing.models import Alert
from ldis.issuing.rules import AUTHORS, MAY_BE_FOLLOWED
from ldis.people.access import current_person, open_to
from ldis.web import commits, form_for, load_form, notice, redraws, render, session, today

pages = Blueprint("following", __name__)


@pages.get("/issuing/<reference>/follow")
@open_to(*AUTHORS)
def ask(reference: str) -> Any:
    """Update, correct or stand it down; or it still stands."""
    alert = queries.the_alert(session, reference, partnership_id=current_person().partnership_id)
    return render(
        "issuing/follow.html",
        alert=alert,
        standing=standing_of(session, alert, today=today()),
        link_of=page_of,
        may_follow=alert.state in MAY_BE_FOLLOWED,
        form=form_for(FollowingSchema, ids="follow"),
        confirming=form_for(ConfirmingSchema, ids="confirm"),
    )


@pages.post("/issuing/<reference>/follow")
@open_to(*AUTHORS)
@redraws(ask)
@commits
def start(reference: str) -> Any:
    """Draft what takes its place, and open that draft."""
    asked = load_form(FollowingSchema)
    alert = lifecycle.follow(
        session, reference, asked.kind, change=asked.change, actor=current_person(), now=utc_now()
    )
    return redirect(url_for("issuing.edit", reference=alert.reference))


@pages.post("/issuing/<reference>/stands")
@open_to(*AUTHORS)
@redraws(ask)
@commits
def confirm(reference: str) -> Any:
    """It still stands until its next review."""
    asked = load_form(ConfirmingSchema)
    lifecycle.confirm(
        session, reference, until=asked.until, reason=asked.reason, actor=current_person(), now=utc_now()
    )
    notice("Kept with the alert and its case.")
    return redirect(f"/issuing/{reference}")


def page_of(alert: Alert) -> str:
    """Where people who are signed in see another alert of a chain."""
    return f"/issuing/{alert.reference}"
