"""The way in and out: signing in with a code, one's own account, taking up an invitation."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, current_app, redirect, request, url_for
from flask import session as cookie

from ldis.db import utc_now
from ldis.errors import Invalid, NotAllowed
from ldis.people import invitations, queries, signing_in
from ldis.people.access import EVERYONE, SIGNED_IN, current_person, open_to, person_or_none
from ldis.people.models import User
from ldis.people.rules import CODE_LASTS, desk, own_path
from ldis.people.schemas import AskSchema, CodeSchema, PartnershipSchema
from ldis.people.security import begin_session, codes, count_try, end_session, steady
from ldis.web import commits, form_for, load_form, notice, redraws, render, session

pages = Blueprint("people", __name__)

ADDRESS, GOING_TO = "signing_in", "going_to"


@pages.get("/sign-in")
@open_to(EVERYONE)
def sign_in() -> Any:
    """The first step: where should the code go? A demonstration lists who one can be."""
    going_to = own_path(request.args.get("next") or request.form.get("next"))
    person = person_or_none()
    if person:
        return redirect(going_to or desk(person.roles))
    cast = queries.everyone_who_can_sign_in(session) if current_app.config["DEMO"] else []
    return render("people/sign_in.html", form=form_for(AskSchema, next=going_to), cast=cast, going_to=going_to)


@pages.post("/sign-in")
@open_to(EVERYONE)
@redraws(sign_in)
@steady
@commits
def ask_code() -> Any:
    """Send a code; the answer is the same whether anyone has this address or not."""
    asking = load_form(AskSchema)
    count_try("ask", asking.email)
    signing_in.send_code(session, asking.email, codes=codes(), now=utc_now())
    cookie[ADDRESS], cookie[GOING_TO] = asking.email, asking.next
    return redirect(url_for("people.code"))


@pages.get("/sign-in/code")
@open_to(EVERYONE)
def code() -> Any:
    """The second step: what does the e-mail say?"""
    if ADDRESS not in cookie:
        return redirect(url_for("people.sign_in"))
    return render(
        "people/code.html",
        form=form_for(CodeSchema),
        address=cookie[ADDRESS],
        going_to=cookie.get(GOING_TO),
        minutes=CODE_LASTS // timedelta(minutes=1),
    )


@pages.post("/sign-in/code")
@open_to(EVERYONE)
@redraws(code)
@steady
def enter_code() -> Any:
    """Sign in with the code. A wrong one is refused, and remembered as tried."""
    if ADDRESS not in cookie:
        return redirect(url_for("people.sign_in"))
    entered = load_form(CodeSchema)
    count_try("enter", cookie[ADDRESS])
    person = _checked(cookie[ADDRESS], entered.code)
    if person is None:
        wrong = "That code is not right, or no longer works. Check the newest email, or ask for a new code."
        raise Invalid({"code": [wrong]})
    going_to = own_path(cookie.get(GOING_TO))
    begin_session(person)
    return redirect(going_to or desk(membership.role for membership in person.live_memberships))


@commits
def _checked(address: str, typed: str) -> User | None:
    """Kept before the page refuses: a wrong try wears the code out."""
    return signing_in.check_code(session, address, typed, codes=codes(), now=utc_now())


@pages.post("/sign-out")
@open_to(EVERYONE)
@commits
def sign_out() -> Any:
    """End the session on this device."""
    person = person_or_none()
    if person:
        signing_in.sign_out(session, person.id)
    end_session()
    notice("You have signed out.")
    return redirect(url_for("people.sign_in"))


@pages.get("/account")
@open_to(SIGNED_IN)
def account() -> Any:
    """Who the service thinks one is, and in which partnership one works."""
    actor = current_person()
    places = queries.partnerships_of(session, person_id=actor.id)
    form = form_for(
        PartnershipSchema,
        choices={"partnership_id": [(place.id, place.name) for place in places]},
        partnership_id=actor.partnership_id,
    )
    return render("people/account.html", places=places, form=form)


@pages.post("/account/partnership")
@open_to(SIGNED_IN)
@redraws(account)
def switch_partnership() -> Any:
    """Work in another of one's partnerships from now on."""
    chosen = load_form(PartnershipSchema).partnership_id
    places = {place.id: place.name for place in queries.partnerships_of(session, person_id=current_person().id)}
    if chosen not in places:
        raise NotAllowed("You have no role in that partnership.", field="partnership_id")
    cookie["partnership_id"] = chosen
    notice(f"You are now working in {places[chosen]}.")
    return redirect(url_for("people.account"))


@pages.post("/account/sign-out-everywhere")
@open_to(SIGNED_IN)
@commits
def sign_out_everywhere() -> Any:
    """End one's sessions on every device."""
    signing_in.sign_out_everywhere(session, current_person().id)
    end_session()
    notice("You have been signed out on every device.")
    return redirect(url_for("people.sign_in"))


@pages.get("/invitation/<token>")
@open_to(EVERYONE)
def invitation(token: str) -> Any:
    """What an invitation is for; looking changes nothing."""
    return render("people/invitation.html", invitation=invitations.shown(session, token, now=utc_now()))


@pages.post("/invitation/<token>")
@open_to(EVERYONE)
@redraws(invitation)
@commits
def accept_invitation(token: str) -> Any:
    """Take up an invitation, then sign in with a code."""
    invitations.accept(session, token, now=utc_now())
    notice("Your invitation is confirmed. Now sign in with your email address.")
    return redirect(url_for("people.sign_in"))
