"""The pages on which contacts are kept right: whom nothing reaches, who confirmed their address, lists to check."""

from typing import Any

from flask import Blueprint, redirect, url_for

from alerts.messages import Medium
from ldis.contacts import confirming, failing, reviewing
from ldis.db import utc_now
from ldis.people.access import EVERYONE, current_person, open_to
from ldis.people.rules import Role
from ldis.web import commits, current_app, notice, render, session

pages = Blueprint("caring", __name__)

KEEPERS = (Role.COORDINATOR, Role.ADMINISTRATOR)


@pages.get("/contacts/failing")
@open_to(*KEEPERS)
def unreached() -> Any:
    """Whom messages do not reach, and why."""
    found = failing.failing(session, partnership_id=current_person().partnership_id)
    return render("contacts/failing.html", failing=found)


@pages.post("/contacts/<int:contact_id>/ask")
@open_to(*KEEPERS)
@commits
def ask(contact_id: int) -> Any:
    """Ask somebody to confirm their addresses."""
    person = current_person()
    sent = confirming.ask(
        session,
        contact_id,
        actor=person,
        place=person.partnership_name,
        public_url=current_app.config["PUBLIC_URL"],
        now=utc_now(),
    )
    notice("They are asked by text message and email." if sent == len(Medium) else "They are asked.")
    return redirect(url_for("contacts.edit", contact_id=contact_id))


@pages.post("/contacts/lists/<int:list_id>/checked")
@open_to(*KEEPERS)
@commits
def checked(list_id: int) -> Any:
    """Somebody looked through a list, and it is right."""
    found = reviewing.confirm(session, list_id, actor=current_person(), now=utc_now())
    notice(f"The list {found.name} is checked. It is due again in a year.")
    return redirect(url_for("contacts.lists"))


@pages.get("/confirm/<token>")
@open_to(EVERYONE)
def show(token: str) -> Any:
    """Whether an address is right. Looking changes nothing: mail scanners look too."""
    contact, medium = confirming.contact_with(session, token)
    return render("contacts/confirm.html", medium=medium, done=medium not in confirming.unconfirmed(contact))


@pages.post("/confirm/<token>")
@open_to(EVERYONE)
@commits
def confirm(token: str) -> Any:
    """It is right."""
    confirming.confirm(session, token, now=utc_now())
    notice("Thank you. Drug alerts will reach you here.")
    return redirect(url_for("contacts.caring.show", token=token))
