"""Questions about people, organisations, invitations and keys."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from ldis.db import driver_of
from ldis.errors import NotFound
from ldis.people.models import (
    ApiKey,
    Area,
    Invitation,
    Membership,
    Organisation,
    Partnership,
    User,
)
from ldis.people.rules import Role
from ldis.secrecy import blind_index


def partnership_called(session: Session, slug: str) -> Partnership:
    """The partnership with this short name."""
    found = session.scalar(select(Partnership).where(Partnership.slug == slug))
    if found is None:
        raise NotFound(f"There is no partnership called {slug}.")
    return found


def partnership_numbered(session: Session, partnership_id: int) -> Partnership:
    """The partnership with this number, which comes from a key or a person and so exists."""
    return session.get_one(Partnership, partnership_id)


def partnerships(session: Session) -> Sequence[Partnership]:
    """Every partnership of this installation, by name."""
    return session.scalars(select(Partnership).order_by(Partnership.name)).all()


def partnerships_of(session: Session, *, person_id: int) -> Sequence[Partnership]:
    """The partnerships in which a person holds a role now, by name."""
    live = select(Membership.partnership_id).where(
        Membership.person_id == person_id, Membership.ended_at.is_(None)
    )
    return session.scalars(select(Partnership).where(Partnership.id.in_(live)).order_by(Partnership.name)).all()


def areas_with(session: Session, codes: Sequence[str]) -> Sequence[Area]:
    """The areas with these codes, by name; those that are unknown are missing."""
    return session.scalars(select(Area).where(Area.code.in_(codes)).order_by(Area.name)).all()


def person_by_email(session: Session, email: str, *, lock: bool = False) -> User | None:
    """The account with this address (lower case), held until the transaction ends where asked."""
    question = select(User).where(User.email_digest == blind_index(email))
    return session.scalar(question.with_for_update(of=User) if lock else question)


def person_with_session(session: Session, uniquifier: str) -> User | None:
    """The account that a session cookie names, unless it was closed."""
    return session.scalar(select(User).where(User.fs_uniquifier == uniquifier, User.active))


def reached_at(session: Session, *, person_id: int, partnership_id: int) -> dict[str, str]:
    """Where a person works in a partnership and their number, as far as known, by the names of a report's questions."""
    works_at = (
        select(Organisation.name)
        .join(Membership, Membership.organisation_id == Organisation.id)
        .where(
            Membership.person_id == person_id,
            Membership.partnership_id == partnership_id,
            Membership.ended_at.is_(None),
        )
        .order_by(Membership.id)
        .limit(1)
    )
    number = select(User.mobile).where(User.id == person_id)
    found = {"reporter_organisation": session.scalar(works_at), "reporter_phone": session.scalar(number)}
    return {name: words for name, words in found.items() if words}


def people_of(session: Session, *, partnership_id: int) -> Sequence[User]:
    """Everyone who holds or has held a role in a partnership, by name."""
    here = select(Membership.person_id).where(Membership.partnership_id == partnership_id)
    return session.scalars(select(User).where(User.id.in_(here)).order_by(User.name, User.id)).all()


def person_of(session: Session, person_id: int, *, partnership_id: int) -> User:
    """One person who holds or has held a role in a partnership."""
    here = select(Membership.person_id).where(Membership.partnership_id == partnership_id)
    found = session.scalar(select(User).where(User.id == person_id, User.id.in_(here)))
    if found is None:
        raise NotFound
    return found


def membership_of(session: Session, membership_id: int, *, partnership_id: int) -> Membership:
    """One role that is held in a partnership now."""
    found = session.scalar(
        select(Membership).where(
            Membership.id == membership_id,
            Membership.partnership_id == partnership_id,
            Membership.ended_at.is_(None),
        )
    )
    if found is None:
        raise NotFound
    return found


def people_with_role(session: Session, role: Role, *, partnership_id: int) -> Sequence[User]:
    """Everyone who holds a role in a partnership now, by name."""
    holding = select(Membership.person_id).where(
        Membership.partnership_id == partnership_id,
        Membership.role == role,
        Membership.ended_at.is_(None),
    )
    return session.scalars(
        select(User).where(User.id.in_(holding), User.active).order_by(User.name, User.id)
    ).all()


