"""The page on which a recipient says, by their own link, what they want to get from now on."""

from typing import Any

from flask import Blueprint, redirect, url_for

from ldis.contacts import subscribing
from ldis.contacts.schemas import PreferencesSchema
from ldis.issuing import queries as issuing
from ldis.people.access import EVERYONE, open_to
from ldis.web import commits, form_for, load_form, notice, redraws, render, session

pages = Blueprint("preferences", __name__)


@pages.get("/a/<token>/preferences")
@open_to(EVERYONE)
def show(token: str) -> Any:
    """What they get now."""
    recipient = issuing.recipient_with(session, token)
    contact, place = recipient.contact, recipient.alert.partnership
    form = form_for(
        PreferencesSchema,
        choices={"area_codes": [(area.code, area.name) for area in place.areas]},
        by_sms=contact.by_sms,
        by_email=contact.by_email,
        area_codes=contact.area_codes,
        topics=contact.topics,
        red_only=contact.red_only,
    )
    return render("reach/preferences.html", form=form, contact=contact, token=token, partnership_name=place.name)


@pages.post("/a/<token>/preferences")
@open_to(EVERYONE)
@redraws(show)
@commits
def change(token: str) -> Any:
    """What they want from now on. Without any medium nothing is sent to them any more."""
    recipient = issuing.recipient_with(session, token)
    wanted, known = load_form(PreferencesSchema), {area.code for area in recipient.alert.partnership.areas}
    subscribing.change(
        session,
        recipient.contact,
        by_sms=wanted.by_sms,  # type: ignore[attr-defined]
        by_email=wanted.by_email,  # type: ignore[attr-defined]
        area_codes=tuple(code for code in wanted.area_codes if code in known),
        topics=wanted.topics,
        red_only=wanted.red_only,
    )
    notice("Saved. That is what you get from now on.")
    return redirect(url_for("reach.preferences.show", token=token))
