"""The procedure of an alert: its states, who may do what in each, and what an approval is bound to. Pure."""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from alerts.messages import Handling, Level, Medium, Words
from ldis.cases.rules import Outcome
from ldis.deliveries.rules import Urgency
from ldis.people.rules import Role


class State(StrEnum):
    """Where an alert stands."""

    DRAFT = "draft"
    WAITING = "waiting for approval"
    ISSUED = "issued"


class Action(StrEnum):
    """What a person can do to an alert."""

    EDIT = "edit"
    SEND_FOR_APPROVAL = "send for approval"
    SEND_BACK = "send back"
    APPROVE = "approve"


@dataclass(frozen=True)
class Rule:
    """One allowed move: the state it leads to, who may make it, and what it takes.

    `second_person`: nobody who wrote any of the alert's words may make it, whatever their roles.
    """

    then: State
    by: frozenset[Role]
    needs_reason: bool = False
    second_person: bool = False


AUTHORS = frozenset({Role.COORDINATOR})
APPROVERS = frozenset({Role.PANEL_MEMBER})
READERS = AUTHORS | APPROVERS
"""Who reads what is to be approved, and may say that it is not ready."""

S, A = State, Action

RULES: Mapping[tuple[State, Action], Rule] = {
    (S.DRAFT, A.EDIT): Rule(S.DRAFT, AUTHORS),
    (S.DRAFT, A.SEND_FOR_APPROVAL): Rule(S.WAITING, AUTHORS),
    (S.WAITING, A.EDIT): Rule(S.DRAFT, AUTHORS),
    (S.WAITING, A.SEND_BACK): Rule(S.DRAFT, READERS, needs_reason=True),
    (S.WAITING, A.APPROVE): Rule(S.ISSUED, APPROVERS, second_person=True),
}

OPEN_STATES = (State.DRAFT, State.WAITING)


@dataclass(frozen=True)
class Breadth:
    """How far an alert of some outcome may go."""

    levels: tuple[Level, ...]
    handlings: tuple[Handling, ...]


ALLOWS: Mapping[Outcome, Breadth] = {
    Outcome.ALERT: Breadth((Level.RED, Level.WARNING, Level.INFORMATION), tuple(Handling)),
    Outcome.INFORMATION: Breadth((Level.INFORMATION,), (Handling.PANEL_ONLY, Handling.PROFESSIONALS)),
}
"""What the panel's outcome allows. Sharing for information tells professionals and calls nobody to act."""

URGENCY = {
    Level.RED: Urgency.RED_ALERT,
    Level.WARNING: Urgency.WARNING,
    Level.INFORMATION: Urgency.ROUTINE,
}

REVIEW_AFTER = {
    Level.RED: timedelta(days=7),
    Level.WARNING: timedelta(days=14),
    Level.INFORMATION: timedelta(days=28),
}
"""When an alert is looked at again unless its author says otherwise."""


def in_force(review_on: date | None, *, today: date) -> bool:
    """Whether an issued alert still stands: nothing stays live for ever by accident."""
    return review_on is not None and today <= review_on


@dataclass(frozen=True)
class Addressed:
    """One message to be written, named without its address: who, by what, and the address's blind index."""

    contact_id: int
    medium: Medium
    address_index: str


def content_hash(
    *,
    words: Mapping[Medium, Words],
    level: Level,
    handling: Handling,
    areas: Collection[str],
    list_ids: Collection[int],
    sectors: Collection[str],
    area_codes: Collection[str],
    topics: Collection[str],
    is_exercise: bool,
    media: Collection[Medium],
    recipients: Iterable[Addressed],
) -> str:
    """What an approver signs: SHA-256 over the words and over everybody who will get them.

    The same content in another order of lists, areas or recipients is the same content; anything else changes it.
    """
    signed = {
        "words": {medium.value: [text.subject, text.text, text.html] for medium, text in words.items()},
        "level": level.value,
        "handling": handling.value,
        "areas": sorted(areas),
        "lists": sorted(list_ids),
        "sectors": sorted(sectors),
        "area codes": sorted(area_codes),
        "topics": sorted(topics),
        "exercise": is_exercise,
        "media": sorted(medium.value for medium in media),
        "recipients": sorted([r.contact_id, r.medium.value, r.address_index] for r in recipients),
    }
    canonical = json.dumps(signed, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


CODE_SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # no 0 O 1 I L: a code is read out over the telephone
CODE_LENGTH = 8


def tidy_code(written: str) -> str:
    """A verification code as it is kept, however it was spaced or cased."""
    return "".join(sign for sign in written.upper() if sign.isalnum())[:CODE_LENGTH]


def said_code(code: str) -> str:
    """A verification code as it is shown: two groups of four."""
    return f"{code[:4]}-{code[4:]}"