def everyone_who_can_sign_in(session: Session) -> Sequence[User]:
    """Everyone with a live role, by name: what the sign-in page of a demonstration lists."""
    live = select(Membership.person_id).where(Membership.ended_at.is_(None))
    return session.scalars(select(User).where(User.active, User.id.in_(live)).order_by(User.name, User.id)).all()


def organisations_of(session: Session, *, partnership_id: int) -> Sequence[Organisation]:
    """A partnership's organisations, by name."""
    return session.scalars(
        select(Organisation).where(Organisation.partnership_id == partnership_id).order_by(Organisation.name)
    ).all()


def open_invitations(session: Session, *, partnership_id: int, now: datetime) -> Sequence[Invitation]:
    """Invitations that can still be accepted, newest first."""
    return session.scalars(
        select(Invitation)
        .where(
            Invitation.partnership_id == partnership_id,
            Invitation.accepted_at.is_(None),
            Invitation.withdrawn_at.is_(None),
            Invitation.expires_at > now,
        )
        .order_by(Invitation.invited_at.desc(), Invitation.id.desc())
    ).all()


def invitation_with(
    session: Session, token_digest: str, *, now: datetime, lock: bool = False
) -> Invitation | None:
    """The invitation that a token opens, unless it was used, withdrawn or has run out."""
    question = select(Invitation).where(
        Invitation.token_digest == token_digest,
        Invitation.accepted_at.is_(None),
        Invitation.withdrawn_at.is_(None),
        Invitation.expires_at > now,
    )
    return session.scalar(question.with_for_update(of=Invitation) if lock else question)


def keys_of(session: Session, *, partnership_id: int) -> Sequence[ApiKey]:
    """A partnership's API keys, newest first."""
    return session.scalars(
        select(ApiKey)
        .where(ApiKey.partnership_id == partnership_id)
        .order_by(ApiKey.created_at.desc(), ApiKey.id.desc())
    ).all()


def key_of(session: Session, key_id: int, *, partnership_id: int, lock: bool = False) -> ApiKey:
    """One of a partnership's API keys, held until the transaction ends where asked."""
    question = select(ApiKey).where(ApiKey.id == key_id, ApiKey.partnership_id == partnership_id)
    found = session.scalar(question.with_for_update() if lock else question)
    if found is None:
        raise NotFound("There is no such key.")
    return found


def keys_of_person(session: Session, *, person_id: int, partnership_id: int) -> Sequence[ApiKey]:
    """A person's own API keys in a partnership, newest first."""
    return session.scalars(
        select(ApiKey)
        .where(ApiKey.person_id == person_id, ApiKey.partnership_id == partnership_id)
        .order_by(ApiKey.created_at.desc(), ApiKey.id.desc())
    ).all()


def makers_of(session: Session, keys: Sequence[ApiKey], *, partnership_id: int) -> dict[int, str]:
    """Who made each key: the name of a person, or what the records call whoever it was."""
    names = {one.label: one.name for one in people_of(session, partnership_id=partnership_id)}
    return {key.id: names.get(key.made_by, key.made_by) for key in keys}


class KeyRow(NamedTuple):
    """What an API call needs to know of its key."""

    id: int
    partnership_id: int
    prefix: str
    name: str
    words_version: int
    area_codes: list[str]
    scopes: list[str]
    per_minute: int
    expires_at: datetime
    revoked_at: datetime | None
    last_used_at: datetime | None
    person_id: int | None


KEY_BY_DIGEST = """
    SELECT k.id, k.partnership_id, p.prefix, p.name, p.words_version,
        ARRAY(SELECT area_code FROM partnership_areas WHERE partnership_id = k.partnership_id),
        k.scopes, k.per_minute, k.expires_at, k.revoked_at, k.last_used_at, k.person_id
    FROM api_keys AS k JOIN partnerships AS p ON p.id = k.partnership_id
    WHERE k.digest = %s
"""


def key_with(session: Session, digest: str) -> KeyRow | None:
    """The key with this digest. Every call asks it, so it goes to the driver."""
    found = driver_of(session).execute(KEY_BY_DIGEST, (digest,)).fetchone()
    return KeyRow(*found) if found else None
