"""Names in reports that nobody knows yet: collected, counted, and settled by saying what they are."""

from collections.abc import Callable
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from ldis.people.access import Actor
from ldis.people.models import Partnership
from ldis.submissions.models import IncidentReport
from ldis.submissions.queries import Unread
from ldis.submissions.unmatched import MOST, gathered
from ldis.substances.names import Names
from tests.integration.cast import NOW, Cast, answers

BrowserOf = Callable[[Actor], FlaskClient]
PAGE = "/substances/unmatched"
NOTHING = "Every name in the newest reports is known."


@pytest.fixture
def office(browser_of: BrowserOf, cast: Cast) -> FlaskClient:
    return browser_of(cast.administrator)


@pytest.fixture
def reported(client: FlaskClient, db: Session, north_shore: Partnership) -> list[str]:
    """Three reports with words that nobody knows, one of them twice; their references, oldest first."""
    for sold_as in ("zorblax", "Zorblax, and valium", "quibblet powder"):
        assert client.post("/report/north-shore", data=answers(sold_as=sold_as)).status_code == 302
    return list(db.scalars(select(IncidentReport.reference).order_by(IncidentReport.id)))


def shown(browser: FlaskClient) -> str:
    answer = browser.get(PAGE)
    assert answer.status_code == 200
    return unescape(answer.text)


def test_with_no_reports_the_page_says_so(office: FlaskClient) -> None:
    assert NOTHING in shown(office)


def test_names_are_counted_once_however_written_with_examples(office: FlaskClient, reported: list[str]) -> None:
    page = shown(office)
    assert page.index("In 2 reports") < page.index("In 1 report:"), "the most frequent first"
    assert page.count("zorblax is not a drug name") + page.count("Zorblax is not a drug name") == 1
    for reference in reported:
        assert reference in page
    assert "valium" not in page


def test_coordinators_follow_the_examples_and_cannot_settle(
    browser_of: BrowserOf, cast: Cast, reported: list[str]
) -> None:
    page = shown(browser_of(cast.coordinator))
    assert f'href="/reports/{reported[-1]}"' in page
    assert "is not a drug name" not in page
    assert "An administrator says what they are." in page


def test_saying_what_a_name_is_settles_it(office: FlaskClient, reported: list[str]) -> None:
    office.post("/substances/local-names", data={"written": "zorblax", "code": "ketamine"})
    page = shown(office)
    assert "In 2 reports" not in page
    assert "quibblet" in page


def test_saying_that_it_is_no_drug_settles_it_with_one_button(office: FlaskClient, reported: list[str]) -> None:
    sent = {"written": "quibblet", "code": "not-a-drug", "next": PAGE}
    answer = office.post("/substances/local-names", data=sent)
    assert answer.location == PAGE
    page = shown(office)
    assert "“quibblet” is passed over" in page
    assert "In 1 report:" not in page


def test_a_name_that_is_taken_out_again_comes_back_to_the_list(office: FlaskClient, reported: list[str]) -> None:
    office.post("/substances/local-names", data={"written": "zorblax", "code": "ketamine"})
    [word] = [part.split("/")[0] for part in office.get("/substances/local-names").text.split("local-names/")[1:]]
    office.post(f"/substances/local-names/{word}/remove")
    assert "In 2 reports" in shown(office)


def test_the_form_comes_filled_in_from_the_list(office: FlaskClient, reported: list[str]) -> None:
    assert f"/substances/local-names?written=quibblet&next={PAGE}" in shown(office).replace("%2F", "/")
    page = office.get(f"/substances/local-names?written=quibblet&next={PAGE}").text
    assert 'value="quibblet"' in page


def test_the_hundred_most_frequent_are_shown_and_the_page_says_so(names: Names) -> None:
    strange = [f"zorb{first}{second}x" for first in "abcdefghijkl" for second in "abcdefghijkl"]
    unread = [Unread(f"NSH-{each}", NOW, [each]) for each in [*strange, strange[-1]]]
    shown_first, *others = gathered(unread, names)
    assert (shown_first.written, shown_first.count) == (strange[-1], 2)
    assert len(others) == MOST - 1


def test_another_partnerships_reports_are_not_shown(
    browser_of: BrowserOf, cast: Cast, reported: list[str]
) -> None:
    assert NOTHING in shown(browser_of(cast.stranger))


def test_panel_members_and_reporters_do_not_see_the_list(browser_of: BrowserOf, cast: Cast) -> None:
    for actor in (cast.medical, cast.lead, cast.reporter, cast.data_officer):
        assert browser_of(actor).get(PAGE).status_code == 403
