"""Reminding those who are silent about an alert in force, then their deputies: once, and only who has not answered."""

from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session, sessionmaker

from alerts.messages import Level, Medium
from ldis.audit.models import AuditEntry
from ldis.cases.policy import Policy
from ldis.contacts import service as contacts
from ldis.contacts.models import Contact
from ldis.db import utc_now
from ldis.deliveries.models import Delivery
from ldis.deliveries.rules import State
from ldis.issuing.models import Alert, AlertRecipient
from ldis.reach.tasks import chase
from ldis.web import today
from ldis.work import Workplace
from tests.integration.cast import NOW, Cast
from tests.integration.issuing.scene import Directory

SATURDAY = NOW + timedelta(days=3)


@pytest.fixture
def place(sessions: sessionmaker[Session], policy: Policy) -> Workplace:
    return Workplace(
        sessions=sessions, channels={}, connections={}, public_url="http://localhost:8000", policy=policy
    )


@pytest.fixture
def out(db: Session, alert: Alert) -> Alert:
    """A red alert that everybody got."""
    db.execute(update(Delivery).where(Delivery.about == f"alert/{alert.id}").values(state=State.DELIVERED))
    db.commit()
    return alert


@pytest.fixture
def overdue(db: Session, out: Alert) -> Alert:
    """One that has been out for longer than silence is borne."""
    return leave(db, out, minutes=31)


def leave(db: Session, alert: Alert, *, minutes: int) -> Alert:
    """Let it be so long since the alert left."""
    alert.issued_at = utc_now() - timedelta(minutes=minutes)
    db.commit()
    return alert


def let_quiet_pass(db: Session, policy: Policy) -> None:
    """Let it be long enough since anybody was reminded."""
    for one in db.scalars(select(Delivery)):
        one.written_at -= policy.reaching.quiet
    db.commit()


def reminders(db: Session, alert: Alert, number: int = 1) -> list[tuple[str, Medium]]:
    return followed(db, f"alert/{alert.id}/reminder/{number}")


def followed(db: Session, name: str) -> list[tuple[str, Medium]]:
    db.expire_all()
    found = db.scalars(select(Delivery).where(Delivery.about == name).order_by(Delivery.id))
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
            Delivery.about == f"alert/{overdue.id}/reminder/1", Delivery.recipient == recipient.recipient
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
    leave(db, overdue, minutes=29)
    chase(place)
    assert reminders(db, overdue) == []


def test_nobody_is_reminded_of_what_is_no_longer_in_force(place: Workplace, overdue: Alert, db: Session) -> None:
    overdue.content = overdue.content | {"expires_on": (today() - timedelta(days=1)).isoformat()}
    db.commit()
    chase(place)
    assert reminders(db, overdue) == []


def test_a_reminder_that_waits_while_the_alert_runs_out_does_not_leave(
    place: Workplace, overdue: Alert, db: Session
) -> None:
    chase(place)
    overdue.content = overdue.content | {"expires_on": (today() - timedelta(days=1)).isoformat()}
    db.commit()
    chase(place)
    db.expire_all()
    states = db.scalars(select(Delivery.state).where(Delivery.about == f"alert/{overdue.id}/reminder/1"))
    assert set(states) == {State.SUPPRESSED}


def test_those_who_stay_silent_are_reminded_again_as_often_as_the_policy_says(
    place: Workplace, overdue: Alert, db: Session, policy: Policy
) -> None:
    chase(place)
    leave(db, overdue, minutes=91)
    chase(place)
    assert reminders(db, overdue, 2) == [], "they were reminded just now"
    let_quiet_pass(db, policy)
    for _ in range(2):
        chase(place)
    assert len(reminders(db, overdue, 2)) == 2
    leave(db, overdue, minutes=600)
    let_quiet_pass(db, policy)
    chase(place)
    assert reminders(db, overdue, 3) == []


def test_after_a_long_silence_of_ours_nobody_gets_two_reminders_at_once(
    place: Workplace, overdue: Alert, db: Session
) -> None:
    leave(db, overdue, minutes=119)
    chase(place)
    assert (len(reminders(db, overdue, 1)), len(reminders(db, overdue, 2))) == (0, 2)


