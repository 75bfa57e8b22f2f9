"""The procedure of an alert: its states, who may do what in each, and what an approval is bound to. Pure."""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, TypeVar

from alerts.messages import Handling, Kind, Level, Medium, Words
from ldis.cases.rules import Outcome
from ldis.deliveries.rules import Urgency
from ldis.people.rules import Role


class State(StrEnum):
    """Where an alert stands."""

    DRAFT = "draft"
    WAITING = "waiting for approval"
    SCHEDULED = "scheduled"
    ISSUED = "issued"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    STOOD_DOWN = "stand-down sent"


class Action(StrEnum):
    """What a person can do to an alert."""

    EDIT = "edit"
    SEND_FOR_APPROVAL = "send for approval"
    SEND_BACK = "send back"
    APPROVE = "approve"
    SCHEDULE = "schedule"
    CANCEL = "cancel"
    LEAVE = "leave"
    APPROVE_STAND_DOWN = "approve the stand-down of"
    REPLACE = "replace"
    WITHDRAW = "withdraw"
    CONFIRM = "confirm"
    EXPIRE = "expire"


@dataclass(frozen=True)
class Rule:
    """One allowed move: the state it leads to, who may make it, and what it takes.

    `by` is empty where no person makes it: the clock does, or the approval of what takes its place.
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
OVERSEERS = (*READERS, Role.LEAD, Role.ADMINISTRATOR)
"""Who sees what has become of alerts."""

S, A = State, Action

RULES: Mapping[tuple[State, Action], Rule] = {
    (S.DRAFT, A.EDIT): Rule(S.DRAFT, AUTHORS),
    (S.DRAFT, A.SEND_FOR_APPROVAL): Rule(S.WAITING, AUTHORS),
    (S.WAITING, A.EDIT): Rule(S.DRAFT, AUTHORS),
    (S.WAITING, A.SEND_BACK): Rule(S.DRAFT, READERS, needs_reason=True),
    (S.WAITING, A.APPROVE): Rule(S.ISSUED, APPROVERS, second_person=True),
    (S.WAITING, A.SCHEDULE): Rule(S.SCHEDULED, APPROVERS, second_person=True),
    (S.SCHEDULED, A.CANCEL): Rule(S.DRAFT, READERS, needs_reason=True),
    (S.SCHEDULED, A.LEAVE): Rule(S.ISSUED, frozenset()),
    (S.WAITING, A.APPROVE_STAND_DOWN): Rule(S.STOOD_DOWN, APPROVERS, second_person=True),
    (S.ISSUED, A.CONFIRM): Rule(S.ISSUED, AUTHORS, needs_reason=True),
    (S.ISSUED, A.REPLACE): Rule(S.SUPERSEDED, frozenset()),
    (S.ISSUED, A.WITHDRAW): Rule(S.WITHDRAWN, frozenset()),
    (S.ISSUED, A.EXPIRE): Rule(S.EXPIRED, frozenset()),
    (S.EXPIRED, A.REPLACE): Rule(S.SUPERSEDED, frozenset()),
    (S.EXPIRED, A.WITHDRAW): Rule(S.WITHDRAWN, frozenset()),
}
"""Of a chain of alerts at most one is in force: each is replaced once, by what is approved in its place."""

OPEN_STATES = (State.DRAFT, State.WAITING)
SIGNED = tuple(state for state in State if state not in OPEN_STATES)
"""Where an approval stands: the words cannot be edited."""
GONE_OUT = tuple(state for state in SIGNED if state is not State.SCHEDULED)
MAY_BE_FOLLOWED = tuple(state for state, action in RULES if action is Action.REPLACE)


def approval_of(kind: Kind) -> Action:
    """What it is to approve an alert of this kind."""
    return Action.APPROVE_STAND_DOWN if kind is Kind.STAND_DOWN else Action.APPROVE


def ending(kind: Kind) -> Action:
    """What the approval of an alert of this kind does to the one before it."""
    return Action.WITHDRAW if kind is Kind.STAND_DOWN else Action.REPLACE


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


def expiry_after(review_on: date) -> date:
    """When an alert ends unless its author says otherwise: as long again after its review."""
    return review_on + timedelta(days=14)


Day = TypeVar("Day", date, str)


def ends_on(expires_on: Day | None, review_on: Day | None) -> Day | None:
    """An alert's last day. One from before there were expiry dates ends with its review date."""
    return expires_on or review_on


def in_force(state: State, last_day: date | None, *, today: date) -> bool:
    """Whether an alert stands: nothing stays live for ever by accident, not even while the clock is stopped."""
    return state is State.ISSUED and last_day is not None and today <= last_day


def standing(state: State, last_day: date | None, *, today: date) -> State:
    """Where an alert stands on a day, whether or not the clock has been round since it ended."""
    return State.EXPIRED if state is State.ISSUED and not in_force(state, last_day, today=today) else state


@dataclass(frozen=True)
class Addressed:
    """One message to be written, named without its address: who, by what, and the address's blind index."""

    contact_id: int
    medium: Medium
    address_index: str


def content_hash(
    *,
    words: Mapping[Medium, Words],
    content: Mapping[str, Any],
    reminders: Mapping[str, Sequence[str]],
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
    kind: Kind = Kind.ALERT,
    replaces: str = "",
) -> str:
    """What an approver signs: SHA-256 over the words, those that follow them, and everybody who will get them.

    `content` is the record itself: the flyer, the briefing and the public page are composed from it.

    The same content in another order of lists, areas or recipients is the same content; anything else changes it.
    """
    signed = {
        "words": {medium.value: [text.subject, text.text, text.html] for medium, text in words.items()},
        "content": dict(content),
        "reminders": {name: list(texts) for name, texts in reminders.items()},
        "level": level.value,
        "kind": kind.value,
        "replaces": replaces,
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
