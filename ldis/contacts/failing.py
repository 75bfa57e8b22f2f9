"""Contacts whom messages do not reach: the last one to their address failed for good."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, case, exists, func, select
from sqlalchemy.orm import Session, aliased

from alerts.messages import Medium
from ldis.contacts.models import Contact
from ldis.deliveries.models import Delivery
from ldis.deliveries.rules import State

MOST = 200


@dataclass(frozen=True)
class Failing:
    """A contact, the medium by which nothing reaches them, since when and why."""

    contact: Contact
    medium: Medium
    at: datetime | None
    reason: str


def failing(session: Session, *, partnership_id: int) -> Sequence[Failing]:
    """Everybody whose last message by a medium failed, and whose address has not been changed since; newest first."""
    rows = session.execute(
        select(Contact, Delivery.medium, Delivery.settled_at, Delivery.reason)
        .join(Delivery, Delivery.contact_id == Contact.id)
        .where(*_is_failing(partnership_id))
        .order_by(Delivery.settled_at.desc(), Contact.id)
        .limit(MOST)
    )
    return [
        Failing(contact, medium, at, reason or "The provider did not say why.")
        for contact, medium, at, reason in rows
    ]


def how_many_fail(session: Session, *, partnership_id: int) -> int:
    """How many contacts have a medium that does not reach them."""
    question = select(func.count(Contact.id.distinct())).join(Delivery, Delivery.contact_id == Contact.id)
    return session.scalar(question.where(*_is_failing(partnership_id))) or 0


def _is_failing(partnership_id: int) -> list[ColumnElement[bool]]:
    later = aliased(Delivery)
    reached = exists().where(
        later.contact_id == Delivery.contact_id,
        later.medium == Delivery.medium,
        later.id > Delivery.id,
        later.state != State.QUEUED,
    )
    since = case((Delivery.medium == Medium.SMS, Contact.mobile_since), else_=Contact.email_since)
    return [
        Contact.partnership_id == partnership_id,
        Delivery.state == State.FAILED,
        Delivery.written_at > since,
        ~reached,
    ]
