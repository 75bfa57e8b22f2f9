"""Every way out of random tables: no count of a few people is in any of them, whoever asks."""

import io
import re
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from defusedxml.ElementTree import fromstring
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from pypdf import PdfReader
from sqlalchemy import delete
from sqlalchemy.orm import Session

from ldis.indicators import queries, service
from ldis.indicators.dictionary import WHOLE, Release
from ldis.indicators.disclosure import is_few
from ldis.indicators.figures import HERE, Said, Spot, Status, month_end, months_earlier
from ldis.indicators.models import Figure, Hidden
from ldis.indicators.publishing import mask
from ldis.people.access import Actor
from ldis.people.models import Partnership
from ldis.people.rules import Scope
from tests.integration.cast import NOW, Cast
from tests.integration.indicators.test_figures import DICTIONARY, said

CODE = "positive_on_arrest"
LAST = month_end(2026, 3)
AREAS = ("E99000001", "E99000002")
CELLS = re.compile(r">\s*([\d,]+)\s*<")


@st.composite
def tables(draw: st.DrawFn) -> dict[Spot, int]:
    """Twelve months of a count in four parts and two areas, whole numbers that add up, many of them few."""
    counts: dict[Spot, int] = {}
    parts = DICTIONARY.indicators[CODE].parts[1:]
    small = st.one_of(st.integers(0, 6), st.integers(0, 60))
    for back in range(12):
        day = months_earlier(LAST, back)
        for area in AREAS:
            values = [draw(small) for _ in parts]
            counts |= {Spot(CODE, area, part, day, 1): value for part, value in zip(parts, values, strict=True)}
            counts[Spot(CODE, area, WHOLE, day, 1)] = sum(values)
        for part in (WHOLE, *parts):
            counts[Spot(CODE, HERE, part, day, 1)] = sum(counts[Spot(CODE, area, part, day, 1)] for area in AREAS)
    return counts


@settings(
    max_examples=4,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(counts=tables())
def test_no_count_of_a_few_people_is_in_any_page_file_or_answer(
    counts: dict[Spot, int],
    db: Session,
    cast: Cast,
    north_shore: Partnership,
    browser_of: Callable[[Actor], FlaskClient],
    key_for: Callable[..., dict[str, str]],
) -> None:
    for kind in (Figure, Hidden):
        db.execute(delete(kind))
    figures = {
        spot: said(value, release=Release.PUBLISHABLE, status=Status.FINAL) for spot, value in counts.items()
    }
    service.write(db, figures, dictionary=DICTIONARY, why="", actor=cast.data_officer, now=NOW)
    db.commit()
    hidden = set(queries.hidden_in(db, partnership_id=north_shore.id))
    assert {spot for spot, value in counts.items() if is_few(value)} <= hidden
    shown = {spot: value for spot, value in counts.items() if spot not in hidden}
    assert mask(DICTIONARY, figures, hidden).keys() <= hidden, "nothing else is given away by what is shown"

    member, lead = browser_of(cast.medical), browser_of(cast.lead)
    published = {(spot.area, spot.part, spot.ends_on.isoformat()): value for spot, value in shown.items()}
    answer = member.get(f"/api/v1/indicators/{CODE}", headers=key_for(north_shore, Scope.INDICATORS_READ)).json
    assert answer is not None
    told = {(one["area"], one["part"], one["ends_on"]): one["value"] for one in answer["values"]}
    assert {key for key, value in told.items() if value is not None} == published.keys()
    assert all(told[key] == str(value) for key, value in published.items())
    for browser in (member, lead):
        assert written_in_files(browser) == sorted(shown.values())
    for area in (HERE, *AREAS):
        for part in DICTIONARY.indicators[CODE].parts:
            page = member.get(f"/indicators/{CODE}?area={area}&part={part.replace(' ', '+')}").text
            figures_of_page = {int(one.replace(",", "")) for one in CELLS.findall(page[page.find("<tbody") :])}
            seen = {value for spot, value in shown.items() if (spot.area, spot.part) == (area, part)}
            assert figures_of_page == seen
    compared = member.get(f"/indicators/{CODE}/areas").text
    assert not any(is_few(int(one.replace(",", ""))) for one in CELLS.findall(compared[compared.find("<tbody") :]))
    here = sorted(value for spot, value in shown.items() if spot.area == HERE)
    assert sorted(in_the_pdf(lead)) == here


def written_in_files(browser: FlaskClient) -> list[int]:
    """The figures of the spreadsheet, which the CSV file and the ODS file must hold too."""
    book = load_workbook(io.BytesIO(browser.post(f"/indicators/{CODE}/figures.xlsx").data))
    values = [row[6] for row in list(book["Figures"].values)[1:]]
    numbers: list[Any] = [one for one in values if isinstance(one, (int, float))]
    lines = browser.post(f"/indicators/{CODE}/figures.csv").text.splitlines()[1:]
    from_csv = [int(cell) for cell in (line.split(",")[6] for line in lines) if cell.isdigit()]
    assert sorted(from_csv) == sorted(map(int, numbers))
    assert sorted(in_the_open_document(browser)) == sorted(from_csv)
    return sorted(from_csv)


def in_the_open_document(browser: FlaskClient) -> list[int]:
    """The numbers of the ODS file: months aside, figures are its only ones."""
    with zipfile.ZipFile(io.BytesIO(browser.post(f"/indicators/{CODE}/figures.ods").data)) as book:
        content = fromstring(book.read("content.xml"))
    office = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
    return [int(one.attrib[f"{office}value"]) for one in content.iter() if f"{office}value" in one.attrib]


def in_the_pdf(browser: FlaskClient) -> list[int]:
    """The numbers that stand behind a period in the PDF's tables."""
    content = browser.post(f"/indicators/{CODE}/figures.pdf").data
    text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    return [int(one) for one in re.findall(r"(?:20\d\d)\s+(\d+)\s+Final", text)]


@pytest.mark.parametrize("kind", ["pdf", "xlsx", "ods", "csv"])
def test_a_file_of_the_scorecard_leaves_restricted_figures_out(
    kind: str, db: Session, cast: Cast, browser_of: Callable[[Actor], FlaskClient]
) -> None:
    restricted: dict[Spot, Said] = {Spot("in_treatment", HERE, WHOLE, LAST, 12): said(1842)}
    kits = {Spot("naloxone_supplied", HERE, WHOLE, LAST, 1): said(118, release=Release.PUBLISHABLE)}
    service.write(db, restricted | kits, dictionary=DICTIONARY, why="", actor=cast.data_officer, now=NOW)
    db.commit()
    content = browser_of(cast.lead).post(f"/indicators/scorecard.{kind}").data
    assert content
    if kind == "pdf":
        reader = PdfReader(io.BytesIO(content))
        assert len(reader.pages) <= 2
        text = "".join(page.extract_text() for page in reader.pages)
        assert "118" in text
        assert "842" not in text
    if kind == "csv":
        assert b"118" in content
        assert b"842" not in content
