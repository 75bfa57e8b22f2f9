"""Signing in with a code by e-mail: one code at a time, used once, and no word about who has an account."""

import secrets
from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from alerts.messages import Medium
from ldis.audit import service as audit
from ldis.deliveries import service as deliveries
from ldis.deliveries.rules import Urgency
from ldis.deliveries.service import Letter
from ldis.people import queries
from ldis.people.letters import code_words
from ldis.people.models import User
from ldis.people.rules import code_still_good
from ldis.secrecy import blind_index

NOBODY = "nobody"


class Codes(Protocol):
    """Makes codes and knows them again."""

    def new_secret(self) -> str:
        """A fresh, encrypted secret."""

    def code(self, secret: str, *, at: datetime) -> str:
        """The code that a secret gives at a moment."""

    def matches(self, typed: str, secret: str | None, *, at: datetime | None) -> bool:
        """Whether this is that code; takes as long where there is no secret to compare it with."""


def send_code(session: Session, email: str, *, codes: Codes, now: datetime) -> None:
    """Send a sign-in code to an address, in place of any earlier one.

    For an address that nobody can sign in with all the same work is done, then undone, so that neither the answer
    nor the time it takes tells whether there is an account.
    """
    person = queries.person_by_email(session, email, lock=True)
    known = person is not None and person.active and bool(person.live_memberships)
    secret = codes.new_secret()
    letter = Letter(
        medium=Medium.EMAIL,
        address=email,
        words=code_words(codes.code(secret, at=now)),
        about=f"sign-in/{secrets.token_hex(12)}",
        recipient=person.label if person is not None else NOBODY,
        urgency=Urgency.SIGN_IN,
        partnership_id=None,
    )
    with session.begin_nested() as attempt:
        deliveries.post(session, letter, now=now)
        if not known:
            attempt.rollback()
    if person is not None and known:
        person.code_secret = secret
        person.code_sent_at = now
        person.code_tries = 0


def check_code(session: Session, email: str, typed: str, *, codes: Codes, now: datetime) -> User | None:
    """The person whose code this is; nobody where it is wrong, used, replaced, worn out or has run out.

    The try is kept in the audit record either way, without what was typed. The caller commits before it refuses.
    """
    person = queries.person_by_email(session, email, lock=True)
    good = (
        person is not None
        and person.active
        and bool(person.live_memberships)
        and code_still_good(person.code_sent_at, person.code_tries, now=now)
    )
    secret, sent_at = (person.code_secret, person.code_sent_at) if person is not None and good else (None, None)
    if codes.matches(typed, secret, at=sent_at) and person is not None:
        person.code_secret = person.code_sent_at = None
        person.last_signed_in_at = now
        _record(session, "signed in", person, about=person.label)
        return person
    if person is not None and good:
        person.code_tries += 1
    _record(session, "sign-in failed", person, about=_whom(person, email))
    return None


def sign_out(session: Session, person_id: int) -> None:
    """Record that a person signed out on one device."""
    person = session.get_one(User, person_id)
    _record(session, "signed out", person, about=person.label)


def sign_out_everywhere(session: Session, person_id: int) -> None:
    """End every session of a person, on every device, at once."""
    person = session.get_one(User, person_id)
    person.end_sessions()
    _record(session, "signed out everywhere", person, about=person.label)


def _whom(person: User | None, email: str) -> str:
    """Who was tried; an address without an account only as a digest, so that repeated tries can be seen."""
    return person.label if person is not None else f"address/{blind_index(email)[:16]}"


def _record(session: Session, action: str, person: User | None, *, about: str) -> None:
    here = person.live_memberships[0].partnership_id if person is not None and person.live_memberships else None
    actor = person.label if person is not None and action != "sign-in failed" else NOBODY
    audit.record(session, action, about, actor=actor, partnership_id=here)
