"""Invented history whose truth is known: counts a day, with and without more cases put in."""

import numpy as np
from numpy.typing import NDArray

WEEK = 7


def quiet_years(
    rng: np.random.Generator, *, series: int, days: int, weekly: float, dispersion: float = 1.0
) -> NDArray[np.int64]:
    """Counts a day in which nothing happens: shape (series, days), mean weekly / 7, variance dispersion * mean.

    Poisson where dispersion is 1; above it negative binomial with p = 1 / dispersion and size = mean / (dispersion
    - 1), the same in every day, so that weeks have the same ratio. Errors: ValueError below 1.
    """
    mean = weekly / WEEK
    if dispersion < 1:
        raise ValueError("Counts that vary less than by chance are not simulated.")
    if dispersion == 1:
        return rng.poisson(mean, size=(series, days))
    return rng.negative_binomial(mean / (dispersion - 1), 1 / dispersion, size=(series, days))


def with_cases(
    rng: np.random.Generator, counts: NDArray[np.int64], *, at: int, cases: int, within: int
) -> NDArray[np.int64]:
    """The same counts with so many more cases in each series, each on any of the `within` days from column `at`."""
    more = rng.multinomial(cases, np.full(within, 1 / within), size=counts.shape[0])
    changed = counts.copy()
    changed[:, at : at + within] += more
    return changed


def late(rng: np.random.Generator, events: NDArray[np.int64], *, median_days: float) -> NDArray[np.int64]:
    """The day on which each event is reported: its own day and a whole number of days, half within `median_days`."""
    chance = 1 - 0.5 ** (1 / (median_days + 1))
    return events + rng.geometric(chance, size=events.shape) - 1
