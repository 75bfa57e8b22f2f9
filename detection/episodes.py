"""Days on which a detector would speak, joined into episodes: a signal that runs on is one signal."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray


class Episode(NamedTuple):
    """The first and last day of one episode of one series, as columns."""

    series: int
    first: int
    last: int


def starts(alarms: NDArray[np.bool_], gap: int) -> NDArray[np.bool_]:
    """Where an episode begins: an alarm with none on the `gap` days before it. Shape as given, (series, days).

    gap 0: every alarm begins an episode of its own; gap 1: days that follow each other belong together.
    Errors: ValueError for a gap below 0.
    """
    if gap < 0:
        raise ValueError("Alarms are joined over a number of days from 0 upwards.")
    total = np.zeros((alarms.shape[0], alarms.shape[1] + 1), dtype=np.int64)
    np.cumsum(alarms, axis=1, out=total[:, 1:])
    day = np.arange(alarms.shape[1])
    before = total[:, day] - total[:, np.maximum(day - gap, 0)]
    return np.asarray(alarms & (before == 0))


def join(alarms: NDArray[np.bool_], gap: int) -> list[Episode]:
    """The episodes of every series, in order. An alarm at most `gap` days after the last belongs to the same one."""
    joined: list[Episode] = []
    begins = starts(alarms, gap)
    for series, day in zip(*np.nonzero(alarms), strict=True):
        if begins[series, day]:
            joined.append(Episode(int(series), int(day), int(day)))
        else:
            joined[-1] = joined[-1]._replace(last=int(day))
    return joined


def continues(last_alarm: ArrayLike, day: int, gap: int) -> NDArray[np.bool_]:
    """Whether an alarm on this day carries on the episode whose last alarm was then, rather than beginning one."""
    apart = day - np.asarray(last_alarm)
    return np.asarray((apart >= 0) & (apart <= gap))
