"""The rules that need no statistics, on plain facts."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from config import policy
from detection import limits, rules
from detection.rules import Finding, Rule, Share, Sighting
from detection.settings import SignalSettings, read_settings

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def read() -> SignalSettings:
    return read_settings(policy.read()["signals"])


@pytest.fixture(scope="module")
def settings(read: SignalSettings) -> rules.RuleSettings:
    return read.rules


def seen(evidence: str, *, days_ago: float = 0, **facts: object) -> Sighting:
    kinds = facts.pop("kinds", frozenset({"nitazene"}))
    base = {"area": "Northby", "confirmed": False, "source": evidence, "at": NOW - timedelta(days=days_ago)}
    return Sighting(evidence=evidence, kinds=frozenset(kinds), **{**base, **facts})  # type: ignore[arg-type]


def test_one_laboratory_result_is_a_first_sighting(settings: rules.RuleSettings) -> None:
    found = rules.first_sightings([seen("L1", confirmed=True)], [], settings)
    assert found == [Finding(Rule.FIRST_SIGHTING, "nitazene", ("Northby",), ("L1",))]


def test_one_report_is_no_sighting_and_two_of_one_source_are_none_either(settings: rules.RuleSettings) -> None:
    assert rules.first_sightings([seen("R1")], [], settings) == []
    both = [seen("R1", source="a hostel"), seen("R2", source="a hostel")]
    assert rules.first_sightings(both, [], settings) == []


def test_a_second_independent_report_completes_a_sighting_with_the_first(settings: rules.RuleSettings) -> None:
    found = rules.first_sightings([seen("R2")], [seen("R1", days_ago=40)], settings)
    assert [one.evidence for one in found] == [("R1", "R2")]


def test_what_was_sighted_within_a_year_is_not_first_and_after_a_year_it_is(settings: rules.RuleSettings) -> None:
    result = [seen("L2", confirmed=True)]
    assert rules.first_sightings(result, [seen("L1", days_ago=364, confirmed=True)], settings) == []
    assert len(rules.first_sightings(result, [seen("L1", days_ago=366, confirmed=True)], settings)) == 1


def test_a_sighting_elsewhere_leaves_it_new_here(settings: rules.RuleSettings) -> None:
    elsewhere = [seen("L1", area="Southby", confirmed=True)]
    assert len(rules.first_sightings([seen("L2", confirmed=True)], elsewhere, settings)) == 1


def test_an_empty_system_finds_nothing(settings: rules.RuleSettings) -> None:
    assert rules.first_sightings([], [], settings) == []
    assert rules.severe_together([], NOW, settings) == []
    assert rules.same_marking([], NOW, settings) == []
    assert rules.rising_shares({}, settings) == []


def test_a_nitazene_or_fentanyl_counts_in_anything(settings: rules.RuleSettings) -> None:
    found = rules.found_in_anything([seen("R1", kinds={"fentanyl", "opioid"}), seen("R2", kinds=())], settings)
    assert [(one.about, one.evidence) for one in found] == [("fentanyl", ("R1",))]


def test_a_high_risk_class_in_what_was_sold_as_something_else(settings: rules.RuleSettings) -> None:
    sold = frozenset({"benzodiazepine"})
    found = rules.not_as_sold([seen("L1", confirmed=True, sold_as=sold, kinds={"nitazene", "opioid"})], settings)
    assert [one.about for one in found] == ["nitazene"]
    as_sold = seen("L2", confirmed=True, sold_as=frozenset({"nitazene"}))
    nobody_knows = seen("L3", confirmed=True)
    assert rules.not_as_sold([as_sold, nobody_knows, seen("R4", sold_as=sold)], settings) == []


def test_two_severe_events_in_a_day_or_three_in_three_days(settings: rules.RuleSettings) -> None:
    severe = [seen(f"R{day}", days_ago=day, severity=4) for day in (0, 2, 3)]
    assert [one.about for one in rules.severe_together(severe, NOW, settings)] == ["72 hours"]
    assert rules.severe_together(severe[:2], NOW, settings) == []
    two = [seen("R1", severity=3), seen("R2", days_ago=1, severity=5)]
    assert [one.about for one in rules.severe_together(two, NOW, settings)] == ["24 hours"]
    assert rules.severe_together([seen("R1", severity=2), seen("R2", severity=2)], NOW, settings) == []


def test_severe_events_of_two_areas_do_not_add_up(settings: rules.RuleSettings) -> None:
    apart = [seen("R1", severity=4), seen("R2", severity=4, area="Southby")]
    assert rules.severe_together(apart, NOW, settings) == []


def test_the_hour_that_does_not_exist_in_march_is_not_counted(settings: rules.RuleSettings) -> None:
    """By the clock on the wall 25 hours lie between the two, and 24 went by."""
    london = ZoneInfo("Europe/London")
    before = datetime(2026, 3, 29, 0, 30, tzinfo=london).astimezone(UTC)
    now = datetime(2026, 3, 30, 1, 30, tzinfo=london).astimezone(UTC)
    two = [seen("R1", at=before, severity=4), seen("R2", at=now, severity=4)]
    assert [one.about for one in rules.severe_together(two, now, settings)] == ["24 hours"]


def test_the_same_marking_in_two_areas_whatever_its_capitals(settings: rules.RuleSettings) -> None:
    here, there = seen("R1", marking="Blue  BEAR"), seen("R2", area="Southby", marking="blue bear")
    found = rules.same_marking([here, there], NOW, settings)
    assert found == [Finding(Rule.SAME_MARKING, "blue bear", ("Northby", "Southby"), ("R1", "R2"))]
    long_ago = seen("R3", area="Southby", marking="blue bear", days_ago=29)
    assert rules.same_marking([here, long_ago, seen("R4"), seen("R5", area="Southby")], NOW, settings) == []


def test_a_rising_share_is_compared_exactly(settings: rules.RuleSettings) -> None:
    """Fisher's tea: four of four cups with four more of the other kind, 1 in choose(8, 4) = 70."""
    assert rules.share_chance(Share(before=0, of_before=4, now=4, of_now=4)) == pytest.approx(1 / 70)
    assert rules.share_chance(Share(before=0, of_before=0, now=0, of_now=0)) == 1
    shares = {
        ("Northby", "nitazene"): Share(2, 100, 4, 8),
        ("Northby", "xylazine"): Share(10, 100, 1, 8),
        ("Southby", "nitazene"): Share(0, 100, 4, 4),
    }
    assert [(*one.areas, one.about) for one in rules.rising_shares(shares, settings)] == [("Northby", "nitazene")]
    with pytest.raises(ValueError, match="No more results"):
        rules.share_chance(Share(3, 2, 0, 0))


