"""What can be done to contacts and lists. Every change is in the audit record, by number and never by name."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ldis.audit import service as audit
from ldis.contacts import queries
from ldis.contacts.models import Contact, ContactList
from ldis.contacts.rules import email_address, mobile_number
from ldis.contacts.schemas import ContactDetails, ListDetails
from ldis.db import utc_now
from ldis.deliveries.service import withdraw_all_to
from ldis.errors import Invalid, Stale
from ldis.people.access import Actor, Acts
from ldis.people.models import Organisation
from ldis.secrecy import blind_index

TAKEN = {
    "uq_contacts_email": ("email", "Somebody among your contacts already has this address."),
    "uq_contacts_mobile": ("mobile", "Somebody among your contacts already has this number."),
    "uq_contacts_partnership_id_external_id": ("external_id", "Another contact already has this identifier."),
    "uq_contact_lists_partnership_id_name": ("name", "You already have a list with this name."),
}


def add_contact(
    session: Session, details: ContactDetails, *, actor: Acts, now: datetime, allow_drama: bool
) -> Contact:
    """Add a contact and put them on the lists that were chosen."""
    contact = Contact(partnership_id=actor.partnership_id, added_at=now, external_id=details.external_id)
    contact.is_exercise = details.is_exercise
    _write(session, contact, details, allow_drama=allow_drama)
    session.add(contact)
    _flush(session)
    _record(session, "contact added", contact, actor=actor)
    return contact


def edit_contact(
    session: Session, contact_id: int, details: ContactDetails, *, actor: Acts, allow_drama: bool
) -> Contact:
    """Change a contact's details and lists, if the page showed the newest ones."""
    contact = queries.the_contact(session, contact_id, partnership_id=actor.partnership_id, lock=True)
    if details.seen_version != contact.version:
        raise Stale
    with session.no_autoflush:
        _write(session, contact, details, allow_drama=allow_drama)
    contact.version += 1
    _flush(session)
    _record(session, "contact changed", contact, actor=actor)
    return contact


def as_known(contact: Contact) -> ContactDetails:
    """What is known of a contact, as it would be entered."""
    return ContactDetails(
        name=contact.name,
        organisation_id=contact.organisation_id,
        job_role=contact.job_role,
        mobile=contact.mobile or "",
        email=contact.email or "",
        by_sms=contact.by_sms,
        by_email=contact.by_email,
        stands_in=contact.stands_in,
        list_ids=tuple(sorted(one.id for one in contact.lists)),
        clearance=contact.clearance,
        area_codes=tuple(sorted(contact.area_codes)),
        topics=tuple(contact.topics),  # type: ignore[arg-type]
        red_only=contact.red_only,
        external_id=contact.external_id,
        seen_version=contact.version,
    )


def opt_out(session: Session, contact_id: int, *, actor: Actor, now: datetime) -> Contact:
    """Send this contact nothing from now on, whatever lists they are on. Asking twice keeps the first time."""
    contact = queries.the_contact(session, contact_id, partnership_id=actor.partnership_id, lock=True)
    if contact.opted_out_at is None:
        contact.opted_out_at = now
        contact.version += 1
        _flush(session)
        withdraw_all_to(session, f"contact/{contact.id}", reason="They opted out before it left.", now=now)
        _record(session, "contact opted out", contact, actor=actor)
    return contact


def opt_in(session: Session, contact_id: int, *, actor: Actor) -> Contact:
    """Send this contact alerts again, because they asked for it."""
    contact = queries.the_contact(session, contact_id, partnership_id=actor.partnership_id, lock=True)
    if contact.opted_out_at is not None:
        contact.opted_out_at = None
        contact.version += 1
        _flush(session)
        _record(session, "contact opted in", contact, actor=actor)
    return contact


def add_list(session: Session, details: ListDetails, *, actor: Actor) -> ContactList:
    """Start a list, with members where some are given."""
    contact_list = ContactList(partnership_id=actor.partnership_id, name=details.name)
    contact_list.members = _contacts(session, details.member_ids, actor=actor)
    session.add(contact_list)
    _flush(session)
    _record_list(session, "list added", contact_list, actor=actor)
    return contact_list


