"""The exponentially weighted moving average of daily counts: slow rises that no single day shows.

Source: Roberts, Control chart tests based on geometric moving averages, Technometrics 1 (1959) 239-250; Lucas and
Saccucci, Exponentially weighted moving average control schemes, Technometrics 32 (1990) 1-12.
"""

import numpy as np
from numpy.typing import NDArray

from detection import ears
from detection.predictive import Counts, Numbers


def deviations(counts: Counts, *, weight: float = 0.3, days: int = 28, lag: int = 2) -> Numbers:
    """How far the average of each day lies above what is expected, in its own standard deviations.

    z(t) = weight * (y(t) - m(t)) / s(t) + (1 - weight) * z(t - 1), from 0, with m and s the mean and deviation (at
    least 0.5) of the `days` days that end `lag` days before; divided by sqrt(weight / (2 - weight) * (1 - (1 -
    weight)^(2 n))), its deviation after n days. counts and result: shape (series, days); NaN without a baseline.
    Errors: ValueError for a weight outside (0, 1].
    """
    if not 0 < weight <= 1:
        raise ValueError("A weight lies above 0 and is at most 1.")
    scaled = ears.statistic(counts, ears.moving(counts, days=days, lag=lag))
    result = np.full(counts.shape, np.nan)
    average = np.zeros(counts.shape[0])
    for n, day in enumerate(range(days + lag, counts.shape[1]), start=1):
        average = weight * scaled[:, day] + (1 - weight) * average
        result[:, day] = average / np.sqrt(weight / (2 - weight) * (1 - (1 - weight) ** (2 * n)))
    return result


def alarms(counts: Counts, *, weight: float = 0.3, limit: float = 3.0) -> NDArray[np.bool_]:
    """Where the average lies more than `limit` of its deviations above what is expected."""
    return np.asarray(deviations(counts, weight=weight) > limit)
