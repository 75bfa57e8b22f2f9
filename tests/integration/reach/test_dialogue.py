"""STOP, HELP, JOIN and the rest by text message; and the unsubscribe button of a mail program."""

import re
from email import message_from_bytes

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from alerts.audiences import Clearance
from alerts.channels.mime import render
from alerts.messages import Medium, Message
from ldis.contacts import queries as contacts
from ldis.contacts.models import Contact
from ldis.contacts.rules import Chosen
from ldis.contacts.stopping import token_of
from ldis.deliveries.models import Delivery
from ldis.deliveries.rules import State
from ldis.issuing.models import Alert, AlertRecipient
from ldis.people.models import Partnership
from ldis.reach.dialogue import MOST_ANSWERS, STOPPED
from ldis.secrecy import blind_index
from tests.integration.issuing.scene import Directory
from tests.integration.reach.test_replies import provider, text, words

__all__ = ["provider"]

STRANGER = "+447700900555"


def reached(db: Session, directory: Directory) -> set[tuple[int, Medium]]:
    """Whom the next alert to both lists would be written to, and how."""
    chosen = Chosen(list_ids=tuple(directory.ids), area_codes=("E99000001",))
    found = contacts.audience_of(db, chosen, partnership_id=directory.both.partnership_id, media=tuple(Medium))
    return {(one.contact_id, one.medium) for one in found.recipients}


@pytest.mark.parametrize("body", ["STOP", " stop. ", "Unsubscribe", "STOP ALL"])
def test_stop_holds_at_once_for_the_next_alert_and_for_what_still_waits(
    provider: FlaskClient, recipient: AlertRecipient, directory: Directory, db: Session, body: str
) -> None:
    db.execute(update(Delivery).values(state=State.QUEUED))
    db.commit()
    _, answer = text(provider, recipient.contact.mobile or "", body)
    assert STOPPED in answer
    assert (directory.both.id, Medium.SMS) not in reached(db, directory)
    assert (directory.both.id, Medium.EMAIL) in reached(db, directory)
    theirs = select(Delivery.medium, Delivery.state).where(Delivery.recipient == recipient.recipient)
    assert dict(db.execute(theirs).all()) == {Medium.SMS: State.SUPPRESSED, Medium.EMAIL: State.QUEUED}


def test_a_number_that_stopped_before_anybody_listed_it_is_stopped(
    provider: FlaskClient, directory: Directory, db: Session
) -> None:
    text(provider, STRANGER, "STOP")
    directory.both.mobile, directory.both.mobile_index = STRANGER, blind_index(STRANGER)
    db.commit()
    assert (directory.both.id, Medium.SMS) not in reached(db, directory)


def test_join_takes_a_code_that_only_the_phone_gets_and_subscribes_to_public_alerts_only(
    provider: FlaskClient, db: Session, north_shore: Partnership
) -> None:
    _, asked = text(provider, STRANGER, "Join")
    code = re.search(rf"CONFIRM {north_shore.prefix} (\d{{4}})", asked)
    assert code is not None
    text(provider, STRANGER, f"confirm {north_shore.prefix} {(int(code[1]) + 1) % 10_000:04}")
    everybody = select(Contact).where(Contact.name == "Subscriber by text")
    assert db.scalars(everybody).all() == []
    for _ in range(2):
        _, answer = text(provider, STRANGER, f"confirm {north_shore.prefix.lower()} {code[1]}")
        assert f"You now get drug alerts from {north_shore.name}" in answer
    (contact,) = db.scalars(everybody).all()
    assert (contact.partnership_id, contact.clearance) == (north_shore.id, Clearance.PUBLIC)


def test_join_after_stop_lets_a_partner_be_told_again(
    provider: FlaskClient, directory: Directory, db: Session, north_shore: Partnership
) -> None:
    number = directory.both.mobile or ""
    text(provider, number, "STOP")
    _, asked = text(provider, number, "JOIN")
    code = re.search(rf"CONFIRM {north_shore.prefix} (\d{{4}})", asked)
    assert code is not None
    assert (directory.both.id, Medium.SMS) not in reached(db, directory)
    text(provider, number, f"CONFIRM {north_shore.prefix} {code[1]}")
    assert (directory.both.id, Medium.SMS) in reached(db, directory)


def test_help_says_who_we_are_and_how_to_stop(provider: FlaskClient) -> None:
    _, answer = text(provider, STRANGER, "HELP")
    assert "This number sends local drug alerts." in answer
    assert "STOP to end them" in answer


def test_two_machines_that_answer_each_other_fall_silent_but_stop_is_heard(
    provider: FlaskClient, recipient: AlertRecipient, directory: Directory, db: Session
) -> None:
    number = recipient.contact.mobile or ""
    answers = [
        text(provider, number, "I am away until Monday", sid=f"SM-{one}")[1] for one in range(MOST_ANSWERS + 2)
    ]
    assert [("<Message>" in answer) for answer in answers] == [True] * MOST_ANSWERS + [False] * 2
    _, answer = text(provider, number, "STOP", sid="SM-stop")
    assert "<Message>" not in answer
    assert (directory.both.id, Medium.SMS) not in reached(db, directory)


def test_a_mail_program_stops_the_emails_with_one_press_and_opening_the_page_changes_nothing(
    client: FlaskClient, alert: Alert, recipient: AlertRecipient, directory: Directory, db: Session
) -> None:
    mail = db.scalars(
        select(Delivery).where(Delivery.recipient == recipient.recipient, Delivery.medium == Medium.EMAIL)
    ).one()
    message = Message(Medium.EMAIL, mail.address, mail.envelope.words, reference=str(mail.reference))
    sent = message_from_bytes(render(message, "Alerts <alerts@example.org>"))
    assert sent["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = sent["List-Unsubscribe"].strip("<>")
    path = address[address.index("/unsubscribe/") :]
    assert "Stop the emails" in client.get(path).text
    assert (directory.both.id, Medium.EMAIL) in reached(db, directory)
    for _ in range(2):
        answer = client.post(path, data={"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
    assert (directory.both.id, Medium.EMAIL) not in reached(db, directory)
    assert (directory.both.id, Medium.SMS) in reached(db, directory)


@pytest.mark.parametrize("token", ["1-", "0-00", "x", "99999999-" + "0" * 32, "²-0"])
def test_nobody_guesses_anothers_unsubscribe_link(client: FlaskClient, directory: Directory, token: str) -> None:
    assert client.post(f"/unsubscribe/{token}").status_code == 404
    mine, other = token_of(directory.both.id), token_of(directory.by_email.id)
    swapped = f"{directory.by_email.id}-{mine.partition('-')[2]}"
    assert other != swapped
    assert client.post(f"/unsubscribe/{swapped}").status_code == 404


def test_stop_acknowledges_nothing(provider: FlaskClient, recipient: AlertRecipient, db: Session) -> None:
    text(provider, recipient.contact.mobile or "", "STOP")
    assert words(db) == []
