"""Partnerships, organisations, people with their roles, and API keys. Each action is in the audit record."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from ldis.audit import service as audit
from ldis.errors import Invalid, NotAllowed, NotFound
from ldis.people import queries
from ldis.people.access import Actor, digest_of
from ldis.people.models import ApiKey, Membership, Organisation, Partnership, User
from ldis.people.rules import (
    BOTH_KEYS_WORK,
    CALLS_PER_MINUTE,
    KEY_LASTS,
    KEY_START,
    OWN_SCOPES,
    PREFIX,
    RESERVED_SLUGS,
    SLUG,
    Discipline,
    Role,
    Scope,
    Sector,
    normal_address,
    speaks_for,
)
from ldis.secrecy import blind_index


def create_partnership(
    session: Session, *, slug: str, prefix: str, name: str, area_codes: Sequence[str], actor: str
) -> Partnership:
    """Begin a partnership that covers some areas; its prefix begins every reference it gives out."""
    if not SLUG.fullmatch(slug):
        raise Invalid({"slug": ["Use small letters, digits and single hyphens, like north-shore."]})
    if slug in RESERVED_SLUGS:
        raise Invalid({"slug": [f"“{slug}” is taken by an address of the service. Choose another short name."]})
    if not PREFIX.fullmatch(prefix):
        raise Invalid({"prefix": ["Use two to four capital letters, like NSH."]})
    areas = queries.areas_with(session, area_codes)
    unknown = sorted(set(area_codes) - {area.code for area in areas})
    if unknown:
        raise Invalid({"area_codes": [f"There is no area with the code {', '.join(unknown)}."]})
    made = session.scalar(
        insert(Partnership)
        .values(slug=slug, prefix=prefix, name=name)
        .on_conflict_do_nothing()
        .returning(Partnership.id)
    )
    if made is None:
        raise Invalid({"slug": ["There is already a partnership with this short name or prefix."]})
    partnership = session.get_one(Partnership, made)
    partnership.areas = list(areas)
    session.flush()
    audit.record(session, "partnership created", f"partnership/{made}", actor=actor, partnership_id=made)
    return partnership


def add_organisation(
    session: Session,
    *,
    partnership_id: int,
    name: str,
    sector: Sector,
    area_code: str | None = None,
    actor: str,
) -> Organisation:
    """Add a place that reports or is warned, in one area of the partnership or in all of it."""
    partnership = queries.partnership_numbered(session, partnership_id)
    if area_code is not None and area_code not in {area.code for area in partnership.areas}:
        raise Invalid({"area_code": ["Choose an area of the partnership."]})
    made = session.scalar(
        insert(Organisation)
        .values(partnership_id=partnership_id, name=name, sector=sector, area_code=area_code)
        .on_conflict_do_nothing()
        .returning(Organisation.id)
    )
    if made is None:
        raise Invalid({"name": ["There is already an organisation with this name."]})
    audit.record(session, "organisation added", f"organisation/{made}", actor=actor, partnership_id=partnership_id)
    return session.get_one(Organisation, made)


def add_person(
    session: Session,
    *,
    partnership_id: int,
    name: str,
    email: str,
    role: Role,
    discipline: Discipline | None = None,
    actor: str,
) -> User:
    """Give the person with this address a role in a partnership, and an account where they have none yet.

    Doing it again changes nothing but the discipline. An existing account keeps its name.
    """
    address = normal_address(email)
    if address is None:
        raise Invalid({"email": ["Enter an email address in full, like name@example.org."]})
    if role is Role.PANEL_MEMBER and discipline is None:
        raise Invalid({"discipline": ["Choose what the panel member speaks for."]})
    person = _account(session, name, address)
    held = next(
        (m for m in person.memberships if (m.partnership_id, m.role) == (partnership_id, role)),
        None,
    )
    if held is None:
        held = Membership(person=person, partnership_id=partnership_id, role=role)
        session.add(held)
    held.discipline = speaks_for(role, discipline)
    held.ended_at = None
    session.flush()
    audit.record(
        session,
        "role given",
        person.label,
        actor=actor,
        partnership_id=partnership_id,
        detail={"role": role.value, "discipline": held.discipline},
    )
    return person


def _account(session: Session, name: str, address: str) -> User:
    """The account with this address, new or not, held until the transaction ends."""
    session.execute(
        insert(User)
        .values(
            name=name,
            email=address,
            email_digest=blind_index(address),
            fs_uniquifier=uuid4().hex,
            active=True,
            code_tries=0,
        )
        .on_conflict_do_nothing(index_elements=[User.email_digest])
    )
    person = queries.person_by_email(session, address, lock=True)
    assert person is not None
    return person


def end_role(session: Session, membership_id: int, *, actor: Actor, now: datetime) -> User:
    """End one role of a person, at once; the record that they held it stays."""
    held = queries.membership_of(session, membership_id, partnership_id=actor.partnership_id)
    if held.person_id == actor.id and held.role is Role.ADMINISTRATOR:
        raise NotAllowed("You cannot end your own role as administrator. Ask another administrator.")
    held.ended_at = now
    audit.record(
        session,
        "role ended",
        held.person.label,
        actor=actor.label,
        partnership_id=actor.partnership_id,
        detail={"role": held.role.value},
    )
    return held.person


def end_sessions(session: Session, person_id: int, *, actor: Actor) -> User:
    """Sign a person out on every device, at once: a lost phone, a doubt."""
    person = queries.person_of(session, person_id, partnership_id=actor.partnership_id)
    person.end_sessions()
    audit.record(session, "sessions ended", person.label, actor=actor.label, partnership_id=actor.partnership_id)
    return person


def create_key(
    session: Session,
    *,
    partnership_id: int,
    name: str,
    scopes: Sequence[Scope],
    actor: str,
    now: datetime,
    lasts: timedelta = KEY_LASTS,
    per_minute: int = CALLS_PER_MINUTE,
) -> str:
    """Make an API key for one partnership. The key itself is given back once and kept nowhere."""
    if not OWN_SCOPES.isdisjoint(scopes):
        raise Invalid({"scopes": ["Cases are for people. Only a person's own key can read or judge them."]})
    key = ApiKey(partnership_id=partnership_id, name=name, per_minute=per_minute, expires_at=now + lasts)
    return _hand_out(session, key, scopes, actor=actor, now=now)


def create_own_key(
    session: Session, *, name: str, scopes: Sequence[Scope], lasts: timedelta, actor: Actor, now: datetime
) -> str:
    """Make a person an API key of their own, which does in their name what they may do on pages."""
    if not OWN_SCOPES.issuperset(scopes):
        raise Invalid({"scopes": ["Your own key is for cases alone. Ask your administrator for a system's key."]})
    key = ApiKey(
        partnership_id=actor.partnership_id,
        person_id=actor.id,
        name=name,
        per_minute=CALLS_PER_MINUTE,
        expires_at=now + lasts,
    )
    return _hand_out(session, key, scopes, actor=actor.label, now=now)


def _hand_out(session: Session, key: ApiKey, scopes: Sequence[Scope], *, actor: str, now: datetime) -> str:
    token = KEY_START + secrets.token_urlsafe(32)
    key.digest = digest_of(token)
    key.scopes = sorted(scope.value for scope in scopes)
    key.created_at, key.made_by = now, actor
    session.add(key)
    session.flush()
    audit.record(
        session,
        "key created",
        f"key/{key.id}",
        actor=actor,
        partnership_id=key.partnership_id,
        detail={"scopes": key.scopes},
    )
    return token


def replace_key(
    session: Session, key_id: int, *, partnership_id: int, actor: str, now: datetime
) -> tuple[ApiKey, str]:
    """Make a new key that may do what an old one may. The old one works for a week more, then runs out."""
    old = queries.key_of(session, key_id, partnership_id=partnership_id, lock=True)
    if old.person_id is not None:
        raise NotAllowed("This key is somebody's own. Only they can make another.")
    if not old.works(now):
        raise NotAllowed("This key no longer works. Make a new one.")
    token = create_key(
        session,
        partnership_id=partnership_id,
        name=old.name,
        scopes=[Scope(scope) for scope in old.scopes],
        actor=actor,
        now=now,
        per_minute=old.per_minute,
    )
    old.expires_at = min(old.expires_at, now + BOTH_KEYS_WORK)
    audit.record(session, "key replaced", f"key/{old.id}", actor=actor, partnership_id=partnership_id)
    return old, token


def revoke_key(session: Session, key_id: int, *, partnership_id: int, actor: str, now: datetime) -> ApiKey:
    """End an API key at once; revoking it again changes nothing."""
    key = queries.key_of(session, key_id, partnership_id=partnership_id, lock=True)
    if key.revoked_at is None:
        key.revoked_at = now
        audit.record(session, "key revoked", f"key/{key.id}", actor=actor, partnership_id=partnership_id)
    return key


def revoke_own_key(session: Session, key_id: int, *, actor: Actor, now: datetime) -> ApiKey:
    """End one of a person's own API keys; whose it is not, there is none."""
    if queries.key_of(session, key_id, partnership_id=actor.partnership_id).person_id != actor.id:
        raise NotFound("There is no such key.")
    return revoke_key(session, key_id, partnership_id=actor.partnership_id, actor=actor.label, now=now)
