"""The areas of an indicator beside each other, and beside England."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ldis.indicators import figures as of
from ldis.indicators import publishing, svg
from ldis.indicators.dictionary import Indicator
from ldis.indicators.figures import ENGLAND, HERE, Point
from ldis.indicators.publishing import Shown
from ldis.indicators.rules import Unit, against
from ldis.indicators.views import Known, unit_of
from ldis.papers import Picture


@dataclass(frozen=True)
class Beside:
    """One area: its figure of the period, and what can be said of it beside England."""

    area: str
    name: str
    shown: Shown | None
    words: str


def beside_each_other(known: Known, indicator: Indicator, places: Mapping[str, str]) -> dict[str, Any]:
    """Every area's figure of the newest period that any of them has: periods are never mixed."""
    series = {area: known.points(indicator, area=area) for area in places}
    last = of.newest(point for points in series.values() for point in points)
    if last is None:
        return {"period": "", "rows": [], "chart": None, "england": None}
    england = _at(known.points(indicator, area=ENGLAND), last) if indicator.england else None
    rows = []
    for area, name in places.items():
        point = _at(series[area], last)
        shown = known.shown(indicator, point) if point else None
        rows.append(Beside(area, name, shown, _beside(shown, england)))
    return {
        "period": last.spot.period,
        "rows": rows,
        "chart": _chart(indicator, rows, last.spot.period),
        "england": publishing.as_it_is(indicator, england) if england else None,
    }


def _beside(shown: Shown | None, england: Point | None) -> str:
    if shown is None or shown.interval is None or shown.value is None or england is None or england.value is None:
        return ""
    return against(shown.interval, england.value)


def _at(points: list[Point], last: Point) -> Point | None:
    when = (last.spot.ends_on, last.spot.months)
    return next((one for one in points if (one.spot.ends_on, one.spot.months) == when), None)


def _chart(indicator: Indicator, rows: list[Beside], period: str) -> Picture | None:
    if indicator.unit is Unit.CHANGE:
        return None  # a fall has no length
    bars = [
        svg.Bar(
            row.name,
            row.shown.value,
            row.shown.text + unit_of(indicator),
            row.shown.interval.low if row.shown.interval else None,
            row.shown.interval.high if row.shown.interval else None,
        )
        for row in rows
        if row.shown is not None
        and row.shown.value is not None
        and (row.area != HERE or indicator.unit is not Unit.COUNT)  # the whole dwarfs its areas
    ]
    if len(bars) < 2:
        return None
    title = f"{indicator.title}, {period}"
    words = "A bar for each area. Thin lines are 95 % intervals. The figures are in the table with it."
    return Picture(title, words, svg.as_bars(bars, title=title, description=words))
