"""Identifying details are found, and ordinary words are left alone."""

import json
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.identifying import Kind, find_details, is_nhs_number

TABLE = json.loads((Path(__file__).parents[2] / "data" / "identifying.json").read_text())
"""What is found in which words. The browser's patterns are held to the same table."""


@pytest.mark.parametrize("row", [row for row in TABLE if "kind" in row], ids=lambda row: row["text"])
def test_a_detail_is_found_where_it_stands(row: dict[str, str]) -> None:
    [detail] = find_details(row["text"])
    assert (detail.kind, detail.text) == (row["kind"], row["found"])
    assert row["text"][detail.start : detail.end] == row["found"]


@pytest.mark.parametrize("row", [row for row in TABLE if "kind" not in row], ids=lambda row: row["text"])
def test_ordinary_words_are_left_alone(row: dict[str, str]) -> None:
    assert find_details(row["text"]) == []


def test_the_table_has_an_example_of_every_kind() -> None:
    assert {row["kind"] for row in TABLE if "kind" in row} == set(Kind)


@given(st.integers(0, 999_999_999))
def test_an_nhs_number_has_at_most_one_right_check_digit(first_nine: int) -> None:
    right = [digit for digit in range(10) if is_nhs_number(f"{first_nine:09}{digit}")]
    assert len(right) <= 1


@given(st.text(max_size=200))
def test_details_never_overlap(text: str) -> None:
    found = find_details(text)
    for before, after in pairwise(found):
        assert before.end <= after.start
