"""Farrington flexible, beside numbers that others worked out.

tests/data/invented_bounds.csv is what R's surveillance 1.20.3 says of the invented counts in invented_weeks.csv
(farringtonFlexible with b=3, w=3, noPeriods=10, pastWeeksNotIncluded=26, weightsThreshold=2.58, pThresholdTrend=1,
alpha=0.005, thresholdMethod="nbPlugin"; EARS with alpha=0.001 and minSigma=0.5): see tests/bench/signals.R.
"""

import csv
from pathlib import Path

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats

from detection import ears, farrington, predictive, regression
from detection.farrington import Settings, Verdict
from detection.predictive import Baseline
from detection.regression import CannotBeFitted

DATA = Path(__file__).parents[2] / "data"
WHOLE = Settings(years=3, least_cases=0, least_mean=0)


def read(name: str) -> list[dict[str, str]]:
    with (DATA / name).open() as opened:
        return list(csv.DictReader(opened))


@pytest.fixture(scope="module")
def counts() -> np.ndarray:
    return np.array([int(row["count"]) for row in read("invented_weeks.csv")])


@pytest.fixture(scope="module")
def theirs() -> list[dict[str, str]]:
    return read("invented_bounds.csv")


def test_bounds_and_expected_counts_are_those_of_another_implementation(counts: np.ndarray, theirs: list) -> None:
    weeks = [row for row in theirs if row["farrington"]]
    assert len(weeks) > 90
    for row in weeks:
        found = farrington.assess(counts, int(row["week"]) - 1, WHOLE)
        assert found.negative_binomial == float(row["farrington"])
        assert found.expected == pytest.approx(float(row["expected"]), rel=1e-4)
        assert found.dispersion == pytest.approx(float(row["dispersion"]), rel=1e-3)


def test_ears_bounds_are_those_of_another_implementation(counts: np.ndarray, theirs: list) -> None:
    for name, lag in (("c1", 0), ("c2", 2)):
        bound = ears.moving(counts[None], days=7, lag=lag).above(float(stats.norm.isf(0.001)))[0]
        for row in theirs:
            assert bound[int(row["week"]) - 1] == pytest.approx(float(row[name]), abs=1e-9)


def test_predictive_bounds_are_those_of_another_implementation(counts: np.ndarray, theirs: list) -> None:
    weeks = [int(row["week"]) - 1 for row in theirs]
    seen = predictive.windows(counts[None], weeks, (1,), Baseline(days=52, guard=0, least_days=1))
    assert predictive.upper_bound(seen, 0.01)[0, :, 0].tolist() == [float(row["bayes"]) for row in theirs]


def test_the_regression_is_that_of_statsmodels() -> None:
    rng = np.random.default_rng(0)
    for _ in range(5):
        design = np.column_stack([np.ones(80), rng.normal(size=(80, 2))])
        counts = rng.poisson(np.exp(design @ [1.0, 0.3, -0.4])).astype(float)
        weights = rng.uniform(0.2, 1.5, size=80)
        ours = regression.fit(design, counts, weights)
        model = sm.GLM(counts, design, family=sm.families.Poisson(), var_weights=weights)
        found = model.fit(scale="X2")
        assert ours.coefficients == pytest.approx(found.params, abs=1e-7)
        assert ours.dispersion == pytest.approx(max(found.scale, 1), rel=1e-6)
        assert np.sqrt(np.diag(ours.covariance) * found.scale) == pytest.approx(found.bse, rel=1e-6)
        assert ours.leverage == pytest.approx(found.get_hat_matrix_diag(), abs=1e-6)


def test_the_mean_of_one_group_is_the_fit_worked_by_hand() -> None:
    """1, 2, 6: mean 3, Pearson (4 + 1 + 9) / 3 over 2 is 7/3, the variance of log(mean) 1 / 9 times that."""
    found = regression.fit(np.ones((3, 1)), np.array([1.0, 2.0, 6.0]), np.ones(3))
    assert found.mean == pytest.approx([3, 3, 3])
    assert found.dispersion == pytest.approx(7 / 3)
    assert found.at(np.ones(1)) == (pytest.approx(3), pytest.approx(7 / 27))
    assert found.leverage == pytest.approx([1 / 3] * 3)


def test_what_the_counts_do_not_determine_is_not_fitted() -> None:
    for design, counts in (
        (np.ones((3, 1)), [0.0, 0.0, 0.0]),
        (np.ones((3, 2)), [1.0, 2.0, 3.0]),
        (np.eye(3), [1.0, 2.0, 3.0]),
        (np.array([[1.0, 0], [1, 0], [1, 1], [1, 1]]), [3.0, 2.0, 0.0, 0.0]),
    ):
        with pytest.raises(CannotBeFitted):
            regression.fit(design, np.array(counts), np.ones(len(counts)))


