"""After sending: the reference, what happens next, advice for the sender alone, and the reference by message."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from alerts.messages import Medium
from alerts.sms_text import measure
from ldis.audit.models import AuditEntry
from ldis.audit.service import join_chain
from ldis.deliveries.models import Delivery
from ldis.people.models import Partnership
from ldis.people.rules import Scope
from ldis.submissions.advice import ADVICE, Group
from ldis.submissions.models import IncidentReport
from tests.integration.cast import answers
from tests.integration.submissions.sendings import INCIDENT

FORM = "/report/north-shore"
NOON = datetime(2026, 10, 14, 12, 0, tzinfo=UTC)
BEFORE_CHRISTMAS = datetime(2026, 12, 23, 12, 0, tzinfo=UTC)  # a Wednesday; Friday and Monday are bank holidays
TWO_HOURS = "within <strong>2 hours</strong>"
BOTH = "within 3 working days, and within 2 hours, day or night, if life is at risk"


@pytest.fixture(autouse=True)
def places(north_shore: Partnership, south_vale: Partnership) -> None:
    """Both partnerships take reports."""


def send(client: FlaskClient, **changes: Any) -> TestResponse:
    return client.post(FORM, data=answers(**changes))


def test_the_reference_stands_first_and_how_to_say_it(client: FlaskClient, db: Session) -> None:
    page = client.get(send(client).location).text
    reference = db.scalars(select(IncidentReport.reference)).one()
    assert f'<p class="ldis-reference">{reference}</p>' in page
    prefix, body, check = reference.split("-")
    assert f"Say it as: {prefix} {' '.join(body)}, check letter {check}" in page


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        ("fatal", TWO_HOURS),
        ("life-threatening", TWO_HOURS),
        ("severe", "It is looked at by <strong>Wednesday 30 December</strong>."),
        ("none seen", "It is looked at by <strong>Wednesday 30 December</strong>."),
    ],
)
def test_the_sender_is_told_how_soon_this_report_is_looked_at(client: FlaskClient, harm: str, said: str) -> None:
    with time_machine.travel(BEFORE_CHRISTMAS):
        page = client.get(send(client, harm_level=harm).location).text
    assert said in page
    assert "you can expect an answer by <strong>Tuesday 5 January</strong>" in page


@pytest.mark.parametrize(
    ("hour", "minute", "by"),
    [(8, 59, "Friday 16 October"), (9, 0, "Monday 19 October"), (17, 1, "Monday 19 October")],
)
def test_the_day_that_is_named_stays_the_same_while_the_page_is_looked_at(
    client: FlaskClient, hour: int, minute: int, by: str
) -> None:
    sent_at = NOON.replace(hour=hour, minute=minute) - timedelta(hours=1)  # London is an hour ahead
    with time_machine.travel(sent_at):
        address = send(client).location
        assert f"by <strong>{by}</strong>." in client.get(address).text
    with time_machine.travel(sent_at + timedelta(minutes=58)):
        assert f"by <strong>{by}</strong>." in client.get(address).text


@pytest.mark.parametrize(
    ("sold_as", "group"),
    [
        ("heroin", Group.OPIOIDS),
        ("valium", Group.SEDATIVES),
        ("spice", Group.SPICE),
        ("cocaine", Group.STIMULANTS),
        ("ketamine", Group.PSYCHEDELICS),
        ("something blue", Group.ANYTHING),
    ],
)
def test_the_sender_gets_advice_for_this_kind_of_drug(client: FlaskClient, sold_as: str, group: Group) -> None:
    page = client.get(send(client, sold_as=sold_as).location).text
    assert all(sentence in page for sentence in ADVICE[group])


def test_whoever_else_opens_the_page_learns_nothing_of_the_report(
    app: Flask, client: FlaskClient, db: Session
) -> None:
    worst = send(client, sold_as="heroin", harm_level="fatal").location
    mildest = send(client, sold_as="spice", harm_level="none seen").location
    someone = app.test_client()
    pages = [someone.get(address.split("?")[0]).text for address in (worst, mildest)]
    references = db.scalars(select(IncidentReport.reference).order_by(IncidentReport.id)).all()
    for page, reference in zip(pages, references, strict=True):
        assert BOTH in page
        assert not any(sentence in page for group in ADVICE.values() for sentence in group)
        assert reference in page
    bare = [
        re.sub(r'nonce="[^"]*"|content="[^"]*"|' + "|".join((reference, " ".join(reference))), "", page)
        for page, reference in zip(pages, references, strict=True)
    ]
    alike = [re.sub(r"Say it as: [^<]*", "", page) for page in bare]
    assert alike[0] == alike[1], "apart from the reference they are one page"


def test_who_left_no_address_is_told_how_to_add_something_all_the_same(client: FlaskClient) -> None:
    """Following a report takes a code that is sent to an address: without one that way leads nowhere."""
    assert (
        "If you left none, send another report and write this reference into it."
        in client.get(send(client).location).text
    )


def test_a_laboratory_is_led_to_its_next_result(client: FlaskClient) -> None:
    page = client.get(send(client).location.split("?")[0] + "?of=result").text
    assert f'href="{FORM}/lab-result"' in page
    assert "Report something else" not in page


def test_the_word_of_one_report_says_nothing_of_another(client: FlaskClient) -> None:
    first, second = (send(client, harm_level=harm).location for harm in ("fatal", "none seen"))
    mixed = first.split("?")[0] + "?" + second.split("?")[1]
    assert BOTH in client.get(mixed).text
    assert BOTH in client.get(first + "0").text
    assert BOTH in client.get(first.split("?")[0] + "?sent=%C5%B5").text


def test_the_word_says_nothing_to_whoever_reads_it(client: FlaskClient) -> None:
    word = send(client, sold_as="heroin", harm_level="fatal").location.split("sent=")[1]
    assert re.fullmatch("[0-9a-f]{24}", word)


def test_no_cookie_changes_when_a_report_is_sent(client: FlaskClient) -> None:
    """A browser would then ask whether to send the form again when somebody goes back to it."""
    assert "Set-Cookie" not in send(client).headers


def test_the_word_is_good_for_an_hour_or_two(client: FlaskClient) -> None:
    with time_machine.travel(NOON):
        address = send(client, harm_level="fatal").location
        assert TWO_HOURS in client.get(address).text
    with time_machine.travel(NOON + timedelta(hours=2)):
        assert BOTH in client.get(address).text


def test_a_vape_is_answered_in_the_same_way(client: FlaskClient) -> None:
    sent = client.post(f"{FORM}/vape", data=answers(believed="spice", sold_as="spice", harm_level="fatal"))
    page = client.get(sent.location).text
    assert TWO_HOURS in page
    assert ADVICE[Group.SPICE][0] in page


REACHED = {"reporter_email": "rae@example.org", "reporter_phone": "07700 900 123"}


@pytest.mark.parametrize(
    ("way", "medium", "address"),
    [("email", Medium.EMAIL, "rae@example.org"), ("text message", Medium.SMS, "+447700900123")],
)
def test_the_reference_is_sent_where_it_was_asked_for(
    client: FlaskClient, db: Session, way: str, medium: Medium, address: str
) -> None:
    assert send(client, **REACHED, reference_by=way).status_code == 302
    (letter,) = db.scalars(select(Delivery))
    report = db.scalars(select(IncidentReport)).one()
    assert (letter.medium, letter.address) == (medium, address)
    assert report.reference in letter.text
    assert "Valium" not in letter.text
    if medium is Medium.SMS:
        assert measure(letter.text).segments == 1
        assert f"check letter {report.reference[-1]}" in letter.text


@pytest.mark.parametrize("way", [None, "not at all"])
def test_nobody_gets_a_message_they_did_not_ask_for(client: FlaskClient, db: Session, way: str | None) -> None:
    assert send(client, **REACHED, reference_by=way).status_code == 302
    assert db.scalars(select(Delivery)).all() == []


def test_a_report_sent_twice_sends_its_reference_once(client: FlaskClient, db: Session) -> None:
    for _ in range(3):
        sent = send(client, **REACHED, reference_by="email", submission_key="0123456789abcdef")
        assert sent.status_code == 302
    assert db.scalar(select(func.count()).select_from(Delivery)) == 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"reference_by": "email"}, "Enter your email address, so that we can send you the reference."),
        ({"reference_by": "text message"}, "Enter a UK mobile number, so that we can text you the reference."),
        ({"reference_by": "text message", "reporter_phone": "01632 960 001"}, "Enter a UK mobile number"),
        ({"reference_by": "pigeon"}, "Choose one of the answers shown."),
    ],
)
def test_without_a_place_to_send_it_the_place_is_asked_for(
    client: FlaskClient, db: Session, changes: dict[str, str], sentence: str
) -> None:
    page = send(client, **changes)
    assert page.status_code == 422
    assert sentence in page.text
    assert db.scalars(select(IncidentReport)).all() == []
    assert db.scalars(select(Delivery)).all() == []


@pytest.mark.parametrize(("way", "most"), [("text message", 3), ("email", 10)])
def test_nobody_is_pestered_with_references_that_somebody_else_asks_for(
    client: FlaskClient, db: Session, way: str, most: int
) -> None:
    spellings = [{}, {"reporter_phone": "+447700900123", "reporter_email": "Rae@Example.org"}]
    with time_machine.travel(NOON):
        for number in range(most + 2):
            assert send(client, **REACHED | spellings[number % 2], reference_by=way).status_code == 302
    assert db.scalar(select(func.count()).select_from(IncidentReport)) == most + 2, "every report is taken in"
    assert db.scalar(select(func.count()).select_from(Delivery)) == most
    join_chain(db)
    held_back = db.scalars(select(AuditEntry).where(AuditEntry.action == "delivery held back")).all()
    assert [entry.detail["most a day"] for entry in held_back] == [most] * 2
    assert "900123" not in str([entry.detail for entry in held_back])
    others = {"reporter_phone": "07700 900 456", "reporter_email": "sam@example.org"}
    with time_machine.travel(NOON + timedelta(hours=1)):
        send(client, **others, reference_by=way)
    with time_machine.travel(NOON + timedelta(hours=25)):
        send(client, **REACHED, reference_by=way)
    assert db.scalar(select(func.count()).select_from(Delivery)) == most + 2, "another address, and another day"


def test_the_form_says_how_often_a_number_is_texted(client: FlaskClient) -> None:
    assert "At most 3 texts a day go to one number." in client.get(FORM).text


def test_a_system_may_ask_for_it_too(
    client: FlaskClient, db: Session, north_shore: Partnership, key_for: Callable[..., dict[str, str]]
) -> None:
    headers = key_for(north_shore, Scope.REPORTS_WRITE) | {"Idempotency-Key": "job-00001"}
    for _ in range(2):
        body = INCIDENT | {"reporter_email": "rae@example.org", "reference_by": "email"}
        assert client.post("/api/v1/incidents", json=body, headers=headers).status_code == 201
    assert db.scalar(select(func.count()).select_from(Delivery)) == 1
