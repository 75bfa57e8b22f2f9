"""The permutation scan beside a slow one that looks at every cylinder by itself."""

import math

import numpy as np
import pytest

from detection import scan
from detection.scan import Cluster, Strength

PLACES = np.random.default_rng(0).random((6, 2))


def slowly(counts: np.ndarray, places: np.ndarray, most_days: int) -> tuple[float, set[int], int]:
    """Kulldorff's formula cylinder by cylinder, in plain loops: the largest log ratio, its areas and its days."""
    cases, (areas, days) = int(counts.sum()), counts.shape
    best = (0.0, set[int](), 0)
    for centre in range(areas):
        near = sorted(range(areas), key=lambda other: (math.dist(places[centre], places[other]), other))
        for size in range(1, areas + 1):
            zone = near[:size]
            of_zone = sum(int(counts[area].sum()) for area in zone)
            if of_zone > cases / 2:
                continue
            for length in range(1, min(most_days, days // 2) + 1):
                inside = sum(int(counts[area, day]) for area in zone for day in range(days - length, days))
                mean = of_zone * int(counts[:, days - length :].sum()) / cases
                if inside <= mean:
                    continue
                ratio = inside * math.log(inside / mean)
                if cases > inside:
                    ratio += (cases - inside) * math.log((cases - inside) / (cases - mean))
                if ratio > best[0] + 1e-12:
                    best = (ratio, set(zone), length)
    return best


@pytest.mark.parametrize("seed", range(12))
def test_the_most_unusual_cylinder_is_the_one_that_plain_loops_find(seed: int) -> None:
    rng = np.random.default_rng(seed)
    counts = rng.poisson(rng.choice([0.1, 0.5, 3]), size=(6, 20))
    found = scan.scan(counts, PLACES, most_days=7, replications=9)
    ratio, areas, days = slowly(counts, PLACES, 7)
    assert (found is None) == (ratio == 0)
    if found is not None:
        assert found.ratio == pytest.approx(ratio, abs=1e-9)
        assert (set(found.areas), found.days) == (areas, days) or found.ratio == pytest.approx(ratio, abs=1e-12)


def test_a_replication_is_the_largest_ratio_of_the_cases_dealt_out_anew() -> None:
    """The areas and the days keep their totals; the ratio of each replication is that of the plain loops."""
    counts = np.random.default_rng(3).poisson(0.4, size=(6, 20))
    circles = scan.zones(PLACES, counts.sum(axis=1))
    expected = circles_expected(counts, circles)
    rivals = scan._replicate(counts, circles, expected, 40, seed=1)
    rng = np.random.default_rng(1)
    area = np.repeat(np.arange(6), counts.sum(axis=1))
    day = np.repeat(np.arange(20), counts.sum(axis=0))
    day = np.concatenate([day[day >= 13], day[day < 13]])
    for rival in rivals:
        dealt = rng.permutation(day.size)
        shuffled = np.zeros_like(counts)
        np.add.at(shuffled, (area[dealt], day), 1)
        assert (shuffled.sum(axis=0) == counts.sum(axis=0)).all()
        assert rival == pytest.approx(slowly(shuffled, PLACES, 7)[0], abs=1e-9)


def circles_expected(counts: np.ndarray, circles: scan.Zones) -> np.ndarray:
    days = counts[:, ::-1][:, :7].cumsum(axis=1).sum(axis=0)
    return counts.sum(axis=1)[circles.order].cumsum(axis=1)[circles.kept][:, None] * days[None] / counts.sum()


def test_ratios_that_are_too_many_to_look_up_are_worked_out(monkeypatch: pytest.MonkeyPatch) -> None:
    counts = np.random.default_rng(4).poisson(0.5, size=(6, 20))
    looked_up = scan.scan(counts, PLACES, replications=50)
    monkeypatch.setattr(scan, "MOST_LOOKED_UP", 0)
    assert scan.scan(counts, PLACES, replications=50) == looked_up


def test_the_log_ratio_worked_by_hand() -> None:
    """5 of 100 where 1 is expected: 5 ln 5 + 95 ln(95 / 99) = 8.0472 - 3.9181 = 4.1291."""
    assert scan.log_likelihood_ratio(5, 1.0, 100) == pytest.approx(4.1291, abs=1e-4)
    assert scan.log_likelihood_ratio(1, 1.0, 100) == 0
    assert scan.log_likelihood_ratio(4, 2.0, 4) == pytest.approx(4 * math.log(2))


def test_five_cases_in_three_days_are_found_where_they_are() -> None:
    rng = np.random.default_rng(5)
    places = rng.random((24, 2))
    clusters = []
    for seed in range(10):
        counts = rng.poisson(0.02, size=(24, 90))
        counts[7, 87:] += [1, 2, 2]
        clusters.append(scan.scan(counts, places, seed=seed))
    assert all(one is not None and 7 in one.areas for one in clusters)
    assert sum(one is not None and one.recurrence > 100 for one in clusters) >= 8


def test_an_empty_system_one_report_and_a_single_area_hold_no_cluster() -> None:
    assert scan.scan(np.zeros((6, 30), dtype=int), PLACES) is None
    one = np.zeros((6, 30), dtype=int)
    one[2, -1] = 1
    assert scan.scan(one, PLACES) is None
    assert scan.scan(np.full((1, 30), 2), np.zeros((1, 2))) is None
    assert scan.scan(np.ones((6, 1), dtype=int), PLACES) is None


def test_a_day_on_which_everybody_reports_five_hundred_is_no_cluster() -> None:
    counts = np.ones((6, 30), dtype=int)
    counts[:, -1] = 500
    found = scan.scan(counts, PLACES, replications=99)
    assert found is None or found.strength is Strength.NONE


def test_the_same_seed_gives_the_same_chance() -> None:
    counts = np.random.default_rng(1).poisson(0.3, size=(6, 30))
    assert scan.scan(counts, PLACES, seed=3) == scan.scan(counts, PLACES, seed=3)


def test_the_recurrence_is_told_in_bands() -> None:
    def strength(chance: float) -> Strength:
        return Cluster(areas=(), days=1, observed=1, expected=0.1, ratio=1, chance=chance).strength

    told = [strength(chance) for chance in (0.001, 0.005, 0.02, 0.2)]
    assert told == [Strength.STRONG, Strength.MODERATE, Strength.WEAK, Strength.NONE]


def test_places_without_two_coordinates_are_refused() -> None:
    with pytest.raises(ValueError, match="two coordinates"):
        scan.scan(np.ones((3, 30), dtype=int), PLACES)
