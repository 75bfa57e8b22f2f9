"""A figure as somebody may see it: as it is in the restricted view, as it may be published everywhere else. Pure.

Every way out goes through here: pages, charts, files and the API.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal

from ldis.indicators import disclosure
from ldis.indicators.dictionary import Dictionary, Formula, Indicator, Release
from ldis.indicators.disclosure import Sum, Why
from ldis.indicators.figures import HERE, Figures, Point, Spot, Status, months_earlier
from ldis.indicators.rules import Interval, Unit, rounded

RESTRICTED = "restricted"
HIDDEN = "hidden"
FEW_BEHIND = "Few people are behind it, so that only its direction is published."


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What is shown of a point: a number, a direction in words, or why there is none."""

    spot: Spot
    value: Decimal | None = None
    words: str = ""
    why: str = ""
    status: Status = Status.PROVISIONAL
    interval: Interval | None = None
    small_base: bool = False
    method: str = ""
    note: str = ""

    @property
    def text(self) -> str:
        """The number as it is written, or the word in its place."""
        return f"{self.value:,}" if self.value is not None else self.words


def as_it_is(indicator: Indicator, point: Point) -> Shown:
    """The restricted view."""
    return Shown(
        spot=point.spot,
        value=None if point.value is None else rounded(point.value, indicator.places),
        words="not known" if point.value is None else "",
        why=point.why,
        status=point.status,
        interval=point.interval,
        small_base=point.small_base,
        method=point.method,
        note=point.note,
    )


def as_published(
    indicator: Indicator,
    point: Point,
    figures: Figures,
    hidden: Collection[Spot],
    earlier: Point | None = None,
) -> Shown:
    """What may leave the restricted view. Of few people only a direction is shown, from `earlier`, a year before."""
    kept_back = _kept_back(indicator, point, figures, hidden)
    if kept_back is not None:
        words, why = kept_back
        return Shown(spot=point.spot, status=point.status, method=point.method, words=words, why=why)
    assert point.value is not None
    restricted = _restricted(point, figures)
    if restricted and (point.base or 0) < disclosure.DIRECTION_UNDER:
        words = _direction(indicator, point, earlier)
        return Shown(spot=point.spot, status=point.status, method=point.method, words=words, why=FEW_BEHIND)
    places = 0 if restricted and (point.base or 0) < disclosure.WHOLE_UNDER else indicator.places
    return Shown(
        spot=point.spot,
        value=rounded(point.value, places),
        status=point.status,
        interval=None if restricted else point.interval,
        small_base=point.small_base,
        method=point.method,
        note="" if restricted else point.note,
    )


def _direction(indicator: Indicator, point: Point, earlier: Point | None) -> str:
    """Up, down or about the same: a change as it is, anything else beside a year before."""
    assert point.value is not None
    before = Decimal(0) if indicator.unit is Unit.CHANGE else earlier.value if earlier else None
    if before is None:
        return "not published"
    apart = rounded(point.value - before, 0)
    beside = "" if indicator.unit is Unit.CHANGE else " on a year before"
    return f"up{beside}" if apart > 0 else f"down{beside}" if apart < 0 else f"about the same{beside}"


def _kept_back(
    indicator: Indicator, point: Point, figures: Figures, hidden: Collection[Spot]
) -> tuple[str, str] | None:
    """The word in place of a figure that is not published, and why; nothing for one that is."""
    if point.value is None:
        return "not known", point.why
    restricted = _restricted(point, figures)
    as_count = restricted and indicator.unit in (Unit.COUNT, Unit.RATE)
    if restricted and (indicator.worked is None or as_count):
        return RESTRICTED, "It is a restricted figure, or worked out from some."
    if point.spot in hidden:
        return HIDDEN, Why.FEW.value
    if any(spot in hidden for spot in point.of):
        return HIDDEN, Why.PART_HIDDEN.value
    if point.part_of is not None and _few(indicator, point):
        return HIDDEN, Why.FEW.value
    return None


def _restricted(point: Point, figures: Figures) -> bool:
    return any(figures[spot].release is Release.RESTRICTED for spot in point.of)


def _few(indicator: Indicator, point: Point) -> bool:
    """Whether a share or rate counts few people, or leaves few out."""
    assert point.part_of is not None
    assert point.whole is not None
    if indicator.unit is Unit.RATE:
        return disclosure.is_few(point.part_of)
    return disclosure.hides_share(point.part_of, point.whole)


def mask(dictionary: Dictionary, figures: Figures, before: Collection[Spot]) -> dict[Spot, Why]:
    """Every count of people that is hidden in what is published.

    `before` are those that were hidden before; they stay so.
    """
    counts = {
        spot: int(said.value)
        for spot, said in figures.items()
        if said.release is Release.PUBLISHABLE and _counts_people(dictionary, spot)
    }
    sums = [*_parts(dictionary, counts), *_areas(counts)]
    for indicator in dictionary.indicators.values():
        if indicator.worked and indicator.worked.formula is Formula.SUM and indicator.people:
            for one in _rolling(indicator, counts):
                counts[one.total] = sum(counts[part] for part in one.parts)
                sums.append(one)
    return disclosure.protect(counts, sums, already=before)


def _counts_people(dictionary: Dictionary, spot: Spot) -> bool:
    indicator = dictionary.indicators.get(spot.indicator)
    return indicator is not None and indicator.people and indicator.unit is Unit.COUNT


def _parts(dictionary: Dictionary, counts: Collection[Spot]) -> Iterable[Sum[Spot]]:
    for spot in counts:
        cut = dictionary.indicators[spot.indicator].cut
        if cut is not None and spot.part not in cut.parts:
            parts = tuple(Spot(spot.indicator, spot.area, part, spot.ends_on, spot.months) for part in cut.parts)
            known = tuple(part for part in parts if part in counts)
            if len(known) == len(parts):
                yield Sum(spot, known)


def _areas(counts: Collection[Spot]) -> Iterable[Sum[Spot]]:
    by_place: dict[tuple[object, ...], list[Spot]] = {}
    for spot in counts:
        if spot.area != HERE and not spot.area.startswith("E92"):
            by_place.setdefault((spot.indicator, spot.part, spot.ends_on, spot.months), []).append(spot)
    for (indicator, part, ends_on, months), spots in by_place.items():
        total = Spot(str(indicator), HERE, str(part), ends_on, int(str(months)))  # type: ignore[arg-type]
        if total in counts:
            yield Sum(total, tuple(spots))


def _rolling(indicator: Indicator, counts: Collection[Spot]) -> Iterable[Sum[Spot]]:
    assert indicator.worked is not None
    length = int(indicator.worked.setting)
    for spot in list(counts):
        if spot.indicator == indicator.worked.of[0]:
            months = tuple(
                Spot(spot.indicator, spot.area, spot.part, months_earlier(spot.ends_on, back), spot.months)
                for back in range(length)
            )
            if all(month in counts for month in months):
                total = Spot(indicator.code, spot.area, spot.part, spot.ends_on, length * spot.months)
                yield Sum(total, months)
