"""An alert that is approved to leave later: bound like any other, cancelled until the first message leaves."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, sessionmaker

from ldis.cases.models import Case
from ldis.cases.rules import State as CaseState
from ldis.contacts import service as contacts
from ldis.deliveries.models import Delivery
from ldis.deliveries.patience import patience
from ldis.deliveries.rules import State as Sent
from ldis.issuing.models import AlertRecipient, Approval
from ldis.issuing.rules import State
from ldis.issuing.tasks import leave
from ldis.work import Workplace
from ldis.worktime import LONDON
from tests.integration.cast import NOW, Cast
from tests.integration.issuing import scene
from tests.integration.issuing.scene import Directory

LATER = (NOW + timedelta(days=1)).astimezone(LONDON).replace(hour=14, minute=5, second=0, microsecond=0)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    """The moment of the scenes; a test moves it on."""
    with time_machine.travel(NOW, tick=False) as travelling:
        yield travelling


@pytest.fixture
def place(sessions: sessionmaker[Session]) -> Workplace:
    return Workplace(sessions=sessions, channels={}, connections={}, public_url="http://localhost:8000")


def appointment(approver: FlaskClient, reference: str, at: datetime = LATER, said: str = "") -> dict[str, str]:
    """What pressing the button below "Send it later" sends."""
    signed = scene.signature(approver, reference)
    day = {"leaves_on-day": f"{at.day}", "leaves_on-month": f"{at.month}", "leaves_on-year": f"{at.year}"}
    return signed | day | {"leaves_at": said or f"{at:%H:%M}", "_form": "later"}


@pytest.fixture
def scheduled(approver: FlaskClient, waiting: str) -> str:
    """The reference of an alert that leaves tomorrow at five past two."""
    answer = approver.post(f"/issuing/{waiting}/schedule", data=appointment(approver, waiting))
    assert answer.status_code == 302, answer.text
    return waiting


def test_its_messages_are_written_at_approval_and_wait_and_until_then_nobody_else_knows_of_it(
    scheduled: str, approver: FlaskClient, client: FlaskClient, db: Session
) -> None:
    alert = scene.alert_called(db, scheduled)
    assert (alert.state, alert.scheduled_for, alert.issued_at) == (State.SCHEDULED, LATER, None)
    messages = scene.deliveries_of(db, scheduled)
    assert len(messages) == 3
    for one in messages:
        assert (one.due_at, one.give_up_at) == (LATER, LATER + patience().give_up_after[one.medium])
    page = approver.get(f"/issuing/{scheduled}/approval").text
    assert "It leaves <strong>" in page
    assert "tomorrow 14:05" in page
    assert "2 people" in page
    assert "tomorrow 14:05" in approver.get("/issuing").text
    assert client.get(f"/v/{alert.code}").status_code == 404
    assert client.get(f"/alerts/{scheduled}").status_code == 404


def test_it_leaves_when_its_time_comes_and_not_before(
    scheduled: str, place: Workplace, db: Session, clock: time_machine.Traveller, approver: FlaskClient
) -> None:
    leave(place)
    assert scene.alert_called(db, scheduled).state is State.SCHEDULED
    clock.move_to(LATER)
    for _ in range(2):
        leave(place)
    alert = scene.alert_called(db, scheduled)
    assert (alert.state, alert.issued_at) == (State.ISSUED, LATER)
    assert "sent the alert at its time" in [entry.action for entry in alert.case.entries]


def test_a_time_that_cannot_be_is_refused_in_words_and_nothing_has_happened(
    approver: FlaskClient, waiting: str, db: Session
) -> None:
    wrong = (
        (NOW - timedelta(minutes=1), "", "Choose a day and time that is still ahead."),
        (NOW + timedelta(days=400), "", "no later than its last"),
        (LATER, "soon", "Enter the time on a 24-hour clock"),
    )
    for at, said, words in wrong:
        sent = appointment(approver, waiting, at.astimezone(LONDON), said)
        answer = approver.post(f"/issuing/{waiting}/schedule", data=sent)
        assert answer.status_code == 422
        assert words in answer.text
    assert scene.deliveries_of(db, waiting) == []
    assert scene.alert_called(db, waiting).state is State.WAITING


def test_what_it_signs_is_bound_as_when_it_leaves_at_once(
    author: FlaskClient, approver: FlaskClient, waiting: str, db: Session, directory: Directory, cast: Cast
) -> None:
    sent = appointment(approver, waiting)
    contacts.opt_out(db, directory.by_email.id, actor=cast.coordinator, now=NOW)
    db.commit()
    assert approver.post(f"/issuing/{waiting}/schedule", data=sent).status_code == 409
    assert author.post(f"/issuing/{waiting}/schedule", data=sent).status_code == 403


@pytest.mark.parametrize("who", ["author", "approver"])
def test_a_coordinator_or_an_approver_cancels_it_with_a_reason_and_nothing_leaves(
    who: str,
    author: FlaskClient,
    approver: FlaskClient,
    scheduled: str,
    db: Session,
    place: Workplace,
    clock: time_machine.Traveller,
) -> None:
    browser = {"author": author, "approver": approver}[who]
    path = f"/issuing/{scheduled}/cancel"
    assert browser.post(path, data={"reason": "", "_form": "cancel"}).status_code == 403
    assert browser.post(path, data={"reason": "The batch is gone.", "_form": "cancel"}).status_code == 302
    assert "The batch is gone." in author.get(f"/issuing/{scheduled}/draft").text
    clock.move_to(LATER)
    leave(place)
    alert = scene.alert_called(db, scheduled)
    assert (alert.state, alert.scheduled_for, alert.approval) == (State.DRAFT, None, None)
    assert scene.deliveries_of(db, scheduled) == []
    assert set(db.scalars(select(Delivery.state).where(Delivery.about.like("%/cancelled/%")))) == {Sent.SUPPRESSED}
    assert db.scalar(select(func.count()).select_from(AlertRecipient)) == 0


def test_what_was_cancelled_can_be_approved_again_and_only_then_leaves(
    author: FlaskClient, approver: FlaskClient, scheduled: str, db: Session, directory: Directory, cast: Cast
) -> None:
    contacts.opt_out(db, directory.by_email.id, actor=cast.coordinator, now=NOW)
    db.commit()
    author.post(f"/issuing/{scheduled}/cancel", data={"reason": "Not yet.", "_form": "cancel"})
    contacts.opt_in(db, directory.by_email.id, actor=cast.coordinator)
    db.commit()
    scene.send(author, scheduled)
    answer = approver.post(f"/issuing/{scheduled}/approve", data=scene.signature(approver, scheduled))
    assert answer.status_code == 302
    assert len(scene.deliveries_of(db, scheduled)) == 3
    approvals = db.scalars(select(Approval).order_by(Approval.id)).all()
    assert [one.voided_at is None for one in approvals] == [False, True]


def test_once_a_message_was_taken_to_be_sent_it_can_be_neither_cancelled_nor_edited(
    author: FlaskClient, scheduled: str, db: Session
) -> None:
    assert author.get(f"/issuing/{scheduled}/draft").status_code == 302
    answer = author.post(f"/issuing/{scheduled}/send", data={"seen_version": "2", "_form": "handover"})
    assert answer.status_code == 409
    first = scene.deliveries_of(db, scheduled)[0].id
    db.execute(update(Delivery).where(Delivery.id == first).values(state=Sent.SENDING))
    db.commit()
    answer = author.post(f"/issuing/{scheduled}/cancel", data={"reason": "Too late?", "_form": "cancel"})
    assert answer.status_code == 409
    assert "on their way" in answer.text
    assert scene.alert_called(db, scheduled).state is State.SCHEDULED
    assert len(scene.deliveries_of(db, scheduled)) == 3


def test_whoever_opts_out_while_it_waits_is_left_out(
    scheduled: str, db: Session, directory: Directory, cast: Cast
) -> None:
    contacts.opt_out(db, directory.by_email.id, actor=cast.coordinator, now=NOW)
    db.commit()
    states = {one.recipient: one.state for one in scene.deliveries_of(db, scheduled)}
    assert states[f"contact/{directory.by_email.id}"] is Sent.SUPPRESSED
    assert states[f"contact/{directory.both.id}"] is Sent.QUEUED


def test_a_case_that_is_reopened_takes_its_alert_back_before_it_leaves(
    scheduled: str, db: Session, place: Workplace, case: Case
) -> None:
    db.execute(update(Case).where(Case.id == case.id).values(state=CaseState.TRIAGE))
    db.commit()
    leave(place)
    alert = scene.alert_called(db, scheduled)
    assert alert.state is State.DRAFT
    assert "reopened" in alert.sent_back_reason
    assert scene.deliveries_of(db, scheduled) == []


def test_the_page_says_that_one_member_may_approve_what_was_decided_at_once(
    approver: FlaskClient, waiting: str, db: Session, case: Case
) -> None:
    assert "without waiting for the others" not in approver.get(f"/issuing/{waiting}/approval").text
    case.decisions[-1].at_once, case.decisions[-1].review_due_at = True, LATER
    db.commit()
    page = approver.get(f"/issuing/{waiting}/approval").text
    assert "without waiting for the others" in page
    assert "Approve and send now to 2 people" in page
