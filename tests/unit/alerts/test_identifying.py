"""Identifying details are found, and ordinary words are left alone."""

import json
import time
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from alerts.identifying import Kind, find_details, is_nhs_number

CASES = json.loads((Path(__file__).parents[2] / "data" / "identifying.json").read_text())
"""The same cases are read by the test of the browser's copy."""


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"])
def test_details_are_found_where_they_stand_and_ordinary_words_are_left_alone(case: dict[str, Any]) -> None:
    text = case["text"]
    details = find_details(text)
    assert [{"kind": detail.kind.value, "text": detail.text} for detail in details] == case["found"]
    assert all(text[detail.start : detail.end] == detail.text for detail in details)


GAPS = st.sampled_from(["", " ", "-", ".", "  "])
BRANDS = ("M30", "D10", "MDMA", "2C-B", "E 5", "TEVA 833")
AMOUNTS = ("£20", "10mg", "0.5g", "250 mg", "x2", "30 x 2mg", "5ug")
OTHERS = (
    "14:05",
    "2am",
    "0200-0430",
    "999",
    "111",
    "ŵyr",
    "tŷ",
    "Môn",
    "âr",
    "PL1",
    "blue bag",
    "batch 07700900123",
)
ORDINARY = st.sampled_from((*BRANDS, *AMOUNTS, *OTHERS))


@given(st.integers(100_000_000, 999_999_999), st.lists(GAPS, min_size=10, max_size=10), st.data())
def test_a_mobile_number_is_found_however_it_is_spaced(rest: int, gaps: list[str], data: st.DataObject) -> None:
    assume(not is_nhs_number(f"7{rest}"))  # what can be both is found as well, and may be called either
    begins = data.draw(st.sampled_from(["0", "+44 ", "0044 ", "+44 (0)"]))
    written = begins + "".join(sign + gap for sign, gap in zip(f"7{rest}", gaps, strict=True)).rstrip(" .-")
    (found,) = find_details(f"please ring {written}, ask for me")
    assert (found.kind, found.text) == (Kind.PHONE, written)


@given(st.integers(0, 999_999_999), st.sampled_from(["", " ", "-", ".", " - "]))
def test_an_nhs_number_is_found_in_its_threes(first_nine: int, gap: str) -> None:
    right = [sign for sign in range(10) if is_nhs_number(f"{first_nine:09}{sign}")]
    for sign in right:
        digits = f"{first_nine:09}{sign}"
        written = gap.join((digits[:3], digits[3:6], digits[6:]))
        (found,) = find_details(f"number {written} today")
        assert (found.kind, found.text) == (Kind.NHS_NUMBER, written)


@given(st.dates(date(1920, 1, 1), date(2025, 1, 1)), st.sampled_from("/.- "), st.booleans())
def test_a_day_after_the_word_for_birth_is_found(born: date, sign: str, short: bool) -> None:
    year = f"{born:%y}" if short else str(born.year)
    written = f"DOB {born.day}{sign}{born.month}{sign}{year}"
    (found,) = find_details(f"a man, {written}, was seen")
    assert (found.kind, found.text) == (Kind.DATE_OF_BIRTH, written)


AROUND = st.text(st.sampled_from("ŵŷâô éé🙂שم<>,;'\"!?\n"), max_size=20).map(lambda text: f"{text} ")
"""Text of every script around a detail, with nothing in it that belongs to a number."""
FIRST, SECOND = "ABCEGHJKLMNOPRSTWXYZ", "ABCEGHJKLMNPRSTWXYZ"
NEVER_ISSUED = ("BG", "GB", "NK", "KN", "TN", "NT", "ZZ")
PREFIXES = st.sampled_from([a + b for a in FIRST for b in SECOND if a + b not in NEVER_ISSUED])


@given(AROUND, PREFIXES, st.integers(0, 999_999), st.sampled_from("ABCD"), st.sampled_from(["", " ", "-", "."]))
def test_a_national_insurance_number_is_found_in_any_text(
    around: str, prefix: str, number: int, last: str, gap: str
) -> None:
    digits = f"{number:06}"
    written = gap.join((prefix, digits[:2], digits[2:4], digits[4:], last))
    (found,) = find_details(f"{around}{written} {around}")
    assert (found.kind, found.text) == (Kind.NATIONAL_INSURANCE, written)


@given(
    AROUND, st.sampled_from([*NEVER_ISSUED, "DA", "QQ", "AO"]), st.integers(0, 999_999), st.sampled_from("ABCD")
)
def test_letters_that_no_national_insurance_number_has_are_left_alone(
    around: str, prefix: str, number: int, last: str
) -> None:
    assert find_details(f"{around}{prefix}{number:06}{last} {around}") == []


@given(
    AROUND,
    st.sampled_from(["M1", "B33", "CR2", "DN55", "W1A", "EC1A", "PL1"]),
    st.integers(0, 9),
    st.lists(st.sampled_from("ABDEFGHJLNPQRSTUWXYZ"), min_size=2, max_size=2),
    st.sampled_from(["", " ", "  ", "-", "."]),
)
def test_a_full_postcode_is_found_in_any_text(
    around: str, outward: str, sector: int, unit: list[str], gap: str
) -> None:
    written = f"{outward}{gap}{sector}{''.join(unit)}"
    (found,) = find_details(f"{around}{written} {around}")
    assert (found.kind, found.text) == (Kind.POSTCODE, written)
    assert find_details(f"{around}{outward} {around}") == [], "the first half names no home"


@given(st.integers(0, 999_999_999), st.integers(1, 9))
def test_an_nhs_number_with_a_wrong_check_digit_is_left_alone(first_nine: int, wrong: int) -> None:
    for right in range(10):
        if is_nhs_number(f"{first_nine:09}{right}"):
            digits = f"{first_nine:09}{(right + wrong) % 10}"
            found = find_details(f"number {digits[:3]} {digits[3:6]} {digits[6:]}")
            assert Kind.NHS_NUMBER not in {detail.kind for detail in found}


def test_a_raised_figure_is_no_digit_of_an_nhs_number() -> None:
    assert not is_nhs_number("²123456789")


@given(st.lists(ORDINARY, max_size=4))
def test_brands_doses_prices_times_and_welsh_words_are_left_alone(words: list[str]) -> None:
    assert find_details(", ".join(words)) == []


@pytest.mark.parametrize("sign", ["0", "0 ", "a", "a.", "@", "1-", "d.o.b ", "at ", "(at) "])
def test_a_long_text_is_read_in_a_moment(sign: str) -> None:
    """Anybody may send four thousand signs: a pattern that tries them in every way would stop the service."""
    started = time.process_time()
    find_details(sign * (4000 // len(sign)))
    assert time.process_time() - started < 5


@given(st.integers(0, 999_999_999))
def test_an_nhs_number_has_at_most_one_right_check_digit(first_nine: int) -> None:
    right = [digit for digit in range(10) if is_nhs_number(f"{first_nine:09}{digit}")]
    assert len(right) <= 1


@given(st.text(max_size=200))
def test_details_never_overlap(text: str) -> None:
    found = find_details(text)
    for before, after in pairwise(found):
        assert before.end <= after.start
