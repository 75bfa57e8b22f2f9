"""Put right what went wrong: ask about what a crash left in doubt, end what is too old, wake what is due.

Nothing that may have gone is sent again unless the provider surely does not have it. Where nobody can tell, a
person is shown the message and decides.
"""

from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, select, update
from sqlalchemy.orm import Session

from alerts.messages import Medium
from ldis import work
from ldis.audit import service as audit
from ldis.db import utc_now
from ldis.deliveries.claims import Lane, Outcome, engine_of, open_lane, record
from ldis.deliveries.models import Delivery
from ldis.deliveries.rules import State
from ldis.deliveries.sending import NOBODY_KNOWS
from ldis.deliveries.ways import Ways, forget_tallies
from ldis.work import Workplace

ACTOR = "deliveries"
TOO_LATE = "It could not be sent in time to be of use."


def sweep(place: Workplace) -> None:
    """Settle what was left in doubt, then end what is too old, then wake the senders of what is due."""
    with open_lane(engine_of(place)) as lane:
        if lane.is_the_only_sweep():
            _ask_about_what_was_left(place, lane)
    with place.sessions.begin() as session:
        end_what_is_too_old(session, now=utc_now())
        forget_tallies(session, now=utc_now())
        wake(session, now=utc_now())


def _ask_about_what_was_left(place: Workplace, lane: Lane) -> None:
    """In small claims, as when sending, so that a sweep that is cut off leaves little behind."""
    with ExitStack() as open_channels:
        ways: dict[Medium, Ways] = {}
        while taken := lane.take_over(size=place.claim_size, now=utc_now()):
            outcomes: list[Outcome] = []
            for claimed in taken:
                if claimed.medium not in ways:
                    ways[claimed.medium] = open_channels.enter_context(closing(Ways(place, claimed.medium)))
                outcomes.append(ways[claimed.medium].at(claimed.provider).find(claimed))
            with place.sessions.begin() as session:
                settle(session, outcomes, lane=lane.number)


def settle(session: Session, outcomes: Sequence[Outcome], *, lane: int) -> None:
    """Record what the provider said, and put what stays in doubt before a person."""
    outcomes = _without_mistaken_identity(session, outcomes)
    record(session, outcomes, lane=lane)
    in_doubt = [outcome.id for outcome in outcomes if outcome.state is State.IN_DOUBT]
    flagged = select(Delivery.id, Delivery.about, Delivery.partnership_id)
    for row in session.execute(
        flagged.where(Delivery.id.in_(in_doubt), Delivery.state == State.IN_DOUBT).order_by(Delivery.id)
    ):
        audit.record(
            session,
            "delivery in doubt",
            f"delivery/{row.id}",
            actor=ACTOR,
            partnership_id=row.partnership_id,
            detail={"about": row.about},
        )


def _without_mistaken_identity(session: Session, outcomes: Sequence[Outcome]) -> list[Outcome]:
    """A provider finds by number and words. What it found may be another message of ours with the same words."""
    found = {o.provider_reference for o in outcomes if o.provider_reference}
    taken = select(Delivery.provider_reference).where(
        Delivery.provider_reference.in_(found), Delivery.id.not_in([o.id for o in outcomes])
    )
    others = set(session.scalars(taken))
    doubled = [o.provider_reference for o in outcomes]
    return [
        replace(o, state=State.IN_DOUBT, provider=None, provider_reference=None, reason=NOBODY_KNOWS)
        if o.provider_reference and (o.provider_reference in others or doubled.count(o.provider_reference) > 1)
        else o
        for o in outcomes
    ]


def end_what_is_too_old(session: Session, *, now: datetime) -> None:
    """An alert that arrives hours late does harm, so what has waited too long has failed."""
    session.execute(
        update(Delivery)
        .where(Delivery.state == State.QUEUED, Delivery.give_up_at <= now)
        .values(state=State.FAILED, settled_at=now, reason=TOO_LATE)
    )


def wake(session: Session, *, now: datetime) -> None:
    """Call the senders of each medium that has something due: retries, and what a lost job left behind."""
    for medium in Medium:
        if session.scalar(select(exists().where(_due(medium, now)))):
            work.defer(session, "deliveries.dispatch", urgent=True, medium=medium.value)


def _due(medium: Medium, now: datetime) -> ColumnElement[bool]:
    return and_(Delivery.medium == medium, Delivery.state == State.QUEUED, Delivery.due_at <= now)
