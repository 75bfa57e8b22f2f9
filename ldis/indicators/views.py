"""What the pages of indicators show to somebody: through the restricted view or as it may be published."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from ldis.indicators import figures as of
from ldis.indicators import publishing, queries, svg
from ldis.indicators.chart import Chart, Value, drawn
from ldis.indicators.dictionary import WHOLE, Dictionary, Indicator
from ldis.indicators.figures import ENGLAND, HERE, Figures, Point, Spot, breaks
from ldis.indicators.models import Hidden, Target
from ldis.indicators.publishing import Shown
from ldis.indicators.rules import Unit, against
from ldis.papers import Picture
from ldis.people.access import Actor
from ldis.people.rules import Role

ARROWS = {1: "↑", -1: "↓", 0: "→"}
SEE_ALL = (Role.LEAD, Role.DATA_OFFICER)
"""Who is shown the restricted view."""


@dataclass(frozen=True)
class Known:
    """Everything that is known of a partnership's indicators, and how somebody may see it."""

    dictionary: Dictionary
    figures: Figures
    hidden: Mapping[Spot, Hidden]
    targets: Mapping[tuple[str, str], Sequence[Target]]
    restricted: bool

    def points(self, indicator: Indicator, *, area: str = HERE, part: str = WHOLE) -> list[Point]:
        """A series as it is."""
        return of.series(indicator, self.figures, area=area, part=part)

    def shown(self, indicator: Indicator, point: Point) -> Shown:
        """A point as this person may see it."""
        if self.restricted:
            return publishing.as_it_is(indicator, point)
        earlier = self._earlier(indicator, point)
        return publishing.as_published(indicator, point, self.figures, self.hidden, earlier)

    def _earlier(self, indicator: Indicator, point: Point) -> Point | None:
        series = self.points(indicator, area=point.spot.area, part=point.spot.part)
        return of.year_before(series, point)


@dataclass(frozen=True)
class Line:
    """One indicator on the scorecard."""

    indicator: Indicator
    shown: Shown | None
    change: str
    arrow: str
    is_better: bool | None
    target: str
    england: str


def known_to(
    session: Session,
    dictionary: Dictionary,
    actor: Actor,
    *,
    published: bool = False,
    only: Indicator | None = None,
    areas: Collection[str] | None = None,
    parts: Collection[str] | None = None,
) -> Known:
    """What is known, as this person may see it; `published` asks for what may leave the restricted view.

    Asked for one indicator, some areas or parts, no more is read than those need.
    """
    return known_of(
        session,
        dictionary,
        actor.partnership_id,
        restricted=actor.holds(*SEE_ALL) and not published,
        only=only,
        areas=areas,
        parts=parts,
    )


def known_of(
    session: Session,
    dictionary: Dictionary,
    partnership_id: int,
    *,
    restricted: bool = False,
    only: Indicator | None = None,
    areas: Collection[str] | None = None,
    parts: Collection[str] | None = None,
) -> Known:
    """What is known of a partnership; as it may be published, unless the restricted view is asked for."""
    indicators = None if only is None else {only.code, *(only.worked.of if only.worked else ())}
    return Known(
        dictionary,
        queries.figures_of(
            session, partnership_id=partnership_id, indicators=indicators, areas=areas, parts=parts
        ),
        queries.hidden_in(session, partnership_id=partnership_id),
        queries.targets_of(session, partnership_id=partnership_id),
        restricted=restricted,
    )


def scorecard(known: Known, *, area: str = HERE, until: date = date.max) -> list[Line]:
    """Every indicator in one line: its newest figure up to a day, how it moved, its target and England's."""
    return [_line(known, indicator, area, until) for indicator in known.dictionary.indicators.values()]


def change_in_words(known: Known, indicator: Indicator, spot: Spot) -> str:
    """How a figure moved within a year, from what is shown of both alone; nothing where that cannot be said."""
    points = known.points(indicator, area=spot.area, part=spot.part)
    now = next((one for one in points if one.spot == spot), None)
    earlier = of.year_before(points, now) if now else None
    if now is None or earlier is None:
        return ""
    return _moved(indicator, known.shown(indicator, now), known.shown(indicator, earlier))[0]


def _line(known: Known, indicator: Indicator, area: str, until: date) -> Line:
    points = [one for one in known.points(indicator, area=area) if one.spot.ends_on <= until]
    newest = of.newest(points)
    if newest is None:
        return Line(indicator, None, "", "", None, _target(known, indicator, None), "")
    shown = known.shown(indicator, newest)
    earlier = of.year_before(points, newest)
    words, direction = _moved(indicator, shown, known.shown(indicator, earlier) if earlier else None)
    better = {"up": 1, "down": -1}.get(indicator.better)
    return Line(
        indicator,
        shown,
        words,
        ARROWS[direction] if words else "",
        None if better is None or not direction else direction == better,
        _target(known, indicator, shown),
        _england(known, indicator, newest, shown),
    )


