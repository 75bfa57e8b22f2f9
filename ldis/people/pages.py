"""What administrators do: people and their roles, invitations, organisations, API keys.

The blueprint begins in `entrance.py`, with the pages that everybody uses.
"""

from datetime import timedelta
from typing import Any

from flask import current_app, redirect, url_for

from ldis.db import utc_now
from ldis.people import invitations, queries, rota, service
from ldis.people.access import current_person, open_to
from ldis.people.entrance import pages
from ldis.people.key_schemas import KeySchema
from ldis.people.rules import BOTH_KEYS_WORK, KEY_LASTS, Role
from ldis.people.schemas import InvitationSchema, MobileSchema, OrganisationSchema
from ldis.web import commits, form_for, load_form, notice, redraws, render, session

__all__ = ["pages"]


@pages.get("/people")
@open_to(Role.ADMINISTRATOR, Role.COORDINATOR)
def index() -> Any:
    """Everyone in the partnership, with their roles, and who was invited."""
    here = current_person().partnership_id
    return render(
        "people/index.html",
        people=queries.people_of(session, partnership_id=here),
        invitations=queries.open_invitations(session, partnership_id=here, now=utc_now()),
        partnership_id=here,
    )


@pages.get("/people/<int:person_id>")
@open_to(Role.ADMINISTRATOR)
def show(person_id: int) -> Any:
    """One person: their roles here, and what can be ended."""
    here = current_person().partnership_id
    person = queries.person_of(session, person_id, partnership_id=here)
    mobile = form_for(MobileSchema, mobile=person.mobile or "")
    return render("people/show.html", person=person, partnership_id=here, mobile=mobile)


@pages.post("/people/<int:person_id>/mobile")
@open_to(Role.ADMINISTRATOR)
@redraws(show)
@commits
def set_mobile(person_id: int) -> Any:
    """Keep the number on which a person gets text messages."""
    person = rota.set_mobile(session, person_id, load_form(MobileSchema).mobile, actor=current_person())
    notice(f"The number of {person.name} has been {'kept' if person.mobile else 'taken away'}.")
    return redirect(url_for("people.show", person_id=person_id))


@pages.post("/people/<int:person_id>/end-sessions")
@open_to(Role.ADMINISTRATOR)
@redraws(show)
@commits
def end_sessions(person_id: int) -> Any:
    """Sign a person out on every device."""
    person = service.end_sessions(session, person_id, actor=current_person())
    notice(f"{person.name} has been signed out on every device.")
    return redirect(url_for("people.show", person_id=person_id))


@pages.post("/people/<int:person_id>/roles/<int:membership_id>/end")
@open_to(Role.ADMINISTRATOR)
@redraws(show)
@commits
def end_role(person_id: int, membership_id: int) -> Any:
    """End one role of a person."""
    person = service.end_role(session, membership_id, actor=current_person(), now=utc_now())
    notice(f"A role of {person.name} has ended.")
    return redirect(url_for("people.show", person_id=person.id))


@pages.get("/people/invite")
@open_to(Role.ADMINISTRATOR)
def invite() -> Any:
    """Whom to invite, and to what."""
    return render("people/invite.html", form=form_for(InvitationSchema))


@pages.post("/people/invite")
@open_to(Role.ADMINISTRATOR)
@redraws(invite)
@commits
def send_invitation() -> Any:
    """Send an invitation by e-mail."""
    invited = load_form(InvitationSchema)
    public_url = current_app.config["PUBLIC_URL"]
    invitations.invite(session, invited, actor=current_person(), public_url=public_url, now=utc_now())
    notice(f"{invited.name} has been invited. The link in the email works for 7 days.")
    return redirect(url_for("people.index"))


@pages.post("/people/invitations/<int:invitation_id>/withdraw")
@open_to(Role.ADMINISTRATOR)
@redraws(index)
@commits
def withdraw_invitation(invitation_id: int) -> Any:
    """Make an invitation worthless before it is taken up."""
    invitations.withdraw(session, invitation_id, actor=current_person(), now=utc_now())
    notice("The invitation has been withdrawn.")
    return redirect(url_for("people.index"))


@pages.get("/people/organisations")
@open_to(Role.ADMINISTRATOR)
def organisations() -> Any:
    """The places that report or are warned, and a form to add one."""
    here = current_person().partnership_id
    areas = queries.partnership_numbered(session, here).areas
    return render(
        "people/organisations.html",
        organisations=queries.organisations_of(session, partnership_id=here),
        areas={area.code: area.name for area in areas},
        form=form_for(OrganisationSchema, choices={"area_code": [(area.code, area.name) for area in areas]}),
    )


@pages.post("/people/organisations")
@open_to(Role.ADMINISTRATOR)
@redraws(organisations)
@commits
def add_organisation() -> Any:
    """Add an organisation."""
    new, actor = load_form(OrganisationSchema), current_person()
    service.add_organisation(
        session,
        partnership_id=actor.partnership_id,
        name=new.name,
        sector=new.sector,
        area_code=new.area_code,
        actor=actor.label,
    )
    notice(f"{new.name} has been added.")
    return redirect(url_for("people.organisations"))


@pages.get("/people/keys")
@open_to(Role.ADMINISTRATOR)
def keys() -> Any:
    """The partnership's API keys, and a form to make one."""
    here = current_person().partnership_id
    known = queries.keys_of(session, partnership_id=here)
    return render(
        "people/keys.html",
        keys=known,
        makers=queries.makers_of(session, known, partnership_id=here),
        form=form_for(KeySchema, days=KEY_LASTS.days),
        now=utc_now(),
    )


@pages.post("/people/keys")
@open_to(Role.ADMINISTRATOR)
@redraws(keys)
@commits
def create_key() -> Any:
    """Make a key and show it, this once."""
    new, actor = load_form(KeySchema), current_person()
    token = service.create_key(
        session,
        partnership_id=actor.partnership_id,
        name=new.name,
        scopes=new.scopes,
        actor=actor.label,
        now=utc_now(),
        lasts=timedelta(days=new.days),
    )
    return render("people/key_created.html", name=new.name, token=token, replaced=None, own=False)


@pages.get("/people/keys/<int:key_id>")
@open_to(Role.ADMINISTRATOR)
def key(key_id: int) -> Any:
    """One key, and what replacing or revoking it would mean: asked before it is done."""
    here = current_person().partnership_id
    one = queries.key_of(session, key_id, partnership_id=here)
    makers = queries.makers_of(session, [one], partnership_id=here)
    return render("people/key.html", key=one, maker=makers[one.id], now=utc_now(), both_work=BOTH_KEYS_WORK)


@pages.post("/people/keys/<int:key_id>/replace")
@open_to(Role.ADMINISTRATOR)
@redraws(key)
@commits
def replace_key(key_id: int) -> Any:
    """Make a successor and show it, this once; the old key works a little longer."""
    actor = current_person()
    old, token = service.replace_key(
        session, key_id, partnership_id=actor.partnership_id, actor=actor.label, now=utc_now()
    )
    return render("people/key_created.html", name=old.name, token=token, replaced=old, own=False)


@pages.post("/people/keys/<int:key_id>/revoke")
@open_to(Role.ADMINISTRATOR)
@redraws(keys)
@commits
def revoke_key(key_id: int) -> Any:
    """End a key at once."""
    actor = current_person()
    key = service.revoke_key(
        session, key_id, partnership_id=actor.partnership_id, actor=actor.label, now=utc_now()
    )
    notice(f"The key for {key.name} no longer works.")
    return redirect(url_for("people.keys"))
