"""Nobody who holds everything that is published beside each other can work out a count of a few people."""

from collections.abc import Sequence
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from ldis.indicators.disclosure import Sum, Why, hides_share, is_few, protect

Counts = dict[str, int]


def test_one_to_four_are_hidden_and_nought_and_five_are_not() -> None:
    assert [count for count in range(8) if is_few(count)] == [1, 2, 3, 4]
    assert protect({"a": 0, "b": 5}, []) == {}


def test_where_only_one_part_is_hidden_the_next_smallest_is_too() -> None:
    counts = {"all": 60, "a": 3, "b": 40, "c": 17}
    hidden = protect(counts, [Sum("all", ("a", "b", "c"))])
    assert hidden == {"a": Why.FEW, "c": Why.PROTECTS}


def test_of_two_parts_both_are_hidden_and_the_total_is_shown() -> None:
    assert set(protect({"all": 20, "a": 2, "b": 18}, [Sum("all", ("a", "b"))])) == {"a", "b"}


def test_a_total_that_is_few_is_hidden_with_its_parts() -> None:
    hidden = protect({"all": 3, "a": 3, "b": 0}, [Sum("all", ("a", "b"))])
    assert {"all", "a"} <= set(hidden)


def test_a_month_cannot_be_worked_out_from_two_years_that_overlap() -> None:
    months = {f"m{n}": 20 for n in range(13)} | {"m12": 2}
    rolling = {
        "r11": sum(months[f"m{n}"] for n in range(12)),
        "r12": sum(months[f"m{n}"] for n in range(1, 13)),
    }
    sums = [Sum(f"r{last}", tuple(f"m{n}" for n in range(last - 11, last + 1))) for last in (11, 12)]
    hidden = protect(months | rolling, sums)
    assert "m12" in hidden
    assert len(hidden) > 1
    assert not given_away(months | rolling, sums, set(hidden))


def test_what_was_hidden_before_stays_hidden() -> None:
    sums = [Sum("all", ("a", "b", "c"))]
    first = protect({"all": 60, "a": 3, "b": 40, "c": 17}, sums)
    later = protect({"all": 60, "a": 8, "b": 12, "c": 40}, sums, already=first)
    assert set(first) <= set(later)
    assert later["a"] is Why.BEFORE


def test_sums_of_which_something_is_not_published_tell_nothing() -> None:
    assert protect({"all": 60, "a": 3}, [Sum("all", ("a", "b"))]) == {"a": Why.FEW}


@pytest.mark.parametrize(
    ("part", "whole", "hidden"),
    [(0, 100, False), (3, 100, True), (97, 100, True), (95, 100, False), (100, 100, False), (5, 10, False)],
)
def test_a_share_is_hidden_where_few_are_in_it_or_are_not(part: int, whole: int, hidden: bool) -> None:
    assert hides_share(part, whole) is hidden


def given_away(counts: Counts, sums: Sequence[Sum[str]], hidden: set[str]) -> list[str]:
    """An attacker of our own: every hidden count whose range under all shown counts and sums is less than one."""
    names = sorted(hidden)
    if not names:
        return []
    matrix = [[(one.total == name) - (name in one.parts) for name in names] for one in sums]
    right = [
        sum(counts[cell] for cell in one.parts if cell not in hidden)
        - (counts[one.total] if one.total not in hidden else 0)
        for one in sums
    ]
    found = []
    for n, name in enumerate(names):
        aim = np.zeros(len(names))
        aim[n] = 1
        low = linprog(aim, A_eq=matrix, b_eq=right, bounds=(0, None))
        high = linprog(-aim, A_eq=matrix, b_eq=right, bounds=(0, None))
        if high.fun is not None and -high.fun - low.fun < 0.5:
            found.append(name)
    return found


@st.composite
def years(draw: st.DrawFn) -> tuple[Counts, list[Sum[str]]]:
    """Twelve months with four breakdowns of the same people, and the year as the sum of its months."""
    counts: Counts = {}
    sums: list[Sum[str]] = []
    cuts = {cut: draw(st.integers(2, 4)) for cut in "abcd"}
    small = st.one_of(st.just(0), st.integers(0, 9), st.integers(0, 60))
    for month in range(12):
        first = [draw(small) for _ in range(cuts["a"])]
        total = sum(first)
        counts[f"{month}"] = total
        for cut, number in cuts.items():
            parts = first if cut == "a" else divided(draw, total, number)
            names = tuple(f"{month}{cut}{n}" for n in range(number))
            counts |= dict(zip(names, parts, strict=True))
            sums.append(Sum(f"{month}", names))
    counts["year"] = sum(counts[f"{month}"] for month in range(12))
    sums.append(Sum("year", tuple(f"{month}" for month in range(12))))
    return counts, sums


def divided(draw: st.DrawFn, total: int, number: int) -> list[int]:
    """A total in so many parts."""
    cuts = sorted(draw(st.integers(0, total)) for _ in range(number - 1))
    return [b - a for a, b in zip([0, *cuts], [*cuts, total], strict=True)]


@settings(max_examples=15, deadline=None)
@given(years())
def test_no_attacker_brings_a_hidden_count_to_a_single_value(table: tuple[Counts, list[Sum[str]]]) -> None:
    counts, sums = table
    hidden = protect(counts, sums)
    assert all(name in hidden for name, count in counts.items() if is_few(count))
    assert given_away(counts, sums, set(hidden)) == []


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 8), min_size=2, max_size=4))
def test_nor_does_one_who_knows_the_rule_and_tries_everything(parts: list[int]) -> None:
    """Exhaustive: every table with the same shown cells that the rule would have hidden in the same way."""
    counts = {"all": sum(parts)} | {f"p{n}": count for n, count in enumerate(parts)}
    sums = [Sum("all", tuple(f"p{n}" for n in range(len(parts))))]
    hidden = set(protect(counts, sums))
    if "all" in hidden or not hidden:
        return
    names = sorted(hidden)
    left = counts["all"] - sum(count for name, count in counts.items() if name not in hidden and name != "all")
    possible = [
        values
        for values in product(range(left + 1), repeat=len(names))
        if sum(values) == left and set(protect(counts | dict(zip(names, values, strict=True)), sums)) == hidden
    ]
    for n, name in enumerate(names):
        if is_few(counts[name]):
            assert len({values[n] for values in possible}) > 1, (counts, names, possible)
