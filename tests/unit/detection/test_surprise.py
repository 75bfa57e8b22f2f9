"""The whole test on days that matter: empty systems, first reports, quiet years, a flood, late reports."""

import numpy as np
import pytest

from detection import backtest, limits, predictive, simulation, surprise
from detection.backtest import History
from detection.limits import Limits, Method


@pytest.fixture(scope="module")
def table() -> Limits:
    return limits.read()


def said(counts: np.ndarray, table: Limits, *, ends: list[int] | None = None) -> np.ndarray:
    return surprise.assess(counts, ends or [counts.shape[1] - 1], table, budget=1.0).speaks


def test_an_empty_system_says_nothing(table: Limits) -> None:
    nobody = surprise.assess(np.zeros((0, 30), dtype=int), [29], table, budget=1.0)
    assert nobody.speaks.shape == (0, 1)
    assert nobody.against_all_series().size == 0
    assert not said(np.zeros((4, 1), dtype=int), table).any()


def test_the_first_report_ever_is_left_to_the_rules(table: Limits) -> None:
    for age in (1, 2, 7, 30):
        counts = np.zeros((1, age), dtype=int)
        counts[0, -1] = 1
        assert not said(counts, table).any()


def test_it_speaks_in_the_second_week_of_a_new_system(table: Limits) -> None:
    counts = np.zeros((1, 10), dtype=int)
    counts[0, -2:] = 2, 3
    assert said(counts, table).all()


def test_after_a_year_of_zeros_one_is_not_enough_on_one_day_for_three_windows_and_two_are(table: Limits) -> None:
    counts = np.zeros((2, 400), dtype=int)
    counts[0, -1], counts[1, -1] = 1, 2
    found = surprise.assess(counts, [399], table, budget=1.0)
    assert found.chances[0, 0].tolist() == sorted(found.chances[0, 0])
    assert found.speaks[1, 0]
    assert not said(np.zeros((1, 400), dtype=int), table).any()


def test_a_day_of_five_hundred_is_no_number_too_large(table: Limits) -> None:
    counts = np.zeros((1, 400), dtype=int)
    counts[0, 200], counts[0, -1] = 500, 500
    found = surprise.assess(counts, [200, 399], table, budget=1.0)
    assert found.speaks[0, 0]
    assert np.isfinite(found.chances).all()
    assert found.dispersion[0, 1] == Method().baseline.most_overdispersion


def test_four_in_two_days_stand_out_where_one_a_week_is_usual(table: Limits) -> None:
    counts = np.zeros((1, 400), dtype=int)
    counts[0, ::7] = 1
    counts[0, -2:] += 2
    found = surprise.assess(counts, [399], table, budget=1.0)
    assert found.speaks[0, 0]
    assert Method().windows[found.window[0, 0]] == 3


def test_reports_that_come_two_weeks_late_raise_the_days_on_which_things_happened(table: Limits) -> None:
    happened = np.array([*range(0, 380, 7), 390, 390, 391, 391, 391])
    known = np.where(happened >= 390, happened + 14, happened)
    history = History(1, 410, np.zeros_like(happened), happened, known)
    spoke = backtest.replay(history, surprise.detector(table, budget=1.0), first=372)
    assert np.nonzero(spoke[0])[0].tolist() == [405]
    assert not backtest.replay(history, surprise.detector(table, budget=1.0), first=372, look_back=5).any()


def test_what_is_said_of_a_day_does_not_depend_on_later_days(table: Limits) -> None:
    counts = simulation.quiet_years(np.random.default_rng(3), series=20, days=420, weekly=2, dispersion=1.5)
    for end in (30, 200, 400):
        early = surprise.assess(counts[:, : end + 1], [end], table, budget=1.0)
        late = surprise.assess(counts, [end], table, budget=1.0)
        assert np.array_equal(early.chances, late.chances)
        assert np.array_equal(early.limit, late.limit)


def test_one_loud_series_among_many_quiet_ones_stands_out_among_all(table: Limits) -> None:
    counts = simulation.quiet_years(np.random.default_rng(4), series=500, days=400, weekly=0.5)
    counts[7, -2:] += 3
    q = surprise.assess(counts, [399], table, budget=1.0).against_all_series()
    assert q.argmin() == 7
    assert q[7] < 0.01
    assert (q[np.arange(500) != 7] > 0.1).all()


def test_a_larger_budget_is_a_larger_limit_and_the_edges_of_the_table_hold(table: Limits) -> None:
    rates, spreads = np.array([1e-6, 1.0, 1e6]), np.array([1.0, 1.5, 99.0])
    few, some, many = (table.at(rates, spreads, budget) for budget in (0.3, 1.0, 3.0))
    assert (few < some).all()
    assert (some < many).all()
    assert table.at(0.5, 1.0, 1.0) == pytest.approx(table.chances[4, 0, 2])
    with pytest.raises(ValueError, match="above 0"):
        table.at(1.0, 1.0, 0)


def test_the_table_that_is_kept_is_the_one_that_simulation_finds(table: Limits) -> None:
    """A small simulation of one cell: what its limit lets through is near the budget of one a year."""
    anew = limits.calibrate(Method(), rates=(1.0, 2.0), dispersions=(1.0, 1.5), years=150, seed=1)
    assert anew.chances[0, 0, 2] == pytest.approx(table.chances[5, 0, 2], rel=0.5)
    assert Limits.from_kept(anew.as_kept()).method == anew.method
    assert limits.limits_for(Method()).method == table.method


def test_quiet_series_are_hardly_more_often_false_than_once_a_year_and_clusters_are_seen(table: Limits) -> None:
    """The short form of tests/bench/signals.py."""
    rng = np.random.default_rng(9)
    counts = simulation.quiet_years(rng, series=200, days=750, weekly=1)
    ends = np.arange(385, 750)
    spoke = surprise.assess(counts, ends, table, budget=1.0).speaks
    assert 0.2 < backtest.judge(spoke, first=0, gap=7).false_a_year < 1.2
    struck = simulation.with_cases(rng, counts, at=740, cases=4, within=2)
    assert surprise.assess(struck, np.arange(740, 748), table, budget=1.0).speaks.any(axis=1).mean() > 0.95


def test_the_variance_of_what_is_simulated_is_what_was_asked_for() -> None:
    counts = simulation.quiet_years(np.random.default_rng(1), series=50, days=4000, weekly=3, dispersion=1.5)
    assert counts.mean() == pytest.approx(3 / 7, rel=0.02)
    assert counts.var() / counts.mean() == pytest.approx(1.5, rel=0.02)
    with pytest.raises(ValueError, match="less than by chance"):
        simulation.quiet_years(np.random.default_rng(1), series=1, days=1, weekly=1, dispersion=0.9)


def test_half_of_what_is_late_comes_within_the_median() -> None:
    events = np.zeros(20_000, dtype=np.int64)
    known = simulation.late(np.random.default_rng(1), events, median_days=3)
    assert (known <= 3).mean() == pytest.approx(0.5, abs=0.02)


def test_dispersion_of_a_series_weighs_short_windows_most() -> None:
    assert predictive.in_one(np.array([[[1.0, 2.0]]]), (1, 3))[0, 0] == pytest.approx(1.25)
