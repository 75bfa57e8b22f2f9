"""The test for sparse counts: how surprising is a window of 1, 3 or 7 days, given the year before it?

Source: the predictive distribution of a Poisson count under Jeffreys' prior, a negative binomial (Gelman et al.,
Bayesian Data Analysis, 3rd ed. 2013, 2.6; as a surveillance method Riebler 2004 and Höhle 2007); false discoveries
among many series: Benjamini and Hochberg, J R Stat Soc B 57 (1995) 289-300.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

Counts = NDArray[np.integer]
Numbers = NDArray[np.float64]

ALMOST_ONE = 1e-6
SPARSE = 4.0
MOST_IN_A_RANGE = 1_000_000


@dataclass(frozen=True)
class Baseline:
    """What a window is compared with, in days.

    `days` of history end `guard` days before the window, so that an outbreak that is growing does not hide itself.
    A young series gives up its guard before its baseline falls under `least_days`. `doubt` is how far the
    overdispersion of a series is believed to lie from 1 before looking (a standard deviation): estimates are shrunk
    to 1 by it. `most_overdispersion` bounds them.
    """

    days: int = 365
    guard: int = 7
    least_days: int = 28
    doubt: float = 0.5
    most_overdispersion: float = 5.0


class Windows(NamedTuple):
    """Windows and what they are compared with: arrays of one shape, (series, ends, windows), of whole numbers.

    `observed` counts events in the window, `past` those in the baseline, `exposure` is the length of the baseline in
    days, nought where a series has no past yet, and `length` that of the window.
    """

    observed: Counts
    past: Counts
    exposure: Counts
    length: Counts


def windows(
    counts: Counts, ends: ArrayLike, lengths: Sequence[int], baseline: Baseline, since: ArrayLike = 0
) -> Windows:
    """Count the windows that end on these days, and their baselines.

    counts: events a day, shape (series, days), whole numbers from 0. ends: columns, shape (ends,). since: the column on
    which each series began to be recorded, one for all or shape (series,). A window that reaches back before its
    series began counts what there is.
    Errors: ValueError for counts that are not two-dimensional, for negative ones and for ends outside them.
    """
    if counts.ndim != 2 or (counts.size and counts.min() < 0):
        raise ValueError("Counts are whole numbers from 0 upwards, one row for each series.")
    last = np.atleast_1d(np.asarray(ends, dtype=np.int64))
    if last.size and not (last.min() >= 0 and last.max() < counts.shape[1]):
        raise ValueError("Windows end on days that were counted.")
    total = np.zeros((counts.shape[0], counts.shape[1] + 1), dtype=np.int64)
    np.cumsum(counts, axis=1, out=total[:, 1:])
    length = np.asarray(lengths, dtype=np.int64)[None, None, :]
    began = np.broadcast_to(np.asarray(since, dtype=np.int64), counts.shape[:1])[:, None, None]
    after = last[None, :, None] + 1
    first = np.maximum(after - length, 0)
    available = np.maximum(first - began, 0)
    guard = np.clip(available - baseline.least_days, 0, baseline.guard)
    until = np.maximum(first - guard, 0)
    exposure = np.minimum(available - guard, baseline.days)
    row = np.arange(counts.shape[0])[:, None, None]
    observed = total[row, after] - total[row, first]
    past = total[row, until] - total[row, until - exposure]
    return Windows(observed, past, exposure, np.broadcast_to(length, observed.shape))


def overdispersion(
    counts: Counts, ends: ArrayLike, lengths: Sequence[int], baseline: Baseline, since: ArrayLike = 0
) -> Numbers:
    """How much more counts over so many days vary than by chance: 1 for Poisson. Shape (series, ends, lengths).

    Each window is held against spells of its own length, because what comes in batches over several days varies more
    from week to week than from day to day. The moments estimate is the variance of the K whole spells of the baseline
    over their mean. Under Poisson counts its variance is about 2 / (K - 1); of n events that come in bunches it is more
    by about 4 / n, because one bunch makes the estimate. So with a prior of 1 and standard deviation `doubt` it is
    shrunk to 1 + (estimate - 1) * doubt^2 / (doubt^2 + 2 / (K - 1) + 4 / n), and kept between 1 and
    `most_overdispersion`. Fewer than eight whole spells, or none with an event: 1.
    """
    last = np.atleast_1d(np.asarray(ends, dtype=np.int64))
    began = np.broadcast_to(np.asarray(since, dtype=np.int64), counts.shape[:1])[:, None]
    found = [_overdispersion(counts, last, int(length), baseline, began) for length in lengths]
    return np.stack(found, axis=2)


def in_one(dispersion: Numbers, lengths: Sequence[int]) -> Numbers:
    """One overdispersion of a series, to read its limit at: the mean over its windows, weighted by 1 / length.

    A baseline holds the more spells the shorter they are, and the estimate is the surer. Shape (series, ends).
    """
    return np.average(dispersion, axis=2, weights=1 / np.asarray(lengths, dtype=np.float64))


def _overdispersion(counts: Counts, last: Counts, length: int, baseline: Baseline, began: Counts) -> Numbers:
    """Running sums of the spells and of their squares, one sequence for each remainder of the day."""
    series, days = counts.shape
    total = np.zeros((series, days + 1), dtype=np.int64)
    np.cumsum(counts, axis=1, out=total[:, 1:])
    whole = -(-(days + 1) // length) * length
    spell = np.zeros((series, whole), dtype=np.int64)  # spell[:, d] ends before column d
    spell[:, length : days + 1] = total[:, length:] - total[:, :-length] if length <= days else 0
    by_remainder = spell.reshape(series, whole // length, length)
    sums = by_remainder.cumsum(axis=1).reshape(series, whole)
    squares = (by_remainder**2).cumsum(axis=1).reshape(series, whole)
    until = np.maximum(last + 1 - baseline.guard - length, 0)[None, :]
    number = np.minimum(np.maximum(until - began, 0), baseline.days) // length
    row, first = np.arange(series)[:, None], until - number * length
    count = sums[row, until] - sums[row, first]
    square = squares[row, until] - squares[row, first]
    mean = count / np.maximum(number, 1)
    free = np.maximum(number - 1, 1)
    estimate = np.divide((square - count * mean) / free, mean, out=np.ones_like(mean), where=mean > 0)
    error = 2.0 / free + SPARSE / np.maximum(count, 1)
    trust = baseline.doubt**2 / (baseline.doubt**2 + error)
    shrunk = np.clip(1 + (estimate - 1) * trust, 1.0, baseline.most_overdispersion)
    return np.where(number >= 8, shrunk, 1.0)


def expected(seen: Windows) -> Numbers:
    """The mean of the predictive distribution: (past + 1/2) * length / exposure; infinite without a past."""
    with np.errstate(divide="ignore"):
        return (seen.past + 0.5) * seen.length / seen.exposure


def tail(seen: Windows, dispersion: ArrayLike = 1.0) -> Numbers:
    """The chance of at least as many events as were seen, if nothing has changed: P(X >= observed), from 0 to 1.

    With n events in B days, a Gamma(1/2, 0) prior on the daily rate and a window of w days, X is negative binomial with
    mean m = (n + 1/2) w / B and variance m (1 + w/B). Overdispersion f multiplies the variance by f:
    p = 1 / (f (1 + w/B)), size = m p / (1 - p). Where f (1 + w/B) is within 1e-6 of 1 X is Poisson with mean m.
    Nothing seen, or no day to compare with (B = 0): 1. dispersion must broadcast to the shape of the windows.
    """
    result = np.ones(seen.observed.shape)
    some = (seen.observed > 0) & (seen.exposure > 0)
    if not some.any():
        return result
    seen_here = Windows(*(part[some] for part in seen))
    spread = np.broadcast_to(np.asarray(dispersion, dtype=np.float64), seen.observed.shape)[some]
    mean, ratio = _mean_and_ratio(seen_here, spread)
    poisson = ratio - 1 <= ALMOST_ONE
    below = seen_here.observed - 1
    p = 1 / np.where(poisson, 2.0, ratio)
    found = stats.nbinom.sf(below, mean * p / (1 - p), p)
    result[some] = np.where(poisson, stats.poisson.sf(below, mean), found) if poisson.any() else found
    return result


def upper_bound(seen: Windows, chance: float, dispersion: ArrayLike = 1.0) -> Numbers:
    """The smallest count u with P(X <= u) >= 1 - chance: what is above it is unusual. Infinite without a past.

    Searched by halving between 0 and a million with the distribution function, which always ends; the quantile
    function of the negative binomial need not where its size is very large.
    """
    mean, ratio = _mean_and_ratio(seen, np.asarray(dispersion, dtype=np.float64))
    poisson = ratio - 1 <= ALMOST_ONE
    p = 1 / np.where(poisson | ~np.isfinite(ratio), 2.0, ratio)
    finite = np.where(np.isfinite(mean), mean, 0.0)
    low, high = np.full(mean.shape, -1.0), np.full(mean.shape, float(MOST_IN_A_RANGE))
    while (high - low > 1).any():
        middle = np.floor((low + high) / 2)
        enough = 1 - chance <= np.where(
            poisson, stats.poisson.cdf(middle, finite), stats.nbinom.cdf(middle, finite * p / (1 - p), p)
        )
        low, high = np.where(enough, low, middle), np.where(enough, middle, high)
    return np.where(np.isfinite(mean), high, np.inf)


def _mean_and_ratio(seen: Windows, dispersion: Numbers) -> tuple[Numbers, Numbers]:
    """Mean, and variance over mean, of the predictive distribution."""
    with np.errstate(divide="ignore"):
        ratio = dispersion * (1 + np.divide(seen.length, seen.exposure))
    return expected(seen), np.broadcast_to(ratio, seen.observed.shape)


def false_discovery(chances: ArrayLike) -> Numbers:
    """Benjamini and Hochberg's adjusted chances q, in the order given: of all with q <= 0.1 about 0.1 are false.

    chances: shape (n,), each the p-value of one series. q of the i-th smallest is the least of p_j * n / j over
    j >= i, at most 1. Errors: ValueError outside 0 to 1.
    """
    given = np.atleast_1d(np.asarray(chances, dtype=np.float64))
    if given.size and not (given.min() >= 0 and given.max() <= 1):
        raise ValueError("A chance is a number from 0 to 1.")
    order = np.argsort(given, kind="stable")
    scaled = given[order] * given.size / np.arange(1, given.size + 1)
    adjusted = np.empty_like(given)
    adjusted[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    return adjusted
