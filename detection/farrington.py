"""Farrington flexible: weekly counts with years of history, season and trend.

Source: Noufaily, Enki, Farrington, Garthwaite, Andrews, Charlett, An improved algorithm for outbreak detection in
multiple surveillance systems, Stat Med 32 (2013) 1206-1222; Farrington, Andrews, Beale, Catchpole, A statistical
algorithm for the early detection of outbreaks of infectious disease, J R Stat Soc A 159 (1996) 547-563.

What cannot be fitted is *not assessed*: that is an answer of its own and never *no signal*.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from detection import regression
from detection.predictive import ALMOST_ONE, Counts, Numbers
from detection.regression import CannotBeFitted, Fit

YEAR = 52


class Verdict(StrEnum):
    """What is said of a week."""

    SIGNAL = "signal"
    NO_SIGNAL = "no signal"
    NOT_ASSESSED = "not assessed"


@dataclass(frozen=True)
class Settings:
    """How it looks back, in weeks and years.

    `years` of history, at least `least_years`; windows of `half` weeks either side of this week's time of year, the
    rest of each year in `periods` - 1 parts; the last `left_out` weeks do not count. `chance` is that of a signal for
    nothing in one week. Past weeks with an Anscombe residual above `outbreak_from` count less. A trend is kept where
    its p-value is under `trend_under` (1 keeps it always, as Noufaily advise) and it is not carried beyond what was
    seen. A signal needs `least_cases` in the last `least_weeks`, and `least_mean` cases a week in the history.
    """

    years: int = 5
    least_years: int = 3
    half: int = 3
    periods: int = 10
    left_out: int = 26
    chance: float = 0.005
    outbreak_from: float = 2.58
    trend_under: float = 1.0
    least_cases: int = 5
    least_weeks: int = 4
    least_mean: float = 2.0


@dataclass(frozen=True)
class Assessment:
    """One week: what was seen, what was expected, and above what it would be a signal.

    `negative_binomial` and `delta` are the two upper bounds; the verdict is by the first. `chance` is P(X >= observed).
    Without a verdict `why` says in words what is missing and the numbers are NaN.
    """

    verdict: Verdict
    observed: int
    expected: float = np.nan
    dispersion: float = np.nan
    negative_binomial: float = np.nan
    delta: float = np.nan
    chance: float = np.nan
    trend: bool = False
    why: str = ""


def assess(weekly: Counts, week: int, settings: Settings | None = None) -> Assessment:
    """Assess one week (a column) of one series of counts a week, shape (weeks,), whole numbers from 0.

    Errors: ValueError for a week outside the series.
    """
    use = settings or Settings()
    if not 0 <= week < weekly.size:
        raise ValueError("The week was not counted.")
    observed = int(weekly[week])
    years = min(use.years, (week - use.half) // YEAR)
    if years < use.least_years:
        return Assessment(Verdict.NOT_ASSESSED, observed, why=f"there are not {use.least_years} years of history")
    weeks, parts = reference(week, years, use)
    counts = weekly[weeks].astype(np.float64)
    if counts.mean() < use.least_mean:
        return Assessment(Verdict.NOT_ASSESSED, observed, why=f"there are under {use.least_mean:g} cases a week")
    try:
        found, trend = _fit_with_or_without_trend(counts, weeks, parts, week, use)
    except CannotBeFitted as error:
        return Assessment(Verdict.NOT_ASSESSED, observed, why=f"the history cannot be fitted: {error}")
    mean, variance = found.at(_row(trend=trend, parts=use.periods))
    bound = negative_binomial_bound(mean, found.dispersion, use.chance)
    enough = weekly[max(week + 1 - use.least_weeks, 0) : week + 1].sum() >= use.least_cases
    return Assessment(
        verdict=Verdict.SIGNAL if observed > bound and enough else Verdict.NO_SIGNAL,
        observed=observed,
        expected=mean,
        dispersion=found.dispersion,
        negative_binomial=bound,
        delta=delta_bound(mean, found.dispersion, variance, use.chance),
        chance=_chance(observed, mean, found.dispersion),
        trend=trend,
    )


def reference(week: int, years: int, settings: Settings) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The past weeks that a week is compared with and the part of the year in which each lies, from 0.

    Part 0 is the 2 * half + 1 weeks around this time of year; the others divide the weeks between one such window and
    the next as evenly as may be, the longer ones first.
    """
    first = week - years * YEAR - settings.half
    weeks = np.arange(first, week - settings.left_out)
    place = (weeks - first) % YEAR
    window = 2 * settings.half + 1
    if settings.periods == 1:
        within = place < window
        return weeks[within], np.zeros(int(within.sum()), dtype=np.intp)
    between = np.array_split(np.arange(window, YEAR), settings.periods - 1)
    part = np.zeros(YEAR, dtype=np.intp)
    for number, piece in enumerate(between, start=1):
        part[piece] = number
    return weeks, part[place]


