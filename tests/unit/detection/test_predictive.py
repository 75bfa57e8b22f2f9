"""The formulas of the test for sparse counts, against cases worked by hand."""

import math

import numpy as np
import pytest
from scipy import stats

from detection import predictive
from detection.predictive import Baseline, Windows


def one(*, observed: int, past: int, exposure: int, length: int) -> Windows:
    return Windows(*(np.array([[[number]]]) for number in (observed, past, exposure, length)))


def test_the_chance_is_that_of_the_sum_of_the_series_worked_by_hand() -> None:
    """Nothing in 365 days, then two in a day: size 1/2, p 365/366.

    P(0) = p^(1/2), P(1) = p^(1/2) (1 - p) / 2, so P(X >= 2) = 1 - P(0) - P(1).
    """
    p = 365 / 366
    by_hand = 1 - math.sqrt(p) - math.sqrt(p) * (1 - p) / 2
    found = predictive.tail(one(observed=2, past=0, exposure=365, length=1))
    assert found[0, 0, 0] == pytest.approx(by_hand, rel=1e-9)


def test_without_overdispersion_it_is_the_negative_binomial_of_jeffreys() -> None:
    """Size n + 1/2 and p = B / (B + w), as the Gamma(n + 1/2, B) posterior gives it."""
    seen = one(observed=4, past=52, exposure=365, length=3)
    assert predictive.tail(seen)[0, 0, 0] == pytest.approx(stats.nbinom.sf(3, 52.5, 365 / 368), rel=1e-12)
    assert predictive.expected(seen)[0, 0, 0] == pytest.approx(52.5 * 3 / 365)


def test_overdispersion_keeps_the_mean_and_multiplies_the_variance() -> None:
    seen = one(observed=1, past=100, exposure=365, length=7)
    mean, ratio = predictive._mean_and_ratio(seen, np.array(1.5))
    p = 1 / ratio[0, 0, 0]
    found = stats.nbinom(mean[0, 0, 0] * p / (1 - p), p)
    assert found.mean() == pytest.approx(100.5 * 7 / 365)
    assert found.var() == pytest.approx(1.5 * found.mean() * (1 + 7 / 365))


def test_it_is_poisson_where_the_variance_is_the_mean_to_a_millionth() -> None:
    seen = one(observed=9, past=4_000_000, exposure=1_000_000_000, length=1000)
    assert predictive.tail(seen)[0, 0, 0] == pytest.approx(stats.poisson.sf(8, 4.0000005), rel=1e-6)
    assert predictive.upper_bound(seen, 0.01)[0, 0, 0] == stats.poisson.ppf(0.99, 4.0)


def test_the_bound_is_the_quantile_of_the_same_distribution() -> None:
    for past in (0, 3, 52, 700):
        for chance in (0.2, 0.01, 0.0001):
            seen = one(observed=0, past=past, exposure=52, length=1)
            bound = predictive.upper_bound(seen, chance)[0, 0, 0]
            assert bound == stats.nbinom.ppf(1 - chance, past + 0.5, 52 / 53)


def test_no_event_and_no_past_say_nothing() -> None:
    assert predictive.tail(one(observed=0, past=5, exposure=365, length=1))[0, 0, 0] == 1
    assert predictive.tail(one(observed=5, past=0, exposure=0, length=1))[0, 0, 0] == 1
    assert predictive.upper_bound(one(observed=5, past=0, exposure=0, length=1), 0.01)[0, 0, 0] == np.inf


def test_windows_are_counted_and_compared_with_what_lies_before_the_guard() -> None:
    counts = np.arange(60)[None]
    found = predictive.windows(counts, [59], (1, 3), Baseline(days=20, guard=7, least_days=5))
    assert found.observed[0, 0].tolist() == [59, 57 + 58 + 59]
    assert found.exposure[0, 0].tolist() == [20, 20]
    assert found.past[0, 0].tolist() == [sum(range(32, 52)), sum(range(30, 50))]


def test_a_young_series_gives_up_its_guard_before_its_baseline() -> None:
    counts = np.ones((1, 40), dtype=int)
    found = predictive.windows(counts, [0, 1, 28, 31, 39], (1,), Baseline())
    assert found.exposure[0, :, 0].tolist() == [0, 1, 28, 28, 32]
    assert found.past[0, :, 0].tolist() == [0, 1, 28, 28, 32]


def test_a_series_that_began_later_is_compared_with_its_own_days() -> None:
    counts = np.ones((2, 40), dtype=int)
    found = predictive.windows(counts, [30], (1,), Baseline(), since=[0, 20])
    assert found.exposure[:, 0, 0].tolist() == [28, 10]


@pytest.mark.parametrize("counts", [np.array([1, 2]), np.array([[1, -1]])])
def test_what_is_no_count_is_refused(counts: np.ndarray) -> None:
    with pytest.raises(ValueError, match="whole numbers"):
        predictive.windows(counts, [0], (1,), Baseline())


def test_a_day_that_was_not_counted_is_refused() -> None:
    with pytest.raises(ValueError, match="were counted"):
        predictive.windows(np.zeros((1, 3), dtype=int), [3], (1,), Baseline())


def test_overdispersion_is_the_variance_of_the_spells_over_their_mean_shrunk_to_one() -> None:
    """16 days before guard and window: 0 and 4 in turn have mean 2 and variance 64/15, so 2.133 before shrinking."""
    counts = np.array([[0, 4] * 8 + [9]])
    baseline = Baseline(days=365, guard=0, doubt=0.5)
    found = predictive.overdispersion(counts, [16], (1,), baseline)[0, 0, 0]
    trust = 0.25 / (0.25 + 2 / 15 + 4 / 32)
    assert found == pytest.approx(1 + (64 / 15 / 2 - 1) * trust)


def test_overdispersion_counts_spells_as_slowly_counted_ones_do() -> None:
    counts = np.random.default_rng(5).negative_binomial(1, 0.4, size=(3, 500))
    baseline = Baseline(days=100, guard=7, doubt=1e9, most_overdispersion=1e9)
    for length in (1, 3, 7):
        for end in (120, 499):
            found = predictive.overdispersion(counts, [end], (length,), baseline)[:, 0, 0]
            until = end + 1 - 7 - length
            number = min(until, 100) // length
            spells = counts[:, until - number * length : until].reshape(3, number, length).sum(axis=2)
            slowly = np.maximum(spells.var(axis=1, ddof=1) / spells.mean(axis=1), 1)
            assert found == pytest.approx(slowly)


def test_overdispersion_of_a_short_or_empty_history_is_one() -> None:
    assert predictive.overdispersion(np.ones((1, 5), dtype=int), [4], (1, 7), Baseline()).tolist() == [[[1, 1]]]
    assert predictive.overdispersion(np.zeros((1, 400), dtype=int), [399], (1,), Baseline()).tolist() == [[[1]]]


def test_false_discoveries_are_those_of_benjamini_and_hochberg() -> None:
    """Their table 1 (1995, section 3.2, 15 p-values): at 5 % four stand, p <= 0.0095."""
    p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459]
    p += [0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0]
    q = predictive.false_discovery(p[::-1])[::-1]
    assert (q <= 0.05).sum() == 4
    assert q[3] == pytest.approx(0.0095 * 15 / 4)
    assert (np.diff(q) >= 0).all()


def test_false_discoveries_of_nothing_are_nothing() -> None:
    assert predictive.false_discovery([]).size == 0
    with pytest.raises(ValueError, match="from 0 to 1"):
        predictive.false_discovery([1.2])
