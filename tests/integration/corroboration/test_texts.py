"""Answering by text message: a word is enough, and what could mean two things is asked about."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from alerts.sms_text import measure
from ldis.cases.models import Case
from ldis.cases.policy import Policy
from ldis.corroboration.models import PartnerAnswer, PartnerQuestion
from ldis.db import utc_now
from ldis.deliveries.models import Delivery
from ldis.deliveries.rules import State
from ldis.issuing.models import Alert
from ldis.people.models import Partnership
from ldis.reach.models import Acknowledgement
from ldis.substances.names import Names
from tests.integration.cast import Cast
from tests.integration.corroboration.partners import Partners, asked, text_from
from tests.integration.issuing import scene


def answered(db: Session) -> list[tuple[int, str]]:
    db.expire_all()
    rows = db.scalars(select(PartnerAnswer).order_by(PartnerAnswer.id))
    return [(one.asked_id, one.sighting.value) for one in rows]


def said(reply: str) -> str:
    return reply.split("<Message>")[1].split("</Message>", maxsplit=1)[0]


@pytest.mark.parametrize(
    ("body", "meant"),
    [
        ("SEEN", "seen"),
        ("seen.", "seen"),
        ("I have seen it", "seen"),
        ("NOT", "not seen"),
        ("Not seen!", "not seen"),
        ("haven’t seen it", "not seen"),
        (" heard ", "heard of it"),
        ("Heard of it", "heard of it"),
    ],
)
def test_a_word_by_text_answers_the_question(
    provider: FlaskClient, open_question: str, partners: Partners, db: Session, body: str, meant: str
) -> None:
    reply = said(text_from(provider, partners.outreach, body))
    assert reply.startswith(f"Thank you. We have noted: {meant}.")
    assert measure(reply).segments == 1
    assert [sighting for _, sighting in answered(db)] == [meant]


def test_the_same_text_twice_is_one_answer(
    provider: FlaskClient, open_question: str, partners: Partners, db: Session
) -> None:
    for _ in range(3):
        text_from(provider, partners.outreach, "SEEN")
    assert len(answered(db)) == 1


def test_a_word_answers_the_newest_open_question(
    provider: FlaskClient,
    coordinator: FlaskClient,
    case: Case,
    open_question: str,
    partners: Partners,
    db: Session,
) -> None:
    asked(coordinator, case, words="Have you seen the green ones?", contact_ids=[partners.outreach.id])
    db.execute(update(Delivery).values(state=State.SENT))
    db.commit()
    text_from(provider, partners.outreach, "NOT")
    newest = db.scalars(select(PartnerQuestion).order_by(PartnerQuestion.id.desc())).first()
    assert newest is not None
    assert "answered 1" in coordinator.get(f"/cases/{case.reference}/questions/{newest.id}").text.lower()
    newest.closes_at = utc_now() - timedelta(minutes=1)
    db.commit()
    text_from(provider, partners.outreach, "SEEN")
    assert [sighting for _, sighting in answered(db)] == ["not seen", "seen"]
    assert "answered 1" in coordinator.get(open_question).text.lower()


@pytest.mark.parametrize("body", ["yes", "No", "seen nothing", "OK", "two of them by the quay"])
def test_what_is_no_answer_word_is_asked_about_in_a_plain_sentence(
    provider: FlaskClient, open_question: str, partners: Partners, db: Session, body: str
) -> None:
    reply = said(text_from(provider, partners.outreach, body))
    assert "reply SEEN, NOT or HEARD" in reply
    assert "Call 999" in reply
    assert "/c/" in reply
    assert measure(reply).segments <= 2
    assert answered(db) == []


def test_a_number_that_was_asked_nothing_is_told_so(
    provider: FlaskClient, open_question: str, partners: Partners, db: Session
) -> None:
    assert "We have asked nothing of this number" in text_from(provider, partners.pharmacy, "SEEN")
    assert answered(db) == []


def test_a_question_that_has_not_left_yet_cannot_be_answered_by_text(
    provider: FlaskClient, open_question: str, partners: Partners, db: Session
) -> None:
    db.execute(update(Delivery).values(state=State.QUEUED))
    db.commit()
    assert "We have asked nothing of this number" in text_from(provider, partners.outreach, "SEEN")
    assert answered(db) == []


def test_an_answer_stands_once_the_question_has_closed(
    provider: FlaskClient, open_question: str, partners: Partners, db: Session
) -> None:
    text_from(provider, partners.outreach, "NOT")
    db.execute(update(PartnerQuestion).values(closes_at=utc_now() - timedelta(minutes=1)))
    db.commit()
    assert "your answer stands" in text_from(provider, partners.outreach, "SEEN")
    assert [sighting for _, sighting in answered(db)] == ["not seen"]


@pytest.fixture
def alert(
    db: Session,
    cast: Cast,
    north_shore: Partnership,
    names: Names,
    policy: Policy,
    open_question: str,
    partners: Partners,
    coordinator: FlaskClient,
    browser_of: object,
) -> Alert:
    """An alert to the same people, about another case, issued after the question."""
    decided = scene.decide(db, cast, north_shore, names, policy)
    reference = scene.waiting_alert(coordinator, decided, [partners.nights.id])
    approver = browser_of(cast.medical)  # type: ignore[operator]
    answer = approver.post(f"/issuing/{reference}/approve", data=scene.signature(approver, reference))
    assert answer.status_code == 302, answer.text
    db.execute(update(Delivery).values(state=State.SENT))
    db.commit()
    return scene.alert_called(db, reference)


def acknowledged(db: Session) -> int:
    return len(db.scalars(select(Acknowledgement)).all())


@pytest.mark.parametrize("body", ["OK", "yes", "got it"])
def test_ok_still_acknowledges_the_alert(
    provider: FlaskClient, alert: Alert, partners: Partners, db: Session, body: str
) -> None:
    assert f"you have alert {alert.reference}" in text_from(provider, partners.outreach, body)
    assert (acknowledged(db), answered(db)) == (1, [])


def test_an_answer_word_is_no_acknowledgement(
    provider: FlaskClient, alert: Alert, partners: Partners, db: Session
) -> None:
    text_from(provider, partners.outreach, "SEEN")
    assert acknowledged(db) == 0
    assert [sighting for _, sighting in answered(db)] == ["seen"]


def test_yes_is_asked_about_where_the_question_is_newer_than_the_alert(
    provider: FlaskClient, alert: Alert, partners: Partners, db: Session
) -> None:
    alert.issued_at = utc_now() - timedelta(days=2)
    db.commit()
    assert "reply SEEN, NOT or HEARD" in text_from(provider, partners.outreach, "Yes")
    assert acknowledged(db) == 0
    assert f"you have alert {alert.reference}" in text_from(provider, partners.outreach, "OK")
    assert (acknowledged(db), answered(db)) == (1, [])
