"""The clocks of the review: how long each runs, when it warns, and who is told. Pure."""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from ldis.deadlines import Clocks
from ldis.worktime import after_working_time


class Kind(StrEnum):
    """What must be done before the clock breaks."""

    ASSESS = "assess"
    ANSWER = "answer the reporter"
    REVIEW = "review what was decided at once"


class Runs(StrEnum):
    """When a clock runs."""

    WORKING = "in working time"
    ALWAYS = "always"


class Event(StrEnum):
    """What a clock tells people of."""

    WARNED = "warned"
    BROKE = "broke"


class ToldAs(StrEnum):
    """Why somebody is told."""

    COORDINATOR = "coordinator"
    DEPUTY = "deputy"
    OTHER_COORDINATOR = "another coordinator"
    ON_CALL = "on call"


@dataclass(frozen=True)
class Times:
    """When a clock warns and when it breaks."""

    warn_at: datetime
    due_at: datetime


def hours_of(kind: Kind, runs: Runs, clocks: Clocks) -> int:
    """How many hours a clock has."""
    if kind is Kind.ANSWER:
        return clocks.answer_reporter_hours
    if kind is Kind.REVIEW:
        return clocks.review_at_once_hours
    return clocks.assess_risk_to_life_hours if runs is Runs.ALWAYS else clocks.assess_hours


def times(kind: Kind, runs: Runs, started_at: datetime, *, clocks: Clocks) -> Times:
    """When a clock that started then warns and breaks, each in the time in which it runs."""
    whole = timedelta(hours=hours_of(kind, runs, clocks))
    before = whole * (1 - clocks.warn_when_left)
    if runs is Runs.ALWAYS:
        return Times(started_at + before, started_at + whole)
    return Times(after_working_time(started_at, before), after_working_time(started_at, whole))


@dataclass(frozen=True)
class Duty:
    """Who is there at a moment in one partnership, by number."""

    coordinators: frozenset[int]
    deputies: Mapping[int, int]
    on_call: int | None
    working: bool


def who_is_warned(holder: int | None, *, recused: Set[int], duty: Duty) -> dict[int, ToldAs]:
    """Who must see to it: whoever holds the case, or every coordinator where nobody does. Nobody who stands aside."""
    if holder in duty.coordinators and holder is not None and holder not in recused:
        return {holder: ToldAs.COORDINATOR}
    return dict.fromkeys(sorted(duty.coordinators - recused), ToldAs.COORDINATOR)


def who_is_told_it_broke(
    holder: int | None, *, was_warned: bool, recused: Set[int], duty: Duty
) -> dict[int, ToldAs]:
    """To whom a broken clock goes, besides those who should have been warned and were not.

    Out of working hours to whoever is on call. Else to the deputies of those who must see to it; where they have
    none to the other coordinators, and where there are none to themselves once more.
    """
    seeing = who_is_warned(holder, recused=recused, duty=duty)
    missed = {} if was_warned else seeing
    if not duty.working and duty.on_call is not None and duty.on_call not in recused:
        return missed | {duty.on_call: ToldAs.ON_CALL}
    deputies = {duty.deputies[one] for one in seeing if one in duty.deputies} - recused - set(seeing)
    if deputies:
        return missed | dict.fromkeys(sorted(deputies), ToldAs.DEPUTY)
    others = duty.coordinators - recused - set(seeing)
    return missed | (dict.fromkeys(sorted(others), ToldAs.OTHER_COORDINATOR) or seeing)
