"""When those who are silent are reminded, and in what words."""

from datetime import UTC, datetime, timedelta

import pytest

from alerts import sms_text
from alerts.messages import AlertContent, Level, Medium
from alerts.reminders import Reminders, following, with_link
from config import policy as policy_file
from ldis.cases.policy import read_policy
from ldis.deadlines import Silence

SILENCE = read_policy(policy_file.read()).reaching.silence
FRIDAY = datetime(2026, 3, 27, 16, 30, tzinfo=UTC)  # half an hour before offices close
LINK = f"https://alerts.north-shore.example.org/a/{'x' * 22}"

BY_DAY = Silence(
    always=False, remind_after=60, remind_every=120, most_reminders=2, deputy_after=90, telephone_after=240
)


def minutes(number: int) -> timedelta:
    return timedelta(minutes=number)


def test_a_red_alert_is_chased_soonest_and_by_night() -> None:
    assert min(SILENCE, key=lambda level: SILENCE[level].remind_after) is Level.RED
    assert SILENCE[Level.RED].always


def test_the_deputy_comes_after_the_first_reminder_and_the_telephone_last() -> None:
    for silence in SILENCE.values():
        assert silence.remind_after < silence.deputy_after < silence.telephone_after


def test_reminders_are_due_one_after_another_and_no_more_than_the_policy_says() -> None:
    red = SILENCE[Level.RED]
    due = [red.reminders_due(FRIDAY, FRIDAY + minutes(after)) for after in (0, 29, 30, 89, 90, 100_000)]
    assert due == [0, 0, 1, 1, 2, 2]


def test_out_of_hours_nobody_is_reminded_of_what_is_not_red() -> None:
    saturday = FRIDAY + timedelta(days=1)
    monday = datetime(2026, 3, 30, 8, 30, tzinfo=UTC)  # summer time has begun: half past nine in London
    assert not BY_DAY.runs_at(saturday)
    assert [BY_DAY.reminders_due(FRIDAY, at) for at in (saturday, monday - minutes(1), monday)] == [0, 0, 1]


def test_a_day_after_it_was_time_to_telephone_the_clock_is_done() -> None:
    red = SILENCE[Level.RED]
    end = FRIDAY + minutes(red.telephone_after) + timedelta(days=1)
    assert [red.is_over(FRIDAY, at) for at in (end, end + minutes(1))] == [False, True]


def test_the_policy_says_in_words_what_follows() -> None:
    assert SILENCE[Level.RED].in_words == (
        "Whoever got it and has not answered is reminded after 30 minutes, then every hour, at most twice. Where "
        "nobody of an organisation has answered, its deputy is told after 1 hour. After 2 hours the silent are "
        "telephoned. The time counts by day and night."
    )


@pytest.mark.parametrize("kind", ["reminder", "deputy"])
def test_what_follows_fits_two_segments_even_with_the_longest_headline(kind: str) -> None:
    content = AlertContent(reference="ABCD-A1234", publisher="North Shore", headline="x" * 120)
    kept = Reminders.from_kept(following(content, Level.RED).as_kept())
    words = with_link(getattr(kept, kind), Medium.SMS, LINK)
    assert LINK in words.text
    assert sms_text.segments(words.text) <= 2
    assert with_link(getattr(kept, kind), Medium.EMAIL, LINK).subject
