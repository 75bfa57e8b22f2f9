"""The test for sparse counts as it is run at every submission and nightly: chances, limits, what is said."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from detection import predictive
from detection.limits import Limits
from detection.predictive import Counts, Numbers, Windows

WEEK = 7


@dataclass(frozen=True)
class Assessment:
    """Series assessed on days. Arrays of shape (series, ends, windows), and (series, ends) from `dispersion` on.

    `seen` and `expected`: counts and what the past leads one to expect. `chances`: of at least as many if nothing has
    changed. `dispersion`: how much more the series varies than by chance. `least`: the smallest chance of the windows,
    `window` which one that is. `limit`: at or under it the series speaks, so that it speaks for nothing as often as the
    budget says. `speaks`: whether it does.
    """

    seen: Windows
    expected: Numbers
    chances: Numbers
    dispersion: Numbers
    least: Numbers
    window: NDArray[np.intp]
    limit: Numbers
    speaks: NDArray[np.bool_]

    def against_all_series(self, end: int = -1) -> Numbers:
        """Benjamini and Hochberg's q of every series on one day, shape (series,): for a list of many series.

        Each series enters with the smallest chance of its windows times their number (Bonferroni). A series speaks by
        its own limit; q says how far the speakers of one night are to be believed together, and gives their order.
        """
        each = np.minimum(self.least[:, end] * self.chances.shape[2], 1.0)
        return predictive.false_discovery(each)


def assess(counts: Counts, ends: ArrayLike, limits: Limits, *, budget: float, since: ArrayLike = 0) -> Assessment:
    """Assess every series on each of these days.

    counts: events a day as known now, shape (series, days). ends: the columns on which windows end: today, and each day
    that a late report changed. since: the column on which a series began to be recorded. budget: false episodes for
    each series and year. Errors: ValueError as for `predictive.windows`.
    """
    method = limits.method
    seen = predictive.windows(counts, ends, method.windows, method.baseline, since)
    spread = predictive.overdispersion(counts, ends, method.windows, method.baseline, since)
    chances = predictive.tail(seen, spread)
    least = chances.min(axis=2)
    dispersion = predictive.in_one(spread, method.windows)
    rate = WEEK * (seen.past[..., 0] + 0.5) / np.maximum(seen.exposure[..., 0], 1)
    limit = limits.at(rate, dispersion, budget)
    return Assessment(
        seen=seen,
        expected=predictive.expected(seen),
        chances=chances,
        dispersion=dispersion,
        least=least,
        window=chances.argmin(axis=2),
        limit=limit,
        speaks=least <= limit,
    )


def detector(limits: Limits, *, budget: float) -> Callable[[Counts, NDArray[np.integer]], NDArray[np.bool_]]:
    """This test as a back-test takes it."""
    return lambda counts, ends: assess(counts, ends, limits, budget=budget).speaks
