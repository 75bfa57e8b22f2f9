"""Three questions by text: whatever is sent leads on, or asks again; nothing is made of half a report."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.sms_text import measure
from ldis.reach.texting import HARM, HOW_BAD, THANKS, WHAT, after
from ldis.submissions.rules import HarmLevel

AREAS = {"Northby": "E99000001", "Valeham": "E99000003"}


def test_three_answers_are_a_report() -> None:
    heard = after(None, "Report", AREAS)
    assert heard
    assert heard.answer == WHAT
    heard = after(heard.said, " blue oxys ", AREAS)
    assert heard
    assert heard.answer == "2 of 3: Where was it? Reply with one of: Northby, Valeham."
    heard = after(heard.said, "In northby.", AREAS)
    assert heard
    assert heard.answer == HOW_BAD
    heard = after(heard.said, "4", AREAS)
    assert heard
    assert heard.is_whole
    assert heard.said == {
        "sold_as": "blue oxys",
        "area_code": "E99000001",
        "harm_level": HarmLevel.LIFE_THREATENING.value,
    }


@pytest.mark.parametrize("body", ["", "OK", "hello", "reporting"])
def test_nobody_is_asked_who_did_not_begin(body: str) -> None:
    assert after(None, body, AREAS) is None


def test_what_cannot_be_an_answer_is_asked_again_and_loses_nothing() -> None:
    said = {"sold_as": "blue oxys"}
    for body in ("", "Elsewhere", "Northby or Valeham"):
        heard = after(said, body, AREAS)
        assert heard
        assert (heard.said, heard.is_whole) == (said, False)
    heard = after({}, "x" * 101, AREAS)
    assert heard
    assert heard.said == {}
    for body in ("", "0", "bad", "six"):
        heard = after({**said, "area_code": "E99000001"}, body, AREAS)
        assert heard
        assert heard.answer == HOW_BAD


def test_every_question_travels_in_plain_segments() -> None:
    for words in (WHAT, HOW_BAD, THANKS):
        assert measure(words).encoding == "GSM-7"
        assert measure(words).segments == 1


@settings(max_examples=60)
@given(
    st.lists(
        st.one_of(st.text(max_size=30), st.sampled_from(["REPORT", "northby", "4", "blue oxys"])), max_size=12
    )
)
def test_whatever_is_texted_a_report_is_whole_only_with_all_three(texts: list[str]) -> None:
    said = None
    for body in texts:
        heard = after(said, body, AREAS)
        if heard is None:
            assert said is None
            continue
        if heard.is_whole:
            assert set(heard.said) == {"sold_as", "area_code", "harm_level"}
            assert heard.said["harm_level"] in {level.value for level in HARM.values()}
            said = None
        else:
            assert heard.answer
            assert set(heard.said) < {"sold_as", "area_code", "harm_level"}
            said = dict(heard.said)
