"""Whoever says stop from their own phone or mail is stopped at once and everywhere; who joins again is told again.

It is about the address, and holds in every partnership and for every contact who is, or will be, listed with it.
"""

import hmac
from datetime import datetime

from sqlalchemy import ColumnElement, delete, exists, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from alerts.messages import Medium
from ldis.audit import service as audit
from ldis.contacts.models import Contact, StoppedAddress
from ldis.deliveries import service as deliveries
from ldis.errors import NotFound
from ldis.secrecy import blind_index

BY = "the person"
SIGNS = 32


def stop(session: Session, medium: Medium, index: str, *, now: datetime) -> None:
    """Send nothing more to the address with this blind index, and hold back what waits for it."""
    session.execute(
        insert(StoppedAddress).values(medium=medium, address_index=index, stopped_at=now).on_conflict_do_nothing()
    )
    for contact in contacts_at(session, medium, index):
        reason = "They asked to be sent nothing more."
        deliveries.hold_back(session, f"contact/{contact.id}", medium, reason=reason, now=now)
        _record(session, "contact stopped messages", contact, medium)


def start_again(session: Session, medium: Medium, index: str) -> None:
    """Lift a stop, and an earlier opt-out of whoever is listed there, because they asked for it from that address."""
    session.execute(
        delete(StoppedAddress).where(StoppedAddress.medium == medium, StoppedAddress.address_index == index)
    )
    for contact in contacts_at(session, medium, index):
        contact.opted_out_at = None
        contact.version += 1
        _record(session, "contact joined again", contact, medium)


def contacts_at(session: Session, medium: Medium, index: str) -> list[Contact]:
    """Everybody who is listed with an address, in every partnership."""
    column = Contact.mobile_index if medium is Medium.SMS else Contact.email_index
    return list(
        session.scalars(select(Contact).where(column == index).order_by(Contact.id).with_for_update(of=Contact))
    )


def is_stopped(medium: Medium, column: object) -> ColumnElement[bool]:
    """Whether the address in a column is stopped, for a question about contacts."""
    return exists().where(StoppedAddress.medium == medium, StoppedAddress.address_index == column)


def token_of(contact_id: int) -> str:
    """The end of a contact's own link by which they stop e-mails. Nobody can guess another's."""
    return f"{contact_id}-{blind_index(f'stops emails of contact/{contact_id}')[:SIGNS]}"


def contact_with(session: Session, token: str) -> Contact:
    """Whose link it is; NotFound where it is nobody's."""
    number = token.partition("-")[0]
    known = number.isascii() and number.isdecimal() and len(number) < 10
    if not known or not hmac.compare_digest(token_of(int(number)).encode(), token.encode()):
        raise NotFound("This link is not one of ours. Check that the whole address was copied.")
    found = session.get(Contact, int(number))
    if found is None:
        raise NotFound("This link is not one of ours. Check that the whole address was copied.")
    return found


def stop_emails(session: Session, token: str, *, now: datetime) -> None:
    """Send no more e-mails to whoever holds this link. Doing it twice changes nothing."""
    contact = contact_with(session, token)
    if contact.email_index is not None:
        stop(session, Medium.EMAIL, contact.email_index, now=now)


def stopped_media(session: Session, contact: Contact) -> set[Medium]:
    """By which media a contact has stopped messages themselves."""
    return set(
        session.scalars(
            select(StoppedAddress.medium).where(
                or_(
                    (StoppedAddress.medium == Medium.SMS) & (StoppedAddress.address_index == contact.mobile_index),
                    (StoppedAddress.medium == Medium.EMAIL)
                    & (StoppedAddress.address_index == contact.email_index),
                )
            )
        )
    )


def _record(session: Session, action: str, contact: Contact, medium: Medium) -> None:
    audit.record(
        session,
        action,
        f"contact/{contact.id}",
        actor=BY,
        partnership_id=contact.partnership_id,
        detail={"medium": medium.value},
    )
