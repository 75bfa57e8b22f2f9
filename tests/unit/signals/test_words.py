"""A signal is said so that it can be read aloud, and says no more than is known."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ldis.signals.chart import FLOOR, HEIGHT, WIDTH, drawn
from ldis.signals.rules import Disposition, Family, Found, comes_back, same_episode
from ldis.signals.words import expected_in_words, how_often, in_places, sentences, title


@pytest.mark.parametrize(
    ("family", "about", "kinds", "said"),
    [
        (Family.SIGHTING, "nitazene", ["Metonitazene"], "Nitazene: metonitazene in Northby"),
        (Family.SIGHTING, "SCRA", ["MDMB-4en-PINACA"], "SCRA: MDMB-4en-PINACA in Northby"),
        (Family.SEVERE, "", [], "Severe events close together in Northby"),
        (Family.MARKING, "blue punisher", [], "The marking “blue punisher” in Northby"),
        (Family.SHARE, "stimulant", [], "More results with stimulants in Northby"),
        (Family.MORE, "unknown", [], "More reports of drugs that nobody could name than usual in Northby"),
        (Family.MORE, "vapes in schools", [], "More reports of vapes in schools than usual in Northby"),
        (Family.CLUSTER, "all kinds", [], "A cluster of reports in Northby"),
        (Family.WEEKLY, "cannabis", [], "More reports of cannabis than at this time of other years"),
    ],
)
def test_what_a_signal_is_called(family: Family, about: str, kinds: list[str], said: str) -> None:
    assert title(family, about, ["Northby"], kinds) == said


def test_many_areas_are_counted() -> None:
    assert in_places(["A", "B"]) == "A and B"
    assert in_places(["A", "B", "C", "D"]) == "A, B and 2 more"


@pytest.mark.parametrize(
    ("chance", "said"),
    [
        (0.0, "less than 1 in 1,000,000"),
        (1e-12, "about 1 in 1,000,000"),
        (0.0004, "about 1 in 2,500"),
        (0.0123, "about 1 in 81"),
        (0.4, "about 1 in 2"),
        (0.9, "more than 1 in 2"),
    ],
)
def test_a_chance_is_one_in_so_many(chance: float, said: str) -> None:
    assert how_often(chance) == said


def test_what_was_to_be_expected_has_its_range_or_says_that_there_is_none() -> None:
    assert expected_in_words({"expected": 1.25, "low": 0, "high": 3}) == "1.2, nine times in ten between 0 and 3"
    assert expected_in_words({"expected": 0.03, "low": 0, "high": 0}) == (
        "fewer than 0.1, nine times in ten between 0 and 0"
    )
    assert expected_in_words({"expected": -1}) == "nothing to compare with yet"


def test_a_young_record_says_how_young_it_is() -> None:
    [said] = sentences(
        Family.SIGHTING, ["first sighting"], "nitazene", {}, months=12, areas=1, began=date(2026, 9, 3)
    )
    assert said == "Nothing of it was seen here since this record began on 3 September 2026."


def found(first: int, last: int) -> Found:
    return Found(
        family=Family.MORE,
        about="x",
        areas=("A",),
        first_day=date(2026, 1, first),
        last_day=date(2026, 1, last),
        detectors=frozenset(),
    )


def test_days_at_most_a_gap_apart_are_one_episode_whichever_was_known_first() -> None:
    episode = (date(2026, 1, 10), date(2026, 1, 12))
    assert same_episode(found(17, 19), *episode, gap=7)
    assert same_episode(found(1, 3), *episode, gap=7)
    assert not same_episode(found(20, 21), *episode, gap=7)
    assert not same_episode(found(1, 2), *episode, gap=7)


@given(st.integers(0, 50), st.integers(0, 50))
def test_only_what_grew_comes_back_and_what_is_in_a_case_never(before: int, now: int) -> None:
    assert comes_back(Disposition.WATCHED, rested_on=before, rests_on=now) == (now > before)
    assert not comes_back(Disposition.IN_A_CASE, rested_on=before, rests_on=now)
    if comes_back(Disposition.DISMISSED, rested_on=before, rests_on=now):
        assert now >= 2 * before
        assert now > before


@given(st.lists(st.integers(0, 500), min_size=1, max_size=90), st.integers(-5, 95), st.integers(0, 10))
def test_everything_drawn_lies_on_the_paper(counts: list[int], start: int, length: int) -> None:
    first = date(2026, 1, 1)
    begin = date.fromordinal(first.toordinal() + start)
    window = (begin, date.fromordinal(begin.toordinal() + length))
    chart = drawn(counts, first, window=window, usual=3.0)
    for bar in chart.bars:
        assert 0 <= bar.x <= bar.x + bar.width <= WIDTH + 0.1
        assert 0 <= bar.y <= bar.y + bar.height <= FLOOR + 0.2 < HEIGHT
    assert chart.total == sum(counts)
    if chart.window:
        assert 0 <= chart.window[0] <= chart.window[0] + chart.window[1] <= WIDTH + 0.2
