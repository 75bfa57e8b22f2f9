"""How far an alert has got: with each person, in each organisation, beside what the policy expects. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol, TypeVar

from ldis.deliveries.rules import State


class How(StrEnum):
    """By what way somebody said that they have an alert."""

    LINK = "link"
    REPLY = "reply"
    TELEPHONE = "telephone"


class Stage(StrEnum):
    """How far an alert has got with one person, best first. Each person stands in one."""

    ACKNOWLEDGED = "acknowledged"
    DELIVERED = "delivered"
    SENT = "sent"
    IN_DOUBT = "may have been sent"
    WAITING = "waiting to be sent"
    FAILED = "failed"


class Target(StrEnum):
    """What an alert should reach within a time that the policy names."""

    DELIVERED = "delivered"
    ACKNOWLEDGED = "acknowledged"


_STAGE_OF = {
    State.DELIVERED: Stage.DELIVERED,
    State.SENT: Stage.SENT,
    State.IN_DOUBT: Stage.IN_DOUBT,
    State.SENDING: Stage.WAITING,
    State.QUEUED: Stage.WAITING,
    State.FAILED: Stage.FAILED,
    State.SUPPRESSED: Stage.FAILED,
}


@dataclass(frozen=True)
class Told:
    """One person that an alert went to: where they work, what became of their messages, and their word."""

    organisation_id: int | None
    organisation: str
    states: tuple[State, ...]
    acknowledged_at: datetime | None
    passed_on: int | None = None
    has_arrived: bool = False
    """Whether a message was delivered; of an e-mail, as far as a mail server tells: it was taken."""

    @property
    def stage(self) -> Stage:
        """How far the alert has got with this person: the best of their messages, unless they have answered."""
        if self.acknowledged_at is not None:
            return Stage.ACKNOWLEDGED
        order = list(Stage)
        return min((_STAGE_OF[state] for state in self.states), key=order.index, default=Stage.FAILED)


@dataclass(frozen=True)
class OrganisationReach:
    """How far an alert has got in one organisation."""

    name: str
    told: int
    acknowledged: int
    first_at: datetime | None
    passed_on: int
    stages: tuple[tuple[Stage, int], ...]

    @property
    def is_covered(self) -> bool:
        """Whether at least one person there has said that they have it."""
        return self.acknowledged > 0


@dataclass(frozen=True)
class Coverage:
    """How far an alert has got altogether."""

    people: int
    stages: tuple[tuple[Stage, int], ...]
    organisations: tuple[OrganisationReach, ...]
    passed_on: int
    arrived: int

    @property
    def covered(self) -> int:
        """How many organisations have at least one person who has it."""
        return sum(one.is_covered for one in self.organisations)

    def count(self, stage: Stage) -> int:
        """How many people stand at a stage."""
        return dict(self.stages)[stage]

    def share(self, target: Target) -> float:
        """How much of what a target asks for has been reached: of people, and of organisations where there are any."""
        if target is Target.DELIVERED:
            return self.arrived / self.people if self.people else 1.0
        if self.organisations:
            return self.covered / len(self.organisations)
        return self.count(Stage.ACKNOWLEDGED) / self.people if self.people else 1.0


def coverage(told: Iterable[Told]) -> Coverage:
    """How far an alert has got, from where each person stands. The silent organisations come first.

    People without an organisation count as people; they are nobody's coverage.
    """
    everybody = list(told)
    by_place: dict[int, list[Told]] = {}
    for person in everybody:
        if person.organisation_id is not None:
            by_place.setdefault(person.organisation_id, []).append(person)
    places = [_reach_in(people) for people in by_place.values()]
    return Coverage(
        people=len(everybody),
        stages=_stages(everybody),
        organisations=tuple(sorted(places, key=lambda place: (place.is_covered, place.name))),
        passed_on=sum(person.passed_on or 0 for person in everybody),
        arrived=sum(person.has_arrived or person.acknowledged_at is not None for person in everybody),
    )


def _stages(people: Sequence[Told]) -> tuple[tuple[Stage, int], ...]:
    counted = Counter(person.stage for person in people)
    return tuple((stage, counted[stage]) for stage in Stage)


def _reach_in(people: Sequence[Told]) -> OrganisationReach:
    times = [person.acknowledged_at for person in people if person.acknowledged_at is not None]
    return OrganisationReach(
        name=people[0].organisation,
        told=len(people),
        acknowledged=len(times),
        first_at=min(times, default=None),
        passed_on=sum(person.passed_on or 0 for person in people),
        stages=_stages(people),
    )


@dataclass(frozen=True)
class Part:
    """One part of a bar: where it begins and how long it is, in hundredths of the whole."""

    stage: Stage
    count: int
    start: float
    length: float


def bar(stages: Iterable[tuple[Stage, int]]) -> list[Part]:
    """The stages as parts of one bar, in their order; empty ones are left out."""
    present = [(stage, count) for stage, count in stages if count]
    whole = sum(count for _, count in present)
    parts, start = [], 0.0
    for stage, count in present:
        length = 100 * count / whole
        parts.append(Part(stage, count, round(start, 3), round(length, 3)))
        start += length
    return parts


class Called(Protocol):
    """Somebody on the telephone list, as far as its order asks."""

    @property
    def place(self) -> str:
        """The name of their organisation; empty without one."""

    @property
    def is_deputy(self) -> bool:
        """Whether they stand in for it."""

    @property
    def place_has_answered(self) -> bool:
        """Whether somebody there has said that they have it."""


OneCalled = TypeVar("OneCalled", bound=Called)


def by_need(people: Iterable[OneCalled]) -> tuple[list[OneCalled], list[OneCalled]]:
    """Whom to telephone first, and who can wait: those of places that have answered. Deputies first in each place."""
    ordered = sorted(people, key=lambda one: (not one.place, one.place, not one.is_deputy))
    first = [one for one in ordered if not one.place_has_answered]
    return first, [one for one in ordered if one.place_has_answered]


SHORT = 800
PARAGRAPHS_AT_FIRST = 3


def opening_of(text: str) -> str:
    """A short message whole, of a long one the first paragraphs: enough to know it by, its link among them."""
    whole = text.strip()
    return whole if len(whole) <= SHORT else "\n\n".join(whole.split("\n\n")[:PARAGRAPHS_AT_FIRST])
