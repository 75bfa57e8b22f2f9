"""The tile map: its numbers are the table's, and the table's are those of the list that each leads to."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from flask.testing import FlaskClient

from ldis.people.access import Actor
from ldis.people.models import Area
from ldis.submissions.rules import HarmLevel
from tests.integration.cases.table import CaseTable
from tests.integration.inbox.conftest import listed_on, words_of

TILE = re.compile(r'<g class="ldis-tile.*?</g>', re.DOTALL)
ROW = re.compile(r'<tr class="govuk-table__row">\s*<th scope="row".*?</tr>', re.DOTALL)
LINK = re.compile(r'href="(/cases[^"]*)"')

Numbers = dict[str, tuple[int, str]]


def drawn_on(page: str) -> Numbers:
    """What each tile says: name, number of reports, worst harm."""
    said = {}
    for tile in TILE.findall(page):
        *name, number, worst = (unescape(words) for words in re.findall(r"<text[^>]*>([^<]*)</text>", tile))
        said[" ".join(name)] = (int(number), worst.lower())
    return said


def tabled_on(page: str) -> Numbers:
    """What each row of the table says."""
    said = {}
    for row in ROW.findall(page):
        name, number, *worst = (words_of(cell) for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL))
        said[name] = (int(number), worst[0].lower())
    return said


@pytest.fixture
def past(table: CaseTable) -> CaseTable:
    """Reports of two areas, some in a case, and a result, which is not counted."""
    table.report(harm_level=HarmLevel.MILD, outward_postcode="NS10")
    table.report(harm_level=HarmLevel.FATAL, sold_as="spice", outward_postcode="NS2")
    table.opened(table.report(harm_level=HarmLevel.SEVERE))
    table.report(area_code="E99000002")
    table.result(area_code="E99000002")
    table.db.commit()
    return table


@pytest.mark.parametrize(
    ("asked", "numbers"),
    [
        ("status=all", {"Northby": (3, "fatal"), "Shoreham End": (1, "moderate")}),
        ("status=", {"Northby": (2, "fatal"), "Shoreham End": (1, "moderate")}),
        ("status=all&class=benzodiazepine", {"Northby": (2, "severe"), "Shoreham End": (1, "moderate")}),
        ("status=all&harm=severe", {"Northby": (2, "fatal"), "Shoreham End": (0, "no report")}),
        ("status=all&q=spice", {"Northby": (1, "fatal"), "Shoreham End": (0, "no report")}),
        (
            "status=all&area=E99000001",
            {"NS10": (1, "mild"), "NS2": (1, "fatal"), "No postcode given": (1, "severe")},
        ),
    ],
)
def test_tiles_table_and_lists_say_the_same(
    past: CaseTable, coordinator: FlaskClient, asked: str, numbers: Numbers
) -> None:
    page = coordinator.get(f"/cases/map?{asked}").text
    assert drawn_on(page) == numbers
    tabled = tabled_on(page)
    assert tabled.pop("All together") == (sum(number for number, _ in numbers.values()), "")
    assert tabled == numbers
    for row in ROW.findall(page):
        link = LINK.search(row)
        reports = int(re.findall(r"numeric\">(\d+)<", row)[0])
        assert (link is None) == (reports == 0)
        if link:
            assert len(listed_on(coordinator.get(unescape(link[1])).text)) == reports


def test_the_map_begins_with_all_reports_of_the_last_28_days(past: CaseTable, coordinator: FlaskClient) -> None:
    answer = coordinator.get("/cases/map")
    assert answer.location == "/cases/map?days=28&status=all"
    assert coordinator.get(answer.location).status_code == 200


def test_a_partnership_of_one_area_is_shown_by_postcodes(
    table: CaseTable, coordinator: FlaskClient, browser_of: Callable[[Actor], FlaskClient]
) -> None:
    table.report(outward_postcode="NS3")
    table.place.areas = [table.db.get_one(Area, "E99000001")]
    table.db.commit()
    page = coordinator.get("/cases/map?status=all").text
    assert drawn_on(page) == {"NS3": (1, "moderate")}
    assert "Reports by first half of postcode" in words_of(page)
    nobody = browser_of(table.cast.stranger).get("/cases/map?status=all").text
    assert "No report fits these filters." in words_of(nobody)


def test_reports_of_an_area_that_is_covered_no_more_are_counted_still(
    past: CaseTable, coordinator: FlaskClient
) -> None:
    past.db.merge(Area(code="E99000009", name="Elsewhere", region="Nowhere"))
    past.place.areas = [past.db.get_one(Area, code) for code in ("E99000001", "E99000009")]
    past.db.commit()
    page = coordinator.get("/cases/map?status=all").text
    assert drawn_on(page)["E99000002"] == (1, "moderate")
    assert tabled_on(page)["All together"][0] == 4


def test_the_drawing_has_a_name_a_description_and_no_style_of_its_own(
    past: CaseTable, coordinator: FlaskClient
) -> None:
    [drawing] = re.findall(r"<svg.*?</svg>", coordinator.get("/cases/map?status=all").text, re.DOTALL)
    assert 'role="img" aria-labelledby="tiles-title tiles-desc"' in drawing
    assert "<title " in drawing
    assert "<desc " in drawing
    assert "style=" not in drawing


def test_a_bad_filter_is_mended_on_the_map(coordinator: FlaskClient) -> None:
    answer = coordinator.get("/cases/map?from=soon")
    assert answer.status_code == 422
    assert 'action="/cases/map"' in answer.text
