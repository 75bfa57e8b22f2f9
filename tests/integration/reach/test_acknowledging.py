"""Saying that one has an alert: by a link of one's own, without an account, once."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from ldis.audit.models import AuditEntry
from ldis.issuing.models import Alert, AlertRecipient
from ldis.reach.models import Acknowledgement


def words(db: Session) -> list[Acknowledgement]:
    return list(db.scalars(select(Acknowledgement).execution_options(populate_existing=True)))


def test_the_link_shows_the_level_first_and_what_to_do_second(
    client: FlaskClient, alert: Alert, recipient: AlertRecipient
) -> None:
    answer = client.get(f"/a/{recipient.token}")
    assert answer.status_code == 200
    main = answer.text[answer.text.index("<main") :]
    told = (
        "Red alert, current",
        alert.content["headline"],
        alert.content["act_now"],
        "I have this",
        "What and where",
    )
    places = [main.index(one.replace("'", "&#39;")) for one in told]
    assert places == sorted(places)


def test_looking_changes_nothing_however_often(
    client: FlaskClient, recipient: AlertRecipient, db: Session
) -> None:
    entries = db.scalar(select(func.count()).select_from(AuditEntry))
    for _ in range(3):
        client.get(f"/a/{recipient.token}")
        client.head(f"/a/{recipient.token}")
    assert words(db) == []
    assert db.scalar(select(func.count()).select_from(AuditEntry)) == entries


def test_pressing_the_button_acknowledges(client: FlaskClient, recipient: AlertRecipient, db: Session) -> None:
    answer = client.post(f"/a/{recipient.token}", data={"passed_on": "4"})
    assert (answer.status_code, answer.location) == (302, f"/a/{recipient.token}")
    (word,) = words(db)
    assert (word.recipient_id, word.how.value, word.passed_on) == (recipient.id, "link", 4)
    assert "passed it on to 4 people" in client.get(f"/a/{recipient.token}").text


def test_pressing_twice_keeps_the_first_time(client: FlaskClient, recipient: AlertRecipient, db: Session) -> None:
    client.post(f"/a/{recipient.token}")
    (first,) = words(db)
    at = first.at
    client.post(f"/a/{recipient.token}", data={"passed_on": "7", "note": "Told the night shift"})
    client.post(f"/a/{recipient.token}")
    (word,) = words(db)
    assert (word.at, word.passed_on, word.note) == (at, 7, "Told the night shift")
    said = db.scalars(select(AuditEntry).where(AuditEntry.action == "alert acknowledged")).all()
    assert [entry.actor for entry in said] == [recipient.recipient]


@pytest.mark.parametrize("number", ["-1", "many", "10001", "1.5"])
def test_a_number_that_cannot_be_is_refused_and_nothing_is_kept(
    client: FlaskClient, recipient: AlertRecipient, db: Session, number: str
) -> None:
    answer = client.post(f"/a/{recipient.token}", data={"passed_on": number})
    assert answer.status_code == 422
    assert words(db) == []


@pytest.mark.parametrize("token", ["x" * 22, "short", "..%2F..%2Fetc"])
def test_an_unknown_link_is_not_found_in_kind_words(client: FlaskClient, alert: Alert, token: str) -> None:
    for answer in (client.get(f"/a/{token}"), client.post(f"/a/{token}")):
        assert answer.status_code == 404
        assert "does not belong to any alert of ours" in answer.text or "%2F" in token


def test_links_cannot_be_guessed(db: Session, alert: Alert) -> None:
    tokens = db.scalars(select(AlertRecipient.token).where(AlertRecipient.alert_id == alert.id)).all()
    assert all(len(token) == 22 for token in tokens)
    assert len(set(tokens)) == len(tokens)


def test_the_database_itself_keeps_one_word_per_recipient(
    client: FlaskClient, recipient: AlertRecipient, db: Session
) -> None:
    client.post(f"/a/{recipient.token}")
    found = db.execute(
        text("SELECT conname FROM pg_constraint WHERE conrelid = 'acknowledgements'::regclass AND contype = 'u'")
    ).scalars()
    assert list(found) == ["uq_acknowledgements_recipient_id"]
