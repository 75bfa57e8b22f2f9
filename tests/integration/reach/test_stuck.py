"""Messages that need a person are listed with why, and somebody says what became of them."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from ldis.audit.models import AuditEntry
from ldis.db import utc_now
from ldis.deliveries.models import Delivery
from ldis.deliveries.patience import patience
from ldis.deliveries.rules import State
from ldis.deliveries.stuck import WAITS_TOO_LONG, Why
from ldis.issuing.models import Alert, about
from ldis.people.access import Actor
from tests.integration.cast import Cast


@pytest.fixture
def message(db: Session, alert: Alert) -> Delivery:
    """One text of an alert that has left, long ago."""
    found = db.scalars(select(Delivery).where(Delivery.about == about(alert)).order_by(Delivery.id)).first()
    assert found
    for one in db.scalars(select(Delivery).where(Delivery.about == about(alert))):
        one.state = State.DELIVERED
    found.state, found.provider, found.provider_reference = State.SENT, "twilio:AC0", "SM0"
    found.sent_at = utc_now() - patience().flag_after - timedelta(hours=1)
    db.commit()
    return found


@pytest.fixture
def coordinator(browser_of: Callable[[Actor], FlaskClient], cast: Cast) -> FlaskClient:
    return browser_of(cast.coordinator)


def settle(coordinator: FlaskClient, message: Delivery, **said: str) -> str:
    answer = coordinator.post(f"/messages/{message.id}", data=said, follow_redirects=True)
    return answer.text


def test_nothing_is_listed_while_everything_goes_well(coordinator: FlaskClient, alert: Alert) -> None:
    assert "Every message has left" in coordinator.get("/messages").text


@pytest.mark.parametrize(
    ("state", "why"),
    [
        (State.SENT, Why.UNHEARD),
        (State.IN_DOUBT, Why.IN_DOUBT),
        (State.SENDING, Why.UNDER_WAY),
        (State.QUEUED, Why.WAITS),
    ],
)
def test_a_message_is_listed_with_why_it_needs_a_person(
    coordinator: FlaskClient, message: Delivery, db: Session, state: State, why: Why
) -> None:
    message.state = state
    message.claimed_at = utc_now() - timedelta(hours=1)
    message.due_at = utc_now() - WAITS_TOO_LONG - timedelta(minutes=1)
    message.give_up_at = utc_now() + timedelta(hours=1)
    db.commit()
    page = coordinator.get("/messages").text
    assert why in page
    assert message.address in page
    assert '<strong class="ldis-tag ldis-tag--bad">1</strong>' in coordinator.get("/issuing").text


def test_somebody_says_what_became_of_it_and_how_they_know(
    coordinator: FlaskClient, message: Delivery, db: Session
) -> None:
    assert "Say how you know." in settle(coordinator, message, arrived="yes")
    assert "Say whether they have it." in settle(coordinator, message, reason="Telephoned")
    assert "Noted." in settle(coordinator, message, arrived="no", reason="Telephoned reception at 9")
    db.expire_all()
    assert (message.state, message.reason) == (State.FAILED, "Telephoned reception at 9")
    [entry] = db.scalars(select(AuditEntry).where(AuditEntry.action == "delivery settled"))
    assert entry.detail["answer"] == "did not arrive"
    assert "We cannot find this message" in settle(coordinator, message, arrived="yes", reason="Twice")


def test_only_coordinators_see_them_and_only_their_own(
    browser_of: Callable[[Actor], FlaskClient], cast: Cast, message: Delivery
) -> None:
    assert browser_of(cast.medical).get("/messages").status_code == 403
    elsewhere = browser_of(cast.stranger)
    assert message.address not in elsewhere.get("/messages").text
    answer = elsewhere.post(f"/messages/{message.id}", data={"arrived": "yes", "reason": "Mine"})
    assert answer.status_code == 404
