"""Partners who can be asked, and asking them as a coordinator does: through the page."""

import re
from dataclasses import dataclass
from html import unescape
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from twilio.request_validator import RequestValidator
from werkzeug.test import TestResponse

from alerts.channels.twilio_hooks import INBOUND_PATH
from alerts.messages import Medium
from ldis.cases.models import Case
from ldis.contacts import service as contacts
from ldis.contacts.models import Contact, ContactList
from ldis.contacts.schemas import ContactDetails, ListDetails
from ldis.deliveries.models import Delivery
from ldis.people import service as people
from ldis.people.access import Actor
from ldis.people.models import Partnership
from ldis.people.rules import Sector
from tests.integration.cast import NOW

TOKEN = "an auth token of a test"
PUBLIC_URL = "https://alerts.example.org"
HIDDEN = re.compile(r'name="(seen_version|submission_key|audience)" value="([^"]*)"')


@dataclass(frozen=True)
class Partners:
    """A list of nights, and three organisations of three kinds in two areas."""

    nights: ContactList
    hostel: Contact
    pharmacy: Contact
    outreach: Contact
    opted_out: Contact
    unreachable: Contact


def gather(db: Session, place: Partnership, actor: Actor) -> Partners:
    """Enter them all."""
    harbour, chemist, round_ = (
        people.add_organisation(
            db, partnership_id=place.id, name=name, sector=sector, area_code=area, actor="test"
        ).id
        for name, sector, area in (
            ("Harbour Hostel", Sector.HOSTEL, "E99000001"),
            ("Quay Pharmacy", Sector.PHARMACY, "E99000001"),
            ("End Outreach", Sector.OUTREACH, "E99000002"),
        )
    )
    nights = contacts.add_list(db, ListDetails(name="Nights"), actor=actor)

    def add(
        name: str, number: int, organisation: int, *, sms: bool = False, email: bool = False, on: bool = False
    ) -> Contact:
        details = ContactDetails(
            name=name,
            organisation_id=organisation,
            mobile=f"07700 900{number}",
            email=f"{name.lower().replace(' ', '.')}@example.org",
            by_sms=sms,
            by_email=email,
            list_ids=(nights.id,) if on else (),
        )
        return contacts.add_contact(db, details, actor=actor, now=NOW, allow_drama=True)

    made = Partners(
        nights=nights,
        hostel=add("Noor Quay", 101, harbour, sms=True, email=True, on=True),
        pharmacy=add("Wes Lane", 102, chemist, email=True),
        outreach=add("Kit Shore", 103, round_, sms=True, on=True),
        opted_out=add("Gil Reed", 104, harbour, sms=True, on=True),
        unreachable=add("Una Vale", 105, chemist),
    )
    contacts.opt_out(db, made.opted_out.id, actor=actor, now=NOW)
    db.commit()
    return made


def everybody(partners: Partners) -> dict[str, Any]:
    """A choice of all three who can be asked: one by a list, one by their kind of organisation."""
    return {"list_ids": [partners.nights.id], "sectors": ["pharmacy"]}


def question(**changes: Any) -> dict[str, Any]:
    """What a coordinator fills in besides whom to ask."""
    given = {"words": "Have you seen blue tablets sold as Valium?", "media": ["sms", "email"], "closes_in": "24"}
    return given | changes


def hidden_on(page: str) -> dict[str, str]:
    """What the form of a page carries unseen."""
    return {name: unescape(value) for name, value in HIDDEN.findall(page)}


def counted(browser: FlaskClient, case: Case, **chosen: Any) -> tuple[str, dict[str, Any]]:
    """Open the page and count: the page that came back, and the form that it would send."""
    shown = browser.get(f"/cases/{case.reference}/ask")
    assert shown.status_code == 200, shown.text
    typed = hidden_on(shown.text) | question() | chosen
    answer = browser.post(f"/cases/{case.reference}/ask/count", data=typed)
    return unescape(answer.text), typed | hidden_on(answer.text)


def asked(browser: FlaskClient, case: Case, **chosen: Any) -> TestResponse:
    """Count, then ask."""
    _, form = counted(browser, case, **chosen)
    return browser.post(f"/cases/{case.reference}/ask", data=form)


def letters(db: Session, about: str = "partner-question/") -> list[Delivery]:
    """What went to partners, in the order of writing."""
    db.expire_all()
    return list(db.scalars(select(Delivery).where(Delivery.about.startswith(about)).order_by(Delivery.id)))


def link_of(db: Session, contact: Contact, medium: Medium | None = None) -> str:
    """The path of the newest link that somebody was sent."""
    theirs = [
        one for one in letters(db) if one.recipient == f"contact/{contact.id}" and medium in (None, one.medium)
    ]
    found = re.search(r"/c/[\w-]{22}", theirs[-1].text)
    assert found, theirs[-1].text
    return found[0]


def text_from(provider: FlaskClient, contact: Contact, body: str) -> str:
    """What the service answers to a text message from somebody."""
    form = {"MessageSid": "SM1", "From": contact.mobile or "", "To": "+447700900999", "Body": body}
    signature = RequestValidator(TOKEN).compute_signature(PUBLIC_URL + INBOUND_PATH, form)
    answer = provider.post(INBOUND_PATH, data=form, headers={"X-Twilio-Signature": signature})
    assert answer.status_code == 200, answer.text
    return unescape(answer.text)
