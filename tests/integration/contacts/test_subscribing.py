"""Anybody subscribes to public alerts by answering what is sent to their address, and changes or stops them later."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.audiences import Clearance, Topic
from alerts.messages import Medium
from ldis.cases.models import Case
from ldis.cases.policy import Policy
from ldis.contacts import joining, service, stopping, subscribing
from ldis.contacts.models import Contact
from ldis.contacts.schemas import ContactDetails, ListDetails
from ldis.db import utc_now
from ldis.deliveries.models import Delivery
from ldis.issuing.models import Alert, AlertRecipient
from ldis.people.access import Actor
from ldis.people.models import Partnership
from ldis.secrecy import blind_index
from ldis.substances.names import Names
from tests.integration.cast import NOW, Cast
from tests.integration.issuing import scene

EMAIL = "wren.tarn@example.org"


@pytest.fixture
def anybody(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    monkeypatch.setitem(client.application.config, "DEMO", True)  # drama numbers are allowed
    return client


def ask(anybody: FlaskClient, address: str = EMAIL) -> str:
    return anybody.post("/subscribe/north-shore", data={"address": address}, follow_redirects=True).text


def letters(db: Session) -> list[Delivery]:
    return list(db.scalars(select(Delivery).where(Delivery.about.startswith("subscribe/")).order_by(Delivery.id)))


def link_in(db: Session) -> str:
    found = re.search(r"/subscribe/confirm/\S+", letters(db)[-1].text)
    assert found
    return found[0]


def test_an_email_subscriber_answers_says_what_they_want_and_is_a_contact_only_then(
    anybody: FlaskClient, db: Session, north_shore: Partnership
) -> None:
    assert "Look in your mailbox" in ask(anybody)
    link = link_in(db)
    assert EMAIL in anybody.get(link).text
    assert db.scalars(select(Contact)).all() == [], "looking subscribes nobody"
    area = north_shore.areas[0].code
    wanted = {"area_codes": [area, "E99999999"], "topics": ["opioids"], "red_only": "yes"}
    assert "You get drug alerts now" in anybody.post(link, data=wanted).text
    [contact] = db.scalars(select(Contact)).all()
    assert (contact.email, contact.clearance, contact.red_only) == (EMAIL, Clearance.PUBLIC, True)
    assert (contact.area_codes, contact.topics) == ([area], [Topic.OPIOIDS])
    assert contact.email_confirmed_at is not None
    anybody.post(link, data={})
    assert len(db.scalars(select(Contact)).all()) == 1, "answering twice makes one"


def test_a_phone_is_sent_a_code_to_answer_with(
    anybody: FlaskClient, db: Session, north_shore: Partnership
) -> None:
    assert "Look at your phone" in ask(anybody, "07700 900123")
    [text] = letters(db)
    assert text.address == "+447700900123"
    code = f"CONFIRM NSH {joining.code_for('+447700900123', 'NSH')}"
    assert code in text.text
    assert joining.confirm(db, "+447700900123", code, now=NOW)
    [contact] = db.scalars(select(Contact)).all()
    assert contact.by_sms


def test_the_page_says_the_same_whoever_is_known_already(anybody: FlaskClient, db: Session, cast: Cast) -> None:
    unknown = ask(anybody)
    details = ContactDetails(name="Wren Tarn", email=EMAIL, by_email=True)
    service.add_contact(db, details, actor=cast.coordinator, now=NOW, allow_drama=True)
    db.commit()
    assert re.sub(r'nonce="[^"]*"', "", ask(anybody)) == re.sub(r'nonce="[^"]*"', "", unknown)


def test_a_professional_who_subscribes_stays_one_and_hears_again(
    anybody: FlaskClient, db: Session, cast: Cast
) -> None:
    details = ContactDetails(name="Wren Tarn", email=EMAIL, by_email=True)
    service.add_contact(db, details, actor=cast.coordinator, now=NOW, allow_drama=True)
    stopping.stop(db, Medium.EMAIL, blind_index(EMAIL), now=NOW)
    db.commit()
    ask(anybody)
    anybody.post(link_in(db), data={"red_only": "yes"})
    db.expire_all()
    [contact] = db.scalars(select(Contact)).all()
    assert (contact.name, contact.clearance, contact.red_only) == ("Wren Tarn", Clearance.PROFESSIONAL, False)
    assert stopping.stopped_media(db, contact) == set()


def test_an_address_is_written_to_three_times_a_day_at_most(anybody: FlaskClient, db: Session) -> None:
    for _ in range(5):
        assert "Look in your mailbox" in ask(anybody)
    assert len(letters(db)) == 3


@pytest.mark.parametrize(
    ("address", "sentence"),
    [("", "Enter your email address or UK mobile number."), ("x@", "in full"), ("12", "UK mobile number")],
)
def test_an_address_that_is_none_gets_a_sentence(anybody: FlaskClient, address: str, sentence: str) -> None:
    answer = anybody.post("/subscribe/north-shore", data={"address": address})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert address in answer.text


def test_a_link_that_is_old_or_not_ours_opens_nothing(
    anybody: FlaskClient, db: Session, north_shore: Partnership
) -> None:
    token = subscribing.token_for(north_shore, EMAIL, now=utc_now())
    assert anybody.get(f"/subscribe/confirm/{token}").status_code == 200
    for wrong in (token[:-4], token + "x", "", "AAAA", token.swapcase()):
        assert anybody.get(f"/subscribe/confirm/{wrong}").status_code == 404, wrong
    with time_machine.travel(utc_now() + timedelta(days=4)):
        assert anybody.post(f"/subscribe/confirm/{token}").status_code == 404
    assert db.scalars(select(Contact)).all() == []


@pytest.fixture
def issue(
    db: Session,
    browser_of: Callable[[Actor], FlaskClient],
    cast: Cast,
    north_shore: Partnership,
    names: Names,
    policy: Policy,
) -> Callable[..., Alert]:
    """Issues an alert to a list with somebody on it."""
    details = ContactDetails(name="Ada Finch", email="ada.finch@example.org", by_email=True)
    member = service.add_contact(db, details, actor=cast.coordinator, now=NOW, allow_drama=True)
    nights = service.add_list(db, ListDetails(name="Nights", member_ids=(member.id,)), actor=cast.coordinator)
    case: Case = scene.decide(db, cast, north_shore, names, policy)
    db.commit()

    def send(**changes: str) -> Alert:
        author, approver = browser_of(cast.coordinator), browser_of(cast.medical)
        reference = scene.draft(author, case)
        scene.send(scene.save(author, reference, list_ids=[nights.id], **changes), reference)
        approver.post(f"/issuing/{reference}/approve", data=scene.signature(approver, reference))
        return scene.alert_called(db, reference)

    return send


def told(db: Session, alert: Alert) -> set[str]:
    rows = select(Contact.email).join(AlertRecipient).where(AlertRecipient.alert_id == alert.id)
    return {str(one) for one in db.scalars(rows)}


def subscribe(db: Session, place: Partnership, email: str, *areas: str) -> None:
    subscribing.subscribe(db, place, email, area_codes=areas, topics=(), red_only=False, now=NOW)
    db.commit()


def test_a_public_alert_reaches_who_subscribed_for_its_areas_and_no_other_alert_does(
    issue: Callable[..., Alert], db: Session, north_shore: Partnership
) -> None:
    alert = issue(handling="professionals")
    subscribe(db, north_shore, EMAIL)
    assert EMAIL not in told(db, alert)
    chosen = {area.name: area.code for area in north_shore.areas}
    here = chosen[alert.content["areas"][0]]
    [elsewhere, *_] = [code for code in chosen.values() if code != here]
    subscribe(db, north_shore, "near@example.org", here)
    subscribe(db, north_shore, "far@example.org", elsewhere)
    alert = issue(handling="public")
    assert told(db, alert) == {"ada.finch@example.org", EMAIL, "near@example.org"}


def test_each_email_leads_to_a_page_on_which_its_reader_changes_what_they_get(
    issue: Callable[..., Alert], anybody: FlaskClient, db: Session
) -> None:
    alert = issue()
    email = db.scalars(select(Delivery).where(Delivery.alert_id == alert.id)).one()
    link = re.search(r"/a/\S+/preferences", email.text)
    assert link
    assert link[0] in (email.html or "")
    page = anybody.get(link[0]).text
    assert "Send me emails" in page
    assert "Send me text messages" not in page, "they have no number here"
    contact = db.scalars(select(Contact).where(Contact.email_index == blind_index("ada.finch@example.org"))).one()
    assert contact.by_email
    done = anybody.post(link[0], data={"topics": ["ketamine"], "red_only": "yes"}, follow_redirects=True).text
    assert "Saved. That is what you get from now on." in done
    db.expire_all()
    assert (contact.by_email, contact.red_only, contact.topics) == (False, True, ["ketamine"])
    assert anybody.get("/a/nobody/preferences").status_code == 404
