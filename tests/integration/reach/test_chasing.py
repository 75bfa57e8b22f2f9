"""Reminding those who are silent about an alert in force: once, and only those who can have read it."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session, sessionmaker

from alerts.messages import Medium
from ldis.contacts import service as contacts
from ldis.db import utc_now
from ldis.deliveries.models import Delivery
from ldis.deliveries.rules import State
from ldis.issuing.models import Alert, AlertRecipient
from ldis.reach.rules import REMIND_AFTER
from ldis.reach.tasks import chase
from ldis.web import today
from ldis.work import Workplace
from tests.integration.cast import NOW, Cast
from tests.integration.issuing.scene import Directory


@pytest.fixture
def place(sessions: sessionmaker[Session]) -> Workplace:
    return Workplace(sessions=sessions, channels={}, connections={}, public_url="http://localhost:8000")


@pytest.fixture
def overdue(db: Session, alert: Alert) -> Alert:
    """An alert that everybody got, and that has been out for longer than silence is borne."""
    alert.issued_at = utc_now() - REMIND_AFTER[alert.level] - timedelta(minutes=1)
    db.execute(update(Delivery).where(Delivery.about == f"alert/{alert.id}").values(state=State.DELIVERED))
    db.commit()
    return alert


def reminders(db: Session, alert: Alert) -> list[tuple[str, Medium]]:
    db.expire_all()
    found = db.scalars(
        select(Delivery).where(Delivery.about == f"alert/{alert.id}/reminder").order_by(Delivery.id)
    )
    return [(one.recipient, one.medium) for one in found]


def test_the_silent_are_reminded_once_by_the_quicker_medium(
    place: Workplace, overdue: Alert, db: Session, directory: Directory
) -> None:
    for _ in range(3):
        chase(place)
    assert reminders(db, overdue) == [
        (f"contact/{directory.both.id}", Medium.SMS),
        (f"contact/{directory.by_email.id}", Medium.EMAIL),
    ]


def test_a_reminder_carries_the_same_link(
    place: Workplace, overdue: Alert, db: Session, recipient: AlertRecipient
) -> None:
    chase(place)
    sent = db.scalars(
        select(Delivery).where(
            Delivery.about == f"alert/{overdue.id}/reminder", Delivery.recipient == recipient.recipient
        )
    ).one()
    assert f"/a/{recipient.token}" in sent.text


def test_whoever_has_answered_is_left_in_peace(
    place: Workplace, overdue: Alert, db: Session, client: FlaskClient, recipient: AlertRecipient
) -> None:
    client.post(f"/a/{recipient.token}")
    chase(place)
    assert recipient.recipient not in [one for one, _ in reminders(db, overdue)]


def test_whoever_has_opted_out_since_is_left_in_peace(
    place: Workplace, overdue: Alert, db: Session, directory: Directory, cast: Cast
) -> None:
    contacts.opt_out(db, directory.both.id, actor=cast.coordinator, now=NOW)
    db.commit()
    chase(place)
    assert reminders(db, overdue) == [(f"contact/{directory.by_email.id}", Medium.EMAIL)]


def test_nobody_is_reminded_of_what_has_not_reached_them(place: Workplace, overdue: Alert, db: Session) -> None:
    db.execute(update(Delivery).values(state=State.FAILED))
    db.commit()
    chase(place)
    assert reminders(db, overdue) == []


def test_nobody_is_reminded_too_soon(place: Workplace, overdue: Alert, db: Session) -> None:
    overdue.issued_at = utc_now() - REMIND_AFTER[overdue.level] + timedelta(minutes=1)
    db.commit()
    chase(place)
    assert reminders(db, overdue) == []


def test_nobody_is_reminded_of_what_is_no_longer_in_force(place: Workplace, overdue: Alert, db: Session) -> None:
    overdue.content = overdue.content | {"review_on": (today() - timedelta(days=1)).isoformat()}
    db.commit()
    chase(place)
    assert reminders(db, overdue) == []
