"""Whom the chosen medium does not reach is sent the alert by the other: once, and only who takes it and is silent."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session, sessionmaker

from alerts.messages import Medium
from ldis.audit.models import AuditEntry
from ldis.cases.policy import Policy
from ldis.contacts import service as contacts
from ldis.deliveries.models import Delivery
from ldis.deliveries.rules import State
from ldis.issuing.models import Alert, AlertRecipient, about
from ldis.people.access import Actor
from ldis.people.models import Partnership
from ldis.reach import service
from ldis.reach.rules import How
from ldis.reach.schemas import Word
from ldis.reach.tasks import chase
from ldis.substances.names import Names
from ldis.work import Workplace
from tests.integration.cast import NOW, Cast
from tests.integration.issuing import scene
from tests.integration.issuing.scene import Directory


@pytest.fixture
def place(sessions: sessionmaker[Session], policy: Policy) -> Workplace:
    return Workplace(
        sessions=sessions, channels={}, connections={}, public_url="http://localhost:8000", policy=policy
    )


@pytest.fixture
def author(browser_of: Callable[[Actor], FlaskClient], cast: Cast) -> FlaskClient:
    return browser_of(cast.coordinator)


@pytest.fixture
def by_text(
    author: FlaskClient,
    browser_of: Callable[[Actor], FlaskClient],
    cast: Cast,
    north_shore: Partnership,
    names: Names,
    policy: Policy,
    directory: Directory,
    db: Session,
) -> Alert:
    """An alert that was approved to go by text message, and failed for everybody."""
    case, approver = scene.decide(db, cast, north_shore, names, policy), browser_of(cast.medical)
    reference = scene.draft(author, case)
    scene.send(scene.save(author, reference, list_ids=directory.ids, media=["sms"]), reference)
    page = approver.get(f"/issuing/{reference}/approval").text
    assert "Email (only to whom the text message does not reach)" in page
    answer = approver.post(f"/issuing/{reference}/approve", data=scene.signature(approver, reference))
    assert answer.status_code == 302, answer.text
    alert = scene.alert_called(db, reference)
    fail(db, alert)
    return alert


def fail(db: Session, alert: Alert, state: State = State.FAILED) -> None:
    sent = update(Delivery).where(Delivery.about == about(alert), Delivery.medium == Medium.SMS)
    db.execute(sent.values(state=state, settled_at=alert.issued_at, reason="The number is not in use (30005)"))
    db.commit()


def emails(db: Session, alert: Alert) -> list[Delivery]:
    db.expire_all()
    found = db.scalars(select(Delivery).where(Delivery.about == about(alert), Delivery.medium == Medium.EMAIL))
    return list(found)


def test_whom_the_text_does_not_reach_is_sent_the_approved_words_by_email_once(
    place: Workplace, by_text: Alert, db: Session, directory: Directory, author: FlaskClient
) -> None:
    for _ in range(3):
        chase(place)
    [email] = emails(db, by_text)
    assert email.recipient == f"contact/{directory.both.id}"
    assert by_text.content["headline"] in email.text
    assert email.html
    assert email.envelope.words.unsubscribe
    [entry] = db.scalars(select(AuditEntry).where(AuditEntry.action == "other medium used"))
    assert entry.detail == {"reference": by_text.reference, "people": 1, "medium": "email"}
    assert "Email" in author.get(f"/issuing/{by_text.reference}").text


@pytest.mark.parametrize("state", [one for one in State if one is not State.FAILED])
def test_nothing_stands_in_for_a_text_that_did_not_fail(
    place: Workplace, by_text: Alert, db: Session, state: State
) -> None:
    fail(db, by_text, state)
    chase(place)
    assert emails(db, by_text) == []


def test_who_opted_out_or_answered_or_takes_no_email_is_left_in_peace(
    place: Workplace, by_text: Alert, db: Session, directory: Directory, cast: Cast
) -> None:
    contacts.opt_out(db, directory.both.id, actor=cast.coordinator, now=NOW)
    db.commit()
    chase(place)
    assert emails(db, by_text) == []


def test_who_has_answered_by_another_way_is_not_written_to(
    place: Workplace, by_text: Alert, db: Session, directory: Directory
) -> None:
    recipient = db.scalars(select(AlertRecipient).where(AlertRecipient.contact_id == directory.both.id)).one()
    service.acknowledge(db, recipient, Word(), how=How.TELEPHONE, now=NOW, by="Ada Finch")
    db.commit()
    chase(place)
    assert emails(db, by_text) == []


def test_a_policy_that_does_not_want_it_is_followed(
    place: Workplace, by_text: Alert, db: Session, policy: Policy
) -> None:
    unwanted = replace(policy, sending=replace(policy.sending, other_medium=False))
    chase(replace(place, policy=unwanted))
    assert emails(db, by_text) == []


def test_old_news_of_a_failure_is_left_to_people(place: Workplace, by_text: Alert, db: Session) -> None:
    for one in db.scalars(select(Delivery).where(Delivery.about == about(by_text))):
        assert one.settled_at is not None
        one.settled_at -= timedelta(hours=25)
    db.commit()
    chase(place)
    assert emails(db, by_text) == []
