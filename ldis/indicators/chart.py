"""A series of figures as a line, worked out here and drawn by the template: numbers are places on the paper. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

WIDTH, HEIGHT = 640.0, 220.0
LEFT, RIGHT, TOP, FLOOR = 64.0, 80.0, 12.0, 190.0
LINES = 4


@dataclass(frozen=True)
class Value:
    """One period: its last day and what is shown of it; a break before it where the method changed."""

    day: date
    value: Decimal
    provisional: bool = False
    breaks: bool = False


@dataclass(frozen=True)
class Line:
    """Places joined by a line: `points` as SVG takes them. What is provisional is dashed."""

    points: str
    dashed: bool


@dataclass(frozen=True)
class Chart:
    """Everything to be drawn. `target` and `baseline` are heights with their words; England is a line of its own."""

    lines: Sequence[Line]
    dots: Sequence[tuple[float, float]]
    england: str
    marks: Sequence[tuple[float, str]]
    scale: Sequence[tuple[float, str]]
    ticks: Sequence[tuple[float, str]]


def drawn(
    values: Sequence[Value],
    *,
    england: Sequence[Value] = (),
    marks: Sequence[tuple[Decimal, str]] = (),
    zero: bool = True,
) -> Chart | None:
    """The chart of a series, oldest first; nothing where there are fewer than two values to join."""
    if len(values) < 2:
        return None
    heights = [one.value for one in (*values, *england)] + [value for value, _ in marks]
    low, high = min(heights), max(heights)
    low = min(low, Decimal(0)) if zero else low
    span = float(high - low) or 1.0
    first, last = values[0].day, values[-1].day
    days = max((last - first).days, 1)

    def x(day: date) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * (day - first).days / days, 1)

    def y(value: Decimal) -> float:
        return round(FLOOR - (FLOOR - TOP) * float(value - low) / span, 1)

    def place(one: Value) -> str:
        return f"{x(one.day)},{y(one.value)}"

    within = [one for one in england if first <= one.day <= last]
    step = (high - low) / LINES if high > low else Decimal(1)
    return Chart(
        lines=_lines(values, place),
        dots=[(x(one.day), y(one.value)) for one in values],
        england=" ".join(map(place, within)) if len(within) > 1 else "",
        marks=[(y(value), words) for value, words in marks],
        scale=[(y(low + n * step), _short(low + n * step, step)) for n in range(LINES + 1)],
        ticks=[(x(first), f"{first:%b %Y}"), (x(last), f"{last:%b %Y}")],
    )


def _lines(values: Sequence[Value], place: Callable[[Value], str]) -> list[Line]:
    lines = []
    for before, after in pairwise(values):
        if not after.breaks:
            lines.append(Line(f"{place(before)} {place(after)}", dashed=after.provisional))
    return lines


def _short(value: Decimal, step: Decimal) -> str:
    return f"{value:,.0f}" if step >= 1 else f"{value:,.1f}"