def negative_binomial_bound(mean: float, dispersion: float, chance: float) -> float:
    """The 1 - chance quantile of a count with this mean and variance dispersion * mean: size mean / (dispersion - 1).

    Poisson where the dispersion is within 1e-6 of 1.
    """
    if dispersion - 1 <= ALMOST_ONE:
        return float(stats.poisson.ppf(1 - chance, mean))
    return float(stats.nbinom.ppf(1 - chance, mean / (dispersion - 1), 1 / dispersion))


def delta_bound(mean: float, dispersion: float, variance_of_log: float, chance: float) -> float:
    """The bound on the scale of two-thirds powers: m (1 + 2/3 z sqrt(v) / m)^(3/2).

    v = dispersion * m + m^2 * variance_of_log adds what is not known of the mean m; z is the normal quantile.
    """
    spread = np.sqrt(dispersion * mean + mean**2 * variance_of_log)
    return float(mean * max(1 + 2 / 3 * stats.norm.isf(chance) * spread / mean, 0.0) ** 1.5)


def _chance(observed: int, mean: float, dispersion: float) -> float:
    if dispersion - 1 <= ALMOST_ONE:
        return float(stats.poisson.sf(observed - 1, mean))
    return float(stats.nbinom.sf(observed - 1, mean / (dispersion - 1), 1 / dispersion))


def _fit_with_or_without_trend(
    counts: Numbers, weeks: NDArray[np.intp], parts: NDArray[np.intp], week: int, use: Settings
) -> tuple[Fit, bool]:
    """The model with a trend where one is called for, else the one without; each weighted for past outbreaks."""
    season = (parts[:, None] == np.arange(1, use.periods)[None]).astype(np.float64)
    level = np.ones((counts.size, 1))
    time = (weeks - week)[:, None] / YEAR
    try:
        trending = _fit_reweighted(np.hstack([level, time, season]), counts, use)
    except CannotBeFitted:
        return _fit_reweighted(np.hstack([level, season]), counts, use), False
    error = np.sqrt(trending.covariance[1, 1] * trending.dispersion)
    free = counts.size - use.periods - 1
    p = 2 * stats.t.sf(abs(trending.coefficients[1]) / error, free)
    mean, _ = trending.at(_row(trend=True, parts=use.periods))
    if (p < use.trend_under or use.trend_under >= 1) and mean <= counts.max():
        return trending, True
    return _fit_reweighted(np.hstack([level, season]), counts, use), False


def _row(*, trend: bool, parts: int) -> Numbers:
    """The row of the design at the week that is assessed: now, and in part 0 of the year."""
    return np.concatenate([[1.0], [0.0] * trend, np.zeros(parts - 1)])


def _fit_reweighted(design: Numbers, counts: Numbers, use: Settings) -> Fit:
    """Fit, make past outbreaks count less, and fit again."""
    first = regression.fit(design, counts, np.ones(counts.size))
    return regression.fit(design, counts, weights(first, counts, use.outbreak_from))


def weights(fit: Fit, counts: Numbers, outbreak_from: float) -> Numbers:
    """What each past week counts: 1 / s^2 where its Anscombe residual s is above `outbreak_from`, else 1; mean 1.

    s = 3/2 (y^(2/3) - m^(2/3)) / (m^(1/6) sqrt(dispersion (1 - leverage))).
    """
    scale = fit.mean ** (1 / 6) * np.sqrt(fit.dispersion * np.maximum(1 - fit.leverage, ALMOST_ONE))
    residual = 1.5 * (counts ** (2 / 3) - fit.mean ** (2 / 3)) / scale
    raw = np.where(residual > outbreak_from, 1 / np.maximum(residual, 1.0) ** 2, 1.0)
    return np.asarray(raw * counts.size / raw.sum())
