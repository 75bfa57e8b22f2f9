"""References that people say on a phone, write on a hand and type on a cracked screen."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ldis.submissions.rules import (
    ALPHABET,
    SPACE,
    START,
    STRIDE,
    check_sign,
    reference_for,
    spoken,
    tidy_reference,
)

PREFIXES = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=2, max_size=4)
NUMBERS = st.integers(0, 3 * SPACE)
REFERENCES = st.builds(reference_for, PREFIXES, NUMBERS)
SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@given(REFERENCES)
def test_a_reference_is_read_as_it_was_given_out(reference: str) -> None:
    assert tidy_reference(reference) == reference


@given(REFERENCES, st.data())
def test_any_single_wrong_sign_is_noticed(reference: str, data: st.DataObject) -> None:
    place = data.draw(st.sampled_from([i for i, sign in enumerate(reference) if sign != "-"]))
    wrong = data.draw(st.sampled_from([sign for sign in SIGNS if sign != reference[place]]))
    assert tidy_reference(reference[:place] + wrong + reference[place + 1 :]) is None


@given(REFERENCES)
def test_any_two_neighbours_swapped_are_noticed(reference: str) -> None:
    signs = [i for i, sign in enumerate(reference) if sign != "-"]
    for first, second in itertools.pairwise(signs):
        if reference[first] != reference[second]:
            swapped = list(reference)
            swapped[first], swapped[second] = swapped[second], swapped[first]
            assert tidy_reference("".join(swapped)) is None, (reference, "".join(swapped))


def test_a_letter_of_the_prefix_swapped_with_the_first_sign_is_noticed() -> None:
    """The border between prefix and body: every pair of letters that can stand there."""
    for prefix in ("AF", "ABF", "ABCF"):
        for letter in "ABCDEFGHJKMNPQRSTUVWXYZ":
            for first in set(ALPHABET) - set("23456789") - {letter}:
                prefixed, body = prefix[:-1] + letter, first + "7K3"
                check = check_sign(prefixed, body)
                assert tidy_reference(f"{prefix[:-1]}{first}-{letter}7K3-{check}") is None


@given(REFERENCES, st.data())
def test_spaces_hyphens_and_small_letters_do_not_matter(reference: str, data: st.DataObject) -> None:
    written = "".join(sign + data.draw(st.sampled_from(["", " ", "  "])) for sign in reference.replace("-", ""))
    assert tidy_reference(written.lower()) == reference


def test_no_reference_is_given_twice_before_there_are_almost_a_million() -> None:
    given_out = {(number * STRIDE + START) % SPACE for number in range(SPACE)}
    assert len(given_out) == SPACE
    assert len({reference_for("PLY", number) for number in range(20_000)}) == 20_000


@given(PREFIXES, st.lists(NUMBERS, min_size=2, max_size=50, unique=True))
def test_different_numbers_have_different_references(prefix: str, numbers: list[int]) -> None:
    assert len({reference_for(prefix, number) for number in numbers}) == len(numbers)


def test_successive_references_differ_in_more_than_their_last_sign() -> None:
    for number in range(500):
        one, next_one = reference_for("PLY", number)[4:8], reference_for("PLY", number + 1)[4:8]
        assert sum(a != b for a, b in zip(one, next_one, strict=True)) >= 2


def test_after_the_first_million_references_have_five_signs() -> None:
    assert len(reference_for("PLY", SPACE - 1)) == len("PLY-7K3Q-M")
    assert len(reference_for("PLY", SPACE)) == len("PLY-7K3QA-M")


def test_no_sign_can_be_taken_for_another() -> None:
    assert not set("01OIL") & set(ALPHABET)


def test_a_reference_is_spoken_sign_by_sign() -> None:
    assert spoken("PLY-7K3Q-M") == "PLY 7 K 3 Q, check letter M"


@pytest.mark.parametrize(
    "written", ["", "-", "--", "PLY", "PLY-", "ß-ß-ß", "ÄÖÜ-7K3Q-M", "PLY-7K3Q-M" * 50, "²³-7K3Q-M", "\x00"]
)
def test_what_is_no_reference_is_not_read_as_one(written: str) -> None:
    assert tidy_reference(written) is None