def edit_list(session: Session, list_id: int, details: ListDetails, *, actor: Actor) -> ContactList:
    """Change a list's name and who is on it.

    Only what was ticked or unticked since the page was drawn is changed, so that nobody whom somebody else added
    in the meantime is lost.
    """
    contact_list = queries.the_list(session, list_id, partnership_id=actor.partnership_id)
    ticked, shown = set(details.member_ids), set(details.shown_ids)
    with session.no_autoflush:
        contact_list.name = details.name
        kept = [contact for contact in contact_list.members if contact.id not in shown - ticked]
        new = ticked - shown - {contact.id for contact in kept}
        contact_list.members = kept + _contacts(session, new, actor=actor)
    _flush(session)
    _record_list(session, "list changed", contact_list, actor=actor)
    return contact_list


def add_to_list(session: Session, list_id: int, contact_id: int, *, actor: Actor) -> None:
    """Put one contact on a list; being on it already is no mistake."""
    contact_list = queries.the_list(session, list_id, partnership_id=actor.partnership_id)
    contact = queries.the_contact(session, contact_id, partnership_id=actor.partnership_id)
    if contact not in contact_list.members:
        contact_list.members.append(contact)
        _flush(session)
        _record_list(session, "contact put on list", contact_list, actor=actor, contact_id=contact_id)


def remove_from_list(session: Session, list_id: int, contact_id: int, *, actor: Actor) -> None:
    """Take one contact off a list; not being on it is no mistake."""
    contact_list = queries.the_list(session, list_id, partnership_id=actor.partnership_id)
    contact = queries.the_contact(session, contact_id, partnership_id=actor.partnership_id)
    if contact in contact_list.members:
        contact_list.members.remove(contact)
        _flush(session)
        _record_list(session, "contact taken off list", contact_list, actor=actor, contact_id=contact_id)


def _write(session: Session, contact: Contact, details: ContactDetails, *, allow_drama: bool) -> None:
    """Put what was entered into a contact, addresses in their one spelling."""
    mobile = mobile_number(details.mobile, allow_drama=allow_drama) if details.mobile else None
    email = email_address(details.email) if details.email else None
    if mobile != contact.mobile:
        contact.mobile_since, contact.mobile_confirmed_at = utc_now(), None
    if email != contact.email:
        contact.email_since, contact.email_confirmed_at = utc_now(), None
    contact.name = details.name
    contact.job_role = details.job_role
    contact.organisation_id = _organisation(session, details, partnership_id=contact.partnership_id)
    contact.mobile, contact.mobile_index = mobile, blind_index(mobile) if mobile else None
    contact.email, contact.email_index = email, blind_index(email) if email else None
    contact.by_sms = details.by_sms
    contact.by_email = details.by_email
    contact.stands_in = details.stands_in
    contact.clearance = details.clearance
    contact.area_codes = sorted(details.area_codes)
    contact.topics = sorted(details.topics)
    contact.red_only = details.red_only
    contact.lists = list(queries.lists_of(session, partnership_id=contact.partnership_id, ids=details.list_ids))


def _organisation(session: Session, details: ContactDetails, *, partnership_id: int) -> int | None:
    if details.organisation_id is None:
        return None
    known = session.scalar(
        select(Organisation.id).where(
            Organisation.id == details.organisation_id, Organisation.partnership_id == partnership_id
        )
    )
    if known is None:
        raise Invalid({"organisation_id": ["Choose one of the organisations shown."]})
    return known


def _contacts(session: Session, ids: Collection[int], *, actor: Actor) -> list[Contact]:
    return list(
        session.scalars(
            select(Contact)
            .where(Contact.partnership_id == actor.partnership_id, Contact.id.in_(ids))
            .order_by(Contact.id)
        )
    )


def _flush(session: Session) -> None:
    """Write now, so that a named constraint becomes a sentence beside its field."""
    try:
        session.flush()
    except IntegrityError as error:
        diagnosis = getattr(error.orig, "diag", None)
        field, sentence = TAKEN.get(getattr(diagnosis, "constraint_name", None) or "", ("", ""))
        if not sentence:
            raise
        raise Invalid({field: [sentence]}) from error


def _record(session: Session, action: str, contact: Contact, *, actor: Acts) -> None:
    audit.record(
        session,
        action,
        f"contact/{contact.id}",
        actor=actor.label,
        partnership_id=actor.partnership_id,
        detail={"lists": sorted(one.id for one in contact.lists)},
    )


def _record_list(
    session: Session, action: str, contact_list: ContactList, *, actor: Actor, contact_id: int | None = None
) -> None:
    detail = {"members": len(contact_list.members)} if contact_id is None else {"contact": contact_id}
    audit.record(
        session,
        action,
        f"contact-list/{contact_list.id}",
        actor=actor.label,
        partnership_id=actor.partnership_id,
        detail=detail,
    )
