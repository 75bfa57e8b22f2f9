"""Replay history as it was known on each day, and count what a detector would have said: for nothing, and in time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detection import episodes
from detection.episodes import Episode
from detection.predictive import Counts

Detector = Callable[[Counts, NDArray[np.integer]], NDArray[np.bool_]]
"""Counts as known (series, days) and the columns to assess in; whether it speaks out (series, columns).

What it says of a day may not depend on later days: the counts it is given may go beyond.
"""
YEAR = 365
MONTH = YEAR / 12


@dataclass(frozen=True)
class History:
    """Every event: its series (a row), the day it happened and the day it became known (columns from 0).

    Errors: ValueError where something is known before it happened, or lies outside the series and days.
    """

    series: int
    days: int
    of: NDArray[np.int64]
    happened: NDArray[np.int64]
    known: NDArray[np.int64]

    def __post_init__(self) -> None:
        if not self.of.size:
            return
        if (self.known < self.happened).any():
            raise ValueError("Nothing is known before it happened.")
        if self.of.min() < 0 or self.of.max() >= self.series or self.happened.min() < 0:
            raise ValueError("Every event belongs to a series and to a day from the first on.")

    @classmethod
    def at_once(cls, counts: Counts) -> "History":
        """Counts a day, (series, days), of events that were known on the day they happened."""
        of, day = np.nonzero(counts)
        number = counts[of, day]
        of, day = np.repeat(of, number), np.repeat(day, number)
        return cls(counts.shape[0], counts.shape[1], of, day, day)

    def as_known(self, day: int) -> Counts:
        """The counts of each day up to this one that were known by its end, shape (series, day + 1)."""
        counts = np.zeros((self.series, day + 1), dtype=np.int64)
        by_then = self.known <= day
        np.add.at(counts, (self.of[by_then], self.happened[by_then]), 1)
        return counts


@dataclass(frozen=True)
class Happening:
    """Something real in one series, from its first to its last day, and the day the panel's own case began, if any."""

    series: int
    first: int
    last: int
    case_on: int | None = None


@dataclass(frozen=True)
class Outcome:
    """What a detector would have said.

    `false_a_year`: episodes that are no happening, for each series and year. `review_load`: episodes of all series
    together in a month (of 365 / 12 days). `delays`: for each happening the days from its first day to the first
    alarm, None where it was missed. `gained`: for each happening that became a case and was seen, the days from the
    alarm to the case; negative where the panel was first.
    """

    episodes: tuple[Episode, ...]
    false_a_year: float
    review_load: float
    delays: tuple[int | None, ...]
    gained: tuple[int, ...]

    @property
    def detected(self) -> float:
        """The share of happenings that were seen; NaN where there were none."""
        seen = [delay is not None for delay in self.delays]
        return float(np.mean(seen)) if seen else float("nan")

    @property
    def median_delay(self) -> float:
        """The median of all delays, a missed happening counting as later than any: infinite where half are missed."""
        late = sorted(np.inf if delay is None else float(delay) for delay in self.delays)
        return late[(len(late) - 1) // 2] if late else float("nan")


def replay(
    history: History, detector: Detector, *, first: int, reach: int = 7, look_back: int = 28
) -> NDArray[np.bool_]:
    """On which days the detector would have spoken, from column `first`: shape (series, days), true and false.

    On each day it assesses that day, and every day that a report which became known on it has changed: `reach` days
    from the event on, the longest window, for events up to `look_back` days ago. What it says of an earlier day it
    says today. A history in which nothing was late is assessed at once, with the same result.
    """
    spoke = np.zeros((history.series, history.days), dtype=np.bool_)
    if (history.known == history.happened).all():
        days = np.arange(first, history.days)
        spoke[:, days] = detector(history.as_known(history.days - 1), days)
        return spoke
    counts = np.zeros((history.series, history.days), dtype=np.int64)
    order = np.argsort(history.known, kind="stable")
    of, happened = history.of[order], history.happened[order]
    starts = np.searchsorted(history.known[order], np.arange(history.days + 1))
    for day in range(history.days):
        new = slice(starts[day], starts[day + 1])
        np.add.at(counts, (of[new], happened[new]), 1)
        if day >= first:
            changed = _changed(of[new], happened[new], day, history.series, reach=reach, look_back=look_back)
            ends = np.nonzero(changed.any(axis=0))[0] + day + 1 - changed.shape[1]
            said = detector(counts[:, : day + 1], ends)
            spoke[:, day] = (said & changed[:, ends - day - 1]).any(axis=1)
    return spoke


def _changed(
    of: NDArray[np.int64], happened: NDArray[np.int64], day: int, series: int, *, reach: int, look_back: int
) -> NDArray[np.bool_]:
    """Which of the last days of each series are to be assessed: shape (series, days), the last being today."""
    width = min(look_back, day) + 1
    changed = np.zeros((series, width), dtype=np.bool_)
    changed[:, -1] = True
    for row, event in zip(of, happened, strict=True):
        at = width - 1 - (day - event)
        if at >= 0:
            changed[row, at : at + reach] = True
    return changed


def judge(
    spoke: NDArray[np.bool_], happenings: Sequence[Happening] = (), *, first: int, gap: int, grace: int = 0
) -> Outcome:
    """Join what was said from column `first` into episodes and hold them against what happened.

    An episode belongs to a happening of its series where the two overlap, the happening drawn out by `grace` days.
    """
    looked_at = spoke[:, first:]
    said = tuple(Episode(one.series, one.first + first, one.last + first) for one in episodes.join(looked_at, gap))
    real = {
        episode
        for happening in happenings
        for episode in said
        if episode.series == happening.series
        and episode.first <= happening.last + grace
        and episode.last >= happening.first
    }
    years = looked_at.size / YEAR
    alarms = [_first_alarm(spoke, happening, first, grace) for happening in happenings]
    both = list(zip(happenings, alarms, strict=True))
    return Outcome(
        episodes=said,
        false_a_year=(len(said) - len(real)) / years if years else 0.0,
        review_load=len(said) / (looked_at.shape[1] / MONTH) if looked_at.shape[1] else 0.0,
        delays=tuple(None if alarm is None else alarm - one.first for one, alarm in both),
        gained=tuple(one.case_on - a for one, a in both if a is not None and one.case_on is not None),
    )


def _first_alarm(spoke: NDArray[np.bool_], happening: Happening, first: int, grace: int) -> int | None:
    begin = max(happening.first, first)
    days = np.nonzero(spoke[happening.series, begin : happening.last + grace + 1])[0]
    return int(days[0]) + begin if days.size else None
