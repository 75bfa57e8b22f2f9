"""The words that a question begins with, and what a text message can be read as."""

from datetime import UTC, date, datetime, timedelta

import pytest

from ldis.cases.rules import State
from ldis.corroboration.rules import Late, lateness, read_sighting, remind_at, suggested

TODAY = date(2026, 10, 14)
NOW = datetime(2026, 10, 14, 9, 30, tzinfo=UTC)


def test_a_question_says_what_where_and_since_when() -> None:
    words = suggested(["blue tablets sold as Valium"], ["Example Vale"], earliest=date(2026, 10, 12), today=TODAY)
    assert words == "Have you seen blue tablets sold as Valium in Example Vale in the last 7 days?"


def test_several_areas_are_listed_and_many_are_left_out() -> None:
    assert "in Northby, Southby or Westby in the" in suggested(
        ["spice"], ["Northby", "Southby", "Northby", "Westby"], earliest=None, today=TODAY
    )
    assert suggested(["spice"], ["A", "B", "C", "D"], earliest=None, today=TODAY) == (
        "Have you seen spice in the last 7 days?"
    )


@pytest.mark.parametrize(("days", "span"), [(0, 7), (6, 7), (7, 14), (20, 28), (90, 28)])
def test_the_days_asked_about_reach_back_to_the_first_report(days: int, span: int) -> None:
    words = suggested(["spice"], [], earliest=TODAY - timedelta(days=days), today=TODAY)
    assert words == f"Have you seen spice in the last {span} days?"


def test_what_looks_like_a_personal_detail_or_is_long_is_left_out() -> None:
    words = suggested(["from 07700 900123", "x" * 200, "spice."], [], earliest=None, today=TODAY)
    assert words == "Have you seen spice in the last 7 days?"


def test_those_who_are_silent_are_reminded_as_three_quarters_of_the_time_are_over() -> None:
    assert remind_at(NOW, NOW + timedelta(hours=4)) == NOW + timedelta(hours=3)


@pytest.mark.parametrize(
    "body", ["", "yes", "no", "seen nothing", "ok", "nothing", "not sure", "unseen", "heard it was bad"]
)
def test_what_could_mean_something_else_is_no_answer(body: str) -> None:
    assert read_sighting(body) is None


def test_an_answer_is_late_after_the_decision_or_after_closing() -> None:
    then = NOW - timedelta(minutes=1)
    assert lateness(State.DECIDED, closes_at=NOW, now=then) is Late.DECIDED
    assert lateness(State.WITH_PANEL, closes_at=then, now=NOW) is Late.CLOSED
    assert lateness(State.WITH_PANEL, closes_at=NOW, now=NOW) is None
