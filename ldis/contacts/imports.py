"""Contacts from a file: what it would change, and then exactly that, all of it or nothing."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from ldis.contacts import service
from ldis.contacts.models import Contact, ContactList
from ldis.contacts.schemas import ContactDetails, ListDetails
from ldis.contacts.sheet import COLUMNS, Person, read_people
from ldis.contacts.stopping import stopped_media
from ldis.errors import Invalid, Stale
from ldis.people import queries as people
from ldis.people import service as places
from ldis.people.access import Actor
from ldis.people.models import Organisation
from ldis.people.rules import Sector
from ldis.secrecy import blind_index
from ldis.tables import Fault, read_table

CHANGED = "Your contacts have changed since you looked. Look again at what the file would change."


class Becomes(StrEnum):
    """What a row makes of somebody."""

    NEW = "new"
    CHANGED = "changed"
    AS_BEFORE = "as before"


@dataclass(frozen=True)
class Change:
    """What one row would do. `fields` names what would change; `note` says what it would not."""

    line: int
    name: str
    becomes: Becomes
    contact_id: int | None = None
    version: int | None = None
    fields: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Plan:
    """Everything that a file would do, and what is wrong with it. `digest` stands for exactly this."""

    changes: tuple[Change, ...]
    faults: tuple[Fault, ...]
    passed_over: tuple[str, ...]
    new_lists: tuple[str, ...]
    new_organisations: tuple[str, ...]

    @property
    def digest(self) -> str:
        """Of what would be done."""
        said = json.dumps([asdict(one) for one in self.changes], sort_keys=True)
        return hashlib.sha256(said.encode()).hexdigest()

    def count(self, becomes: Becomes) -> int:
        """How many people it would make this of."""
        return sum(one.becomes is becomes for one in self.changes)


def check(session: Session, content: bytes, *, partnership_id: int, allow_drama: bool) -> Plan:
    """What a file would do; nothing is done. Raises Invalid for what is no table."""
    return _Import(session, content, partnership_id=partnership_id, allow_drama=allow_drama).plan()


def take_in(
    session: Session, content: bytes, *, seen: str | None, actor: Actor, now: datetime, allow_drama: bool
) -> Plan:
    """Do what the file says, and what somebody saw that it would; `seen` is the digest of that, if anybody looked.

    Raises Invalid while anything is wrong with the file, and Stale where the contacts have changed since.
    """
    work = _Import(session, content, partnership_id=actor.partnership_id, allow_drama=allow_drama)
    plan = work.plan()
    if plan.faults:
        raise Invalid({"file": ["Nothing was taken in, because something is wrong with the file."]})
    if seen is not None and seen != plan.digest:
        raise Stale(CHANGED)
    work.do(plan, actor=actor, now=now)
    return plan


class _Import:
    """A file beside what is known."""

    def __init__(self, session: Session, content: bytes, *, partnership_id: int, allow_drama: bool) -> None:
        self._session = session
        self._partnership_id = partnership_id
        self._allow_drama = allow_drama
        table = read_table(content, COLUMNS)
        areas = {area.name: area.code for area in people.partnership_numbered(session, partnership_id).areas}
        self._sheet = read_people(table, areas, allow_drama=allow_drama)
        self._passed_over = table.passed_over
        self._places = {one.name.casefold(): one for one in self._all(Organisation)}
        self._new_places = self._described()
        self._lists = {one.name.casefold(): one for one in self._all(ContactList)}
        self._known = _Known(
            session.scalars(
                select(Contact)
                .where(Contact.partnership_id == partnership_id, Contact.is_exercise.is_(False))
                .options(selectinload(Contact.lists))
            ).all()
        )

    def plan(self) -> Plan:
        faults = list(self._sheet.faults)
        changes = []
        for person in self._sheet.people:
            try:
                changes.append(self._change(person))
            except Invalid as refusal:
                faults += [Fault(person.line, column, said[0]) for column, said in refusal.errors.items()]
        return Plan(
            changes=tuple(changes),
            faults=tuple(sorted(faults, key=lambda fault: fault.line)),
            passed_over=tuple(self._passed_over),
            new_lists=tuple(dict.fromkeys(self._new_lists())),
            new_organisations=tuple(name for name, _, _ in self._new_places.values()),
        )

    def do(self, plan: Plan, *, actor: Actor, now: datetime) -> None:
        """Make the new organisations and lists, then each person what their row says."""
        self._add_places(actor=actor)
        for name in plan.new_lists:
            made = service.add_list(self._session, ListDetails(name=name), actor=actor)
            self._lists[name.casefold()] = made
        people_by_line = {person.line: person for person in self._sheet.people}
        for change in plan.changes:
            details = self._details(people_by_line[change.line])
            if change.becomes is Becomes.NEW:
                service.add_contact(self._session, details, actor=actor, now=now, allow_drama=self._allow_drama)
            elif change.becomes is Becomes.CHANGED and change.contact_id is not None:
                service.edit_contact(
                    self._session, change.contact_id, details, actor=actor, allow_drama=self._allow_drama
                )

    def _all(self, kind: type[Any]) -> Sequence[Any]:
        return self._session.scalars(select(kind).where(kind.partnership_id == self._partnership_id)).all()

    def _change(self, person: Person) -> Change:
        contact = self._known.find(person)
        name = str(person.said["name"])
        self._check_place(person)
        if contact is None:
            return Change(person.line, name, Becomes.NEW)
        now, then = service.as_known(contact), self._details(person)
        fields = tuple(
            field
            for field, value in asdict(then).items()
            if field != "seen_version" and value != asdict(now)[field]
        )
        new_lists = [one for one in person.said.get("lists", ()) if str(one).casefold() not in self._lists]  # type: ignore[attr-defined]
        if new_lists and "list_ids" not in fields:
            fields = (*fields, "list_ids")
        if self._is_at_a_new_place(person) and "organisation_id" not in fields:
            fields = (*fields, "organisation_id")
        becomes = Becomes.CHANGED if fields else Becomes.AS_BEFORE
        return Change(
            person.line, name, becomes, contact.id, contact.version, fields, note=self._left_in_peace(contact)
        )

    def _left_in_peace(self, contact: Contact) -> str:
        if contact.opted_out_at is not None:
            return "Opted out, and stays so."
        stopped = sorted(medium.label.lower() for medium in stopped_media(self._session, contact))
        return f"Stopped {' and '.join(stopped)} themselves, and that holds." if stopped else ""

    def _details(self, person: Person) -> ContactDetails:
        """What is known of somebody with what their row says in its place."""
        contact, said = self._known.find(person), dict(person.said)
        before: dict[str, Any] = (
            asdict(service.as_known(contact)) if contact else {"by_sms": True, "by_email": True}
        )
        lists = [self._lists.get(str(name).casefold()) for name in said.pop("lists", ())]  # type: ignore[attr-defined]
        listed = {*before.get("list_ids", ()), *(one.id for one in lists if one is not None)}
        place = self._places.get(str(said.pop("organisation", "")).casefold())
        if place is not None:
            said["organisation_id"] = place.id
        if "areas" in said:
            said["area_codes"] = tuple(sorted(said.pop("areas")))  # type: ignore[call-overload]
        for only_for_places in ("kind", "place"):
            said.pop(only_for_places, None)
        return ContactDetails(**(before | said | {"list_ids": tuple(sorted(listed))}))

    def _described(self) -> dict[str, tuple[str, Sector | None, str | None]]:
        """Organisations that are not known yet, as any line describes them: name, kind, area."""
        found: dict[str, tuple[str, Sector | None, str | None]] = {}
        for person in self._sheet.people:
            name = str(person.said.get("organisation", ""))
            if name and name.casefold() not in self._places:
                _, kind, area = found.get(name.casefold(), (name, None, None))
                kind, area = kind or person.said.get("kind"), area or person.said.get("place")  # type: ignore[assignment]
                found[name.casefold()] = (found.get(name.casefold(), (name,))[0], kind, area)
        return found

    def _is_at_a_new_place(self, person: Person) -> bool:
        return str(person.said.get("organisation", "")).casefold() in self._new_places

    def _check_place(self, person: Person) -> None:
        if self._is_at_a_new_place(person):
            name, kind, _ = self._new_places[str(person.said["organisation"]).casefold()]
            if kind is None:
                raise Invalid({"Organisation": [f"We know no “{name}”. Say its kind as well, and it is added."]})
        if person.said.get("stands_in") and not person.said.get("organisation"):
            contact = self._known.find(person)
            if contact is None or contact.organisation_id is None:
                raise Invalid({"Organisation": ["Say for which organisation they stand in."]})

    def _add_places(self, *, actor: Actor) -> None:
        for name, kind, area in self._new_places.values():
            assert kind is not None
            self._places[name.casefold()] = places.add_organisation(
                self._session,
                partnership_id=self._partnership_id,
                name=name,
                sector=kind,
                area_code=area,
                actor=actor.label,
            )

    def _new_lists(self) -> Iterator[str]:
        seen: dict[str, str] = {}
        for person in self._sheet.people:
            for name in person.said.get("lists", ()):  # type: ignore[attr-defined]
                if name.casefold() not in self._lists:
                    yield seen.setdefault(name.casefold(), name)


class _Known:
    """Who is known, by what they are found again by."""

    def __init__(self, contacts: Sequence[Contact]) -> None:
        self._by: Mapping[str, dict[str, Contact]] = {
            "external_id": {one.external_id: one for one in contacts if one.external_id},
            "email": {one.email_index: one for one in contacts if one.email_index},
            "mobile": {one.mobile_index: one for one in contacts if one.mobile_index},
        }

    def find(self, person: Person) -> Contact | None:
        """Who a row is about. Raises Invalid where it points at two."""
        found: Contact | None = None
        for name, value in person.keys:
            one = self._by[name].get(value if name == "external_id" else blind_index(value))
            if one is not None and found is not None and one is not found:
                column = next(column.heading for column in COLUMNS if column.name == name)
                raise Invalid({column: [f"This belongs to {one.name}, but the rest of the line to {found.name}."]})
            found = found or one
        return found
