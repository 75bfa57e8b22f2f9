"""The rules of the clocks: when they warn and break, and who is told."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ldis.clocks.letters import Line, said
from ldis.clocks.rules import Duty, Event, Kind, Runs, ToldAs, times, who_is_told_it_broke, who_is_warned
from ldis.deadlines import Clocks
from ldis.worktime import working_time_between

LONDON = ZoneInfo("Europe/London")
CLOCKS = Clocks(
    assess_hours=24,
    assess_risk_to_life_hours=2,
    answer_reporter_hours=48,
    review_at_once_hours=24,
    warn_when_left=0.25,
)
MOMENTS = st.datetimes(datetime(2025, 3, 1), datetime(2026, 12, 1)).map(lambda moment: moment.replace(tzinfo=UTC))
PEOPLE = st.integers(1, 6)
DUTIES = st.builds(
    Duty,
    coordinators=st.frozensets(PEOPLE, max_size=4),
    deputies=st.dictionaries(PEOPLE, PEOPLE, max_size=4),
    on_call=st.none() | PEOPLE,
    working=st.booleans(),
)


def london(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON).astimezone(UTC)


@given(MOMENTS, st.sampled_from([(Kind.ASSESS, 24), (Kind.ANSWER, 48)]))
def test_in_working_time_a_quarter_is_left_when_a_clock_warns(start: datetime, clock: tuple[Kind, int]) -> None:
    kind, hours = clock
    found = times(kind, Runs.WORKING, start, clocks=CLOCKS)
    assert working_time_between(start, found.due_at) == timedelta(hours=hours)
    assert working_time_between(found.warn_at, found.due_at) == timedelta(hours=hours / 4)


@given(MOMENTS, st.sampled_from([(Kind.ASSESS, 2), (Kind.REVIEW, 24)]))
def test_where_life_is_at_risk_nights_and_clock_changes_count(start: datetime, clock: tuple[Kind, int]) -> None:
    kind, hours = clock
    found = times(kind, Runs.ALWAYS, start, clocks=CLOCKS)
    assert found.due_at - start == timedelta(hours=hours)
    assert found.due_at - found.warn_at == timedelta(hours=hours / 4)


@pytest.mark.parametrize(
    ("start", "warn", "due"),
    [
        ("2026-10-16 16:59", "2026-10-21 10:59", "2026-10-21 16:59"),  # a Friday
        ("2026-04-02 16:00", "2026-04-09 10:00", "2026-04-09 16:00"),  # before Good Friday
        ("2026-12-24 16:00", "2026-12-31 10:00", "2026-12-31 16:00"),
        ("2026-10-14 00:00", "2026-10-16 11:00", "2026-10-16 17:00"),  # midnight
    ],
)
def test_when_an_assessment_is_due(start: str, warn: str, due: str) -> None:
    found = times(Kind.ASSESS, Runs.WORKING, london(start), clocks=CLOCKS)
    assert (found.warn_at, found.due_at) == (london(warn), london(due))


@given(st.none() | PEOPLE, st.frozensets(PEOPLE), DUTIES, st.booleans())
def test_nobody_who_stands_aside_is_told_and_somebody_is_where_a_coordinator_is_left(
    holder: int | None, recused: frozenset[int], duty: Duty, was_warned: bool
) -> None:
    warned = who_is_warned(holder, recused=recused, duty=duty)
    told = who_is_told_it_broke(holder, was_warned=was_warned, recused=recused, duty=duty)
    assert recused.isdisjoint({*warned, *told})
    if duty.coordinators - recused:
        assert warned
        assert told
    assert was_warned or set(warned) <= set(told)


@given(st.none() | PEOPLE, DUTIES)
def test_at_night_whoever_is_on_call_is_told_and_by_day_never_as_such(holder: int | None, duty: Duty) -> None:
    told = who_is_told_it_broke(holder, was_warned=True, recused=frozenset(), duty=duty)
    if duty.working or duty.on_call is None:
        assert ToldAs.ON_CALL not in told.values()
    else:
        assert told == {duty.on_call: ToldAs.ON_CALL}


def test_a_coordinator_who_left_no_longer_holds_the_case() -> None:
    duty = Duty(coordinators=frozenset({2, 3}), deputies={}, on_call=None, working=True)
    assert set(who_is_warned(1, recused=frozenset(), duty=duty)) == {2, 3}


def test_a_text_message_about_several_names_the_first_and_says_how_many_more() -> None:
    now = london("2026-10-14 15:00")
    lines = [
        Line(
            f"Case NSH-000{n}",
            f"https://ldis.example.org/cases/NSH-000{n}",
            Kind.ASSESS,
            now,
            False,
            ToldAs.DEPUTY,
        )
        for n in (1, 2, 3)
    ]
    words = said(Event.BROKE, lines, partnership="North Shore", inbox="https://ldis.example.org/cases", now=now)
    assert words.subject == "Case NSH-0001 and 2 more are late"
    assert words.text == (
        "Case NSH-0001 must be assessed by today 15:00 (over by 0 min). 2 more. You stand in for the coordinator. "
        "https://ldis.example.org/cases"
    )
    assert all(line.address in words.letter for line in lines)