def _moved(indicator: Indicator, now: Shown, before: Shown | None) -> tuple[str, int]:
    """How a figure moved within a year, from what is shown of both alone."""
    if before is None or now.value is None or before.value is None:
        return "", 0
    apart = now.value - before.value
    if not apart:
        return f"as a year before, {before.text}", 0
    unit = "" if indicator.unit is Unit.COUNT else unit_of(indicator)
    return f"{'up' if apart > 0 else 'down'} from {before.text}{unit}", 1 if apart > 0 else -1


def _target(known: Known, indicator: Indicator, shown: Shown | None) -> str:
    ahead = known.targets.get((indicator.code, WHOLE), ())
    if not ahead:
        return ""
    day = shown.spot.ends_on if shown else date.min
    target = next((one for one in ahead if one.by >= day), ahead[-1])
    said = f"{target.value.normalize():,f}{unit_of(indicator)} by {target.by:%B %Y}"
    if shown is None or shown.value is None:
        return said
    met = shown.value >= target.value if indicator.better != "down" else shown.value <= target.value
    return f"{said}: {'met' if met else 'not met yet'}"


def _england(known: Known, indicator: Indicator, newest: Point, shown: Shown) -> str:
    if not indicator.england:
        return ""
    there = of.newest(
        one for one in known.points(indicator, area=ENGLAND) if one.spot.ends_on <= newest.spot.ends_on
    )
    if there is None or there.value is None:
        return ""
    said = publishing.as_it_is(indicator, there).text + unit_of(indicator)
    if shown.interval is None or shown.value is None:
        return said
    return f"{said}: {against(shown.interval, there.value)}"


def unit_of(indicator: Indicator) -> str:
    """What stands behind a figure."""
    return {Unit.PERCENT: "\u00a0%", Unit.CHANGE: "\u00a0%"}.get(indicator.unit, "")


def indicator_page(known: Known, indicator: Indicator, *, area: str, part: str) -> dict[str, Any]:
    """One series with its chart and table, and every part of its cut."""
    return {
        "indicator": indicator,
        "rows": [known.shown(indicator, one) for one in reversed(known.points(indicator, area=area, part=part))],
        "england": _in_england(known, indicator, part),
        "targets": known.targets.get((indicator.code, part), ()),
        "chart": picture(known, indicator, area=area, part=part),
        "parts": _parts(known, indicator, area),
        "unit": unit_of(indicator),
        "restricted": known.restricted,
    }


def _in_england(known: Known, indicator: Indicator, part: str) -> dict[date, Shown]:
    points = known.points(indicator, area=ENGLAND, part=part)
    return {one.spot.ends_on: publishing.as_it_is(indicator, one) for one in points}


def picture(
    known: Known, indicator: Indicator, *, area: str = HERE, part: str = WHOLE, until: date = date.max
) -> Picture | None:
    """The chart of a series, if there is enough to draw."""
    points = [one for one in known.points(indicator, area=area, part=part) if one.spot.ends_on <= until]
    chart = _chart(
        indicator,
        [known.shown(indicator, point) for point in points],
        [one for day, one in _in_england(known, indicator, part).items() if day <= until],
        broken={one.spot for one in breaks(points)},
        targets=known.targets.get((indicator.code, part), ()),
    )
    if chart is None:
        return None
    title = titled(indicator, part)
    return Picture(title, svg.words_for(chart), svg.as_lines(chart, title=title))


def titled(indicator: Indicator, part: str) -> str:
    """An indicator with the part that is looked at."""
    return indicator.title if part == WHOLE else f"{indicator.title}: {part}"


def _parts(known: Known, indicator: Indicator, area: str) -> list[tuple[str, Shown | None]]:
    newest = {part: of.newest(known.points(indicator, area=area, part=part)) for part in indicator.parts}
    return [(part, known.shown(indicator, point) if point else None) for part, point in newest.items()]


def _chart(
    indicator: Indicator,
    rows: Sequence[Shown],
    england: Sequence[Shown],
    *,
    broken: Collection[Spot],
    targets: Sequence[Target],
) -> Chart | None:
    values = [
        Value(one.spot.ends_on, one.value, one.status is of.Status.PROVISIONAL, one.spot in broken)
        for one in rows
        if one.value is not None
    ]
    alike = indicator.unit is not Unit.COUNT
    return drawn(
        values,
        england=[Value(one.spot.ends_on, one.value) for one in england if one.value is not None] if alike else (),
        marks=[(one.value, f"target {one.by:%b %Y}") for one in targets],
    )


def hidden_rows(known: Known) -> list[tuple[Hidden, str]]:
    """What is hidden, each with its title, for the data officer; the newest period first."""
    titles = {code: one.title for code, one in known.dictionary.indicators.items()}
    rows = [(one, titles.get(one.indicator, "Deaths and near-fatal overdoses")) for one in known.hidden.values()]
    return sorted(rows, key=lambda row: (row[0].ends_on, row[0].indicator, row[0].part), reverse=True)
