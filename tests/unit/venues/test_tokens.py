"""Tokens of venue links: read from a poster, however they are typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ldis.submissions.rules import ALPHABET
from ldis.venues.rules import grouped, tidy_token

SIGNS = st.text(ALPHABET, min_size=12, max_size=12)


@given(SIGNS)
def test_a_token_is_known_again_however_it_is_typed(signs: str) -> None:
    token = grouped(signs)
    for typed in (token, token.lower(), signs, " ".join(signs), f" {token}. "):
        assert tidy_token(typed) == token


@pytest.mark.parametrize(
    "typed", ["", "2222-2222-222", "2222-2222-22222", "0000-0000-0000", "2222-2222-222é", "\x00"]
)
def test_what_cannot_be_a_token_is_none(typed: str) -> None:
    assert tidy_token(typed) is None


@given(st.text(max_size=40))
def test_nothing_that_is_typed_breaks_the_reading(typed: str) -> None:
    known = tidy_token(typed)
    assert known is None or tidy_token(known) == known
