"""The public pages on which anybody subscribes to public alerts."""

from typing import Any

from flask import Blueprint, redirect, url_for

from alerts.messages import Medium
from ldis.contacts import subscribing
from ldis.contacts.rules import email_address, mobile_number
from ldis.contacts.schemas import SubscribeSchema, WantedSchema
from ldis.db import utc_now
from ldis.errors import Invalid
from ldis.people import queries as people
from ldis.people.access import EVERYONE, open_to
from ldis.people.security import count_sending
from ldis.web import commits, current_app, form_for, load_form, redraws, render, session

pages = Blueprint("subscription", __name__, url_prefix="/subscribe")


@pages.get("/<slug>")
@open_to(EVERYONE)
def ask(slug: str) -> Any:
    """How to get public alerts."""
    place = people.partnership_called(session, slug)
    return render("contacts/subscribe.html", form=form_for(SubscribeSchema), partnership_name=place.name)


@pages.post("/<slug>")
@open_to(EVERYONE)
@redraws(ask)
@commits
def send(slug: str) -> Any:
    """Send what is to be answered. The next page is the same whoever is known already."""
    place, wanted = people.partnership_called(session, slug), load_form(SubscribeSchema)
    medium, address = _address(wanted.address)
    count_sending("subscribe")
    public_url = current_app.config["PUBLIC_URL"]
    subscribing.ask(session, place, medium, address, public_url=public_url, now=utc_now())
    return redirect(url_for("subscription.sent", slug=slug, way=medium.value))


@pages.get("/<slug>/sent/<any(sms, email):way>")
@open_to(EVERYONE)
def sent(slug: str, way: str) -> Any:
    """Look at your phone, or in your mailbox."""
    place = people.partnership_called(session, slug)
    return render("contacts/subscribe_sent.html", way=Medium(way), partnership_name=place.name)


@pages.get("/confirm/<token>")
@open_to(EVERYONE)
def wanted(token: str) -> Any:
    """What they want to hear of. Looking subscribes nobody: mail scanners look too."""
    place, email = subscribing.asked_with(session, token, now=utc_now())
    choices = {"area_codes": [(area.code, area.name) for area in place.areas]}
    form = form_for(WantedSchema, choices=choices)
    return render("contacts/subscribe_confirm.html", form=form, email=email, partnership_name=place.name)


@pages.post("/confirm/<token>")
@open_to(EVERYONE)
@redraws(wanted)
@commits
def confirm(token: str) -> Any:
    """From now on they get public alerts."""
    place, email = subscribing.asked_with(session, token, now=utc_now())
    said = load_form(WantedSchema)
    subscribing.subscribe(
        session,
        place,
        email,
        area_codes=said.area_codes,
        topics=said.topics,
        red_only=said.red_only,
        now=utc_now(),
    )
    return render("contacts/subscribed.html", email=email, partnership_name=place.name)


def _address(written: str) -> tuple[Medium, str]:
    """A mobile number or an e-mail address, whichever it is."""
    if "@" in written:
        return Medium.EMAIL, email_address(written)
    try:
        return Medium.SMS, mobile_number(written, allow_drama=bool(current_app.config["DEMO"]))
    except Invalid as refusal:
        raise Invalid({"address": refusal.errors["mobile"]}) from refusal
