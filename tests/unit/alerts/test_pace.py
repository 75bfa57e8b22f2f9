"""How long messages take at the pace of an account, in numbers and in words."""

import pytest

from alerts.messages import Medium
from alerts.pace import Counts, Forecast, Leaving, Pace, about

SEGMENTS = Pace(10, 1, Counts.SEGMENTS)
A_MINUTE = Pace(30, 60, Counts.MESSAGES)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "less than a minute"),
        (29, "less than a minute"),
        (31, "about 1 minute"),
        (720, "about 12 minutes"),
        (3600, "about 1 hour"),
        (7260, "about 2 hours and 1 minute"),
    ],
)
def test_a_length_of_time_is_said_to_the_minute(seconds: float, words: str) -> None:
    assert about(seconds) == words


def test_a_pace_says_how_much_goes_at_a_time_and_how_long_it_takes() -> None:
    assert (SEGMENTS.at_a_time, SEGMENTS.seconds_for(7000)) == (10, 700.0)
    assert (A_MINUTE.at_a_time, A_MINUTE.seconds_for(30)) == (1, 60.0)
    assert (SEGMENTS.in_words, A_MINUTE.in_words) == ("10 segments a second", "30 messages a minute")


def test_a_forecast_is_read_as_a_sentence() -> None:
    told = Forecast(Medium.SMS, 7000, 300, SEGMENTS, 730.0)
    assert told.in_words == (
        "7,000 text messages leave in about 12 minutes, at 10 segments a second, behind 300 that wait."
    )
    one = Forecast(Medium.EMAIL, 1, 0, A_MINUTE, 2.0)
    assert one.in_words == "1 email leaves in less than a minute, at 30 messages a minute."


def test_what_takes_longer_than_the_policy_wants_is_late() -> None:
    slow = Forecast(Medium.SMS, 10_000, 0, SEGMENTS, 1000.0)
    assert Leaving((slow,), wanted_within=15).is_late
    assert not Leaving((slow,), wanted_within=17).is_late
