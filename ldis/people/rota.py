"""Who stands in for whom and who is on call: asked, and changed. Each change is in the audit record."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from ldis.audit import service as audit
from ldis.errors import Invalid, NotFound
from ldis.people import queries
from ldis.people.access import Actor
from ldis.people.models import Deputy, Membership, OnCallTurn, User
from ldis.people.numbers import normal_mobile
from ldis.people.rules import Role
from ldis.worktime import LONDON

STANDS_IN = (Role.COORDINATOR, Role.PANEL_MEMBER)
ON_CALL = (Role.COORDINATOR, Role.PANEL_MEMBER, Role.LEAD)
NOT_A_MOBILE = "Enter a UK mobile number, like 07700 900123."


def _here(partnership_id: int, *roles: Role) -> ColumnElement[bool]:
    """Of a person: that they hold one of these roles in the partnership now."""
    held = select(Membership.person_id).where(
        Membership.partnership_id == partnership_id, Membership.role.in_(roles), Membership.ended_at.is_(None)
    )
    return User.active & User.id.in_(held)


def on_call(session: Session, partnership_id: int, at: datetime) -> User | None:
    """Who is on call at a moment; of several, whoever's turn began last."""
    return session.scalar(
        select(User)
        .join(OnCallTurn, OnCallTurn.person_id == User.id)
        .where(
            OnCallTurn.partnership_id == partnership_id,
            OnCallTurn.starts_at <= at,
            OnCallTurn.ends_at > at,
            OnCallTurn.removed_at.is_(None),
            _here(partnership_id, *ON_CALL),
        )
        .order_by(OnCallTurn.starts_at.desc(), OnCallTurn.id.desc())
        .limit(1)
    )


def deputies_at(session: Session, partnership_id: int, at: datetime) -> dict[int, User]:
    """Who stands in for whom at a moment, by the number of the person they stand in for."""
    day = at.astimezone(LONDON).date()
    rows = session.execute(
        select(Deputy.person_id, User)
        .join(User, User.id == Deputy.deputy_id)
        .where(
            Deputy.partnership_id == partnership_id,
            Deputy.starts_on <= day,
            Deputy.ends_on >= day,
            Deputy.ended_at.is_(None),
            _here(partnership_id, *STANDS_IN),
        )
        .order_by(Deputy.id)
    )
    return {row.person_id: row.User for row in rows}


def deputy_of(session: Session, person_id: int, partnership_id: int, at: datetime) -> User | None:
    """Who stands in for somebody at a moment."""
    return deputies_at(session, partnership_id, at).get(person_id)


def people_who(session: Session, roles: Sequence[Role], *, partnership_id: int) -> Sequence[User]:
    """Everyone who holds one of these roles in a partnership now, by name."""
    return session.scalars(select(User).where(_here(partnership_id, *roles)).order_by(User.name, User.id)).all()


def deputies_named_by(session: Session, actor: Actor, *, since: date) -> Sequence[Deputy]:
    """Whom a person has named to stand in for them here, now or later, by the day it begins."""
    return session.scalars(
        select(Deputy)
        .where(
            Deputy.person_id == actor.id,
            Deputy.partnership_id == actor.partnership_id,
            Deputy.ends_on >= since,
            Deputy.ended_at.is_(None),
        )
        .order_by(Deputy.starts_on, Deputy.id)
    ).all()


def turns_from(session: Session, *, partnership_id: int, since: datetime) -> Sequence[OnCallTurn]:
    """The turns on call that are not over yet, in the order in which they begin."""
    return session.scalars(
        select(OnCallTurn)
        .where(
            OnCallTurn.partnership_id == partnership_id,
            OnCallTurn.ends_at > since,
            OnCallTurn.removed_at.is_(None),
        )
        .order_by(OnCallTurn.starts_at, OnCallTurn.id)
    ).all()


