"""An alert that falls behind what the policy expects: its coordinators are told, once for each target."""

from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session, sessionmaker

from alerts.messages import Medium
from ldis.cases.policy import Policy
from ldis.db import utc_now
from ldis.deliveries.models import Delivery
from ldis.deliveries.rules import State
from ldis.issuing.models import Alert, AlertRecipient
from ldis.reach.models import Shortfall
from ldis.reach.tasks import watch
from ldis.work import Workplace
from tests.integration.cast import Cast


@pytest.fixture
def place(sessions: sessionmaker[Session], policy: Policy) -> Workplace:
    return Workplace(
        sessions=sessions, channels={}, connections={}, public_url="http://localhost:8000", policy=policy
    )


def leave(db: Session, alert: Alert, *, minutes: int) -> datetime:
    """Let it be so long since the alert left."""
    alert.issued_at = utc_now() - timedelta(minutes=minutes)
    db.commit()
    return alert.issued_at


def arrive(db: Session, alert: Alert, *media: Medium) -> None:
    """Let the messages of these media reach everybody."""
    mine = update(Delivery).where(Delivery.about == f"alert/{alert.id}")
    db.execute(mine.where(Delivery.medium.in_(media)).values(state=State.SENT))
    db.commit()


def told(db: Session, alert: Alert) -> list[tuple[str, str]]:
    found = select(Delivery).where(Delivery.about.like(f"alert/{alert.id}/behind/%")).order_by(Delivery.id)
    return [(one.about.split("/")[-1], one.recipient) for one in db.scalars(found)]


def test_a_red_alert_that_few_have_after_its_time_is_told_of_once(
    place: Workplace, alert: Alert, db: Session, cast: Cast
) -> None:
    for too_soon_or_history in (14, 3 * 24 * 60):
        leave(db, alert, minutes=too_soon_or_history)
        watch(place)
    assert told(db, alert) == []
    leave(db, alert, minutes=15)
    for _ in range(3):
        watch(place)
    assert told(db, alert) == [("delivered", cast.coordinator.label)]
    (letter,) = db.scalars(select(Delivery).where(Delivery.about.like("%/behind/%")))
    assert "0 of 2 people had it after 15 minutes" in letter.text
    assert f"/issuing/{alert.reference}" in letter.text


def test_a_text_that_only_left_is_not_delivered_and_an_email_that_was_taken_is(
    place: Workplace, alert: Alert, db: Session
) -> None:
    leave(db, alert, minutes=15)
    arrive(db, alert, Medium.SMS, Medium.EMAIL)
    watch(place)
    assert told(db, alert) == []


def test_silent_organisations_are_told_of_apart_from_what_was_delivered(
    place: Workplace, alert: Alert, db: Session, client: FlaskClient, recipient: AlertRecipient
) -> None:
    arrive(db, alert, Medium.EMAIL)
    client.post(f"/a/{recipient.token}")
    leave(db, alert, minutes=120)
    watch(place)
    assert [target for target, _ in told(db, alert)] == ["acknowledged"]
    (one,) = db.scalars(select(Shortfall))
    assert one.share == 0.5


def test_what_has_caught_up_before_anybody_looked_is_not_told_of(
    place: Workplace, alert: Alert, db: Session, client: FlaskClient
) -> None:
    arrive(db, alert, Medium.EMAIL)
    for token in db.scalars(select(AlertRecipient.token)):
        client.post(f"/a/{token}")
    leave(db, alert, minutes=180)
    watch(place)
    assert told(db, alert) == []
