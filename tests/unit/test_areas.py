"""The list of English local authorities: every code the Office for National Statistics gives them, once.

Codes are of the postcode directory of November 2025: after the mergers of April 2023 and the new codes of Barnsley and
Sheffield of April 2025.
"""

import csv
import re
from collections import Counter
from itertools import combinations
from pathlib import Path

import pytest

AREAS = Path(__file__).parents[2] / "config" / "areas.csv"
TILE = ("tile_column", "tile_row")
PREFIXES = {"unitary": "E06", "district": "E07", "metropolitan": "E08", "london borough": "E09", "county": "E10"}
REGIONS = {
    *("North East", "North West", "Yorkshire and the Humber", "East Midlands", "West Midlands"),
    *("East of England", "London", "South East", "South West"),
}


@pytest.fixture(scope="module")
def areas() -> list[dict[str, str]]:
    with AREAS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_columns_are_those_that_are_read(areas: list[dict[str, str]]) -> None:
    assert list(areas[0]) == ["code", "name", "kind", "county", "region", "lat", "lon", *TILE]


def test_codes_are_unique_in_order_and_fit_their_kind(areas: list[dict[str, str]]) -> None:
    codes = [each["code"] for each in areas]
    assert codes == sorted(set(codes))
    assert all(re.fullmatch(PREFIXES[each["kind"]] + r"\d{6}", each["code"]) for each in areas)


def test_all_153_upper_tier_authorities_and_the_164_districts_are_there(areas: list[dict[str, str]]) -> None:
    assert Counter(each["kind"] for each in areas) == {
        "unitary": 63,
        "metropolitan": 36,
        "london borough": 33,
        "county": 21,
        "district": 164,
    }


def test_no_two_upper_tier_authorities_share_a_name(areas: list[dict[str, str]]) -> None:
    names = Counter(each["name"] for each in areas if each["kind"] != "district")
    assert max(names.values()) == 1
    assert all(each["name"] == each["name"].strip() and each["name"] for each in areas)


def test_every_district_lies_in_a_county_of_its_own_region_and_nothing_else_does(
    areas: list[dict[str, str]],
) -> None:
    regions = {each["code"]: each["region"] for each in areas}
    counties = {each["code"] for each in areas if each["kind"] == "county"}
    for each in areas:
        if each["kind"] == "district":
            assert each["county"] in counties
            assert regions[each["county"]] == each["region"]
        else:
            assert each["county"] == ""
    assert {each["county"] for each in areas if each["county"]} == counties


def test_every_area_is_in_one_of_the_nine_regions_and_on_english_ground(areas: list[dict[str, str]]) -> None:
    assert {each["region"] for each in areas} == REGIONS
    assert all(49.8 < float(each["lat"]) < 55.9 and -6.5 < float(each["lon"]) < 1.9 for each in areas)


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("E06000026", "Plymouth"),
        ("E06000035", "Medway"),
        ("E06000044", "Portsmouth"),
        ("E06000052", "Cornwall"),
        ("E06000063", "Cumberland"),
        ("E06000064", "Westmorland and Furness"),
        ("E06000065", "North Yorkshire"),
        ("E06000066", "Somerset"),
        ("E08000038", "Barnsley"),
        ("E08000039", "Sheffield"),
        ("E09000001", "City of London"),
        ("E10000014", "Hampshire"),
        ("E10000031", "Warwickshire"),
    ],
)
def test_well_known_authorities_have_their_present_codes(
    areas: list[dict[str, str]], code: str, name: str
) -> None:
    assert {each["code"]: each["name"] for each in areas}[code] == name


def test_no_authority_that_was_abolished_is_listed(areas: list[dict[str, str]]) -> None:
    gone = {"E10000006", "E10000023", "E10000027", "E07000026", "E07000168", "E08000016", "E08000019"}
    assert not gone & {each["code"] for each in areas}


def test_every_authority_has_a_tile_of_its_own(areas: list[dict[str, str]]) -> None:
    tiles = [tuple(int(each[name]) for name in TILE) for each in areas]
    assert len(set(tiles)) == len(areas)
    assert min(map(min, tiles)) >= 0


def test_tiles_keep_to_the_side_of_each_other_on_which_the_places_lie(areas: list[dict[str, str]]) -> None:
    """Of two authorities 35 miles apart or more, the one further east or north is so on the map of tiles too."""
    wrong = pairs = 0
    for one, other in combinations(areas, 2):
        for way, tile, far, sign in (("lon", "tile_column", 0.8, 1), ("lat", "tile_row", 0.5, -1)):
            apart = float(other[way]) - float(one[way])
            if abs(apart) > far:
                pairs += 1
                wrong += (int(other[tile]) - int(one[tile])) * apart * sign <= 0
    assert pairs > 50_000
    assert wrong / pairs < 0.002
