"""What a signal is, when it is the same one as before, and what can become of it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum


class Family(StrEnum):
    """What kind of thing was noticed. Signals of one family about the same thing in the same place are one episode."""

    SIGHTING = "sighting"
    SEVERE = "severe events"
    MARKING = "marking"
    SHARE = "share of results"
    MORE = "more than usual"
    CLUSTER = "cluster"
    WEEKLY = "more than the season"


class Detector(StrEnum):
    """What noticed it: a rule without statistics, or a test."""

    FIRST_SIGHTING = "first sighting"
    ANYWHERE = "found in anything"
    NOT_AS_SOLD = "not what it was sold as"
    SEVERE = "severe events close together"
    SAME_MARKING = "same marking in two areas"
    RISING_SHARE = "rising share of laboratory results"
    PREDICTIVE = "predictive test"
    SCAN = "permutation scan"
    FARRINGTON = "Farrington flexible"


class Disposition(StrEnum):
    """What became of a signal."""

    NEW = "new"
    WATCHED = "watched"
    DISMISSED = "dismissed"
    IN_A_CASE = "in a case"


ASKS_AGAIN = frozenset({Disposition.WATCHED, Disposition.DISMISSED})
"""What somebody decided about a signal as it was then, and looks at again when it has grown."""

VAPES_IN_SCHOOLS = "vapes in schools"
"""A series of its own beside those of the classes."""

ALL_KINDS = "all kinds"
"""What a cluster is about: reports of every class together."""

RISES_FROM = 2
"""A dismissed signal comes back when it rests on so many times what it rested on then."""


@dataclass(frozen=True, order=True)
class Piece:
    """One report or laboratory result that a signal rests on."""

    kind: str
    id: int


@dataclass(frozen=True, kw_only=True)
class Found:
    """What detectors found on a look. `numbers` are theirs; days are the first and last that it rests on."""

    family: Family
    about: str
    areas: tuple[str, ...]
    first_day: date
    last_day: date
    detectors: frozenset[Detector]
    evidence: frozenset[Piece] = frozenset()
    kinds: tuple[str, ...] = ()
    numbers: Mapping[str, float] = field(default_factory=dict)
    urgent: bool = False

    @property
    def key(self) -> str:
        """What it has in common with the same signal on another day."""
        return f"{self.family}/{self.about}/{','.join(self.areas)}"[:300]


def same_episode(found: Found, first_day: date, last_day: date, *, gap: int) -> bool:
    """Whether something with the same key belongs to an episode of these days: at most `gap` days lie between them."""
    apart = timedelta(days=gap)
    return found.first_day <= last_day + apart and found.last_day >= first_day - apart


def comes_back(disposition: Disposition, *, rested_on: int, rests_on: int) -> bool:
    """Whether a signal that somebody has settled asks to be looked at again, now that it rests on more."""
    if disposition is Disposition.WATCHED:
        return rests_on > rested_on
    return disposition is Disposition.DISMISSED and rests_on >= max(RISES_FROM * rested_on, rested_on + 2)
