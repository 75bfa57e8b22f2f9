"""Messages that need a person: in doubt, long on their way, or of which nothing more was heard."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, redirect, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from ldis.db import utc_now
from ldis.deliveries import service as delivering
from ldis.deliveries.models import Delivery
from ldis.deliveries.stuck import Why, needs_a_person, why
from ldis.errors import NotFound
from ldis.issuing.models import Alert
from ldis.people.access import current_person, open_to
from ldis.people.rules import Role
from ldis.reach.schemas import ByHandSchema
from ldis.web import commits, form_for, load_form, notice, redraws, render, session

pages = Blueprint("stuck", __name__)

MOST = 200


@dataclass(frozen=True)
class Stuck:
    """One message, why it is listed, and the alert that it is about, if any."""

    message: Delivery
    why: Why
    alert: str | None


@pages.get("/messages")
@open_to(Role.COORDINATOR)
def index() -> Any:
    """What needs a person, the oldest first."""
    return render(
        "reach/stuck.html",
        stuck=_of_this_partnership(),
        form_of=lambda message: form_for(ByHandSchema, ids=f"message-{message.id}"),
        Why=Why,
    )


@pages.post("/messages/<int:message_id>")
@open_to(Role.COORDINATOR)
@redraws(index)
@commits
def settle(message_id: int) -> Any:
    """Somebody found out what became of a message."""
    if message_id not in (one.message.id for one in _of_this_partnership()):
        raise NotFound("We cannot find this message among those that need a person.")
    said = load_form(ByHandSchema)
    delivering.settle_by_hand(
        session,
        message_id,
        arrived=said.arrived,
        reason=said.reason,
        partnership_id=current_person().partnership_id,
        actor=current_person().label,
        now=utc_now(),
    )
    notice("Noted.")
    return redirect(url_for("reach.stuck.index"))


def _of_this_partnership() -> Sequence[Stuck]:
    return stuck(session, partnership_id=current_person().partnership_id, now=utc_now())


def stuck(session: Session, *, partnership_id: int, now: datetime) -> Sequence[Stuck]:
    """Messages of a partnership that need a person, the oldest first."""
    rows = session.execute(
        select(Delivery, Alert.reference)
        .outerjoin(Alert, Alert.id == Delivery.alert_id)
        .where(Delivery.partnership_id == partnership_id, needs_a_person(now))
        .order_by(Delivery.id)
        .limit(MOST)
    )
    return [Stuck(message, why(message), reference) for message, reference in rows]
