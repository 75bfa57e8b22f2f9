"""Questions about contacts and lists, always within one partnership."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Integer, Text, and_, any_, false, func, literal, or_, select, true
from sqlalchemy.orm import Session, selectinload

from alerts import audiences
from alerts.audiences import Clearance
from alerts.messages import Handling, Level, Medium
from ldis.contacts.models import Contact, ContactList, contact_list_members
from ldis.contacts.rules import Chosen, email_address, mobile_number
from ldis.contacts.stopping import is_stopped
from ldis.errors import Invalid, NotFound
from ldis.people.models import Organisation
from ldis.secrecy import blind_index

PAGE = 50


def the_contact(session: Session, contact_id: int, *, partnership_id: int, lock: bool = False) -> Contact:
    """The contact with this id, held until the transaction ends where asked; NotFound elsewhere."""
    question = select(Contact).where(Contact.id == contact_id, Contact.partnership_id == partnership_id)
    if lock:
        question = question.with_for_update(of=Contact).execution_options(populate_existing=True)
    found = session.scalar(question)
    if found is None:
        raise NotFound("We cannot find this contact.")
    return found


def contacts_matching(
    session: Session, words: str, *, partnership_id: int, page: int = 1
) -> tuple[Sequence[Contact], bool]:
    """A page of contacts by name, and whether there are more.

    Words match the name, the job and the organisation; a whole address or number matches whoever has it.
    """
    question = select(Contact).outerjoin(Contact.organisation).where(Contact.partnership_id == partnership_id)
    if words:
        question = question.where(
            or_(
                Contact.name.icontains(words, autoescape=True),
                Contact.job_role.icontains(words, autoescape=True),
                Organisation.name.icontains(words, autoescape=True),
                Contact.email_index.in_(_email_indexes(words)),
                Contact.mobile_index.in_(_mobile_indexes(words)),
            )
        )
    found = session.scalars(
        question.options(selectinload(Contact.lists))
        .order_by(Contact.name, Contact.id)
        .offset((page - 1) * PAGE)
        .limit(PAGE + 1)
    ).all()
    return found[:PAGE], len(found) > PAGE


def everybody(session: Session, *, partnership_id: int) -> Sequence[Contact]:
    """Every contact of a partnership, by organisation and name: for choosing who is on a list."""
    return session.scalars(
        select(Contact)
        .outerjoin(Contact.organisation)
        .where(Contact.partnership_id == partnership_id)
        .order_by(Organisation.name.nulls_last(), Contact.name, Contact.id)
    ).all()


def the_list(session: Session, list_id: int, *, partnership_id: int) -> ContactList:
    """The list with this id, or NotFound."""
    found = session.scalar(
        select(ContactList).where(ContactList.id == list_id, ContactList.partnership_id == partnership_id)
    )
    if found is None:
        raise NotFound("We cannot find this list.")
    return found


def lists_of(
    session: Session, *, partnership_id: int, ids: Collection[int] | None = None
) -> Sequence[ContactList]:
    """A partnership's lists by name; only those with the given ids where ids are given."""
    question = select(ContactList).where(ContactList.partnership_id == partnership_id)
    if ids is not None:
        question = question.where(ContactList.id.in_(ids))
    return session.scalars(question.order_by(ContactList.name)).all()


def sizes_of_lists(session: Session, *, partnership_id: int) -> Mapping[int, int]:
    """How many contacts are on each list; empty lists are missing."""
    return dict(
        session.execute(
            select(contact_list_members.c.list_id, func.count())
            .join(ContactList, ContactList.id == contact_list_members.c.list_id)
            .where(ContactList.partnership_id == partnership_id)
            .group_by(contact_list_members.c.list_id)
            .order_by(contact_list_members.c.list_id)
        ).all()
    )


def audience_of(
    session: Session,
    chosen: Chosen,
    *,
    partnership_id: int,
    media: Collection[Medium],
    handling: Handling | None = None,
    level: Level | None = None,
    is_exercise: bool = False,
) -> audiences.Audience:
    """Who is reached by these media among those whom somebody picked, each once, opt-outs left out.

    Addresses in it are blind indexes: nothing is decrypted to count people. Those who are there for exercises and
    those who are not are never picked together.
    """
    rows = session.execute(
        select(Contact.id, *_REACHED)
        .where(
            Contact.partnership_id == partnership_id,
            Contact.is_exercise == is_exercise,
            or_(false(), *_picked(chosen, partnership_id)),
        )
        .order_by(Contact.id)
    )
    known = [_reached(*row) for row in rows]
    everybody = audiences.ContactList(0, tuple(contact.id for contact in known))
    return audiences.choose(known, [everybody], media=media, handling=handling, level=level)


