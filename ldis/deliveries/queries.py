"""Questions to the outbox."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ldis.deliveries.models import Delivery, Receipt
from ldis.deliveries.rules import State


@dataclass(frozen=True)
class Waiting:
    """What is due and has not left yet."""

    count: int
    oldest: timedelta


def counts_by_state(session: Session, abouts: Collection[str], *, partnership_id: int | None) -> dict[State, int]:
    """How far the messages about some things have got; every state is there, most of them with 0."""
    found = session.execute(
        select(Delivery.state, func.count())
        .where(Delivery.about.in_(abouts), Delivery.partnership_id == partnership_id)
        .group_by(Delivery.state)
    )
    return dict.fromkeys(State, 0) | dict(found.all())


def for_about(session: Session, about: str, *, partnership_id: int | None) -> Sequence[Delivery]:
    """Every message about something, in the order of writing."""
    return session.scalars(
        select(Delivery)
        .where(Delivery.about == about, Delivery.partnership_id == partnership_id)
        .order_by(Delivery.id)
    ).all()


def receipts_for(session: Session, delivery_id: int, *, partnership_id: int | None) -> Sequence[Receipt]:
    """What the provider said about one message, in the order in which it came."""
    return session.scalars(
        select(Receipt)
        .join(Delivery, Delivery.id == Receipt.delivery_id)
        .where(Delivery.id == delivery_id, Delivery.partnership_id == partnership_id)
        .order_by(Receipt.id)
    ).all()


def waiting(session: Session, *, now: datetime) -> Waiting:
    """How many messages of the whole installation are due and still here, and for how long the oldest has been."""
    count, oldest = session.execute(
        select(func.count(), func.min(Delivery.due_at)).where(
            Delivery.state == State.QUEUED, Delivery.due_at <= now
        )
    ).one()
    return Waiting(count=count, oldest=now - oldest if oldest else timedelta())


def in_doubt(session: Session, *, partnership_id: int | None) -> Sequence[Delivery]:
    """Messages that may have been sent, for a person to settle."""
    return session.scalars(
        select(Delivery)
        .where(Delivery.state == State.IN_DOUBT, Delivery.partnership_id == partnership_id)
        .order_by(Delivery.id)
    ).all()


def count_in_doubt(session: Session) -> int:
    """How many messages of the whole installation wait for a person's decision."""
    return session.scalar(select(func.count()).where(Delivery.state == State.IN_DOUBT)) or 0
