"""Addresses of filters, marks of places, and how long things have waited."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ldis.inbox.rules import (
    NOTHING,
    PERIODS,
    Filters,
    Kind,
    Place,
    Source,
    Standing,
    bounded,
    in_address,
    place_marked,
    waited,
)
from ldis.inbox.schemas import FilterSchema
from ldis.submissions.rules import HarmLevel, Setting
from ldis.substances.catalogue import SubstanceClass
from ldis.web import loaded

TUESDAY = datetime(2026, 10, 13, 14, 0, tzinfo=UTC)  # three in the afternoon in London

filters = st.builds(
    Filters,
    words=st.sampled_from(["", "blue tablets", "é & <b>"]),
    substance=st.sampled_from(["", "vallies"]),
    substance_class=st.none() | st.sampled_from(SubstanceClass),
    area=st.sampled_from(["", "E06000015"]),
    postcode=st.sampled_from(["", "PO1", "none"]),
    harm=st.none() | st.sampled_from(list(HarmLevel)),
    setting=st.none() | st.sampled_from(Setting),
    kind=st.none() | st.sampled_from(Kind),
    source=st.none() | st.sampled_from(Source),
    since=st.none() | st.dates(date(2000, 1, 1), date(2100, 1, 1)),
    until=st.none() | st.dates(date(2000, 1, 1), date(2100, 1, 1)),
    days=st.none() | st.sampled_from(PERIODS),
    standing=st.sampled_from(Standing),
    alike=st.booleans(),
)


@given(asked=filters)
def test_an_address_leads_back_to_the_filters_it_was_made_from(asked: Filters) -> None:
    assert loaded(FilterSchema(), in_address(asked)) == asked


def test_what_is_not_asked_is_not_in_the_address() -> None:
    assert in_address(NOTHING) == {}
    assert in_address(Filters(harm=HarmLevel.FATAL)) == {"harm": "fatal"}


@given(
    at=st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),
    number=st.integers(1, 10**18 - 1),
)
def test_a_mark_leads_back_to_its_place(at: datetime, number: int) -> None:
    for is_report in (True, False):
        place = Place(at, is_report, number)
        assert place_marked(place.mark) == place


@pytest.mark.parametrize("mark", ["", "x", "20261399T000000.000000r1", "20261014T093000.000000q1", "٢" * 8])
def test_what_is_no_mark_is_no_place(mark: str) -> None:
    assert place_marked(mark) is None


@pytest.mark.parametrize(
    ("ago", "risk_to_life", "words"),
    [
        (timedelta(minutes=40), False, "waiting 40 min of working time"),
        (timedelta(hours=4, minutes=20), False, "waiting 4 h 20 of working time"),
        (timedelta(hours=24), False, "waiting 8 working hours"),
        (timedelta(hours=24), True, "waiting 24 h 00"),
        (timedelta(seconds=5), False, "came in just now"),
        (timedelta(days=40), False, "waiting 40 days"),
    ],
)
def test_waiting_is_counted_in_working_time_unless_life_is_at_risk(
    ago: timedelta, risk_to_life: bool, words: str
) -> None:
    assert waited(TUESDAY - ago, TUESDAY, risk_to_life=risk_to_life) == words


def test_what_comes_in_at_night_has_not_waited_yet() -> None:
    night = datetime(2026, 10, 13, 22, 0, tzinfo=UTC)
    assert waited(night, night + timedelta(hours=5), risk_to_life=False) == "came in out of hours"


def test_nothing_is_counted_further_than_people_can_use() -> None:
    assert bounded(500) == "500"
    assert bounded(501) == "more than 500"