def _picked(chosen: Chosen, partnership_id: int) -> Iterator[ColumnElement[bool]]:
    """The conditions of which one is enough; where nothing was picked, nobody is."""
    if chosen.contact_ids:
        yield Contact.id == any_(literal(list(chosen.contact_ids), ARRAY(Integer)))
    if chosen.list_ids:
        on_list = contact_list_members.c.list_id.in_(chosen.list_ids)
        yield Contact.id.in_(select(contact_list_members.c.contact_id).where(on_list))
    if chosen.subscribers_in is not None:
        anywhere, there = Contact.area_codes == [], _holds_one_of(Contact.area_codes, chosen.subscribers_in)
        yield (Contact.clearance == Clearance.PUBLIC) & Contact.organisation_id.is_(None) & or_(anywhere, there)
    if chosen.by_what_they_are:
        yield and_(true(), *_alike(chosen, partnership_id))


def _alike(chosen: Chosen, partnership_id: int) -> Iterator[ColumnElement[bool]]:
    """What is true of everybody who is picked by where they work and what they want."""
    places = select(Organisation.id).where(Organisation.partnership_id == partnership_id)
    if chosen.sectors:
        yield Contact.organisation_id.in_(places.where(Organisation.sector.in_(chosen.sectors)))
    if chosen.area_codes:
        works_there = Contact.organisation_id.in_(places.where(Organisation.area_code.in_(chosen.area_codes)))
        anywhere = Contact.organisation_id.is_(None) & (Contact.area_codes == [])
        yield or_(works_there, _holds_one_of(Contact.area_codes, chosen.area_codes), anywhere)
    if chosen.topics:
        yield or_(Contact.topics == [], _holds_one_of(Contact.topics, chosen.topics))


def _holds_one_of(column: Any, words: Collection[str]) -> ColumnElement[bool]:
    found: ColumnElement[bool] = column.has_any(literal([str(word) for word in words], ARRAY(Text)))
    return found


_REACHED = (
    Contact.organisation_id,
    Contact.mobile_index,
    Contact.email_index,
    Contact.by_sms,
    Contact.by_email,
    Contact.opted_out_at.is_not(None),
    is_stopped(Medium.SMS, Contact.mobile_index),
    is_stopped(Medium.EMAIL, Contact.email_index),
    Contact.clearance,
    Contact.red_only,
)


def _reached(*row: Any) -> audiences.Contact:
    """A contact as the audience sees them, from their id and the columns above."""
    contact_id, organisation_id, mobile, email, by_sms, by_email, opted_out, *stopped, clearance, red_only = row
    addresses = {Medium.SMS: mobile if by_sms else None, Medium.EMAIL: email if by_email else None}
    return audiences.Contact(
        id=contact_id,
        organisation_id=organisation_id,
        addresses={medium: index for medium, index in addresses.items() if index},
        opted_out=frozenset(m for m, said in zip(Medium, stopped, strict=True) if opted_out or said),
        clearance=clearance,
        red_only=red_only,
    )


def places_with_a_deputy(session: Session, organisation_ids: Collection[int], *, partnership_id: int) -> int:
    """How many of these organisations have somebody who stands in for them."""
    found = session.scalar(
        select(func.count(Contact.organisation_id.distinct())).where(
            Contact.partnership_id == partnership_id,
            Contact.organisation_id == any_(literal(list(organisation_ids), ARRAY(Integer))),
            Contact.stands_in,
            Contact.opted_out_at.is_(None),
        )
    )
    return found or 0


def addresses_of(
    session: Session, contact_ids: Collection[int], *, partnership_id: int
) -> dict[tuple[int, Medium], str]:
    """Where each of these contacts is reached, by contact and medium."""
    rows = session.execute(
        select(Contact.id, Contact.mobile, Contact.email)
        .where(
            Contact.partnership_id == partnership_id,
            Contact.id == any_(literal(list(contact_ids), ARRAY(Integer))),
        )
        .order_by(Contact.id)
    )
    found: dict[tuple[int, Medium], str] = {}
    for contact_id, mobile, email in rows:
        if mobile:
            found[contact_id, Medium.SMS] = mobile
        if email:
            found[contact_id, Medium.EMAIL] = email
    return found


def _email_indexes(words: str) -> list[str]:
    with suppress(Invalid):
        return [blind_index(email_address(words))]
    return []


def _mobile_indexes(words: str) -> list[str]:
    with suppress(Invalid):
        return [blind_index(mobile_number(words, allow_drama=True))]
    return []
