"""What comes from restricted counts leaves the restricted view whole, or as a direction, or not at all."""

from datetime import date
from decimal import Decimal

import pytest

from config import indicators
from ldis.indicators.dictionary import Release, read_dictionary
from ldis.indicators.figures import HERE, Said, Spot, month_end, series, year_before
from ldis.indicators.publishing import as_it_is, as_published

DICTIONARY = read_dictionary(indicators.read())
MARCH = month_end(2026, 3)


def spot(code: str, day: date = MARCH) -> Spot:
    return Spot(code, HERE, "all", day, DICTIONARY.indicators[code].months)


def said(value: int, release: Release = Release.RESTRICTED) -> Said:
    return Said(value=Decimal(value), release=release)


def shown(code: str, figures: dict[Spot, Said]) -> str:
    indicator = DICTIONARY.indicators[code]
    points = series(indicator, figures, area=HERE)
    return as_published(indicator, points[-1], figures, (), year_before(points, points[-1])).text


BASELINE = spot("in_treatment", month_end(2022, 3))


@pytest.mark.parametrize(
    ("baseline", "now", "said_of_it"),
    [
        (872, 842, "-3"),  # -3.44 %, under 1,000
        (1000, 966, "-3.4"),
        (999, 1024, "3"),  # 2.5025 %
        (200, 205, "3"),  # 2.5 %, a half away from nought
        (199, 220, "up"),
        (199, 150, "down"),
        (199, 199, "about the same"),
    ],
)
def test_a_change_from_a_known_baseline(baseline: int, now: int, said_of_it: str) -> None:
    figures = {BASELINE: said(baseline), spot("in_treatment"): said(now)}
    assert shown("in_treatment_change", figures) == said_of_it


@pytest.mark.parametrize(
    ("before", "now", "of_now", "said_of_it"),
    [
        (None, 50, 90, "not published"),
        (40, 60, 90, "up on a year before"),
        (60, 40, 90, "down on a year before"),
        (40, 36, 90, "about the same on a year before"),  # 40 of 100 and 36 of 90
        (40, 3, 90, "hidden"),
        (40, 87, 90, "hidden"),
        (40, 100, 200, "50"),
        (40, 501, 1000, "50.1"),
    ],
)
def test_a_share_of_restricted_counts(before: int | None, now: int, of_now: int, said_of_it: str) -> None:
    figures = {spot("prison_leavers_started"): said(now), spot("prison_leavers_referred"): said(of_now)}
    if before is not None:
        earlier = month_end(2025, 3)
        figures |= {
            spot("prison_leavers_started", earlier): said(before),
            spot("prison_leavers_referred", earlier): said(100),
        }
    assert shown("continuity_of_care", figures) == said_of_it


def test_a_restricted_count_or_rate_does_not_leave_at_all() -> None:
    figures = {spot("deaths_in_treatment"): said(24), spot("in_treatment"): said(2122)}
    assert shown("in_treatment", figures) == "restricted"
    assert shown("deaths_in_treatment_rate", figures) == "restricted"
    rate = DICTIONARY.indicators["deaths_in_treatment_rate"]
    [point] = series(rate, figures, area=HERE)
    assert as_it_is(rate, point).text == "11.3"


def test_what_is_missing_is_not_known_and_never_nought() -> None:
    figures = {spot("in_treatment"): said(842)}
    assert shown("in_treatment_change", figures) == "not known"
