"""Answering an alert by text message: a word is enough, and only the provider can say that somebody sent it."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from twilio.request_validator import RequestValidator

from alerts.channels.twilio_hooks import INBOUND_PATH
from config.settings import Twilio
from ldis.deliveries.models import Delivery
from ldis.deliveries.rules import State
from ldis.issuing.models import Alert, AlertRecipient
from ldis.reach.models import Acknowledgement

TOKEN = "an auth token of a test"
PUBLIC_URL = "https://alerts.example.org"


@pytest.fixture
def provider(client: FlaskClient, recipient: AlertRecipient, db: Session) -> Iterator[FlaskClient]:
    """A browserless client of an application with a Twilio account, once the messages have gone out."""
    app: Flask = client.application
    before = app.config["TWILIO"], app.config["PUBLIC_URL"]
    app.config.update(TWILIO=Twilio("AC0", TOKEN, "Riverbank", None), PUBLIC_URL=PUBLIC_URL)
    db.execute(update(Delivery).values(state=State.SENT))
    db.commit()
    yield client
    app.config["TWILIO"], app.config["PUBLIC_URL"] = before


def text(client: FlaskClient, number: str, body: str, *, token: str = TOKEN, sid: str = "SM1") -> tuple[int, str]:
    form = {"MessageSid": sid, "From": number, "To": "+447700900999", "Body": body}
    signature = RequestValidator(token).compute_signature(PUBLIC_URL + INBOUND_PATH, form)
    answer = client.post(INBOUND_PATH, data=form, headers={"X-Twilio-Signature": signature})
    return answer.status_code, answer.text


def words(db: Session) -> list[Acknowledgement]:
    return list(db.scalars(select(Acknowledgement).execution_options(populate_existing=True)))


@pytest.mark.parametrize("body", ["OK", "ok", " Ok! ", "Yes.", "got it", "Okay"])
def test_a_word_by_text_acknowledges_the_alert(
    provider: FlaskClient, recipient: AlertRecipient, alert: Alert, db: Session, body: str
) -> None:
    status, answer = text(provider, recipient.contact.mobile or "", body)
    assert status == 200
    assert f"We have noted that you have alert {alert.reference}" in answer
    (word,) = words(db)
    assert (word.recipient_id, word.how.value) == (recipient.id, "reply")


def test_the_same_text_twice_is_one_word(provider: FlaskClient, recipient: AlertRecipient, db: Session) -> None:
    for _ in range(3):
        text(provider, recipient.contact.mobile or "", "OK")
    assert len(words(db)) == 1


def test_anything_else_is_told_where_to_report_and_acknowledges_nothing(
    provider: FlaskClient, recipient: AlertRecipient, db: Session
) -> None:
    status, answer = text(provider, recipient.contact.mobile or "", "not ok, two people collapsed <b>now</b>")
    assert status == 200
    assert "Call 999" in answer
    assert f"{PUBLIC_URL}/report" in answer
    assert "<b>" not in answer
    assert words(db) == []


def test_a_number_that_was_sent_nothing_is_told_so(provider: FlaskClient, db: Session) -> None:
    status, answer = text(provider, "+447700900123", "OK")
    assert (status, "We have sent no alert to this number" in answer) == (200, True)
    assert words(db) == []


def test_an_alert_that_has_not_left_yet_cannot_be_acknowledged_by_reply(
    provider: FlaskClient, recipient: AlertRecipient, db: Session
) -> None:
    db.execute(update(Delivery).values(state=State.QUEUED))
    db.commit()
    text(provider, recipient.contact.mobile or "", "OK")
    assert words(db) == []


def test_a_text_that_the_provider_did_not_sign_is_refused(
    provider: FlaskClient, recipient: AlertRecipient, db: Session
) -> None:
    status, _ = text(provider, recipient.contact.mobile or "", "OK", token="somebody else's")
    assert status == 403
    assert words(db) == []
