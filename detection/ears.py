"""EARS C1, C2, C3 and the mean plus two standard deviations: familiar, and kept to compare with.

Source: Hutwagner, Thompson, Seeman, Treadwell, The bioterrorism preparedness and response Early Aberration Reporting
System (EARS), J Urban Health 80 (2003, suppl. 1) i89-i96; C3 as in Fricker, Hegler, Dunfee, Comparing syndromic
surveillance detection methods: EARS' versus a CUSUM-based methodology, Stat Med 27 (2008) 3407-3429. A floor under the
standard deviation keeps sparse counts from dividing by nothing.
"""

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from detection.predictive import Counts, Numbers

C1_LAG = 0
C2_LAG = 2
C3_LIMIT = 2.0


@dataclass(frozen=True)
class Expected:
    """Mean and standard deviation of each day's baseline, shape (series, days); NaN where the baseline is too short."""

    mean: Numbers
    deviation: Numbers

    def above(self, deviations: float) -> Numbers:
        """The bound that lies so many standard deviations above the mean: a count above it is unusual."""
        return self.mean + deviations * self.deviation


def moving(counts: Counts, *, days: int, lag: int, least_deviation: float = 0.5) -> Expected:
    """What the `days` days before the last `lag` days lead one to expect. Sample deviation (n - 1), with a floor.

    counts: shape (series, days). C1 is days=7, lag=0 and C2 is days=7, lag=2 in the paper; here C2 looks at 28 days.
    Errors: ValueError for fewer than two days.
    """
    if days < 2:
        raise ValueError("A standard deviation needs at least two days.")
    mean = np.full(counts.shape, np.nan)
    deviation = np.full(counts.shape, np.nan)
    first = days + lag
    if counts.shape[1] > first:
        base = sliding_window_view(counts, days, axis=1)[:, : counts.shape[1] - first]
        mean[:, first:] = base.mean(axis=2)
        deviation[:, first:] = np.maximum(base.std(axis=2, ddof=1), least_deviation)
    return Expected(mean, deviation)


def statistic(counts: Counts, expected: Expected) -> Numbers:
    """C1 or C2 of each day: (count - mean) / deviation; an alarm where it is above 3. NaN without a baseline."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return (counts - expected.mean) / expected.deviation


def c3(c2: Numbers) -> Numbers:
    """C3: the sum over today and the two days before of max(0, C2 - 1); an alarm where it is above 2.

    c2: shape (series, days). NaN until three days have a C2.
    """
    excess = np.maximum(0.0, c2 - 1)
    result = np.full(c2.shape, np.nan)
    if c2.shape[1] >= 3:
        result[:, 2:] = excess[:, 2:] + excess[:, 1:-1] + excess[:, :-2]
    return result


def alarms(counts: Counts, *, days: int = 28, lag: int = C2_LAG, deviations: float = 3.0) -> NDArray[np.bool_]:
    """Where C2 as it is set here speaks: 28 days, 2 days of lag, a deviation of at least 0.5, above 3."""
    found = statistic(counts, moving(counts, days=days, lag=lag)) > deviations
    return np.asarray(found)


def two_deviations(weekly: Counts, *, weeks: int = 52) -> NDArray[np.bool_]:
    """The rule of thumb that this service does not use: a week above the mean + 2 deviations of the year before.

    weekly: counts a week, shape (series, weeks). To compare with.
    """
    return np.asarray(weekly > moving(weekly, days=weeks, lag=0, least_deviation=0.0).above(2.0))


def weekly_alarms(counts: Counts) -> NDArray[np.bool_]:
    """The rule of thumb on counts a day, asked on the last day of each week: shape as given, (series, days)."""
    whole = counts.shape[1] // 7
    first = counts.shape[1] - whole * 7
    spoke = np.zeros(counts.shape, dtype=np.bool_)
    spoke[:, first + 6 :: 7] = two_deviations(counts[:, first:].reshape(counts.shape[0], whole, 7).sum(axis=2))
    return spoke
