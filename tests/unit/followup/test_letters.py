"""The words to a reporter: short, plain, and never a word that puts off the next report."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.messages import Medium
from alerts.sms_text import Encoding, measure
from ldis.cases.rules import TOLD_AS, Outcome
from ldis.followup.letters import MOST_SEGMENTS, code_words, outcome_words, question_words
from ldis.followup.rules import IN_A_TEXT, LONGEST_QUESTION, OUTCOMES, CameTo

REFERENCE = "ABCD-EEEEE-F"  # as long as one can be
PUBLIC_URL = "https://drug-alerts.north-shore.example.org"


def outcome(came_to: CameTo, *, again: bool, medium: Medium) -> str:
    words = outcome_words(
        came_to,
        again=again,
        reference=REFERENCE,
        partnership="North Shore",
        link=f"{PUBLIC_URL}/report/track",
        medium=medium,
    )
    return f"{words.subject or ''} {words.text}" if medium is Medium.EMAIL else words.text


@pytest.mark.parametrize("came_to", list(CameTo))
@pytest.mark.parametrize("again", [False, True])
def test_an_outcome_by_text_is_one_part_in_the_plain_alphabet(came_to: CameTo, again: bool) -> None:
    text = outcome(came_to, again=again, medium=Medium.SMS)
    assert (measure(text).encoding, measure(text).segments) == (Encoding.GSM_7, 1), text


@pytest.mark.parametrize("medium", list(Medium))
def test_each_outcome_has_words_of_its_own_the_first_time_and_again(medium: Medium) -> None:
    said = {outcome(came_to, again=again, medium=medium) for came_to in CameTo for again in (False, True)}
    assert len(said) == 2 * len(CameTo)


def test_every_outcome_of_the_panel_is_told_as_something() -> None:
    assert set(TOLD_AS) == set(Outcome)
    assert set(TOLD_AS.values()) == set(CameTo) == set(OUTCOMES) == set(IN_A_TEXT)


@pytest.mark.parametrize("medium", list(Medium))
def test_no_outcome_says_that_the_reporter_was_wrong_or_who_judged(medium: Medium) -> None:
    for came_to in CameTo:
        for again in (False, True):
            said = outcome(came_to, again=again, medium=medium).lower()
            assert "thank you" in said
            for never in (
                "wrong",
                "no action",
                "no further action",
                "rejected",
                "not true",
                "panel",
                "vote",
                "false",
            ):
                assert never not in said, (never, said)


def test_a_code_by_text_is_one_part() -> None:
    text = code_words("012345", reference=REFERENCE, medium=Medium.SMS).text
    assert (measure(text).encoding, measure(text).segments) == (Encoding.GSM_7, 1)


@given(st.text(min_size=1, max_size=LONGEST_QUESTION), st.text(min_size=1, max_size=80))
def test_a_question_by_text_always_carries_its_link_in_at_most_two_parts(words: str, partnership: str) -> None:
    link = f"{PUBLIC_URL}/report/answer/{'x' * 22}"
    text = question_words(words, reference=REFERENCE, partnership=partnership, link=link, medium=Medium.SMS).text
    assert link in text
    assert measure(text).segments <= MOST_SEGMENTS


def test_a_question_of_ordinary_length_goes_out_whole() -> None:
    words = "What colour was the packet, and was there a mark or a brand on it that you could read?"
    link = f"{PUBLIC_URL}/report/answer/{'x' * 22}"
    text = question_words(words, reference=REFERENCE, partnership="North Shore", link=link, medium=Medium.SMS).text
    assert words in text
