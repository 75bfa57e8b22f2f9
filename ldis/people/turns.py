"""Turns on call: where nobody or more than one has the next days' telephone. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from ldis.worktime import LONDON, hours_of, is_working_time, working_time_between

LOOK_AHEAD = timedelta(days=14)


@dataclass(frozen=True)
class Turn:
    """Somebody's turn, by name."""

    name: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Stretch:
    """A stretch of time and who is on call in it: nobody, one, or several."""

    starts_at: datetime
    ends_at: datetime
    names: tuple[str, ...]


def stretches(turns: Iterable[Turn], *, begin: datetime, end: datetime) -> list[Stretch]:
    """The time from `begin` to `end`, cut wherever somebody's turn begins or ends. Those on call by when they began."""
    known = sorted(turns, key=lambda turn: (turn.starts_at, turn.name))
    edges = {moment for turn in known for moment in (turn.starts_at, turn.ends_at) if begin < moment < end}
    cuts = sorted({begin, end} | edges)
    found: list[Stretch] = []
    for left, right in pairwise(cuts):
        names = tuple(turn.name for turn in known if turn.starts_at <= left < turn.ends_at)
        if found and found[-1].names == names:
            found[-1] = Stretch(found[-1].starts_at, right, names)
        else:
            found.append(Stretch(left, right, names))
    return found


def overlaps(turns: Iterable[Turn], *, begin: datetime, end: datetime) -> list[Stretch]:
    """Where more than one is on call. Whoever began last is the one who is told."""
    return [one for one in stretches(turns, begin=begin, end=end) if len(one.names) > 1]


def gaps(turns: Iterable[Turn], *, begin: datetime, end: datetime) -> list[Stretch]:
    """Where nobody is on call out of working hours: in working hours coordinators and their deputies are told."""
    empty = (_out_of_hours(one) for one in stretches(turns, begin=begin, end=end) if not one.names)
    return [one for one in empty if one is not None]


def _out_of_hours(gap: Stretch) -> Stretch | None:
    """The gap without the working hours at its two ends; nothing where it lies within working hours."""
    start, end = gap.starts_at, gap.ends_at
    if working_time_between(start, end) == end - start:
        return None
    if is_working_time(start):
        start = hours_of(start.astimezone(LONDON).date())[1]
    if is_working_time(end):
        end = hours_of(end.astimezone(LONDON).date())[0]
    return Stretch(start, end, ()) if start < end else None


def in_words(turns: Sequence[Turn], *, now: datetime) -> list[str]:
    """What is wrong with the next two weeks, a sentence for each gap and overlap, in the order of time."""
    until = now + LOOK_AHEAD
    wrong = [*gaps(turns, begin=now, end=until), *overlaps(turns, begin=now, end=until)]
    return [_sentence(one) for one in sorted(wrong, key=lambda one: (one.starts_at, one.ends_at))]


def _sentence(one: Stretch) -> str:
    when = f"from {moment(one.starts_at)} to {moment(one.ends_at)}"
    if not one.names:
        return f"Nobody is on call {when}."
    return f"{' and '.join(one.names)} are both on call {when}. {one.names[-1]}, whose turn began last, is told."


def moment(at: datetime) -> str:
    """Friday 27 November 17:00"""
    local = at.astimezone(LONDON)
    return f"{local:%A} {local.day} {local:%B} {local:%H:%M}"
