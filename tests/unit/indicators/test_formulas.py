"""Every formula against figures worked out by hand, and what cannot be worked out says so."""

from collections.abc import Callable
from decimal import Decimal
from math import sqrt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ldis.indicators.rules import (
    Against,
    Interval,
    NotWorkable,
    against,
    byar,
    change,
    comparable,
    completeness,
    has_small_base,
    rate,
    rolling,
    rounded,
    share,
    together,
    unmet_need,
    wilson,
)

D = Decimal


def test_the_published_example_of_plymouth() -> None:
    """Prevalence 1,266 opiates only; 872 in treatment in December 2022, 842 a year later: 31.1 %, 33.5 %, -3.4 %."""
    assert rounded(unmet_need(872, 1266), 1) == D("31.1")
    assert rounded(unmet_need(842, 1266), 1) == D("33.5")
    assert rounded(change(842, 872), 1) == D("-3.4")


@pytest.mark.parametrize(
    ("formula", "given_numbers", "places", "said"),
    [
        (unmet_need, (0, 100), 1, "100.0"),
        (unmet_need, (100, 100), 1, "0.0"),
        (unmet_need, (120, 100), 1, "0.0"),  # more in treatment than estimated: floored
        (unmet_need, (1, 3), 1, "66.7"),
        (unmet_need, (2, 3), 1, "33.3"),
        (unmet_need, (1, 1), 1, "0.0"),  # a base of 1
        (unmet_need, (0, 1), 1, "100.0"),
        (unmet_need, (399, 800), 1, "50.1"),  # 50.125
        (unmet_need, (D("437"), D("1000")), 0, "56"),  # 56.3
        (change, (110, 100), 1, "10.0"),
        (change, (90, 100), 1, "-10.0"),
        (change, (0, 100), 1, "-100.0"),
        (change, (100, 100), 1, "0.0"),
        (change, (3, 1), 1, "200.0"),  # a base of 1
        (change, (1005, 1000), 0, "1"),  # 0.5, away from nought
        (change, (995, 1000), 0, "-1"),  # -0.5, away from nought
        (change, (10004, 10000), 1, "0.0"),  # 0.04
        (change, (9996, 10000), 1, "0.0"),  # never minus nought
        (change, (1, 3), 2, "-66.67"),
        (share, (0, 7), 1, "0.0"),
        (share, (7, 7), 1, "100.0"),
        (share, (1, 7), 1, "14.3"),
        (share, (1, 8), 1, "12.5"),
        (share, (1, 16), 1, "6.3"),  # 6.25, half away from nought
        (share, (5, 1000), 0, "1"),  # 0.5
        (share, (1, 1), 0, "100"),
        (completeness, (198, 200), 1, "99.0"),
        (rate, (0, 1000, 1000), 1, "0.0"),
        (rate, (13, 260000, 100000), 1, "5.0"),
        (rate, (1, 3, 1000), 1, "333.3"),
        (rate, (57, 842, 1000), 1, "67.7"),  # 67.696
        (rate, (9, 872, 100), 2, "1.03"),  # 1.0321
    ],
)
def test_by_hand(formula: Callable[..., Decimal], given_numbers: tuple[Any, ...], places: int, said: str) -> None:
    assert str(rounded(formula(*given_numbers), places)) == said


@pytest.mark.parametrize(
    ("value", "places", "said"),
    [
        ("2.5", 0, "3"),
        ("3.5", 0, "4"),
        ("-2.5", 0, "-3"),
        ("0.05", 1, "0.1"),
        ("-0.05", 1, "-0.1"),
        ("0.04999", 1, "0.0"),
        ("-0.04", 1, "0.0"),
        ("99.95", 1, "100.0"),
        ("1.005", 2, "1.01"),
    ],
)
def test_halves_go_away_from_nought(value: str, places: int, said: str) -> None:
    assert str(rounded(D(value), places)) == said


