"""When the second provider takes over, and when the first is gone back to: never both, and no taking turns."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.failover import Standing, Tally, Threshold, Way, after, is_ill, is_well

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
RULE = Threshold()
LONG_AGO = Standing(Way.FIRST, NOW - timedelta(days=1))


def tally(*, tried: int = 5, failed: int = 0, seconds: float = 1.0, ago: timedelta = timedelta(0)) -> Tally:
    return Tally(NOW - ago, tried, failed, seconds)


@pytest.mark.parametrize(
    ("tallies", "ill"),
    [
        ([], False),
        ([tally(tried=4, failed=4)], False),
        ([tally(tried=5, failed=2)], False),
        ([tally(tried=5, failed=3)], True),
        ([tally(tried=3, failed=3), tally(tried=2, failed=2)], True),
        ([tally(tried=5, seconds=49.0)], False),
        ([tally(tried=5, seconds=50.0)], True),
    ],
)
def test_a_provider_is_ill_when_enough_was_tried_and_too_much_failed_or_dragged(
    tallies: list[Tally], ill: bool
) -> None:
    assert is_ill(tallies, RULE) is ill


def test_a_provider_is_well_when_the_last_all_went_and_quickly() -> None:
    assert is_well([tally(tried=1)], RULE)
    assert not is_well([], RULE)
    assert not is_well([tally(tried=3, failed=1)], RULE)
    assert not is_well([tally(tried=3, seconds=30.0)], RULE)


def test_the_second_takes_over_from_a_first_that_is_ill_now_and_not_from_one_that_was() -> None:
    ill = tally(failed=5)
    assert after(LONG_AGO, first=[ill], second=[], now=NOW, threshold=RULE) == Standing(Way.SECOND, NOW)
    old = tally(failed=5, ago=RULE.window + timedelta(seconds=1))
    assert after(LONG_AGO, first=[old], second=[], now=NOW, threshold=RULE) == LONG_AGO


def test_the_first_is_gone_back_to_only_when_it_was_tried_again_and_was_well() -> None:
    away = Standing(Way.SECOND, NOW - RULE.stay_away - timedelta(minutes=1))
    assert after(away, first=[], second=[tally()], now=NOW, threshold=RULE) == away
    assert after(away, first=[tally(failed=1)], second=[tally()], now=NOW, threshold=RULE) == away
    assert after(away, first=[tally(tried=3)], second=[tally()], now=NOW, threshold=RULE).way is Way.FIRST
    assert not Standing(Way.SECOND, NOW).may_probe(NOW, RULE)
    assert away.may_probe(NOW, RULE)
    assert not LONG_AGO.may_probe(NOW, RULE)


EVENTS = st.lists(
    st.tuples(st.sampled_from(Way), st.integers(1, 10), st.integers(0, 10), st.integers(0, 90)), max_size=60
)


@settings(max_examples=50)
@given(EVENTS)
def test_whatever_happens_changes_lie_apart_and_follow_from_what_was_seen(
    events: list[tuple[Way, int, int, int]],
) -> None:
    standing, now = LONG_AGO, NOW
    seen: dict[Way, list[Tally]] = {Way.FIRST: [], Way.SECOND: []}
    changes = []
    for way, tried, failed, seconds in events:
        now += timedelta(seconds=seconds)
        seen[way].append(Tally(now, tried, min(tried, failed), float(seconds) / 10))
        then = after(standing, first=seen[Way.FIRST], second=seen[Way.SECOND], now=now, threshold=RULE)
        if then != standing:
            assert then == Standing(standing.way.other, now)
            changes.append(now)
        standing = then
    assert all(later - earlier >= RULE.dwell for earlier, later in itertools.pairwise(changes))
    if not any(one.failed for tallies in seen.values() for one in tallies):
        assert changes == []