def test_what_is_not_red_waits_for_working_time(place: Workplace, overdue: Alert, db: Session) -> None:
    overdue.level = Level.WARNING
    with time_machine.travel(SATURDAY, tick=False):
        leave(db, overdue, minutes=24 * 60)
        overdue.content = overdue.content | {"expires_on": (today() + timedelta(days=9)).isoformat()}
        db.commit()
        chase(place)
        assert reminders(db, overdue, 2) == []
    with time_machine.travel(SATURDAY + timedelta(days=2), tick=False):
        chase(place)
        assert len(reminders(db, overdue, 2)) == 2


def test_the_words_are_those_that_were_signed(place: Workplace, overdue: Alert, db: Session) -> None:
    assert overdue.approval is not None
    _, words = overdue.approval.reminders["reminder"]
    chase(place)
    for message in db.scalars(select(Delivery).where(Delivery.about == f"alert/{overdue.id}/reminder/1")):
        before, after = words.split("\ue000")
        assert message.text.startswith(before)
        assert message.text.endswith(after)


def test_whoever_answers_while_a_reminder_waits_to_leave_does_not_get_it(
    place: Workplace, overdue: Alert, db: Session, client: FlaskClient, recipient: AlertRecipient
) -> None:
    chase(place)
    client.post(f"/a/{recipient.token}")
    states = {
        one.recipient: one.state
        for one in db.scalars(select(Delivery).where(Delivery.about == f"alert/{overdue.id}/reminder/1"))
    }
    assert states.pop(recipient.recipient) is State.SUPPRESSED
    assert set(states.values()) == {State.QUEUED}


def test_whoever_opts_out_while_a_reminder_waits_to_leave_does_not_get_it(
    place: Workplace, overdue: Alert, db: Session, directory: Directory, cast: Cast
) -> None:
    chase(place)
    contacts.opt_out(db, directory.both.id, actor=cast.coordinator, now=NOW)
    db.commit()
    held = db.scalars(select(Delivery).where(Delivery.state == State.SUPPRESSED)).all()
    assert [(one.recipient, one.about) for one in held] == [
        (f"contact/{directory.both.id}", f"alert/{overdue.id}/reminder/1")
    ]


@pytest.fixture
def deputy(db: Session, directory: Directory) -> Contact:
    """Somebody at the ward who is on no list, and stands in for it."""
    found = Contact(
        partnership_id=directory.both.partnership_id,
        organisation_id=directory.by_email.organisation_id,
        name="Dee Point",
        email="dee.point@example.org",
        email_index="dee",
        by_sms=True,
        by_email=True,
        stands_in=True,
        added_at=NOW,
    )
    db.add(found)
    db.commit()
    return found


def test_the_deputy_of_a_silent_organisation_is_told_once_and_can_answer_for_it(
    place: Workplace, out: Alert, db: Session, deputy: Contact, client: FlaskClient
) -> None:
    leave(db, out, minutes=59)
    chase(place)
    assert followed(db, f"alert/{out.id}/deputy") == []
    leave(db, out, minutes=60)
    for _ in range(3):
        chase(place)
    assert followed(db, f"alert/{out.id}/deputy") == [(f"contact/{deputy.id}", Medium.EMAIL)]
    link = db.scalars(select(AlertRecipient.token).where(AlertRecipient.contact_id == deputy.id)).one()
    message = db.scalars(select(Delivery).where(Delivery.about == f"alert/{out.id}/deputy")).one()
    assert f"/a/{link}" in message.text
    assert client.post(f"/a/{link}").status_code == 302
    told = db.scalars(select(AuditEntry.action).where(AuditEntry.about == f"alert/{out.id}")).all()
    assert {"deputies told", "reminders sent"} <= set(told)


def test_a_deputy_who_opted_out_or_whose_organisation_has_answered_is_not_told(
    place: Workplace, out: Alert, db: Session, deputy: Contact, client: FlaskClient, directory: Directory
) -> None:
    deputy.opted_out_at = NOW
    leave(db, out, minutes=90)
    chase(place)
    assert followed(db, f"alert/{out.id}/deputy") == []
    deputy.opted_out_at = None
    db.commit()
    colleague = db.scalars(
        select(AlertRecipient.token).where(AlertRecipient.contact_id == directory.by_email.id)
    ).one()
    client.post(f"/a/{colleague}")
    leave(db, out, minutes=90)
    chase(place)
    assert followed(db, f"alert/{out.id}/deputy") == []
