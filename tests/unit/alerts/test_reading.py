"""How easy a text is to read: counted by hand, and compared."""

import pytest

from alerts.reading import Reading, read, reading_age, syllables


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("call", 1),
        ("alone", 2),
        ("woken", 2),
        ("people", 2),
        ("ambulance", 3),
        ("naloxone", 3),
        ("breathing", 2),
        ("someone", 2),
        ("used", 1),
        ("wanted", 2),
        ("drugs", 1),
        ("low-risk", 2),
        ("don't", 1),
    ],
)
def test_syllables_are_counted_as_they_are_said(word: str, count: int) -> None:
    # “someone” is said with two; by its letters it has three, and the formula lives with such errors
    assert abs(syllables(word) - count) <= (word == "someone")


def test_a_text_is_counted_as_by_hand() -> None:
    # Do not use a-lone. Call 999 if they do not wake up: 4 + 7 words, 5 + 7 syllables; figures are no words
    assert read("Do not use alone. Call 999 if they do not wake up.") == Reading(11, 2, 12)


def test_the_grade_is_the_one_computed_by_hand() -> None:
    # 0.39 x 11 / 2 + 11.8 x 12 / 11 - 15.59 = 2.145 + 12.8727 - 15.59 = -0.5723
    counted = Reading(words=11, sentences=2, syllables=12)
    assert counted.grade == pytest.approx(-0.5723, abs=1e-4)
    assert counted.age == 5


def test_a_long_sentence_of_long_words_needs_an_older_reader() -> None:
    # 10 words, 1 sentence, 30 syllables: 3.9 + 35.4 - 15.59 = 23.71, so the age is 29
    assert Reading(words=10, sentences=1, syllables=30).age == 29


def test_every_line_is_a_sentence_of_its_own() -> None:
    assert read("Call 999\nStay with them").sentences == 2


def test_words_that_nobody_can_put_more_simply_are_left_out() -> None:
    text = "Metonitazene was found in tablets."
    assert read(text, without={"metonitazene"}).words == read(text).words - 1
    assert reading_age([text], without={"metonitazene"}) < reading_age([text])


def test_nothing_to_read_has_the_lowest_age() -> None:
    assert reading_age([]) == 5
