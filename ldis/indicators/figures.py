"""What a figure is of and what it says, and a series of figures worked out from others. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise

from ldis.indicators import rules
from ldis.indicators.dictionary import WHOLE, Dictionary, Formula, Indicator, Release, Worked
from ldis.indicators.rules import Interval, NotWorkable

ENGLAND = "E92000001"
HERE = "here"
"""The area of a figure that is about the whole partnership."""

YEAR = 12


class Status(StrEnum):
    """Whether a figure may still change by itself."""

    PROVISIONAL = "provisional"
    FINAL = "final"


@dataclass(frozen=True, order=True)
class Spot:
    """What a figure is of: which indicator and part, where, and the period: its last day and its months."""

    indicator: str
    area: str
    part: str
    ends_on: date
    months: int

    @property
    def period(self) -> str:
        """March 2026, three months to March 2026, ..."""
        return period_in_words(self.ends_on, self.months)


@dataclass(frozen=True, kw_only=True)
class Said:
    """What a figure says."""

    value: Decimal
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    status: Status = Status.PROVISIONAL
    release: Release = Release.RESTRICTED
    source: str = ""
    note: str = ""
    method: str = ""


@dataclass(frozen=True, kw_only=True)
class Point:
    """One period of a series. Without a value `why` says what is missing.

    `of` are the figures that it was worked out from, itself where it was entered. `base` is how many people are behind
    a share or a change; the interval is there for shares and rates. `part_of` and `whole` are what a share is of.
    """

    spot: Spot
    value: Decimal | None
    status: Status
    of: tuple[Spot, ...]
    why: str = ""
    base: Decimal | None = None
    part_of: Decimal | None = None
    whole: Decimal | None = None
    interval: Interval | None = None
    method: str = ""
    note: str = ""

    @property
    def small_base(self) -> bool:
        """Whether it is to be read with care."""
        return self.base is not None and rules.has_small_base(self.base)


Figures = Mapping[Spot, Said]


def series(indicator: Indicator, figures: Figures, *, area: str, part: str = WHOLE) -> list[Point]:
    """Every period of an indicator in an area, oldest first: as it was entered, or worked out from its parts."""
    worked = indicator.worked
    if worked is None:
        spots = [one for one in figures if (one.indicator, one.area, one.part) == (indicator.code, area, part)]
        return [_entered(spot, figures[spot]) for spot in sorted(spots, key=lambda one: (one.ends_on, one.months))]
    first = [one for one in figures if (one.indicator, one.area, one.part) == (worked.of[0], area, part)]
    points = []
    for spot in sorted(first, key=lambda one: (one.ends_on, one.months)):
        as_what = Spot(indicator.code, area, part, spot.ends_on, _months(worked, spot))
        points.append(_work_out(as_what, worked, spot, figures))
    return points


def of_everything(dictionary: Dictionary, figures: Figures, area: str) -> dict[tuple[str, str], list[Point]]:
    """Every series of an area by indicator and part, the empty ones left out."""
    found = {
        (indicator.code, part): series(indicator, figures, area=area, part=part)
        for indicator in dictionary.indicators.values()
        for part in indicator.parts
    }
    return {key: points for key, points in found.items() if points}


def month_end(year: int, month: int) -> date:
    """The last day of a month."""
    return date(year + month // YEAR, month % YEAR + 1, 1) - timedelta(days=1)


def months_earlier(day: date, months: int) -> date:
    """The last day of the month so many months before."""
    at = day.year * YEAR + day.month - 1 - months
    return month_end(at // YEAR, at % YEAR + 1)


def period_in_words(ends_on: date, months: int) -> str:
    """A period as it stands in a sentence."""
    month = f"{ends_on:%B %Y}"
    return month if months == 1 else f"{months} months to {month}"


def breaks(points: Sequence[Point]) -> list[Point]:
    """The points at which the method of an estimate changed: no line is drawn across them."""
    found = []
    for before, after in pairwise(points):
        try:
            rules.comparable([before.method, after.method])
        except NotWorkable:
            found.append(after)
    return found


def _entered(spot: Spot, said: Said) -> Point:
    interval = None
    if said.numerator is not None and said.denominator and said.numerator <= said.denominator:
        interval = rules.wilson(said.numerator, said.denominator)
    return Point(
        spot=spot,
        value=said.value,
        status=said.status,
        of=(spot,),
        base=said.denominator,
        part_of=said.numerator,
        whole=said.denominator,
        interval=interval,
        method=said.method,
        note=said.note,
    )


def _months(worked: Worked, spot: Spot) -> int:
    return int(worked.setting) * spot.months if worked.formula is Formula.SUM else spot.months


def _work_out(spot: Spot, worked: Worked, first: Spot, figures: Figures) -> Point:
    used = _used(worked, first, figures)
    known = [one for one in used if one in figures]
    status = max((figures[one].status for one in known), key=lambda one: one is Status.PROVISIONAL)
    try:
        value, base, interval, parts = _formula(worked, first, used, figures)
    except NotWorkable as error:
        return Point(spot=spot, value=None, status=status, of=tuple(known), why=str(error))
    method = figures[used[1]].method if worked.formula is Formula.UNMET_NEED else ""
    return Point(
        spot=spot,
        value=value,
        status=status,
        of=tuple(known),
        base=base,
        part_of=parts[0] if parts else None,
        whole=parts[1] if parts else None,
        interval=interval,
        method=method,
    )


def _used(worked: Worked, first: Spot, figures: Figures) -> list[Spot]:
    """The figures that one of a worked series rests on, the first of them its own period's."""
    if worked.formula is Formula.CHANGE:
        year, month = map(int, worked.setting.split("-"))
        return [first, Spot(first.indicator, first.area, first.part, month_end(year, month), first.months)]
    if worked.formula is Formula.SUM:
        return [
            Spot(first.indicator, first.area, first.part, months_earlier(first.ends_on, back), first.months)
            for back in range(int(worked.setting))
        ]
    other = Spot(worked.of[1], first.area, first.part, first.ends_on, first.months)
    if other not in figures and worked.formula is Formula.UNMET_NEED:
        other = _newest_estimate(other, figures) or other
    return [first, other]


