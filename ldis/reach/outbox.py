"""Questions about the outbox on the screen."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ldis.deliveries.models import Delivery
from ldis.errors import NotFound

ON_SCREEN = 24
KNOWN_RECIPIENTS = 100


@dataclass(frozen=True)
class Addressee:
    """Somebody who was written to, as the outbox names and shows them."""

    recipient: str
    address: str


def outbox(
    session: Session, *, partnership_id: int | None, recipient: str = "", page: int = 1
) -> tuple[Sequence[Delivery], bool]:
    """A page of what was written to the outbox, newest first; of every partnership where none is given."""
    question = select(Delivery)
    if partnership_id is not None:
        question = question.where(Delivery.partnership_id == partnership_id)
    if recipient:
        question = question.where(Delivery.recipient == recipient)
    found = session.scalars(
        question.order_by(Delivery.id.desc()).offset((page - 1) * ON_SCREEN).limit(ON_SCREEN + 1)
    ).all()
    return found[:ON_SCREEN], len(found) > ON_SCREEN


def addressees(session: Session, *, partnership_id: int | None) -> list[Addressee]:
    """Whom the newest messages went to, for choosing one of them; each once, by address."""
    newest = select(func.max(Delivery.id)).group_by(Delivery.recipient)
    if partnership_id is not None:
        newest = newest.where(Delivery.partnership_id == partnership_id)
    newest = newest.order_by(func.max(Delivery.id).desc()).limit(KNOWN_RECIPIENTS)
    found = session.scalars(select(Delivery).where(Delivery.id.in_(newest.scalar_subquery())))
    return sorted((Addressee(one.recipient, one.address) for one in found), key=lambda one: one.address)


def outbox_message(session: Session, reference: uuid.UUID, *, partnership_id: int | None) -> Delivery:
    """One message of the outbox, or NotFound."""
    question = select(Delivery).where(Delivery.reference == reference)
    if partnership_id is not None:
        question = question.where(Delivery.partnership_id == partnership_id)
    found = session.scalar(question)
    if found is None:
        raise NotFound("We cannot find this message.")
    return found
