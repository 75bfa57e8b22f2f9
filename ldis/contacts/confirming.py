"""Whether an address is really somebody's: they are sent a link, and say so. Alerts go to them either way.

An alert is worth more than a confirmation, so whoever has not answered is told all the same; it is only shown.
"""

import hmac
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from alerts.messages import Medium, Words
from ldis.audit import service as audit
from ldis.contacts import queries
from ldis.contacts.models import Contact
from ldis.contacts.stopping import stopped_media
from ldis.deliveries.rules import Urgency
from ldis.deliveries.service import Letter, post_all
from ldis.errors import NotFound, Stale
from ldis.people.access import Actor
from ldis.secrecy import blind_index

BY = "the person"
SIGNS = 24
QUIET = timedelta(days=1)
NOT_OURS = "This link is not one of ours, or the address has changed since. There is nothing that you need to do."


def unconfirmed(contact: Contact) -> list[Medium]:
    """The media they take whose address nobody has confirmed."""
    found = []
    if contact.mobile and contact.by_sms and contact.mobile_confirmed_at is None:
        found.append(Medium.SMS)
    if contact.email and contact.by_email and contact.email_confirmed_at is None:
        found.append(Medium.EMAIL)
    return found


def token_of(contact: Contact, medium: Medium) -> str:
    """The end of the link for one address of a contact; another address has another."""
    index = contact.mobile_index if medium is Medium.SMS else contact.email_index
    return f"{contact.id}-{medium.value}-{blind_index(f'confirms {medium.value} {index} of {contact.id}')[:SIGNS]}"


def contact_with(session: Session, token: str) -> tuple[Contact, Medium]:
    """Whose address a link is about; NotFound where it is nobody's."""
    number, _, rest = token.partition("-")
    word = rest.partition("-")[0]
    if not (number.isascii() and number.isdecimal() and len(number) < 10 and word in set(Medium)):
        raise NotFound(NOT_OURS)
    contact, medium = session.get(Contact, int(number)), Medium(word)
    if contact is None or not hmac.compare_digest(token_of(contact, medium).encode(), token.encode()):
        raise NotFound(NOT_OURS)
    return contact, medium


def confirm(session: Session, token: str, *, now: datetime) -> Contact:
    """The address is theirs. Saying so twice keeps the first time."""
    contact, medium = contact_with(session, token)
    name = "mobile_confirmed_at" if medium is Medium.SMS else "email_confirmed_at"
    if getattr(contact, name) is None:
        setattr(contact, name, now)
        detail = {"medium": medium.value}
        audit.record(
            session,
            "contact confirmed address",
            f"contact/{contact.id}",
            actor=BY,
            partnership_id=contact.partnership_id,
            detail=detail,
        )
    return contact


def ask(session: Session, contact_id: int, *, actor: Actor, place: str, public_url: str, now: datetime) -> int:
    """Send somebody a link by each medium that is not confirmed; how many. Not twice within a day."""
    contact = queries.the_contact(session, contact_id, partnership_id=actor.partnership_id, lock=True)
    if contact.opted_out_at is not None:
        raise Stale("They opted out, so nothing is sent to them.")
    if contact.asked_to_confirm_at is not None and now < contact.asked_to_confirm_at + QUIET:
        raise Stale("They were asked within the last day. Give them time.")
    media = [medium for medium in unconfirmed(contact) if medium not in stopped_media(session, contact)]
    letters = [_letter(contact, medium, place=place, public_url=public_url, now=now) for medium in media]
    contact.asked_to_confirm_at = now
    audit.record(
        session,
        "contact asked to confirm",
        f"contact/{contact.id}",
        actor=actor.label,
        partnership_id=contact.partnership_id,
        detail={"media": [medium.value for medium in media]},
    )
    return post_all(session, letters, now=now)


def _letter(contact: Contact, medium: Medium, *, place: str, public_url: str, now: datetime) -> Letter:
    link = f"{public_url}/confirm/{token_of(contact, medium)}"
    if medium is Medium.SMS:
        words = Words(
            text=f"{place} sends drug alerts to this number. Is it right? {link} Reply STOP to get none."
        )
    else:
        words = Words(
            subject=f"{place} sends drug alerts to this address",
            text=(
                f"You are on the list of people who are told when something dangerous goes round.\n\nIs this address "
                f"right? Open this and say so:\n{link}\n\n{place}\n"
            ),
        )
    return Letter(
        medium=medium,
        address=(contact.mobile if medium is Medium.SMS else contact.email) or "",
        words=words,
        about=f"confirm/{contact.id}/{now:%Y-%m-%d-%H%M}",
        recipient=f"contact/{contact.id}",
        urgency=Urgency.ROUTINE,
        partnership_id=contact.partnership_id,
    )
