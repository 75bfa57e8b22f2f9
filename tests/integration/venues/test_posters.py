"""A venue's poster, as a page to print and as a PDF."""

import zlib
from collections.abc import Callable
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from alerts.qr import qr_code
from ldis.db import utc_now
from ldis.people import service as people
from ldis.people.access import Actor
from ldis.people.models import Partnership
from ldis.people.rules import Sector
from ldis.submissions.rules import Setting
from ldis.venues import service
from ldis.venues.paper import as_pdf, plain
from ldis.venues.poster import WHAT_TO_REPORT, poster_of, qr_svg
from ldis.venues.schemas import Venue
from tests.integration.cast import Cast

ADDRESS = "https://ldis.example.org/r/7K3Q-M9XT-2HBF"


@pytest.fixture
def poster(db: Session, north_shore: Partnership, cast: Cast, browser_of: Callable[[Actor], FlaskClient]) -> str:
    """The address of a poster, for the coordinator."""
    school = people.add_organisation(
        db, partnership_id=north_shore.id, name="Ysgol Tŷ’r Môr", sector=Sector.SCHOOL, actor="test"
    )
    venue = Venue(school.id, "E99000001", Setting.SCHOOL)
    link = service.make_link(db, venue, actor=cast.coordinator, now=utc_now())
    db.commit()
    return f"/people/venues/{link.id}/poster"


def test_the_page_has_all_that_a_poster_needs(
    poster: str, browser_of: Callable[[Actor], FlaskClient], cast: Cast
) -> None:
    page = unescape(browser_of(cast.coordinator).get(poster).text)
    assert "If someone is in danger now, call 999 first." in page
    assert "For staff at Ysgol Tŷ’r Môr" in page
    assert "Or type localhost:8000/r/" in page
    assert page.count("<svg") == 1
    for line in WHAT_TO_REPORT:
        assert line in page
    assert "QR code for http://localhost:8000/r/" in page, "those who hear the page are told what the code is"


def test_the_pdf_is_one_page_to_be_shown_in_the_browser(
    poster: str, browser_of: Callable[[Actor], FlaskClient], cast: Cast
) -> None:
    answer = browser_of(cast.administrator).get(f"{poster}.pdf")
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("inline;")
    assert answer.data.startswith(b"%PDF-")
    assert answer.data.count(b"/Type /Page\n") == 1


def test_the_longest_names_still_fit_on_the_page() -> None:
    words = ("Harbour House Supported Housing " * 8)[:120]
    made = as_pdf(poster_of(words, partnership="P" * 80, address=f"{ADDRESS}{'/x' * 40}"))
    assert b"/Count 1" in made
    assert min(baselines(made)) > 20, "in points from the foot of the page"


def baselines(pdf: bytes) -> list[float]:
    """How high each line of the page stands."""
    stream = pdf.split(b"stream\n", 1)[1].split(b"\nendstream")[0]
    drawn = zlib.decompress(stream).decode("latin-1").splitlines()
    return [float(line.split(" Td")[0].split()[-1]) for line in drawn if " Td" in line]


def test_letters_without_a_shape_in_every_reader_lose_their_accent() -> None:
    assert plain("Tŷ’r Môr – “Ŵyr”") == "Ty’r Môr – “Wyr”"
    assert plain("中心") == "??"
    assert as_pdf(poster_of("中心 🙂 Ŵyr", partnership="North Shore", address=ADDRESS)).startswith(b"%PDF-")


def test_the_code_is_the_same_on_the_page_and_in_the_pdf() -> None:
    squares = qr_code(ADDRESS)
    assert squares.error == "Q"
    assert f'viewBox="0 0 {squares.symbol_size(border=4)[0]} ' in qr_svg(ADDRESS)
    assert "style=" not in qr_svg(ADDRESS), "the content security policy would drop it"
