"""How anybody subscribes to public alerts on the web: they leave an address, and answer what is sent to it.

Nothing is kept before that: the link in the e-mail holds what was asked for, sealed, and a text message holds a code.
"""

import base64
import binascii
import json
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.audiences import Clearance, Topic
from alerts.messages import Medium, Words
from ldis.audit import service as audit
from ldis.contacts import joining, stopping
from ldis.contacts.models import Contact
from ldis.deliveries.rules import Urgency
from ldis.deliveries.service import Letter, post
from ldis.errors import NotFound
from ldis.people.models import Partnership
from ldis.secrecy import CannotBeOpened, blind_index, seal, unseal

LASTS = timedelta(days=3)
MOST_A_DAY = 3
NOT_OURS = "This link does not work any more, or not all of it was copied. Ask for a new one: it takes a minute."


def ask(
    session: Session, place: Partnership, medium: Medium, address: str, *, public_url: str, now: datetime
) -> None:
    """Send what is to be answered. The caller says the same whoever is listed already."""
    if medium is Medium.SMS:
        code = f"CONFIRM {place.prefix} {joining.code_for(address, place.prefix)}"
        words = Words(
            text=f"To get public drug alerts from {place.name} by text, reply {code}. If it was not you, do nothing."
        )
    else:
        link = f"{public_url}/subscribe/confirm/{token_for(place, address, now=now)}"
        words = Words(
            subject=f"Do you want drug alerts from {place.name}?",
            text=(
                f"Somebody, we hope you, asked for public drug alerts at this address.\n\nOpen this within three "
                f"days and say yes:\n{link}\n\nIf it was not you, do nothing: nothing more is sent.\n\n{place.name}\n"
            ),
        )
    letter = Letter(
        medium=medium,
        address=address,
        words=words,
        about=f"subscribe/{place.id}/{now.timestamp():.6f}",
        recipient=f"subscriber/{blind_index(address)[:16]}",
        urgency=Urgency.SIGN_IN,
        partnership_id=place.id,
        most_a_day=MOST_A_DAY,
    )
    post(session, letter, now=now)


def token_for(place: Partnership, email: str, *, now: datetime) -> str:
    """The end of the link by which an e-mail address is confirmed."""
    said = json.dumps({"place": place.id, "email": email, "at": int(now.timestamp())})
    return base64.urlsafe_b64encode(seal(said)).decode().rstrip("=")


def asked_with(session: Session, token: str, *, now: datetime) -> tuple[Partnership, str]:
    """Where somebody wants to subscribe, and with which e-mail address; NotFound where the link is none of ours."""
    try:
        said = json.loads(unseal(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))))
        place, email, at = said["place"], said["email"], said["at"]
    except (CannotBeOpened, binascii.Error, ValueError, KeyError, TypeError):
        raise NotFound(NOT_OURS) from None
    found = session.get(Partnership, place)
    if found is None or now.timestamp() > at + LASTS.total_seconds():
        raise NotFound(NOT_OURS)
    return found, email


def subscribe(
    session: Session,
    place: Partnership,
    email: str,
    *,
    area_codes: tuple[str, ...],
    topics: tuple[Topic, ...],
    red_only: bool,
    now: datetime,
) -> Contact:
    """From now on they get public alerts. Whoever is a contact already stays one, and hears again."""
    index = blind_index(email)
    stopping.start_again(session, Medium.EMAIL, index)
    known = session.scalar(
        select(Contact).where(
            Contact.partnership_id == place.id, Contact.email_index == index, Contact.is_exercise.is_(False)
        )
    )
    contact = known or Contact(
        partnership_id=place.id,
        name="Subscriber by email",
        email=email,
        email_index=index,
        by_sms=False,
        clearance=Clearance.PUBLIC,
        added_at=now,
    )
    contact.by_email, contact.email_confirmed_at = True, now
    if contact.clearance is Clearance.PUBLIC:
        known_areas = {area.code for area in place.areas}
        contact.area_codes = sorted(code for code in area_codes if code in known_areas)
        contact.topics, contact.red_only = sorted(topics), red_only
    session.add(contact)
    session.flush()
    audit.record(
        session,
        "contact subscribed by email",
        f"contact/{contact.id}",
        actor=stopping.BY,
        partnership_id=place.id,
    )
    return contact


def change(
    session: Session,
    contact: Contact,
    *,
    by_sms: bool,
    by_email: bool,
    area_codes: tuple[str, ...],
    topics: tuple[Topic, ...],
    red_only: bool,
) -> None:
    """What somebody wants from now on, as they say themselves."""
    places = {code for code in area_codes if len(code) == 9}
    contact.by_sms, contact.by_email = by_sms, by_email
    contact.area_codes, contact.topics, contact.red_only = sorted(places), sorted(topics), red_only
    contact.version += 1
    audit.record(
        session,
        "contact changed what they get",
        f"contact/{contact.id}",
        actor=stopping.BY,
        partnership_id=contact.partnership_id,
        detail={"sms": by_sms, "email": by_email, "red only": red_only},
    )
