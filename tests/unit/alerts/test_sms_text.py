"""How long a text is, at every boundary, and what the clean-up may and may not change."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.sms_text import (
    GSM,
    GSM_BASIC,
    GSM_EXTENSION,
    WELSH,
    Encoding,
    characters_over,
    clean_up,
    measure,
    outside_gsm,
    parts,
    segments,
)


def _long_texts(characters: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Texts of several segments: runs of one character, so that the ends of segments fall everywhere."""
    runs = st.builds(lambda character, times: character * times, characters, st.integers(1, 160))
    return st.lists(runs, max_size=8).map("".join)


gsm_characters = st.sampled_from(sorted(GSM))
gsm_texts = st.one_of(st.text(gsm_characters, max_size=400), _long_texts(gsm_characters))
any_characters = st.one_of(gsm_characters, st.sampled_from("ŵŷ’–😀"), st.characters(exclude_categories=["Cs"]))
any_texts = st.one_of(st.text(any_characters, max_size=300), _long_texts(any_characters))


@pytest.mark.parametrize(
    ("length", "expected"), [(0, 1), (1, 1), (160, 1), (161, 2), (306, 2), (307, 3), (459, 3), (460, 4)]
)
def test_plain_letters_fill_160_then_153_in_each_part(length: int, expected: int) -> None:
    assert segments("a" * length) == expected


@pytest.mark.parametrize(
    ("length", "expected"), [(1, 1), (70, 1), (71, 2), (134, 2), (135, 3), (201, 3), (202, 4)]
)
def test_welsh_letters_fill_70_then_67_in_each_part(length: int, expected: int) -> None:
    assert segments("ŵ" * length) == expected


@pytest.mark.parametrize(("length", "expected"), [(80, 1), (81, 2), (152, 2), (153, 3)])
def test_extension_characters_count_two_and_are_never_cut(length: int, expected: int) -> None:
    # 153 is odd, so each part holds 76 of them and one septet stays empty: 152 fit in two parts, not 153.
    assert segments("€" * length) == expected


@pytest.mark.parametrize(("length", "expected"), [(35, 1), (36, 2), (66, 2), (67, 3)])
def test_emoji_count_two_and_are_never_cut(length: int, expected: int) -> None:
    assert segments("😀" * length) == expected


@pytest.mark.parametrize("character", sorted(GSM_EXTENSION))
def test_every_extension_character_counts_two(character: str) -> None:
    assert measure(character).units == 2
    assert segments("a" * 158 + character) == 1
    assert segments("a" * 159 + character) == 2


@pytest.mark.parametrize("character", sorted(GSM_BASIC))
def test_every_basic_character_counts_one(character: str) -> None:
    assert measure(character * 160).segments == 1


def test_an_extension_character_on_the_edge_of_a_part_moves_to_the_next() -> None:
    text = "a" * 152 + "€" + "a" * 152
    assert measure(text).units == 306
    assert segments(text) == 3
    assert parts(text)[1].startswith("€")


def test_a_surrogate_pair_on_the_edge_of_a_part_moves_to_the_next() -> None:
    text = "ŵ" * 66 + "😀" + "ŵ" * 66
    assert measure(text).units == 134
    assert segments(text) == 3


def test_one_curly_quote_makes_one_segment_three() -> None:
    text = "a" * 159
    assert segments(text + "'") == 1
    assert segments(text + "’") == 3
    assert segments(clean_up(text + "’")) == 1


@given(gsm_texts)
def test_gsm_texts_are_measured_in_septets(text: str) -> None:
    measured = measure(text)
    assert measured.encoding is Encoding.GSM_7
    assert measured.units == len(text) + sum(character in GSM_EXTENSION for character in text)


@given(any_texts)
def test_the_parts_make_up_the_text_and_each_fits(text: str) -> None:
    measured, cut = measure(text), parts(text)
    assert "".join(cut) == text
    assert len(cut) == measured.segments
    gsm = measured.encoding is Encoding.GSM_7
    room = (160 if gsm else 70) if len(cut) == 1 else (153 if gsm else 67)
    for part in cut:
        assert (measure(part).units if gsm else len(part.encode("utf-16-be")) // 2) <= room


@given(any_texts, any_texts)
def test_more_text_never_takes_fewer_segments(text: str, more: str) -> None:
    assert segments(text + more) >= segments(text)


@given(any_texts, st.integers(1, 4))
def test_taking_off_what_is_over_makes_a_text_fit(text: str, allowed: int) -> None:
    over = characters_over(text, allowed)
    assert (over == 0) == (segments(text) <= allowed)
    assert segments(text[: len(text) - over]) <= allowed


@pytest.mark.parametrize(("length", "over"), [(306, 0), (307, 1), (320, 14)])
def test_characters_over_counts_from_the_end_of_the_second_segment(length: int, over: int) -> None:
    assert characters_over("a" * length, 2) == over


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("It’s ‘brown’", "It's 'brown'"),
        ("“Blue” pills", '"Blue" pills'),
        ("one – two — three ‑ four", "one - two - three - four"),
        ("wait…", "wait..."),
        ("call\u00a0999\u2009now", "call 999 now"),
        ("nal\u200boxone\ufeff \u00adnow", "naloxone now"),
        ("naïve, café, São, Łódź", "naive, café, Sao, Lodz"),
        ("e\u0301\u0302", "é"),
        ("a\r\nb\tc", "a\nb c"),
        ("two  spaces \n", "two spaces"),
        ("façade", "facade"),
        ("œdema", "oedema"),
    ],
)
def test_clean_up_finds_the_plain_form(written: str, plain: str) -> None:
    assert clean_up(written) == plain
    assert measure(clean_up(written)).encoding is Encoding.GSM_7


@pytest.mark.parametrize("word", ["dŵr", "tŷ", "tân", "môr", "Ŵyn", "w\u0302yn"])
def test_clean_up_keeps_welsh_letters_although_they_cost(word: str) -> None:
    cleaned = clean_up(word)
    assert set(cleaned) & WELSH
    assert measure(cleaned).encoding is Encoding.UCS_2


@pytest.mark.parametrize("text", ["Iñárritu £5 ¿qué?", "äöüÄÖÜß", "ÅåØøÆæ", "ΔΦΓΛΩΠΨΣΘΞ", "{[~]}\\^|€"])
def test_clean_up_leaves_what_gsm_holds(text: str) -> None:
    assert [c for c in clean_up(text) if c != "a"] == [c for c in text.replace("á", "a") if c != "a"]


def test_clean_up_leaves_an_emoji_for_the_author_to_decide() -> None:
    assert clean_up("😀 ok") == "😀 ok"
    assert outside_gsm("😀 ok 😀 ŵ") == ("😀", "ŵ")


@given(any_texts)
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert clean_up(clean_up(text)) == clean_up(text)


@given(gsm_texts)
def test_cleaning_plain_text_changes_only_its_white_space(text: str) -> None:
    assert clean_up(text).split() == text.split()
