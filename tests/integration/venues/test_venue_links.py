"""Links for one place: made, listed and revoked; the form that they open has the place filled in."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from ldis.audit.models import AuditEntry
from ldis.db import utc_now
from ldis.people import service as people
from ldis.people.access import Actor
from ldis.people.models import Organisation, Partnership
from ldis.people.rules import Sector
from ldis.submissions.models import IncidentReport
from ldis.venues.models import VenueLink
from tests.integration.cast import Cast, answers

BrowserOf = Callable[[Actor], FlaskClient]


@pytest.fixture
def hostel(db: Session, north_shore: Partnership) -> Organisation:
    found = people.add_organisation(
        db, partnership_id=north_shore.id, name="Harbour House", sector=Sector.HOSTEL, actor="test"
    )
    db.commit()
    return found


@pytest.fixture
def office(browser_of: BrowserOf, cast: Cast) -> FlaskClient:
    return browser_of(cast.coordinator)


@pytest.fixture
def link(office: FlaskClient, hostel: Organisation, db: Session) -> VenueLink:
    assert office.post("/people/venues", data=choices(hostel)).status_code == 302
    return the_link(db)


def choices(hostel: Organisation, **changes: str) -> dict[str, str]:
    given = {
        "organisation_id": str(hostel.id),
        "area_code": "E99000002",
        "setting": "hostel or supported housing",
    }
    return given | changes


def the_link(db: Session) -> VenueLink:
    return db.scalars(select(VenueLink).execution_options(populate_existing=True)).one()


def follow(client: FlaskClient, token: str) -> str:
    """Where scanning the code leads."""
    answer = client.get(f"/r/{token}")
    assert answer.status_code == 302, answer.text
    return answer.location


def test_the_page_lists_links_with_whom_they_are_for(office: FlaskClient, link: VenueLink) -> None:
    page = unescape(office.get("/people/venues").text)
    for words in ("Harbour House", "Fills in: Shoreham End, hostel or supported housing.", "Made by Cleo Winter"):
        assert words in page
    assert f"http://localhost:8000/r/{link.token}" in page


def test_the_page_says_so_where_there_is_nothing_yet(office: FlaskClient) -> None:
    page = office.get("/people/venues").text
    assert "No place has a link of its own yet." in page
    assert "An administrator can add one." in page


def test_the_people_page_leads_to_the_links(office: FlaskClient) -> None:
    assert 'href="/people/venues"' in office.get("/people").text


def test_a_scanned_code_opens_the_form_with_the_place_filled_in(client: FlaskClient, link: VenueLink) -> None:
    page = client.get(follow(client, link.token)).text
    assert "Filled in for Harbour House." in page
    assert re.search(r'value="E99000002"\s+checked', page)
    assert re.search(r'value="hostel or supported housing"\s+checked', page)
    assert re.search(r'name="reporter_organisation"[^>]*value="Harbour House"', page)


def test_what_was_filled_in_does_not_open_the_optional_questions(client: FlaskClient, link: VenueLink) -> None:
    assert "<details" in client.get(follow(client, link.token)).text
    assert "open>" not in client.get(follow(client, link.token)).text


def test_a_report_by_a_link_needs_no_answer_about_the_place_but_what_the_form_holds(
    client: FlaskClient, link: VenueLink, db: Session
) -> None:
    form = follow(client, link.token)
    sent = answers(
        area_code="E99000002", setting="hostel or supported housing", reporter_organisation="Harbour House"
    )
    assert client.post(form, data=sent).status_code == 302
    report = db.scalars(select(IncidentReport)).one()
    assert report.area_code == "E99000002"
    assert report.received_by == link.label


def test_what_the_link_filled_in_is_kept_when_an_answer_is_missing(client: FlaskClient, link: VenueLink) -> None:
    answer = client.post(follow(client, link.token), data=answers(area_code="E99000001", harm_level=None))
    assert answer.status_code == 422
    assert "Filled in for Harbour House." in answer.text
    assert re.search(r'value="E99000001"\s+checked', answer.text), "what was changed stays changed"


def test_a_token_can_be_typed_in_small_letters_and_without_hyphens(client: FlaskClient, link: VenueLink) -> None:
    assert "/report/north-shore?link=" in follow(client, link.token.lower().replace("-", ""))


def test_a_revoked_link_leads_kindly_to_the_ordinary_form(
    client: FlaskClient, office: FlaskClient, link: VenueLink
) -> None:
    answer = office.post(f"/people/venues/{link.id}/revoke", follow_redirects=True)
    assert "The link for Harbour House no longer works." in answer.text
    assert "Revoked by Cleo Winter" in answer.text
    page = client.get(f"/r/{link.token}")
    assert page.status_code == 410
    assert "This link no longer works" in page.text
    assert 'href="/report/north-shore"' in page.text
    assert "no longer opens the form" in office.get(f"/people/venues/{link.id}/poster").text


@pytest.mark.parametrize("token", ["2222-2222-2222", "x", "7K3Q-M9XT-2HBF-2222", "é"])
def test_an_unknown_link_leads_kindly_to_the_ordinary_form(
    client: FlaskClient, north_shore: Partnership, token: str
) -> None:
    page = client.get(f"/r/{token}")
    assert page.status_code == 404
    assert "We do not know this link" in page.text
    assert 'href="/report"' in page.text


def test_a_link_whose_area_has_left_the_partnership_fills_nothing_in(
    client: FlaskClient, link: VenueLink, north_shore: Partnership, db: Session
) -> None:
    north_shore.areas = [area for area in north_shore.areas if area.code != link.area_code]
    db.commit()
    assert client.get(f"/r/{link.token}").status_code == 410


def test_nobody_can_fill_in_our_form_with_words_of_their_own(client: FlaskClient, link: VenueLink) -> None:
    form = follow(client, link.token)
    forged = form.replace("link=", "link=x")
    assert "Filled in for" not in client.get(forged).text
    client_report = client.post(forged, data=answers())
    assert client_report.status_code == 302, "the report is taken all the same"


def test_an_address_copied_from_the_browser_is_an_ordinary_form_the_day_after(
    client: FlaskClient, link: VenueLink
) -> None:
    form = follow(client, link.token)
    with time_machine.travel(utc_now() + timedelta(hours=25)):
        page = client.get(form)
    assert page.status_code == 200
    assert "Filled in for" not in page.text


def test_each_link_has_a_token_of_its_own_that_nobody_can_guess(
    office: FlaskClient, hostel: Organisation, db: Session
) -> None:
    for _ in range(3):
        office.post("/people/venues", data=choices(hostel))
    tokens = set(db.scalars(select(VenueLink.token)))
    assert len(tokens) == 3
    assert all(re.fullmatch(r"(?:[2-9A-HJ-KM-NP-Z]{4}-){2}[2-9A-HJ-KM-NP-Z]{4}", token) for token in tokens)


REFUSED = [
    ({"organisation_id": "999999"}, "Choose an organisation of the partnership."),
    ({"organisation_id": ""}, "Answer “Who is the link for?”"),
    ({"organisation_id": "x"}, "Enter a whole number"),
    ({"area_code": "E99000003"}, "Choose an area of the partnership."),
    ({"setting": "the moon"}, "Choose one of the answers shown."),
]


@pytest.mark.parametrize(("changes", "sentence"), REFUSED)
def test_a_place_that_cannot_be_is_refused(
    office: FlaskClient, hostel: Organisation, db: Session, changes: dict[str, str], sentence: str
) -> None:
    answer = office.post("/people/venues", data=choices(hostel, **changes))
    assert answer.status_code == 422
    assert sentence in unescape(answer.text)
    assert db.scalars(select(VenueLink)).all() == []


def test_another_partnership_neither_sees_nor_ends_a_link(
    browser_of: BrowserOf, cast: Cast, link: VenueLink, db: Session
) -> None:
    stranger = browser_of(cast.stranger)
    assert "Harbour House" not in stranger.get("/people/venues").text
    for path in ("poster", "poster.pdf"):
        assert stranger.get(f"/people/venues/{link.id}/{path}").status_code == 404
    assert stranger.post(f"/people/venues/{link.id}/revoke").status_code == 404
    assert the_link(db).works
    answer = stranger.post(
        "/people/venues",
        data={"organisation_id": link.organisation_id, "area_code": "E99000003", "setting": "home"},
    )
    assert answer.status_code == 422, "an organisation of another partnership gets no link here"


def test_reporters_and_panel_members_do_not_keep_links(browser_of: BrowserOf, cast: Cast, link: VenueLink) -> None:
    for actor in (cast.reporter, cast.medical, cast.lead, cast.data_officer):
        assert browser_of(actor).get("/people/venues").status_code == 403
    assert browser_of(cast.administrator).get("/people/venues").status_code == 200


def test_making_and_revoking_once_are_in_the_audit_record(
    office: FlaskClient, link: VenueLink, cast: Cast, db: Session
) -> None:
    for _ in range(2):
        office.post(f"/people/venues/{link.id}/revoke")
    entries = db.scalars(
        select(AuditEntry).where(AuditEntry.about == link.label).order_by(AuditEntry.position)
    ).all()
    assert [(entry.action, entry.actor) for entry in entries] == [
        ("venue link made", cast.coordinator.label),
        ("venue link revoked", cast.coordinator.label),
    ]
    assert link.token not in str([entry.detail for entry in entries])
