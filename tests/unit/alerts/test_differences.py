"""What changed between two texts, as a person would read it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.differences import Change, Words, differences

TEXT = st.text("ab <&\n", max_size=20)


def test_a_word_that_was_replaced_is_taken_out_and_put_in() -> None:
    assert differences("Do not use alone.", "Do not use here.") == (
        Words(Change.KEPT, "Do not use "),
        Words(Change.TAKEN_OUT, "alone."),
        Words(Change.PUT_IN, "here."),
    )


def test_a_phrase_that_was_replaced_is_read_as_one() -> None:
    found = differences("Call somebody you know", "Call nine nine nine")
    assert [(one.change, one.text) for one in found[1:]] == [
        (Change.TAKEN_OUT, "somebody you know"),
        (Change.PUT_IN, "nine nine nine"),
    ]


@pytest.mark.parametrize("text", ["", "Call 999", "One\ntwo"])
def test_the_same_text_has_no_differences(text: str) -> None:
    assert all(one.change is Change.KEPT for one in differences(text, text))


@settings(max_examples=50)
@given(TEXT, TEXT)
def test_both_texts_can_be_read_from_the_differences(before: str, after: str) -> None:
    found = differences(before, after)
    assert "".join(one.text for one in found if one.change is not Change.PUT_IN) == before
    assert "".join(one.text for one in found if one.change is not Change.TAKEN_OUT) == after