def _newest_estimate(wanted: Spot, figures: Figures) -> Spot | None:
    """An estimate is of a year and holds until there is another."""
    same = [
        one
        for one in figures
        if (one.indicator, one.area, one.part) == (wanted.indicator, wanted.area, wanted.part)
        and one.ends_on <= wanted.ends_on
    ]
    return max(same, key=lambda one: one.ends_on, default=None)


Parts = tuple[Decimal, Decimal] | None


def _formula(
    worked: Worked, first: Spot, used: Sequence[Spot], figures: Figures
) -> tuple[Decimal, Decimal | None, Interval | None, Parts]:
    """The value, how many are behind it, its interval, and what a share is of."""
    if worked.formula is Formula.SUM:
        values = [figures[one].value if one in figures else None for one in reversed(used)]
        return rules.rolling(values, len(values)), None, None, None
    if used[1] not in figures:
        raise NotWorkable(f"{'The baseline' if worked.formula is Formula.CHANGE else 'A part of it'} is missing.")
    value, other = figures[first].value, figures[used[1]].value
    if worked.formula is Formula.UNMET_NEED:
        return rules.unmet_need(value, other), other, None, None
    if worked.formula is Formula.CHANGE:
        return rules.change(value, other), other, None, None
    if worked.formula is Formula.RATE:
        per = int(worked.setting)
        return rules.rate(value, other, per), other, rules.byar(value, other, per), (value, other)
    return rules.share(value, other), other, rules.wilson(value, other), (value, other)


def newest(points: Iterable[Point]) -> Point | None:
    """The last period that there is."""
    return max(points, key=lambda one: (one.spot.ends_on, one.spot.months), default=None)


def year_before(points: Iterable[Point], point: Point) -> Point | None:
    """The same period a year earlier."""
    day = months_earlier(point.spot.ends_on, YEAR)
    return next((one for one in points if one.spot.ends_on == day and one.spot.months == point.spot.months), None)
