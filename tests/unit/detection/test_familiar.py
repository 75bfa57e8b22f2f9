"""EARS and EWMA, worked by hand."""

import numpy as np
import pytest

from detection import ears, ewma

COUNTS = np.array([[0, 2, 1, 0, 3, 1, 0, 4, 2, 1, 9]])


def test_c1_compares_with_the_seven_days_before() -> None:
    """Day 7 against 0 2 1 0 3 1 0: mean 1, squares 1 1 0 1 4 0 1 = 8, deviation sqrt(8 / 6)."""
    expected = ears.moving(COUNTS, days=7, lag=0)
    assert expected.mean[0, 7] == pytest.approx(1)
    assert ears.statistic(COUNTS, expected)[0, 7] == pytest.approx(3 / np.sqrt(8 / 6))
    assert np.isnan(expected.mean[0, 6])


def test_c2_leaves_two_days_between() -> None:
    expected = ears.moving(COUNTS, days=7, lag=2)
    assert expected.mean[0, 9] == pytest.approx(1)
    assert expected.above(3)[0, 9] == pytest.approx(1 + 3 * np.sqrt(8 / 6))
    assert np.isnan(expected.mean[0, 8])


def test_c3_is_the_sum_of_what_lies_above_one_on_three_days() -> None:
    found = ears.c3(np.array([[np.nan, 0.5, 1.5, 3.0, -2.0, 0.0]]))
    assert np.isnan(found[0, :3]).all()
    assert found[0, 3:].tolist() == [2.5, 2.5, 2.0]


def test_zeros_have_a_deviation_of_a_half() -> None:
    counts = np.zeros((1, 40), dtype=int)
    counts[0, -1] = 2
    assert ears.statistic(counts, ears.moving(counts, days=28, lag=2))[0, -1] == 4
    assert np.nonzero(ears.alarms(counts)[0])[0].tolist() == [39]


def test_a_series_that_is_too_short_has_no_alarm() -> None:
    for detector in (ears.alarms, ewma.alarms, ears.two_deviations):
        assert not detector(np.full((2, 5), 500)).any()
        assert detector(np.zeros((0, 60), dtype=int)).shape == (0, 60)
    with pytest.raises(ValueError, match="two days"):
        ears.moving(COUNTS, days=1, lag=0)


def test_the_average_moves_by_its_weight_and_is_divided_by_its_deviation() -> None:
    """Zeros then 1, 1: scaled 2 and 2 (deviation a half); z = 0.6, then 0.3 * 2 + 0.7 * 0.6 = 1.02."""
    counts = np.zeros((1, 32), dtype=int)
    counts[0, 30:] = 1
    found = ewma.deviations(counts, weight=0.3)[0, 30:]
    assert found[0] == pytest.approx(0.6 / 0.3)
    assert found[1] == pytest.approx(1.02 / np.sqrt(0.3 / 1.7 * (1 - 0.7**4)))
    with pytest.raises(ValueError, match="weight"):
        ewma.deviations(counts, weight=0)


def test_the_rule_of_thumb_speaks_above_the_mean_and_two_deviations() -> None:
    weeks = np.array([[0, 1] * 26 + [2], [0, 1] * 26 + [1]])
    assert ears.two_deviations(weeks)[:, -1].tolist() == [True, False]
