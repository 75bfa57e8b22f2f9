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
        """Whether this is the code that the secret gave at the moment; never, where there is neither."""


def send_code(session: Session, email: str, *, codes: Codes, now: datetime) -> None:
    """Send a sign-in code to an address, in place of any earlier one; nothing where nobody can sign in with it.

    The caller says the same thing either way, and takes the same time over it.
    """
    person = queries.person_by_email(session, email, lock=True)
    if person is None or not person.can_sign_in:
        return
    person.code_secret = codes.new_secret()
    person.code_sent_at = now
    person.code_tries = 0
    letter = Letter(
        medium=Medium.EMAIL,
        address=email,
        words=code_words(codes.code(person.code_secret, at=now)),
        about=f"sign-in/{secrets.token_hex(12)}",
        recipient=person.label,
        urgency=Urgency.SIGN_IN,
        partnership_id=None,
    )
    deliveries.post(session, letter, now=now)


def check_code(session: Session, email: str, typed: str, *, codes: Codes, now: datetime) -> User | None:
    """The person whose code this is; nobody where it is wrong, used, replaced, worn out or has run out.

    The try is kept in the audit record either way, without what was typed. The caller commits before it refuses.
    """
    person = queries.person_by_email(session, email, lock=True)
    outstanding = (
        person is not None
        and person.can_sign_in
        and code_still_good(person.code_sent_at, person.code_tries, now=now)
    )
    if person is not None and outstanding:
        person.code_tries += 1
        if codes.matches(typed, person.code_secret, at=person.code_sent_at):
            person.code_secret = person.code_sent_at = None
            person.last_signed_in_at = now
            _record(session, "signed in", person, about=person.label)
            return person
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
