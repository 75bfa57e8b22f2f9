"""The half of people's pages about reaching them: their number, who stands in for them, who is on call."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, redirect, url_for

from ldis.db import utc_now
from ldis.people import queries, rota, turns
from ldis.people.access import SIGNED_IN, current_person, open_to
from ldis.people.rules import Role
from ldis.people.schemas import MobileSchema, StandInSchema, TurnSchema
from ldis.web import commits, form_for, load_form, notice, redraws, render, session, today
from ldis.worktime import CLOSES, OPENS

pages = Blueprint("duty", __name__)

KEEPERS = (Role.ADMINISTRATOR, Role.COORDINATOR)


@pages.get("/people/me")
@open_to(SIGNED_IN)
def me() -> Any:
    """How the person is reached, and who stands in for them."""
    actor = current_person()
    person = queries.person_of(session, actor.id, partnership_id=actor.partnership_id)
    others = rota.people_who(session, rota.STANDS_IN, partnership_id=actor.partnership_id)
    return render(
        "people/me.html",
        person=person,
        mobile=form_for(MobileSchema, ids="mobile", mobile=person.mobile or ""),
        may_name=actor.holds(*rota.STANDS_IN),
        deputies=rota.deputies_named_by(session, actor, since=today()),
        form=form_for(
            StandInSchema,
            ids="deputy",
            choices={"deputy_id": [(one.id, one.name) for one in others if one.id != actor.id]},
            starts_on=today(),
        ),
    )


@pages.post("/people/me")
@open_to(SIGNED_IN)
@redraws(me)
@commits
def set_own_mobile() -> Any:
    """Keep the person's own number."""
    actor, typed = current_person(), load_form(MobileSchema)
    rota.set_mobile(session, actor.id, typed.mobile, actor=actor)
    notice("Your number has been kept." if typed.mobile else "Your number has been taken away.")
    return redirect(url_for("duty.me"))


@pages.post("/people/me/deputies")
@open_to(*rota.STANDS_IN)
@redraws(me)
@commits
def name_deputy() -> Any:
    """Name who stands in for the person."""
    typed = load_form(StandInSchema)
    named = rota.name_deputy(
        session,
        typed.deputy_id,
        starts_on=typed.starts_on,
        ends_on=typed.ends_on,
        actor=current_person(),
        now=utc_now(),
    )
    session.refresh(named)
    notice(f"{named.deputy.name} stands in for you.")
    return redirect(url_for("duty.me"))


@pages.post("/people/me/deputies/<int:named_id>/end")
@open_to(*rota.STANDS_IN)
@redraws(me)
@commits
def end_deputy(named_id: int) -> Any:
    """Take back that somebody stands in for the person."""
    named = rota.end_deputy(session, named_id, actor=current_person(), now=utc_now())
    notice(f"{named.deputy.name} no longer stands in for you.")
    return redirect(url_for("duty.me"))


@pages.get("/people/on-call")
@open_to(*KEEPERS)
def on_call() -> Any:
    """Who is on call now and next, what is wrong with it in words, and a form to add a turn."""
    here, now = current_person().partnership_id, utc_now()
    known = rota.turns_from(session, partnership_id=here, since=now)
    others = rota.people_who(session, rota.ON_CALL, partnership_id=here)
    return render(
        "people/on_call.html",
        turns=known,
        person=rota.on_call(session, here, now),
        problems=turns.in_words(
            [turns.Turn(one.person.name, one.starts_at, one.ends_at) for one in known], now=now
        ),
        days=turns.LOOK_AHEAD.days,
        form=form_for(
            TurnSchema,
            choices={"person_id": [(one.id, one.name) for one in others]},
            starts_on=today(),
            starts_at=f"{CLOSES:%H:%M}",
            ends_on=today() + timedelta(days=1),
            ends_at=f"{OPENS:%H:%M}",
        ),
        moment=turns.moment,
        now=now,
    )


@pages.post("/people/on-call")
@open_to(*KEEPERS)
@redraws(on_call)
@commits
def add_turn() -> Any:
    """Put somebody on call."""
    typed = load_form(TurnSchema)
    turn = rota.add_turn(
        session,
        typed.person_id,
        starts_at=typed.starts_at,
        ends_at=typed.ends_at,
        actor=current_person(),
        now=utc_now(),
    )
    session.refresh(turn)
    notice(f"{turn.person.name} is on call from {turns.moment(turn.starts_at)}.")
    return redirect(url_for("duty.on_call"))


@pages.post("/people/on-call/<int:turn_id>/remove")
@open_to(*KEEPERS)
@redraws(on_call)
@commits
def remove_turn(turn_id: int) -> Any:
    """Take a turn out of the rota."""
    turn = rota.remove_turn(session, turn_id, actor=current_person(), now=utc_now())
    notice(f"{turn.person.name} is no longer on call from {turns.moment(turn.starts_at)}.")
    return redirect(url_for("duty.on_call"))
