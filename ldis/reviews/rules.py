"""What is counted in the register, what of it is published, and what an attacker could add up. Pure.

Counts of a year are published broken down in one way at a time, once the year is over; within a year only the quarters
that are over, as a whole: a year so far by sex, published every quarter, would give each quarter by sex.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ldis.indicators import disclosure
from ldis.indicators.disclosure import Sum, Why
from ldis.indicators.figures import HERE, Spot, month_end

YEAR = 12
QUARTER = 3
LOOK_BACKS = (6, 12)
"""Within how many months before somebody may have been known to treatment."""


class Kind(StrEnum):
    """What was reviewed."""

    DEATH = "death"
    NEAR_FATAL = "near-fatal overdose"

    @property
    def heading(self) -> str:
        """As it heads a table."""
        return "Deaths reviewed" if self is Kind.DEATH else "Near-fatal overdoses reviewed"

    @property
    def code(self) -> str:
        """As its counts are called where figures are hidden."""
        return "reviewed_deaths" if self is Kind.DEATH else "reviewed_near_fatal"


class Sex(StrEnum):
    """Sex as it stands in the record."""

    FEMALE = "female"
    MALE = "male"
    NOT_KNOWN = "not known"


class AgeBand(StrEnum):
    """How old, as nearly as is counted."""

    UNDER_25 = "under 25"
    TO_34 = "25 to 34"
    TO_44 = "35 to 44"
    TO_54 = "45 to 54"
    OLDER = "55 and over"
    NOT_KNOWN = "not known"


class Cause(StrEnum):
    """The primary cause, as far as it is decided."""

    DRUGS = "drugs"
    ALCOHOL = "alcohol"
    NEITHER = "neither"
    AWAITING = "awaiting verdict"


class Known(StrEnum):
    """When somebody was last known to treatment."""

    SIX = "within 6 months"
    TWELVE = "7 to 12 months before"
    EARLIER = "longer ago"
    NEVER = "never"
    NOT_KNOWN = "not known"

    def within(self, months: int) -> bool:
        """Whether that lies within a look-back."""
        return self is Known.SIX or (self is Known.TWELVE and months >= YEAR)


@dataclass(frozen=True)
class Counted:
    """What a count is of. `month` is its last day."""

    kind: Kind
    month: date
    area: str
    sex: Sex
    age: AgeBand
    cause: Cause
    known: Known


Tallies = Mapping[Counted, int]

WAYS = ("area", "sex", "age", "cause", "known")
"""The ways in which a year is broken down."""


def published(tallies: Tallies, *, areas: Collection[str], today: date) -> dict[Spot, int]:
    """Every count that would be published if none were hidden, by where it stands."""
    counts: dict[Spot, int] = {}
    for kind, year in sorted({(one.kind, one.month.year) for one in tallies}):
        of_year = {one: count for one, count in tallies.items() if (one.kind, one.month.year) == (kind, year)}
        for ends_on in _quarters(year, today):
            counts[quarter_spot(kind, ends_on)] = sum(
                count for one, count in of_year.items() if month_end(year, _last_of_quarter(one.month)) == ends_on
            )
        if today > date(year, 12, 31):
            counts |= _of_a_year(kind, year, of_year, areas)
    return counts


def _of_a_year(kind: Kind, year: int, tallies: Tallies, areas: Collection[str]) -> dict[Spot, int]:
    counts = {year_spot(kind, year): sum(tallies.values())}
    for way in WAYS:
        for part in parts_of(way, areas):
            counts[year_spot(kind, year, way, part)] = sum(
                count for one, count in tallies.items() if getattr(one, way) == part
            )
    for months in LOOK_BACKS:
        counts[look_back_spot(kind, year, months)] = sum(
            count for one, count in tallies.items() if one.known.within(months)
        )
    return counts


def sums(counts: Collection[Spot], *, areas: Collection[str]) -> Iterator[Sum[Spot]]:
    """Everything that adds up in what is published."""
    for kind in Kind:
        for year in sorted({one.ends_on.year for one in counts if one.indicator == kind.code}):
            whole = year_spot(kind, year)
            yield Sum(whole, tuple(quarter_spot(kind, month_end(year, month)) for month in range(3, 13, 3)))
            for way in WAYS:
                yield Sum(whole, tuple(year_spot(kind, year, way, part) for part in parts_of(way, areas)))
            six, twelve = (look_back_spot(kind, year, months) for months in LOOK_BACKS)
            yield Sum(six, (year_spot(kind, year, "known", Known.SIX),))
            yield Sum(twelve, tuple(year_spot(kind, year, "known", one) for one in (Known.SIX, Known.TWELVE)))


def mask(tallies: Tallies, before: Collection[Spot], *, areas: Collection[str], today: date) -> dict[Spot, Why]:
    """What of the register is hidden in everything that is published. What was hidden `before` stays so."""
    counts = published(tallies, areas=areas, today=today)
    return disclosure.protect(counts, list(sums(counts, areas=areas)), already=before)


def parts_of(way: str, areas: Collection[str]) -> Sequence[str]:
    """The parts of one way to break a year down."""
    kinds: dict[str, type[StrEnum]] = {"sex": Sex, "age": AgeBand, "cause": Cause, "known": Known}
    return list(areas) if way == "area" else list(kinds[way])


def year_spot(kind: Kind, year: int, way: str = "", part: str = "") -> Spot:
    """Where a count of a year stands; without a way it is the whole."""
    area = part if way == "area" else HERE
    name = "all" if way in ("", "area") else f"{way}: {part}"
    return Spot(kind.code, area, name, date(year, 12, 31), YEAR)


def look_back_spot(kind: Kind, year: int, months: int) -> Spot:
    """Where the count of those known to treatment within a look-back stands."""
    return Spot(kind.code, HERE, f"known to treatment within {months}", date(year, 12, 31), YEAR)


def quarter_spot(kind: Kind, ends_on: date) -> Spot:
    """Where the count of a quarter stands."""
    return Spot(kind.code, HERE, "all", ends_on, QUARTER)


def _quarters(year: int, today: date) -> Iterable[date]:
    return [day for day in (month_end(year, month) for month in range(3, 13, 3)) if day < today]


def _last_of_quarter(day: date) -> int:
    return (day.month + 2) // QUARTER * QUARTER
