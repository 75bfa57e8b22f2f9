"""How far an alert has got, on its page."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.orm import Session

from alerts.messages import Medium
from ldis.deliveries.models import Delivery
from ldis.deliveries.rules import State
from ldis.issuing.models import Alert, AlertRecipient
from ldis.people.access import Actor
from tests.integration.cast import Cast
from tests.integration.issuing import scene

Browser = Callable[[Actor], FlaskClient]


@pytest.fixture
def reader(browser_of: Browser, cast: Cast) -> FlaskClient:
    return browser_of(cast.coordinator)


def set_state(db: Session, alert: Alert, medium: Medium, state: State, reason: str | None = None) -> None:
    db.execute(
        update(Delivery)
        .where(Delivery.about == f"alert/{alert.id}", Delivery.medium == medium)
        .values(state=state, reason=reason)
    )
    db.commit()


def test_organisations_are_counted_as_covered_by_their_first_word(
    reader: FlaskClient, client: FlaskClient, alert: Alert, recipient: AlertRecipient
) -> None:
    assert "0 of 2" in reader.get(f"/issuing/{alert.reference}").text
    client.post(f"/a/{recipient.token}", data={"passed_on": "12"})
    page = reader.get(f"/issuing/{alert.reference}").text
    assert "1 of 2" in page
    assert "passed on to 12" in page
    assert page.index("City Ward") < page.index("Harbour Hostel")


def test_the_bar_says_in_words_what_it_shows(
    reader: FlaskClient, client: FlaskClient, alert: Alert, recipient: AlertRecipient, db: Session
) -> None:
    set_state(db, alert, Medium.EMAIL, State.DELIVERED)
    client.post(f"/a/{recipient.token}")
    assert 'aria-label="1 acknowledged, 1 delivered"' in reader.get(f"/issuing/{alert.reference}").text


def test_failures_are_shown_with_their_reasons(reader: FlaskClient, alert: Alert, db: Session) -> None:
    set_state(db, alert, Medium.SMS, State.FAILED, "The number is not in use (30005)")
    page = reader.get(f"/issuing/{alert.reference}", query_string={"show": "failed"}).text
    assert "The number is not in use (30005)" in page
    assert "Noor Quay" in page
    assert "Wes Lane" not in page[page.index('id="people"') :]


def test_failures_are_counted_by_their_reason_and_by_organisation(
    reader: FlaskClient, alert: Alert, db: Session
) -> None:
    set_state(db, alert, Medium.EMAIL, State.FAILED, "The mailbox is full")
    page = reader.get(f"/issuing/{alert.reference}").text
    assert "2 messages: The mailbox is full" in page
    ward = page[page.index("City Ward") : page.index("Harbour Hostel")]
    assert "1 failed" in ward


def test_the_silent_are_listed_apart(
    reader: FlaskClient, client: FlaskClient, alert: Alert, recipient: AlertRecipient
) -> None:
    client.post(f"/a/{recipient.token}")
    page = reader.get(f"/issuing/{alert.reference}", query_string={"show": "silent"}).text
    listed = page[page.index('id="people"') :]
    assert "Wes Lane" in listed
    assert "Noor Quay" not in listed


def test_the_exact_words_of_each_message_can_be_read(reader: FlaskClient, alert: Alert, db: Session) -> None:
    for message in scene.deliveries_of(db, alert.reference):
        page = reader.get(f"/issuing/{alert.reference}/messages/{message.reference}")
        assert page.status_code == 200
        shown = unescape(re.sub(r"</?a\b[^>]*>", "", page.text))
        assert message.text.splitlines()[0] in shown


def test_a_message_in_doubt_is_settled_by_a_coordinator(
    reader: FlaskClient, browser_of: Browser, alert: Alert, db: Session, cast: Cast
) -> None:
    set_state(db, alert, Medium.SMS, State.IN_DOUBT)
    (message,) = [one for one in scene.deliveries_of(db, alert.reference) if one.medium is Medium.SMS]
    path = f"/issuing/{alert.reference}/messages/{message.reference}"
    assert "send again" in reader.get(path).text
    lead = browser_of(cast.lead)
    assert "send again" not in lead.get(path).text
    assert lead.post(f"{path}/settle", data={"sent": "no"}).status_code == 403
    assert reader.post(f"{path}/settle", data={"sent": "no"}).status_code == 302
    db.refresh(message)
    assert message.state is State.QUEUED
    assert reader.post(f"{path}/settle", data={"sent": "no"}).status_code == 409


def test_an_alert_that_is_not_issued_has_no_live_page(reader: FlaskClient, alert: Alert, db: Session) -> None:
    second = scene.draft(reader, alert.case)
    assert reader.get(f"/issuing/{second}").location == f"/issuing/{second}/approval"


def test_nothing_of_it_is_found_from_another_partnership(
    browser_of: Browser, alert: Alert, db: Session, cast: Cast
) -> None:
    stranger = browser_of(cast.stranger)
    assert stranger.get(f"/issuing/{alert.reference}").status_code == 404
    for message in scene.deliveries_of(db, alert.reference):
        path = f"/issuing/{alert.reference}/messages/{message.reference}"
        assert stranger.get(path).status_code == 404
        assert stranger.post(f"{path}/settle", data={"sent": "no"}).status_code == 404


@pytest.mark.parametrize("who", ["reporter", "data_officer"])
def test_those_who_do_not_work_with_alerts_cannot_open_it(
    who: str, browser_of: Browser, alert: Alert, cast: Cast
) -> None:
    assert browser_of(getattr(cast, who)).get(f"/issuing/{alert.reference}").status_code == 403
