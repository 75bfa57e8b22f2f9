"""Somebody as another system's directory has them, kept in step here."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from alerts.audiences import Clearance, Topic
from ldis.contacts import service
from ldis.contacts.models import Contact, ContactList
from ldis.contacts.rules import email_address, mobile_number
from ldis.contacts.schemas import ContactDetails
from ldis.errors import Invalid
from ldis.people import queries as people
from ldis.people.access import Acts
from ldis.people.models import Organisation
from ldis.secrecy import blind_index

LONGEST_ID = 80


@dataclass(frozen=True, kw_only=True)
class DirectoryEntry:
    """What the directory says. Organisations and lists are known by their names, areas by their codes."""

    name: str
    organisation: str | None = None
    job_role: str = ""
    mobile: str = ""
    email: str = ""
    by_sms: bool = True
    by_email: bool = True
    stands_in: bool = False
    lists: Sequence[str] = ()
    clearance: Clearance = Clearance.PROFESSIONAL
    areas: Sequence[str] = ()
    topics: Sequence[Topic] = ()
    red_only: bool = False


def keep(
    session: Session, external_id: str, listed: DirectoryEntry, *, actor: Acts, now: datetime, allow_drama: bool
) -> Contact:
    """Add somebody or change them to what the directory says; whoever opted out stays opted out.

    Raises Invalid, by field, for what cannot be kept.
    """
    if len(external_id) > LONGEST_ID:
        raise Invalid({"external_id": [f"It is longer than {LONGEST_ID} characters."]})
    contact = _found(session, external_id, listed, partnership_id=actor.partnership_id, allow_drama=allow_drama)
    details = _details(session, external_id, listed, contact, partnership_id=actor.partnership_id)
    if contact is None:
        return service.add_contact(session, details, actor=actor, now=now, allow_drama=allow_drama)
    before = service.as_known(contact)
    if _spelled(details, allow_drama=allow_drama) == before:
        return contact
    contact.external_id = external_id
    service.edit_contact(session, contact.id, details, actor=actor, allow_drama=allow_drama)
    session.refresh(contact)
    return contact


def _found(
    session: Session, external_id: str, listed: DirectoryEntry, *, partnership_id: int, allow_drama: bool
) -> Contact | None:
    """Whoever has the identifier; else whoever has an address and no identifier yet. Locked."""
    known = select(Contact).where(Contact.partnership_id == partnership_id).with_for_update(of=Contact)
    found = session.scalar(known.where(Contact.external_id == external_id))
    if found is not None:
        return found
    mobile = mobile_number(listed.mobile, allow_drama=allow_drama) if listed.mobile else ""
    email = email_address(listed.email) if listed.email else ""
    if not mobile and not email:
        raise Invalid({"mobile": ["Enter a mobile number, an email address, or both."]})
    same = or_(
        Contact.email_index == (blind_index(email) if email else ""),
        Contact.mobile_index == (blind_index(mobile) if mobile else ""),
    )
    return session.scalars(
        known.where(same, Contact.external_id.is_(None), Contact.is_exercise.is_(False)).order_by(Contact.id)
    ).first()


def _details(
    session: Session, external_id: str, listed: DirectoryEntry, contact: Contact | None, *, partnership_id: int
) -> ContactDetails:
    if not listed.mobile and not listed.email:
        raise Invalid({"mobile": ["Enter a mobile number, an email address, or both."]})
    organisation = _organisation(session, listed.organisation, partnership_id=partnership_id)
    if listed.stands_in and organisation is None:
        raise Invalid({"organisation": ["Say for which organisation they stand in."]})
    _check_areas(session, listed.areas, partnership_id=partnership_id)
    return ContactDetails(
        name=listed.name,
        organisation_id=organisation,
        job_role=listed.job_role,
        mobile=listed.mobile,
        email=listed.email,
        by_sms=listed.by_sms,
        by_email=listed.by_email,
        stands_in=listed.stands_in,
        list_ids=_lists(session, listed.lists, partnership_id=partnership_id),
        clearance=listed.clearance,
        area_codes=tuple(sorted(set(listed.areas))),
        topics=tuple(sorted(set(listed.topics))),
        red_only=listed.red_only,
        is_exercise=contact.is_exercise if contact else False,
        external_id=external_id,
        seen_version=contact.version if contact else None,
    )


def _spelled(details: ContactDetails, *, allow_drama: bool) -> ContactDetails:
    """With its addresses as they are kept."""
    mobile = mobile_number(details.mobile, allow_drama=allow_drama) if details.mobile else ""
    return replace(details, mobile=mobile, email=email_address(details.email) if details.email else "")


def _organisation(session: Session, name: str | None, *, partnership_id: int) -> int | None:
    if not name:
        return None
    known = select(Organisation.id).where(Organisation.partnership_id == partnership_id, Organisation.name == name)
    found = session.scalar(known)
    if found is None:
        raise Invalid({"organisation": ["We know no organisation of this name."]})
    return found


def _lists(session: Session, names: Sequence[str], *, partnership_id: int) -> tuple[int, ...]:
    known = select(ContactList.name, ContactList.id).where(ContactList.partnership_id == partnership_id)
    found = session.execute(known.where(ContactList.name.in_(names))).all()
    ids = {one.name: one.id for one in found}
    if unknown := [name for name in names if name not in ids]:
        raise Invalid({"lists": [f"We know no list “{unknown[0]}”."]})
    return tuple(sorted(ids.values()))


def _check_areas(session: Session, codes: Sequence[str], *, partnership_id: int) -> None:
    ours = {area.code for area in people.partnership_numbered(session, partnership_id).areas}
    if unknown := sorted(set(codes) - ours):
        raise Invalid({"areas": [f"None of your areas is {unknown[0]}."]})
