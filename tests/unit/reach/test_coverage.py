"""How far an alert has got, counted by person and by organisation."""

from datetime import UTC, datetime
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from ldis.deliveries.rules import State
from ldis.reach.rules import Stage, Target, Told, bar, coverage

NOON = datetime(2026, 3, 27, 12, tzinfo=UTC)

TOLD = st.builds(
    Told,
    organisation_id=st.none() | st.integers(1, 4),
    organisation=st.just("A place"),
    states=st.lists(st.sampled_from(State), max_size=2).map(tuple),
    acknowledged_at=st.none() | st.just(NOON),
    passed_on=st.none() | st.integers(0, 9),
)


def told(organisation: int, *states: State, acknowledged: bool = False) -> Told:
    return Told(organisation, f"Place {organisation}", states, NOON if acknowledged else None)


def test_an_organisation_is_covered_by_the_first_of_its_people() -> None:
    reach = coverage([told(1, State.SENT), told(1, State.SENT, acknowledged=True), told(2, State.DELIVERED)])
    assert (reach.covered, len(reach.organisations)) == (1, 2)


def test_the_silent_organisations_come_first() -> None:
    reach = coverage([told(1, acknowledged=True), told(2), told(3)])
    assert [place.name for place in reach.organisations] == ["Place 2", "Place 3", "Place 1"]


def test_one_message_that_arrived_makes_up_for_another_that_failed() -> None:
    assert told(1, State.FAILED, State.DELIVERED).stage is Stage.DELIVERED
    assert told(1, State.FAILED, State.FAILED).stage is Stage.FAILED


def test_somebody_who_answered_has_it_whatever_the_provider_says() -> None:
    assert told(1, State.FAILED, acknowledged=True).stage is Stage.ACKNOWLEDGED


@given(st.lists(TOLD, max_size=20))
def test_everybody_stands_at_one_stage_and_in_at_most_one_organisation(people: list[Told]) -> None:
    reach = coverage(people)
    assert sum(count for _, count in reach.stages) == reach.people == len(people)
    assert sum(place.told for place in reach.organisations) == sum(p.organisation_id is not None for p in people)
    assert reach.covered <= len(reach.organisations)


@given(st.lists(TOLD, min_size=1, max_size=20))
def test_the_bar_is_filled_from_end_to_end_without_gaps(people: list[Told]) -> None:
    parts = bar(coverage(people).stages)
    assert parts[0].start == 0
    assert abs(parts[-1].start + parts[-1].length - 100) < 0.01
    for before, after in pairwise(parts):
        assert abs(before.start + before.length - after.start) < 0.01


def test_a_bar_of_nobody_is_empty() -> None:
    assert bar(coverage([]).stages) == []


def test_an_email_that_a_server_took_has_arrived_a_text_that_left_has_not() -> None:
    people = [
        Told(1, "Place", (State.SENT,), None, has_arrived=True),
        Told(1, "Place", (State.SENT,), None),
        Told(2, "Other place", (State.SENT,), NOON),
    ]
    reach = coverage(people)
    assert reach.share(Target.DELIVERED) == 2 / 3
    assert reach.share(Target.ACKNOWLEDGED) == 1 / 2
    assert coverage([]).share(Target.DELIVERED) == coverage([]).share(Target.ACKNOWLEDGED) == 1


def test_every_organisation_is_counted_by_how_far_it_got_with_each_of_its_people() -> None:
    (place,) = coverage([told(1, State.FAILED), told(1, State.SENT), told(1, acknowledged=True)]).organisations
    assert {stage: count for stage, count in place.stages if count} == {
        Stage.ACKNOWLEDGED: 1,
        Stage.SENT: 1,
        Stage.FAILED: 1,
    }