def test_months_are_counted_back_to_the_last_day_of_a_shorter_one() -> None:
    assert rules.months_before(datetime(2024, 3, 31, 9, tzinfo=UTC), 1) == datetime(2024, 2, 29, 9, tzinfo=UTC)
    assert rules.months_before(datetime(2026, 1, 15, tzinfo=UTC), 13) == datetime(2024, 12, 15, tzinfo=UTC)
    assert rules.months_before(datetime(2026, 12, 31, tzinfo=UTC), 12) == datetime(2025, 12, 31, tzinfo=UTC)


def test_the_policy_says_what_the_table_of_limits_was_made_for(read: SignalSettings) -> None:
    assert limits.read().method == read.method


def test_senseless_settings_are_refused_with_what_is_wrong() -> None:
    def refused(section: str, name: str, value: object) -> str:
        values = policy.read()["signals"]
        values[section][name] = value
        with pytest.raises(ValueError, match="signals") as error:
            read_settings(values)
        return str(error.value)

    assert "shortest first" in refused("test", "windows", [3, 1])
    assert "longer than the longest" in refused("test", "baseline_days", 7)
    assert "above 0" in refused("test", "false_episodes_a_year", 0)
    assert "between 0 and 1" in refused("scan", "share", 1.5)
    assert "at least one event" in refused("rules", "spells", [{"events": 0, "hours": 24}])
