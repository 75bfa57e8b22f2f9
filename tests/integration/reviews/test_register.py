"""Deaths and near-fatal overdoses are counted without names, learnt from, and what was recommended is followed."""

import io
from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from ldis.audit.models import AuditEntry
from ldis.indicators.models import Hidden
from ldis.people.access import Actor
from ldis.reviews.models import Recommendation, Review, Standing, Tally
from tests.integration.cast import Cast

BrowserOf = Callable[[Actor], FlaskClient]
LAST_YEAR = date.today().year - 1


@pytest.fixture
def lead(browser_of: BrowserOf, cast: Cast) -> FlaskClient:
    return browser_of(cast.lead)


@pytest.fixture
def member(browser_of: BrowserOf, cast: Cast) -> FlaskClient:
    """Somebody who sees what may be published."""
    return browser_of(cast.medical)


def count(browser: FlaskClient, number: int, **more: str) -> int:
    usual = {
        "month": f"{LAST_YEAR}-03",
        "kind": "death",
        "area": "E99000001",
        "sex": "male",
        "age": "35 to 44",
        "cause": "drugs",
        "known": "within 6 months",
    }
    return browser.post("/reviews/counts", data=usual | more | {"count": str(number)}).status_code


def test_an_empty_register_says_so(lead: FlaskClient, member: FlaskClient) -> None:
    for browser in (lead, member):
        page = browser.get("/reviews").text
        assert "Nothing was counted in this year." in page
        assert "No review was written down yet." in page
        assert "No recommendation is open." in page
    assert "Nothing is counted yet." in lead.get("/reviews/counts").text
    assert member.post(f"/reviews/{LAST_YEAR}.pdf").status_code == 404


def test_a_count_is_set_and_set_again_and_the_audit_knows_both(lead: FlaskClient, db: Session) -> None:
    assert count(lead, 3) == 302
    assert count(lead, 4) == 302
    [row] = db.scalars(select(Tally))
    assert row.count == 4
    details = db.scalars(select(AuditEntry.detail).where(AuditEntry.action == "review count set")).all()
    assert [(one["before"], one["after"]) for one in details] == [(0, 3), (3, 4)]


def test_what_cannot_be_is_refused_beside_its_field_and_nothing_is_kept(lead: FlaskClient, db: Session) -> None:
    assert count(lead, 3, area="E09999999") == 422
    assert count(lead, -1) == 422
    assert count(lead, 3, month="2099-01") == 422
    assert count(lead, 3, sex="other") == 422
    assert db.scalars(select(Tally)).all() == []


def test_few_are_hidden_from_everybody_outside_the_restricted_view_and_in_every_file(
    lead: FlaskClient, member: FlaskClient, db: Session
) -> None:
    count(lead, 23)
    count(lead, 3, sex="female", cause="alcohol")
    count(lead, 31, sex="female", month=f"{LAST_YEAR}-08", area="E99000002", known="never")
    seen = lead.get(f"/reviews?year={LAST_YEAR}").text
    assert ">3<" in seen
    page = member.get(f"/reviews?year={LAST_YEAR}").text
    assert ">3<" not in page
    assert "hidden" in page
    assert "57" in page
    assert db.scalars(select(Hidden)).all()
    for browser in (lead, member):
        text = browser.post(f"/reviews/{LAST_YEAR}.csv").text
        assert ",3\r" not in text
        assert ",57\r" in text
        book = load_workbook(io.BytesIO(browser.post(f"/reviews/{LAST_YEAR}.xlsx").data))
        cells = [str(cell) for row in book.active.values for cell in row]  # type: ignore[union-attr]
        assert "3" not in cells
        assert {"57", "hidden"} <= set(cells)
        assert browser.post(f"/reviews/{LAST_YEAR}.pdf").data.startswith(b"%PDF")
        assert browser.post(f"/reviews/{LAST_YEAR}.ods").data.startswith(b"PK")


def test_the_look_back_is_asked_for(lead: FlaskClient) -> None:
    count(lead, 6)
    count(lead, 9, known="7 to 12 months before")
    assert ">within 6 months</td>" in lead.get(f"/reviews?year={LAST_YEAR}&months=6").text
    page = lead.get(f"/reviews?year={LAST_YEAR}&months=12").text.replace("\n", "")
    assert 'within 12 months</td><td class="govuk-table__cell govuk-table__cell--numeric">15<' in page
    assert lead.get("/reviews?months=7").status_code in (404, 422)


def test_a_review_is_written_and_its_recommendations_are_followed_to_their_end(
    browser_of: BrowserOf, cast: Cast, member: FlaskClient, db: Session
) -> None:
    coordinator = browser_of(cast.coordinator)
    held = {
        "held_on-day": "3",
        "held_on-month": "2",
        "held_on-year": "2026",
        "about": "Deaths of the last quarter",
    }
    named = coordinator.post("/reviews/new", data=held | {"learning": "Call 07700 900123 to hear of it."})
    assert named.status_code == 422
    assert "Take out" in named.text
    assert "Deaths of the last quarter" in named.text, "what was typed is kept"
    place = coordinator.post("/reviews/new", data=held | {"learning": "Naloxone was out of reach."}).location
    due = {"due-day": "1", "due-month": "3", "due-year": "2026"}
    assert (
        coordinator.post(place, data={"what": "Put kits on every floor", "owner": "Hostel lead"}).status_code
        == 422
    )
    coordinator.post(place, data={"what": "Put kits on every floor", "owner": "Hostel lead", **due})
    assert "Overdue" in member.get("/reviews").text
    [one] = db.scalars(select(Recommendation))
    way = f"/reviews/recommendations/{one.id}"
    said = {"words": "Kits hang on every floor.", "standing": "done", "seen_version": "1"}
    assert member.post(way, data=said).status_code == 403
    assert coordinator.post(way, data=said).status_code == 302
    assert coordinator.post(way, data=said).status_code == 409, "somebody said something since"
    db.expire_all()
    assert one.standing is Standing.DONE
    assert "No recommendation is open." in member.get("/reviews").text
    assert "Kits hang on every floor." in member.get(way).text
    actions = db.scalars(select(AuditEntry.action)).all()
    assert {"review written", "recommendation made", "recommendation followed"} <= set(actions)


def test_another_partnership_sees_none_of_it(
    browser_of: BrowserOf, cast: Cast, lead: FlaskClient, db: Session
) -> None:
    count(lead, 12)
    held = {
        "held_on-day": "3",
        "held_on-month": "2",
        "held_on-year": "2026",
        "about": "Ours",
        "learning": "Ours too.",
    }
    place = lead.post("/reviews/new", data=held).location
    elsewhere = browser_of(cast.stranger)
    assert "Nothing was counted in this year." in elsewhere.get(f"/reviews?year={LAST_YEAR}").text
    assert elsewhere.get(place).status_code == 404
    assert db.scalars(select(Review)).all()