def set_mobile(session: Session, person_id: int, written: str, *, actor: Actor) -> User:
    """Keep the number on which a person gets text messages; an empty one takes it away. The record names no number."""
    person = queries.person_of(session, person_id, partnership_id=actor.partnership_id)
    number = normal_mobile(written) if written else None
    if written and number is None:
        raise Invalid({"mobile": [NOT_A_MOBILE]})
    if person.mobile != number:
        person.mobile = number
        _record(session, "mobile number set" if number else "mobile number removed", person.label, actor)
    return person


def name_deputy(
    session: Session, deputy_id: int, *, starts_on: date, ends_on: date, actor: Actor, now: datetime
) -> Deputy:
    """Name who stands in for the actor. One deputy at a time: a period that meets another is refused."""
    offered = {one.id for one in people_who(session, STANDS_IN, partnership_id=actor.partnership_id)} - {actor.id}
    if deputy_id not in offered:
        raise Invalid({"deputy_id": ["Choose somebody of your partnership's coordinators and panel."]})
    session.execute(select(User.id).where(User.id == actor.id).with_for_update(key_share=True))
    for other in deputies_named_by(session, actor, since=starts_on):
        if other.starts_on <= ends_on:
            raise Invalid({"starts_on": [f"{other.deputy.name} already stands in for you in that time."]})
    named = Deputy(
        partnership_id=actor.partnership_id,
        person_id=actor.id,
        deputy_id=deputy_id,
        starts_on=starts_on,
        ends_on=ends_on,
        named_at=now,
    )
    session.add(named)
    session.flush()
    detail = {"deputy": deputy_id, "from": starts_on.isoformat(), "until": ends_on.isoformat()}
    _record(session, "deputy named", actor.label, actor, **detail)
    return named


def end_deputy(session: Session, named_id: int, *, actor: Actor, now: datetime) -> Deputy:
    """Take back, at once, that somebody stands in for the actor."""
    named = session.scalar(
        select(Deputy).where(
            Deputy.id == named_id, Deputy.person_id == actor.id, Deputy.partnership_id == actor.partnership_id
        )
    )
    if named is None:
        raise NotFound
    if named.ended_at is None:
        named.ended_at = now
        _record(session, "deputy ended", actor.label, actor, deputy=named.deputy_id)
    return named


def add_turn(
    session: Session, person_id: int, *, starts_at: datetime, ends_at: datetime, actor: Actor, now: datetime
) -> OnCallTurn:
    """Put somebody on call. A turn that meets another is kept: the page says so, and who is then told."""
    offered = {one.id for one in people_who(session, ON_CALL, partnership_id=actor.partnership_id)}
    if person_id not in offered:
        raise Invalid({"person_id": ["Choose a coordinator, a panel member or a lead of your partnership."]})
    turn = OnCallTurn(
        partnership_id=actor.partnership_id,
        person_id=person_id,
        starts_at=starts_at,
        ends_at=ends_at,
        added_at=now,
    )
    session.add(turn)
    session.flush()
    detail = {"person": person_id, "from": starts_at.isoformat(), "until": ends_at.isoformat()}
    _record(session, "on-call turn added", f"on-call turn/{turn.id}", actor, **detail)
    return turn


def remove_turn(session: Session, turn_id: int, *, actor: Actor, now: datetime) -> OnCallTurn:
    """Take a turn out of the rota, at once."""
    turn = session.scalar(
        select(OnCallTurn).where(OnCallTurn.id == turn_id, OnCallTurn.partnership_id == actor.partnership_id)
    )
    if turn is None:
        raise NotFound
    if turn.removed_at is None:
        turn.removed_at = now
        _record(session, "on-call turn removed", f"on-call turn/{turn.id}", actor)
    return turn


def _record(session: Session, action: str, about: str, actor: Actor, **detail: object) -> None:
    audit.record(session, action, about, actor=actor.label, partnership_id=actor.partnership_id, detail=detail)
