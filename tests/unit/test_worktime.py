"""Working time: Monday to Friday, 09:00 to 17:00 in London, England's bank holidays out."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ldis.worktime import after_working_time, is_working_day, is_working_time, working_time_between

LONDON = ZoneInfo("Europe/London")
MINUTE = timedelta(minutes=1)


def london(text: str) -> datetime:
    """A moment as a clock on a wall in London shows it, in UTC as the service holds it."""
    return datetime.fromisoformat(text).replace(tzinfo=LONDON).astimezone(UTC)


def is_open(moment: datetime) -> bool:
    """Whether offices are open in the minute that begins now: the rule as a person would say it."""
    local = moment.astimezone(LONDON)
    return is_working_day(local.date()) and 9 <= local.hour < 17


def counted(start: datetime, end: datetime) -> timedelta:
    """The naive count: minute by minute."""
    minutes = int((end - start) / MINUTE)
    return sum((MINUTE for n in range(minutes) if is_open(start + n * MINUTE)), timedelta(0))


MOMENTS = st.datetimes(datetime(2025, 3, 1), datetime(2026, 12, 31)).map(
    lambda moment: moment.replace(second=0, microsecond=0, tzinfo=UTC)
)
NEAR_A_TURN = st.sampled_from(
    [
        london("2026-03-27 16:00"),  # the clocks go forward on Sunday 29 March
        london("2026-10-23 16:00"),  # and back on Sunday 25 October
        london("2026-04-02 15:00"),  # before Good Friday
        london("2026-12-24 16:30"),
        london("2026-12-31 16:59"),
        london("2026-04-06 23:59"),  # Easter Monday, before midnight
        london("2026-03-29 00:30"),  # half an hour before the hour that is left out
        london("2026-10-25 01:30"),  # in the hour that comes twice
        london("2026-10-16 16:59"),  # a Friday
        london("2026-12-25 00:00"),
        london("2025-12-24 16:59"),
    ]
).flatmap(lambda turn: st.integers(-90, 90).map(lambda minutes: turn + minutes * MINUTE))


@settings(max_examples=60)
@given(MOMENTS | NEAR_A_TURN, st.integers(0, 8 * 24 * 60))
def test_time_between_is_what_a_minute_by_minute_count_gives(start: datetime, minutes: int) -> None:
    end = start + minutes * MINUTE
    assert working_time_between(start, end) == counted(start, end)


@settings(max_examples=60)
@given(MOMENTS | NEAR_A_TURN, st.integers(1, 24 * 60))
def test_the_moment_after_some_working_time_has_exactly_that_much_before_it(start: datetime, minutes: int) -> None:
    span = minutes * MINUTE
    due = after_working_time(start, span)
    assert working_time_between(start, due) == span
    assert counted(start, due) == span
    assert is_open(due - MINUTE), "it ends as soon as it can"


@given(MOMENTS | NEAR_A_TURN)
def test_whether_offices_are_open_is_what_a_person_would_say(moment: datetime) -> None:
    assert is_working_time(moment) == is_open(moment)


@given(MOMENTS, st.integers(0, 3000), st.integers(0, 3000))
def test_spans_add_up(start: datetime, first: int, second: int) -> None:
    middle, end = start + first * MINUTE, start + (first + second) * MINUTE
    whole = working_time_between(start, end)
    assert working_time_between(start, middle) + working_time_between(middle, end) == whole


@given(MOMENTS, st.integers(1, 5000))
def test_nothing_lies_between_an_end_and_an_earlier_start(start: datetime, minutes: int) -> None:
    assert working_time_between(start + minutes * MINUTE, start) == timedelta(0)


AFTER = [
    ("within a day", "2026-10-14 10:00", 120, "2026-10-14 12:00"),
    ("ends at closing time, not at the next opening", "2026-10-14 16:00", 60, "2026-10-14 17:00"),
    ("one minute over goes to the next morning", "2026-10-14 16:00", 61, "2026-10-15 09:01"),
    ("Friday 16:59 and two minutes", "2026-10-16 16:59", 2, "2026-10-19 09:01"),
    ("Friday 17:00", "2026-10-16 17:00", 1, "2026-10-19 09:01"),
    ("before opening", "2026-10-14 03:00", 1, "2026-10-14 09:01"),
    ("midnight", "2026-10-14 00:00", 480, "2026-10-14 17:00"),
    ("a whole weekend", "2026-10-17 12:00", 60, "2026-10-19 10:00"),
    ("over Easter: Good Friday and Easter Monday are out", "2026-04-02 16:00", 120, "2026-04-07 10:00"),
    ("over Christmas 2026: the 25th, and Boxing Day's Monday", "2026-12-24 16:00", 120, "2026-12-29 10:00"),
    ("over New Year", "2026-12-31 16:30", 60, "2027-01-04 09:30"),
    ("over the hour that is left out", "2026-03-27 16:00", 120, "2026-03-30 10:00"),
    ("over the hour that comes twice", "2026-10-23 16:00", 120, "2026-10-26 10:00"),
    ("a 24-hour clock is three working days", "2026-10-14 09:00", 24 * 60, "2026-10-16 17:00"),
]


@pytest.mark.parametrize(("_why", "start", "minutes", "end"), AFTER, ids=[why for why, *_ in AFTER])
def test_when_some_working_time_is_over(_why: str, start: str, minutes: int, end: str) -> None:
    assert after_working_time(london(start), minutes * MINUTE) == london(end)


def test_no_time_at_all_is_over_at_once_in_working_hours() -> None:
    assert after_working_time(london("2026-10-14 10:00"), timedelta(0)) == london("2026-10-14 10:00")


def test_the_answer_does_not_depend_on_the_zone_it_was_asked_in() -> None:
    start = london("2026-10-23 16:00")
    asked_elsewhere = start.astimezone(ZoneInfo("Pacific/Auckland"))
    assert after_working_time(asked_elsewhere, timedelta(hours=9)) == after_working_time(start, timedelta(hours=9))
    end = london("2026-10-27 12:00")
    assert working_time_between(asked_elsewhere, end) == working_time_between(start, end)


def test_seconds_are_not_rounded() -> None:
    start = london("2026-10-16 16:59") + timedelta(seconds=30, microseconds=1)
    due = after_working_time(start, timedelta(minutes=1))
    assert due == london("2026-10-19 09:00") + timedelta(seconds=30, microseconds=1)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2026-10-14", True),
        ("2026-10-17", False),  # Saturday
        ("2026-04-03", False),  # Good Friday
        ("2026-04-06", False),  # Easter Monday
        ("2026-05-04", False),  # early May
        ("2026-08-31", False),  # summer
        ("2026-08-03", True),  # a holiday in Scotland only
        ("2026-03-17", True),  # a holiday in Northern Ireland only
        ("2026-12-25", False),
        ("2026-12-28", False),  # in place of Boxing Day, a Saturday
    ],
)
def test_which_days_are_working_days_in_england(day: str, works: bool) -> None:
    assert is_working_day(date.fromisoformat(day)) == works
