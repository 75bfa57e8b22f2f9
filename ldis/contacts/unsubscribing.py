"""The page behind the unsubscribe button of a mail program, which presses it without opening it (RFC 8058)."""

from typing import Any

from flask import Blueprint

from alerts.messages import Medium
from ldis.contacts import stopping
from ldis.db import utc_now
from ldis.people.access import EVERYONE, open_to
from ldis.web import commits, render, session

pages = Blueprint("unsubscribing", __name__)


@pages.get("/unsubscribe/<token>")
@open_to(EVERYONE)
def ask(token: str) -> Any:
    """Whether to stop the e-mails. Opening it changes nothing, as programs that scan mail open everything."""
    contact = stopping.contact_with(session, token)
    done = Medium.EMAIL in stopping.stopped_media(session, contact)
    return render("contacts/unsubscribe.html", done=done, token=token)


@pages.post("/unsubscribe/<token>")
@open_to(EVERYONE)
@commits
def stop(token: str) -> Any:
    """Stop the e-mails, whether a person pressed the button or their mail program did."""
    stopping.stop_emails(session, token, now=utc_now())
    return render("contacts/unsubscribe.html", done=True, token=token)