def test_this_time_of_year_is_one_part_of_ten_and_the_rest_are_five_weeks_each() -> None:
    weeks, parts = farrington.reference(300, 3, Settings())
    assert (weeks[0], weeks[-1]) == (300 - 3 * 52 - 3, 300 - 27)
    assert set(weeks[parts == 0]) >= {300 - 52 + shift for shift in range(-3, 4)}
    assert np.bincount(parts[:52]).tolist() == [7] + [5] * 9


def test_past_outbreaks_count_less_by_the_square_of_their_residual() -> None:
    counts = np.array([3.0] * 20 + [30.0])
    fit = regression.fit(np.ones((21, 1)), counts, np.ones(21))
    given = farrington.weights(fit, counts, 2.58)
    m, f = fit.mean[0], fit.dispersion
    residual = 1.5 * (30 ** (2 / 3) - m ** (2 / 3)) / (m ** (1 / 6) * np.sqrt(f * (1 - 1 / 21)))
    assert residual > 2.58
    assert given[-1] / given[0] == pytest.approx(residual**-2)
    assert given.mean() == pytest.approx(1)


def test_the_two_bounds_worked_by_hand() -> None:
    """Mean 4, dispersion 2: size 4, p 1/2. Two-thirds powers: 4 (1 + 2/3 * 2.5758 * sqrt(8 + 16 / 100) / 4)^(3/2)."""
    assert farrington.negative_binomial_bound(4.0, 2.0, 0.005) == stats.nbinom.ppf(0.995, 4, 0.5)
    assert farrington.negative_binomial_bound(4.0, 1.0, 0.005) == stats.poisson.ppf(0.995, 4)
    by_hand = 4 * (1 + 2 / 3 * 2.5758293 * np.sqrt(8.16) / 4) ** 1.5
    assert farrington.delta_bound(4.0, 2.0, 0.01, 0.005) == pytest.approx(by_hand)


def test_an_outbreak_is_a_signal_and_a_usual_week_is_none(counts: np.ndarray) -> None:
    raised = counts.copy()
    raised[-1] = 60
    assert farrington.assess(raised, 259).verdict is Verdict.SIGNAL
    assert farrington.assess(raised, 259).chance < 1e-6
    raised[-1] = 5
    assert farrington.assess(raised, 259).verdict is Verdict.NO_SIGNAL


def test_a_week_on_top_of_an_empty_month_needs_five_cases() -> None:
    counts = np.array([3] * 206 + [0] * 3 + [4])
    few = farrington.assess(counts, 209, Settings(chance=0.4))
    assert few.observed > few.negative_binomial
    assert few.verdict is Verdict.NO_SIGNAL


def test_what_cannot_be_fitted_is_not_assessed_and_says_why(counts: np.ndarray) -> None:
    zeros = np.zeros(260, dtype=int)
    zeros[-1] = 500
    young = farrington.assess(counts, 100)
    sparse = farrington.assess(zeros, 259)
    no_season = farrington.assess(np.array(([9] * 7 + [0] * 45) * 5), 259, Settings(least_mean=0.5))
    whys = [one.why for one in (young, sparse, no_season)]
    assert {one.verdict for one in (young, sparse, no_season)} == {Verdict.NOT_ASSESSED}
    assert whys[0] == "there are not 3 years of history"
    assert whys[1] == "there are under 2 cases a week"
    assert whys[2].startswith("the history cannot be fitted")
    assert np.isnan(young.expected)
    with pytest.raises(ValueError, match="not counted"):
        farrington.assess(zeros, 260)


def test_a_trend_that_chance_explains_is_left_out_where_it_is_tested() -> None:
    flat = np.array([4, 5, 6, 5] * 65)
    assert not farrington.assess(flat, 259, Settings(trend_under=0.05)).trend
    rising = np.round(np.linspace(2, 20, 260)).astype(int)
    assert farrington.assess(rising[::-1], 259, Settings(trend_under=0.05)).trend
    assert not farrington.assess(rising, 259).trend  # it would be carried beyond what was ever seen


def test_old_settings_compare_this_time_of_year_alone() -> None:
    weeks, parts = farrington.reference(300, 4, Settings(periods=1, left_out=3))
    assert weeks.size == 4 * 7
    assert not parts.any()
