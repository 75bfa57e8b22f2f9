"""Reminding those who are silent: once, before the question closes."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.orm import Session, sessionmaker

from alerts.messages import Medium
from alerts.sms_text import segments
from ldis.cases.models import Case
from ldis.cases.rules import Action, Outcome
from ldis.contacts import service as contacts
from ldis.corroboration.models import PartnerQuestion
from ldis.corroboration.tasks import remind
from ldis.db import utc_now
from ldis.work import Workplace
from tests.integration.cases.table import CaseTable
from tests.integration.cast import NOW, Cast
from tests.integration.corroboration.partners import Partners, letters, link_of


@pytest.fixture
def place(sessions: sessionmaker[Session]) -> Workplace:
    return Workplace(sessions=sessions, channels={}, connections={}, public_url="http://localhost:8000")


@pytest.fixture
def due(db: Session, open_question: str) -> str:
    """A question three quarters of whose time is over."""
    db.execute(update(PartnerQuestion).values(remind_at=utc_now() - timedelta(minutes=1)))
    db.commit()
    return open_question


def reminders(db: Session) -> list[tuple[str, Medium]]:
    return [(one.recipient, one.medium) for one in letters(db) if one.about.endswith("/reminder")]


def test_the_silent_are_reminded_once_by_the_ways_by_which_they_were_asked(
    place: Workplace, due: str, client: FlaskClient, coordinator: FlaskClient, partners: Partners, db: Session
) -> None:
    client.post(link_of(db, partners.hostel), data={"sighting": "not seen"})
    for _ in range(3):
        remind(place)
    assert reminders(db) == [
        (f"contact/{partners.pharmacy.id}", Medium.EMAIL),
        (f"contact/{partners.outreach.id}", Medium.SMS),
    ]
    assert "Those who were silent were reminded" in coordinator.get(due).text


def test_a_reminder_says_so_carries_the_same_link_and_fits_two_segments(
    place: Workplace, due: str, partners: Partners, db: Session
) -> None:
    link = link_of(db, partners.outreach)
    remind(place)
    text = letters(db)[-1].text
    assert text.startswith("Reminder: North Shore asks: Have you seen blue tablets sold as Valium?")
    assert link in text
    assert segments(text) <= 2


def test_nobody_is_reminded_too_early_or_once_it_has_closed(
    place: Workplace, open_question: str, db: Session
) -> None:
    remind(place)
    now = utc_now()
    db.execute(
        update(PartnerQuestion).values(remind_at=now - timedelta(hours=1), closes_at=now - timedelta(minutes=1))
    )
    db.commit()
    remind(place)
    assert reminders(db) == []


def test_whoever_has_opted_out_since_is_not_reminded(
    place: Workplace, due: str, partners: Partners, cast: Cast, db: Session
) -> None:
    contacts.opt_out(db, partners.outreach.id, actor=cast.coordinator, now=NOW)
    db.commit()
    remind(place)
    assert f"contact/{partners.outreach.id}" not in [recipient for recipient, _ in reminders(db)]


def test_nobody_is_reminded_of_a_case_that_is_decided(
    place: Workplace, due: str, table: CaseTable, case: Case, cast: Cast, db: Session
) -> None:
    table.move(case, Action.CALL_PANEL)
    for member in (cast.medical, cast.police):
        table.judge(case, member, Outcome.ALERT)
    table.decide(case)
    db.commit()
    remind(place)
    assert reminders(db) == []
