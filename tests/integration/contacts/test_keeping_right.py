"""Contacts whom nothing reaches, addresses that people confirm, and lists that somebody looks through once a year."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from alerts.messages import Medium
from ldis.cases.policy import Policy
from ldis.contacts import service
from ldis.contacts.models import Contact, ContactList
from ldis.contacts.schemas import ContactDetails, ListDetails
from ldis.db import utc_now
from ldis.deliveries.models import Delivery
from ldis.deliveries.rules import State
from ldis.issuing.models import Alert
from ldis.people.access import Actor
from ldis.people.models import Partnership
from ldis.reach.tasks import review_lists
from ldis.substances.names import Names
from ldis.work import Workplace
from tests.integration.cast import NOW, Cast
from tests.integration.issuing import scene

NOOR = ContactDetails(
    name="Noor Quay", mobile="07700 900101", email="noor@example.org", by_sms=True, by_email=True
)


@pytest.fixture
def keeper(browser_of: Callable[[Actor], FlaskClient], cast: Cast) -> FlaskClient:
    return browser_of(cast.coordinator)


@pytest.fixture
def noor(db: Session, cast: Cast) -> Contact:
    found = service.add_contact(db, NOOR, actor=cast.coordinator, now=NOW, allow_drama=True)
    db.commit()
    return found


@pytest.fixture
def alert(
    db: Session,
    browser_of: Callable[[Actor], FlaskClient],
    cast: Cast,
    north_shore: Partnership,
    names: Names,
    policy: Policy,
    noor: Contact,
) -> Alert:
    """An alert that was sent to her."""
    case = scene.decide(db, cast, north_shore, names, policy)
    everybody = service.add_list(db, ListDetails(name="All", member_ids=(noor.id,)), actor=cast.coordinator)
    db.commit()
    reference = scene.waiting_alert(browser_of(cast.coordinator), case, [everybody.id])
    approver = browser_of(cast.medical)
    approver.post(f"/issuing/{reference}/approve", data=scene.signature(approver, reference))
    return scene.alert_called(db, reference)


def fails(db: Session, alert: Alert, medium: Medium) -> Delivery:
    one = db.scalars(select(Delivery).where(Delivery.alert_id == alert.id, Delivery.medium == medium)).one()
    one.state, one.reason, one.settled_at = State.FAILED, "The number is not in use (30005)", utc_now()
    db.commit()
    return one


def test_whom_messages_do_not_reach_is_listed_until_the_address_is_put_right(
    keeper: FlaskClient, db: Session, alert: Alert, noor: Contact, cast: Cast
) -> None:
    assert "Nobody: the last message" in keeper.get("/contacts/failing").text
    fails(db, alert, Medium.SMS)
    page = keeper.get("/contacts/failing").text
    assert "Noor Quay" in page
    assert "Text message: The number is not in use (30005)" in page
    assert "Messages do not reach 1 contact" in keeper.get("/contacts").text
    details = ContactDetails(**{**vars(NOOR), "mobile": "07700 900102", "seen_version": noor.version})
    service.edit_contact(db, noor.id, details, actor=cast.coordinator, allow_drama=True)
    db.commit()
    assert "Nobody: the last message" in keeper.get("/contacts/failing").text


def test_a_later_message_that_arrives_takes_somebody_off_the_list(
    keeper: FlaskClient, db: Session, alert: Alert
) -> None:
    failed = fails(db, alert, Medium.SMS)
    later = Delivery(
        **{
            column: getattr(failed, column)
            for column in (
                "recipient",
                "medium",
                "urgency",
                "envelope",
                "written_at",
                "due_at",
                "give_up_at",
                "attempts",
            )
        },
        reference=alert.id.to_bytes(16, "big").hex(),
        partnership_id=failed.partnership_id,
        about=f"alert/{alert.id}/reminder/1",
        state=State.DELIVERED,
    )
    db.add(later)
    db.commit()
    assert "Nobody: the last message" in keeper.get("/contacts/failing").text


def test_somebody_is_asked_and_confirms_by_pressing_and_not_by_looking(
    keeper: FlaskClient, client: FlaskClient, db: Session, noor: Contact
) -> None:
    page = keeper.get(f"/contacts/{noor.id}").text
    assert "They have not confirmed their mobile number and email address. Alerts are sent" in page
    keeper.post(f"/contacts/{noor.id}/ask")
    letters = db.scalars(select(Delivery).where(Delivery.about.startswith("confirm/"))).all()
    assert {one.medium for one in letters} == set(Medium)
    [email] = [one for one in letters if one.medium is Medium.EMAIL]
    link = re.search(r"/confirm/\S+", email.text)
    assert link
    assert "Is this email address yours" in client.get(link[0]).text
    db.expire_all()
    assert noor.email_confirmed_at is None
    for _ in range(2):
        assert "is confirmed" in client.post(link[0], follow_redirects=True).text
    db.expire_all()
    assert noor.email_confirmed_at is not None
    assert noor.mobile_confirmed_at is None
    assert "They were asked within the last day" in keeper.post(f"/contacts/{noor.id}/ask").text


@pytest.mark.parametrize(
    "token", ["", "1", "1-email-0", "1-fax-00", "999999-sms-000000000000000000000000", "٣-sms-1"]
)
def test_a_link_that_is_not_ours_confirms_nothing(client: FlaskClient, noor: Contact, token: str) -> None:
    assert client.get(f"/confirm/{token}").status_code == 404
    assert client.post(f"/confirm/{token}").status_code == 404


def test_another_address_is_to_be_confirmed_anew(
    client: FlaskClient, keeper: FlaskClient, db: Session, noor: Contact, cast: Cast
) -> None:
    keeper.post(f"/contacts/{noor.id}/ask")
    email = db.scalars(select(Delivery).where(Delivery.medium == Medium.EMAIL)).one()
    link = re.search(r"/confirm/\S+", email.text)
    assert link
    details = ContactDetails(**{**vars(NOOR), "email": "noor.quay@example.org", "seen_version": noor.version})
    service.edit_contact(db, noor.id, details, actor=cast.coordinator, allow_drama=True)
    db.commit()
    assert client.post(link[0]).status_code == 404


@pytest.fixture
def place(sessions: sessionmaker[Session], policy: Policy) -> Workplace:
    return Workplace(
        sessions=sessions, channels={}, connections={}, public_url="https://l.example.org", policy=policy
    )


def asked(db: Session) -> int:
    return len(db.scalars(select(Delivery).where(Delivery.about.startswith("list-review/"))).all())


def test_a_list_is_asked_about_after_a_year_again_after_two_weeks_and_no_more_once_it_was_checked(
    place: Workplace, keeper: FlaskClient, db: Session, cast: Cast, noor: Contact
) -> None:
    nights = service.add_list(db, ListDetails(name="Nights", member_ids=(noor.id,)), actor=cast.coordinator)
    db.commit()
    review_lists(place)
    assert asked(db) == 0
    nights.reviewed_at = utc_now() - timedelta(days=366)
    db.commit()
    for _ in range(2):
        review_lists(place)
    told = asked(db)
    assert told == len({one.recipient for one in db.scalars(select(Delivery))}) > 0
    assert "Check it now" in keeper.get("/contacts/lists").text
    nights.review_told_at = utc_now() - timedelta(days=15)
    for one in db.scalars(select(Delivery)):
        one.about += "-before"
    db.commit()
    review_lists(place)
    assert asked(db) == 2 * told
    page = keeper.post(f"/contacts/lists/{nights.id}/checked", follow_redirects=True).text
    assert "The list Nights is checked." in page
    assert "Check it now" not in page


def test_the_approver_reads_that_nobody_has_checked_a_list(
    keeper: FlaskClient,
    db: Session,
    cast: Cast,
    noor: Contact,
    north_shore: Partnership,
    names: Names,
    policy: Policy,
    browser_of: Callable[[Actor], FlaskClient],
) -> None:
    case = scene.decide(db, cast, north_shore, names, policy)
    old = service.add_list(db, ListDetails(name="Nights", member_ids=(noor.id,)), actor=cast.coordinator)
    old.reviewed_at = utc_now() - timedelta(days=400)
    db.commit()
    reference = scene.waiting_alert(keeper, case, [old.id])
    page = browser_of(cast.medical).get(f"/issuing/{reference}/approval").text
    assert "Nobody has checked for a year who is on:</strong> Nights." in page
    assert db.scalars(select(ContactList)).all() == [old]
