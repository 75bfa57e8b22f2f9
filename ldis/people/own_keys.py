"""A person's own API keys: with one of them, a program of theirs reads and judges cases in their name."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, redirect, url_for

from ldis.db import utc_now
from ldis.people import queries, service
from ldis.people.access import current_person, open_to
from ldis.people.key_schemas import OwnKeySchema
from ldis.people.rules import KEY_LASTS, Role
from ldis.web import commits, form_for, load_form, notice, redraws, render, session

pages = Blueprint("own_keys", __name__)


@pages.get("/people/me/keys")
@open_to(Role.COORDINATOR, Role.PANEL_MEMBER)
def index() -> Any:
    """One's own API keys in this partnership, and a form to make one."""
    actor = current_person()
    return render(
        "people/own_keys.html",
        keys=queries.keys_of_person(session, person_id=actor.id, partnership_id=actor.partnership_id),
        form=form_for(OwnKeySchema, days=KEY_LASTS.days),
        now=utc_now(),
    )


@pages.post("/people/me/keys")
@open_to(Role.COORDINATOR, Role.PANEL_MEMBER)
@redraws(index)
@commits
def create() -> Any:
    """Make a key of one's own and show it, this once."""
    new = load_form(OwnKeySchema)
    token = service.create_own_key(
        session,
        name=new.name,
        scopes=new.scopes,
        lasts=timedelta(days=new.days),
        actor=current_person(),
        now=utc_now(),
    )
    return render("people/key_created.html", name=new.name, token=token, replaced=None, own=True)


@pages.post("/people/me/keys/<int:key_id>/revoke")
@open_to(Role.COORDINATOR, Role.PANEL_MEMBER)
@redraws(index)
@commits
def revoke(key_id: int) -> Any:
    """End a key of one's own at once."""
    key = service.revoke_own_key(session, key_id, actor=current_person(), now=utc_now())
    notice(f"Your key for {key.name} no longer works.")
    return redirect(url_for("own_keys.index"))
