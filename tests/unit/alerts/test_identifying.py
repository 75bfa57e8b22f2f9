"""Identifying details are found, and ordinary words are left alone."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.identifying import Kind, find_details, is_nhs_number


@pytest.mark.parametrize(
    ("text", "kind", "found"),
    [
        ("ring 07700 900123 now", Kind.PHONE, "07700 900123"),
        ("ring +447700900123.", Kind.PHONE, "+447700900123"),
        ("(01632) 960 001", Kind.PHONE, "01632) 960 001"),
        ("write to a.b+c@example.org, please", Kind.EMAIL, "a.b+c@example.org"),
        ("NHS 943 476 5919", Kind.NHS_NUMBER, "943 476 5919"),
        ("9434765919", Kind.NHS_NUMBER, "9434765919"),
        ("QQ 12 34 56 C is not one; AB 12 34 56 C is", Kind.NATIONAL_INSURANCE, "AB 12 34 56 C"),
        ("at PL1 2AB today", Kind.POSTCODE, "PL1 2AB"),
        ("at sw1a1aa today", Kind.POSTCODE, "sw1a1aa"),
        ("DOB 03/05/1990", Kind.DATE_OF_BIRTH, "DOB 03/05/1990"),
        ("born on 3rd May 1990", Kind.DATE_OF_BIRTH, "born on 3rd May 1990"),
    ],
)
def test_a_detail_is_found_where_it_stands(text: str, kind: Kind, found: str) -> None:
    [detail] = find_details(text)
    assert (detail.kind, detail.text) == (kind, found)
    assert text[detail.start : detail.end] == found


@pytest.mark.parametrize(
    "text",
    [
        "Call 999 or 111",
        "on 22/11/2026 at 14:05",
        "two 250 mg tablets, batch 0123",
        "PL1 and SO14 areas",
        "943 476 5918",
        "seen 4 times between 01 and 05 November",
        "@home with 3 others",
        "reference PLY-7K3Q-M",
    ],
)
def test_ordinary_words_are_left_alone(text: str) -> None:
    assert find_details(text) == []


@given(st.integers(0, 999_999_999))
def test_an_nhs_number_has_at_most_one_right_check_digit(first_nine: int) -> None:
    right = [digit for digit in range(10) if is_nhs_number(f"{first_nine:09}{digit}")]
    assert len(right) <= 1


@given(st.text(max_size=200))
def test_details_never_overlap(text: str) -> None:
    found = find_details(text)
    for before, after in pairwise(found):
        assert before.end <= after.start
