"""Which messages need a person: in doubt, long on their way, or of which nothing more was heard."""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from ldis.deliveries.models import Delivery
from ldis.deliveries.patience import patience
from ldis.deliveries.reconciling import nothing_more_heard
from ldis.deliveries.rules import ASK_FOR, State

WAITS_TOO_LONG = timedelta(minutes=15)
LOOKED_BACK_FOR = timedelta(days=14)


class Why(StrEnum):
    """What is wrong with a message, in words."""

    IN_DOUBT = "It may have been sent: the sending broke off."
    UNDER_WAY = "It has been on its way to the provider for too long."
    WAITS = "It should have left and has not. Is the worker running? Does the provider answer?"
    UNHEARD = "It left, and the provider has not said what became of it."


def how_many(session: Session, *, partnership_id: int, now: datetime) -> int:
    """How many messages of a partnership need a person."""
    question = select(func.count()).where(Delivery.partnership_id == partnership_id, needs_a_person(now))
    return session.scalar(question) or 0


def needs_a_person(now: datetime) -> ColumnElement[bool]:
    """The condition, for a question about deliveries."""
    return or_(
        Delivery.state == State.IN_DOUBT,
        (Delivery.state == State.SENDING) & (Delivery.claimed_at < now - ASK_FOR),
        (Delivery.state == State.QUEUED) & (Delivery.due_at < now - WAITS_TOO_LONG) & (Delivery.give_up_at > now),
        nothing_more_heard(before=now - patience().flag_after, since=now - LOOKED_BACK_FOR),
    )


def why(message: Delivery) -> Why:
    """Why a message is listed."""
    reasons = {State.IN_DOUBT: Why.IN_DOUBT, State.SENDING: Why.UNDER_WAY, State.QUEUED: Why.WAITS}
    return reasons.get(message.state, Why.UNHEARD)
