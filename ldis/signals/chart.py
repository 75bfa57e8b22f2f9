"""A series of days as bars, worked out here and drawn by the template: every number is a place on the paper. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

WIDTH = 640.0
HEIGHT = 140.0
FLOOR = 118.0
"""Where the bars stand; below it are the dates."""


@dataclass(frozen=True)
class Bar:
    """One day with reports."""

    x: float
    y: float
    width: float
    height: float
    in_window: bool
    day: date
    count: int


@dataclass(frozen=True)
class Chart:
    """Everything to be drawn. `usual_y` is the line of what is usual in a day, where that is known."""

    bars: Sequence[Bar]
    window: tuple[float, float] | None
    usual_y: float | None
    most: int
    ticks: Sequence[tuple[float, str]]
    first: date
    last: date

    @property
    def total(self) -> int:
        """All that is shown."""
        return sum(bar.count for bar in self.bars)


def drawn(counts: Sequence[int], first: date, *, window: tuple[date, date], usual: float | None) -> Chart:
    """Bars for counts a day from the first day on, with the days of the window marked."""
    days = len(counts)
    step = WIDTH / max(days, 1)
    most = max([*counts, 1])
    scale = (FLOOR - 12) / most
    inside = [(window[0] - first).days, (window[1] - first).days]
    left, right = max(inside[0], 0), min(inside[1], days - 1)
    bars = [
        Bar(
            x=round(n * step + 1, 1),
            y=round(FLOOR - count * scale, 1),
            width=round(step - 2, 1),
            height=round(count * scale, 1),
            in_window=left <= n <= right,
            day=first + timedelta(days=n),
            count=count,
        )
        for n, count in enumerate(counts)
        if count
    ]
    shown = left <= right and right >= 0 and left < days
    return Chart(
        bars=bars,
        window=(round(left * step, 1), round((right - left + 1) * step, 1)) if shown else None,
        usual_y=round(FLOOR - min(usual, most) * scale, 1) if usual is not None else None,
        most=most,
        ticks=[(round(n * step, 1), _short(first + timedelta(days=n))) for n in range(0, days, 28)],
        first=first,
        last=first + timedelta(days=max(days - 1, 0)),
    )


def _short(day: date) -> str:
    return f"{day.day} {day:%b}"