@pytest.mark.parametrize(
    ("formula", "given_numbers", "sentence"),
    [
        (unmet_need, (5, 0), "There is no estimate of how many people need treatment."),
        (unmet_need, (-1, 10), "A number of people is not below nought."),
        (change, (5, 0), "The baseline is nought"),
        (share, (0, 0), "There is nobody to take a share of."),
        (share, (8, 7), "The part is larger than the whole."),
        (share, (-1, 7), "The part is larger than the whole."),
        (rate, (1, 0, 1000), "There is no number of people"),
        (rate, (-1, 10, 1000), "A number of events is not below nought."),
    ],
)
def test_what_cannot_be_worked_out_says_why(
    formula: Callable[..., Decimal], given_numbers: tuple[Any, ...], sentence: str
) -> None:
    with pytest.raises(NotWorkable, match=sentence):
        formula(*given_numbers)


def test_months_are_added_only_where_none_is_missing() -> None:
    assert rolling([9, *range(12)], 12) == 66
    assert rolling([0] * 12, 12) == 0
    with pytest.raises(NotWorkable, match="1 of 12 months is missing"):
        rolling([1] * 5 + [None] + [1] * 6, 12)
    with pytest.raises(NotWorkable, match="2 of 12 months are missing"):
        rolling([1] * 10, 12)


def test_two_cuts_of_the_same_people_are_never_added() -> None:
    cuts = {"any opiate": "substance groups", "alcohol only": "substance groups", "crack only": "OCU"}
    assert together({"any opiate": 842, "alcohol only": 301}, cuts) == 1143
    with pytest.raises(NotWorkable, match="OCU and substance groups are different cuts"):
        together({"any opiate": 842, "crack only": 10}, cuts)


def test_a_trend_across_methods_is_refused() -> None:
    comparable(["2022-23", "2022-23", ""])
    with pytest.raises(NotWorkable, match=r"2016-20 and 2022-23 are not compared: the method changed\."):
        comparable(["2022-23", "2016-20"])


def test_few_people_are_read_with_care() -> None:
    assert has_small_base(29)
    assert not has_small_base(30)


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [
        (0, 10, "0.0", "27.8"),
        (10, 10, "72.2", "100.0"),
        (1, 1, "20.7", "100.0"),
        (5, 10, "23.7", "76.3"),
        (81, 263, "25.5", "36.6"),  # Newcombe, Stat Med 17 (1998) 857, table I: .2553 to .3662
        (15, 148, "6.2", "16.0"),  # the same: .0624 to .1605
        (1, 29, "0.6", "17.2"),  # the same: .0061 to .1718
    ],
)
def test_wilsons_interval(part: int, whole: int, low: str, high: str) -> None:
    found = wilson(part, whole)
    assert (str(rounded(found.low, 1)), str(rounded(found.high, 1))) == (low, high)


def test_byars_interval_is_the_formula_in_floats() -> None:
    for events in (1, 10, 57, 400):
        z, more = 1.959963984540054, events + 1
        low = events * (1 - 1 / (9 * events) - z / (3 * sqrt(events))) ** 3 * 1000 / 842
        high = more * (1 - 1 / (9 * more) + z / (3 * sqrt(more))) ** 3 * 1000 / 842
        found = byar(events, 842, 1000)
        assert float(found.low) == pytest.approx(max(low, 0))
        assert float(found.high) == pytest.approx(high)
    assert byar(0, 842, 1000).low == 0


def test_byars_interval_beside_the_exact_one() -> None:
    """Garwood's exact interval of 100 events is 81.36 to 121.63; Byar's approximation is within a hundredth of it."""
    found = byar(100, 1, 1)
    assert float(found.low) == pytest.approx(81.36, abs=0.01)
    assert float(found.high) == pytest.approx(121.63, abs=0.01)


def test_a_difference_from_england_is_more_than_chance_or_it_is_not() -> None:
    assert against(Interval(D(10), D(20)), 9) is Against.HIGHER
    assert against(Interval(D(10), D(20)), 21) is Against.LOWER
    assert against(Interval(D(10), D(20)), 10) is Against.NO_DIFFERENCE


@given(st.integers(0, 5000), st.integers(1, 5000))
def test_shares_lie_in_their_interval_and_needs_between_nought_and_a_hundred(part: int, whole: int) -> None:
    assert 0 <= unmet_need(part, whole) <= 100
    if part <= whole:
        found = wilson(part, whole)
        assert 0 <= found.low <= share(part, whole) + D("1e-20")
        assert share(part, whole) - D("1e-20") <= found.high <= 100
