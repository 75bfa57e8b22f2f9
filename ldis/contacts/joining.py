"""How anybody subscribes by text message: they ask, are sent a code, and send it back. Then they get public alerts."""

import hmac
import re
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.audiences import Clearance
from alerts.messages import Medium
from ldis.audit import service as audit
from ldis.contacts import stopping
from ldis.contacts.models import Contact
from ldis.people.models import Partnership
from ldis.secrecy import blind_index

MOST_NAMED = 3
_CONFIRMED = re.compile(r"\s*confirm\s+([a-z]{2,4})\s*([0-9]{4})\W*", re.IGNORECASE)


def how_to_confirm(session: Session, number: str) -> str:
    """What to say to JOIN. Only who reads the answer on that phone can send the code in it."""
    places = session.scalars(select(Partnership).order_by(Partnership.name).limit(MOST_NAMED)).all()
    each = [f"CONFIRM {one.prefix} {code_for(number, one.prefix)} for {one.name}" for one in places]
    return f"To get public drug alerts by text, reply {', or '.join(each)}. To end them, reply STOP."


def confirm(session: Session, number: str, body: str, *, now: datetime) -> str | None:
    """Subscribe whoever sends their code back, and say so; nothing where the text is not a right code."""
    found = _CONFIRMED.fullmatch(body)
    if found is None or not hmac.compare_digest(code_for(number, found[1].upper()), found[2]):
        return None
    place = session.scalar(select(Partnership).where(Partnership.prefix == found[1].upper()))
    if place is None:
        return None
    index = blind_index(number)
    stopping.start_again(session, Medium.SMS, index)
    known = stopping.contacts_at(session, Medium.SMS, index)
    if not any(one.partnership_id == place.id and not one.is_exercise for one in known):
        _add(session, place, number, now=now)
    return f"You now get drug alerts from {place.name} by text. To end them, reply STOP."


def code_for(number: str, prefix: str) -> str:
    """Four figures that go with one phone and one partnership."""
    return f"{int(blind_index(f'joins {prefix} from {number}')[:12], 16) % 10_000:04}"


def _add(session: Session, place: Partnership, number: str, *, now: datetime) -> None:
    contact = Contact(
        partnership_id=place.id,
        name="Subscriber by text",
        mobile=number,
        mobile_index=blind_index(number),
        by_sms=True,
        by_email=False,
        clearance=Clearance.PUBLIC,
        added_at=now,
    )
    session.add(contact)
    session.flush()
    audit.record(
        session,
        "contact subscribed by text",
        f"contact/{contact.id}",
        actor=stopping.BY,
        partnership_id=place.id,
    )
