"""The rota's rules: where nobody is on call out of hours, and where more than one is."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from ldis.people.turns import Turn, gaps, in_words, overlaps, stretches
from ldis.worktime import is_working_time

LONDON = ZoneInfo("Europe/London")
BEGIN = datetime(2026, 10, 19, 9, 0, tzinfo=LONDON).astimezone(UTC)  # a Monday; the clocks go back on the Sunday
END = BEGIN + timedelta(days=14)
HOUR = timedelta(hours=1)

TURNS = st.lists(
    st.builds(
        lambda name, start, length: Turn(name, BEGIN + start * HOUR, BEGIN + (start + length) * HOUR),
        st.sampled_from(["Ada", "Bo", "Cy"]),
        st.integers(-48, 400),
        st.integers(1, 120),
    ),
    max_size=6,
)


def london(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON).astimezone(UTC)


@given(TURNS)
def test_every_hour_is_in_one_stretch_that_names_exactly_those_on_call(turns: list[Turn]) -> None:
    found = stretches(turns, begin=BEGIN, end=END)
    for hour in range(14 * 24):
        at = BEGIN + hour * HOUR
        [one] = [stretch for stretch in found if stretch.starts_at <= at < stretch.ends_at]
        assert sorted(one.names) == sorted(turn.name for turn in turns if turn.starts_at <= at < turn.ends_at)


@given(TURNS)
def test_every_hour_out_of_working_time_with_nobody_on_call_is_in_a_gap(turns: list[Turn]) -> None:
    found = gaps(turns, begin=BEGIN, end=END)
    for hour in range(14 * 24):
        at = BEGIN + hour * HOUR
        covered = any(turn.starts_at <= at < turn.ends_at for turn in turns)
        in_a_gap = any(gap.starts_at <= at < gap.ends_at for gap in found)
        assert not (covered and in_a_gap)
        if not covered and not is_working_time(at):
            assert in_a_gap


def test_nights_alone_leave_no_gap_in_working_hours() -> None:
    nights = [
        Turn("Ada", start, start + 16 * HOUR)
        for start in (london("2026-10-19 17:00") + n * timedelta(days=1) for n in range(4))
    ]
    assert gaps(nights, begin=BEGIN, end=london("2026-10-23 12:00")) == []


def test_a_gap_begins_when_offices_close() -> None:
    assert in_words([], now=BEGIN)[0].startswith("Nobody is on call from Monday 19 October 17:00 to ")


def test_an_overlap_names_both_and_says_who_is_told() -> None:
    first = Turn("Ada", BEGIN - HOUR, END + HOUR)
    second = Turn("Bo", london("2026-10-24 17:00"), london("2026-10-25 09:00"))
    assert len(overlaps([second, first], begin=BEGIN, end=END)) == 1
    assert in_words([second, first], now=BEGIN) == [
        "Ada and Bo are both on call from Saturday 24 October 17:00 to Sunday 25 October 09:00. "
        "Bo, whose turn began last, is told."
    ]
