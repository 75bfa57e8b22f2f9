"""The register is published so that nobody can be worked out from it."""

from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ldis.indicators.disclosure import is_few
from ldis.reviews import rules
from ldis.reviews.rules import AgeBand, Cause, Counted, Kind, Known, Sex, Tallies
from tests.unit.indicators.test_disclosure import given_away

AREAS = ("E99000001", "E99000002", "E99000003")
LATER = date(2026, 11, 25)


def counted(**more: Any) -> Counted:
    usual = {
        "kind": Kind.DEATH,
        "month": date(2025, 3, 31),
        "area": AREAS[0],
        "sex": Sex.MALE,
        "age": AgeBand.TO_44,
        "cause": Cause.DRUGS,
        "known": Known.SIX,
    }
    return Counted(**(usual | more))


def test_a_year_is_broken_down_once_it_is_over_and_until_then_only_quarters_that_are_over_are_published() -> None:
    tallies = {counted(): 6, counted(month=date(2026, 2, 28)): 7, counted(month=date(2026, 11, 30)): 8}
    counts = rules.published(tallies, areas=AREAS, today=LATER)
    assert counts[rules.year_spot(Kind.DEATH, 2025)] == 6
    assert counts[rules.year_spot(Kind.DEATH, 2025, "sex", "male")] == 6
    assert rules.year_spot(Kind.DEATH, 2026) not in counts
    assert counts[rules.quarter_spot(Kind.DEATH, date(2026, 3, 31))] == 7
    assert counts[rules.quarter_spot(Kind.DEATH, date(2026, 9, 30))] == 0
    assert rules.quarter_spot(Kind.DEATH, date(2026, 12, 31)) not in counts


def test_the_look_back_counts_those_known_within_so_many_months() -> None:
    tallies = {
        counted(known=Known.SIX): 6,
        counted(known=Known.TWELVE): 10,
        counted(known=Known.EARLIER): 20,
        counted(known=Known.NEVER): 5,
    }
    counts = rules.published(tallies, areas=AREAS, today=LATER)
    within = [counts[rules.look_back_spot(Kind.DEATH, 2025, months)] for months in rules.LOOK_BACKS]
    assert within == [6, 16]


def test_deaths_and_near_fatal_overdoses_are_never_added() -> None:
    counts = rules.published({counted(): 6, counted(kind=Kind.NEAR_FATAL): 9}, areas=AREAS, today=LATER)
    assert counts[rules.year_spot(Kind.DEATH, 2025)] == 6
    assert counts[rules.year_spot(Kind.NEAR_FATAL, 2025)] == 9


registers = st.dictionaries(
    st.builds(
        Counted,
        kind=st.just(Kind.DEATH),
        month=st.sampled_from([date(2025, 1, 31), date(2025, 5, 31), date(2025, 8, 31), date(2025, 12, 31)]),
        area=st.sampled_from(AREAS),
        sex=st.sampled_from(Sex),
        age=st.sampled_from(AgeBand),
        cause=st.sampled_from(Cause),
        known=st.sampled_from(Known),
    ),
    st.integers(1, 12),
    min_size=1,
    max_size=12,
)


@settings(max_examples=15, deadline=None)
@given(registers)
def test_no_attacker_works_out_anybody_from_a_year_with_all_its_breakdowns_and_quarters(tallies: Tallies) -> None:
    counts = rules.published(tallies, areas=AREAS, today=LATER)
    sums = list(rules.sums(counts, areas=AREAS))
    hidden = set(rules.mask(tallies, (), areas=AREAS, today=LATER))
    assert all(spot in hidden for spot, count in counts.items() if is_few(count))
    named = {spot: str(spot) for spot in counts}
    known = [one for one in sums if all(cell in counts for cell in one.cells)]
    as_words = [type(one)(named[one.total], tuple(named[cell] for cell in one.parts)) for one in known]
    by_name = {named[spot]: count for spot, count in counts.items()}
    assert given_away(by_name, as_words, {named[spot] for spot in hidden}) == []
