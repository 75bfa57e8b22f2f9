"""Reporting a vape from a school's office: the bones of an incident report, and who sees the school's name."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from ldis.cases import gathering
from ldis.db import utc_now
from ldis.errors import Invalid
from ldis.people import service as people
from ldis.people.access import Actor
from ldis.people.models import Partnership
from ldis.people.rules import Sector
from ldis.submissions.models import IncidentReport
from ldis.submissions.rules import Form, Naloxone, Setting
from ldis.vapes.models import VapeDetails
from ldis.venues import service as venues
from ldis.venues.schemas import Venue
from tests.integration.cast import Cast, close

BrowserOf = Callable[[Actor], FlaskClient]

SCHOOL = "Cliff Road Academy"


@pytest.fixture(autouse=True)
def places(north_shore: Partnership, south_vale: Partnership) -> None:
    """Both partnerships take reports."""


def vape(**changes: Any) -> dict[str, Any]:
    """What a school's office sends once it is checked, with changes; None leaves an answer out."""
    given = {
        "happened_on-quick": "today",
        "area_code": "E99000001",
        "sold_as": "THC vape, strawberry",
        "believed": "spice",
        "harm_level": "severe",
        "how_known": "saw it",
        "setting": "school or college",
        "checked": "yes",
    }
    return {name: value for name, value in (given | changes).items() if value is not None}


EVERYTHING = {
    "collapsed": "2",
    "ambulance_called": "yes",
    "ed_attended": "yes",
    "device": "kept safe",
    "safeguarding_lead_told": "yes",
    "school_informed": "not applicable",
    "school_name": SCHOOL,
    "bought_from": "somebody at the gate",
}


def send(client: FlaskClient, **changes: Any) -> TestResponse:
    return client.post("/report/north-shore/vape", data=vape(**changes))


def the_report(db: Session) -> IncidentReport:
    return db.scalars(select(IncidentReport).execution_options(populate_existing=True)).one()


def the_vape(db: Session) -> VapeDetails:
    return db.scalars(select(VapeDetails).execution_options(populate_existing=True)).one()


def test_six_answers_suffice(client: FlaskClient, db: Session) -> None:
    answer = send(client, setting=None)
    assert answer.status_code == 302, answer.text
    report, details = the_report(db), the_vape(db)
    assert (report.form, report.naloxone) == (Form.VAPE, Naloxone.NOT_KNOWN)
    assert report.reference in client.get(answer.location).text
    assert (details.report_id, details.believed.value) == (report.id, "spice")
    assert (details.collapsed, details.ambulance_called, details.device) == (None, False, None)


def test_everything_that_is_asked_is_kept(client: FlaskClient, db: Session) -> None:
    send(client, **EVERYTHING, naloxone="given", symptoms=["collapsed"], details="Two friends shared it.")
    report, details = the_report(db), the_vape(db)
    assert (report.setting, report.naloxone, report.symptoms) == (Setting.SCHOOL, Naloxone.GIVEN, ["collapsed"])
    assert report.details == "Two friends shared it."
    assert details.collapsed == 2
    assert (details.ambulance_called, details.ed_attended) == (True, True)
    assert (details.school_name, details.bought_from) == (SCHOOL, "somebody at the gate")
    assert (details.safeguarding_lead_told, details.school_informed) == ("yes", "not applicable")


def test_the_page_says_what_to_do_with_the_vape_and_about_safeguarding(client: FlaskClient) -> None:
    page = client.get("/report/north-shore/vape").text
    for words in (
        "Tell your designated safeguarding lead first",
        "no names of pupils",
        "sealed bag",
        "Lock it away",
    ):
        assert words in page
    assert page.index("call 999") < page.index("<h1")
    assert re.search(r'value="school or college"\s+checked', page), "the setting need not be chosen"


MISSING = {
    "happened_on-quick": "Choose when it happened.",
    "area_code": "Choose the area where it happened.",
    "sold_as": "Answer “What was the vape sold or described as?”",
    "believed": "Answer “What do people think was in it?”",
    "harm_level": "Answer “What happened to the young person?”",
    "how_known": "Answer “How do you know?”",
}


def test_missing_answers_are_asked_for_in_the_order_of_the_page(client: FlaskClient, db: Session) -> None:
    answer = client.post("/report/north-shore/vape", data={})
    assert answer.status_code == 422
    summary = answer.text.split("govuk-error-summary__list")[1].split("</ul>")[0]
    found = [unescape(words.strip()) for words in re.findall(r"<a href[^>]*>(.*?)</a>", summary, re.DOTALL)]
    assert found == list(MISSING.values())
    assert db.scalars(select(IncidentReport)).all() == []


REFUSED = [
    ({"believed": "magic"}, "Choose one of the answers shown."),
    ({"collapsed": "-1"}, "Enter a number from 0 to 999."),
    ({"collapsed": "two"}, "Enter a whole number, like 2."),
    ({"device": "in my desk"}, "Choose one of the answers shown."),
    ({"school_name": "x" * 121}, "Use 120 characters or fewer."),
    ({"bought_from": "ring 07700 900123"}, "Take out “07700 900123” (phone number)"),
    ({"school_name": "Cliff Road, AB12 3DE"}, "Take out “AB12 3DE” (full postcode)"),
    ({"outward_postcode": "AB12 3DE"}, "Enter only the first half of the postcode"),
    ({"sold_as": "white\x00powder"}, "This holds a character that cannot be stored."),
    ({"happened_on-quick": "other", "happened_on-year": "1926"}, "date"),
]


@pytest.mark.parametrize(("changes", "sentence"), REFUSED)
def test_what_cannot_be_is_refused_in_a_sentence_and_nothing_is_kept(
    client: FlaskClient, db: Session, changes: dict[str, str], sentence: str
) -> None:
    answer = send(client, **{"details": "Kept as typed."} | changes)
    assert answer.status_code == 422
    assert sentence in unescape(answer.text)
    assert "Kept as typed." in answer.text
    assert db.scalars(select(IncidentReport)).all() == []
    assert db.scalars(select(VapeDetails)).all() == []


def test_the_same_form_twice_is_one_report(client: FlaskClient, db: Session) -> None:
    first = send(client, **EVERYTHING, submission_key="0123456789abcdef")
    again = send(client, **EVERYTHING, submission_key="0123456789abcdef")
    assert first.location == again.location
    assert the_vape(db).report_id == the_report(db).id


def test_a_key_with_other_answers_about_the_vape_is_refused(client: FlaskClient, db: Session) -> None:
    send(client, submission_key="0123456789abcdef")
    answer = send(client, submission_key="0123456789abcdef", collapsed="3")
    assert answer.status_code == 422
    assert the_vape(db).collapsed is None


def test_the_school_is_stored_encrypted(client: FlaskClient, db: Session) -> None:
    send(client, **EVERYTHING)
    kept = db.execute(text("SELECT school_name FROM vape_details")).scalar_one()
    assert b"Cliff" not in bytes(kept)


def test_only_coordinators_see_the_school(
    client: FlaskClient, db: Session, browser_of: BrowserOf, cast: Cast
) -> None:
    send(client, **EVERYTHING)
    path = f"/reports/{the_report(db).reference}"
    page = unescape(browser_of(cast.coordinator).get(path).text)
    for words in (
        SCHOOL,
        "Illicit vape",
        "Spice",
        "somebody at the gate",
        "Ambulance called, Emergency department",
    ):
        assert words in page
    for actor in (cast.medical, cast.police, cast.lead):
        page = browser_of(actor).get(path).text
        assert "Illicit vape" in page
        assert SCHOOL not in page
    assert browser_of(cast.stranger).get(path).status_code == 404


def test_in_a_case_too_only_coordinators_see_the_school(
    client: FlaskClient, db: Session, browser_of: BrowserOf, cast: Cast
) -> None:
    send(client, **EVERYTHING)
    case = gathering.open_case(
        db, title="Vapes in Northby", first=the_report(db), actor=cast.coordinator, now=utc_now()
    )
    db.commit()
    seen = {
        actor: browser_of(actor).get(f"/cases/{case.reference}").text for actor in (cast.coordinator, cast.lead)
    }
    assert SCHOOL in seen[cast.coordinator]
    assert "Illicit vape" in seen[cast.lead]
    assert SCHOOL not in seen[cast.lead]


def test_a_schools_own_link_fills_the_school_in_where_only_coordinators_look(
    client: FlaskClient, db: Session, north_shore: Partnership, cast: Cast
) -> None:
    school = people.add_organisation(
        db, partnership_id=north_shore.id, name=SCHOOL, sector=Sector.SCHOOL, actor="test"
    )
    link = venues.make_link(
        db, Venue(school.id, "E99000002", Setting.SCHOOL), actor=cast.administrator, now=utc_now()
    )
    db.commit()
    form = unescape(client.get(client.get(f"/r/{link.token}").location).text)
    [path] = re.findall(r'href="(/report/north-shore/vape\?link=[^"]+)"', form)
    page = client.get(path).text
    assert re.search(rf'name="school_name"[^>]*value="{SCHOOL}"', page)
    assert re.search(r'value="E99000002"\s+checked', page)
    client.post(path, data=vape(area_code="E99000002", school_name=SCHOOL))
    assert the_report(db).reporter_organisation == ""
    assert the_report(db).received_by == link.label
    assert the_vape(db).school_name == SCHOOL


@pytest.mark.parametrize(("kind", "form"), [("incident", ""), ("vape", "/vape"), ("lab-result", "/lab-result")])
def test_each_kind_of_report_begins_by_choosing_the_partnership(
    client: FlaskClient, db: Session, south_vale: Partnership, kind: str, form: str
) -> None:
    page = client.get(f"/report/{kind}").text
    assert f'href="/report/north-shore{form}"' in page
    assert f'href="/report/south-vale{form}"' in page
    close(db, south_vale)
    assert client.get(f"/report/{kind}").location == f"/report/north-shore{form}"


@pytest.mark.parametrize("slug", ["vape", "incident", "lab-result", "track"])
def test_no_partnership_can_stand_where_these_addresses_are(db: Session, slug: str) -> None:
    with pytest.raises(Invalid, match="taken by an address of the service"):
        people.create_partnership(db, slug=slug, prefix="XYZ", name="X", area_codes=[], actor="test")


def test_the_front_page_and_the_ordinary_form_lead_to_it(client: FlaskClient) -> None:
    assert 'href="/report/vape"' in client.get("/").text
    assert 'href="/report/north-shore/vape"' in client.get("/report/north-shore").text


def test_a_partnership_that_does_not_exist_takes_no_report(client: FlaskClient, db: Session) -> None:
    assert client.get("/report/nowhere/vape").status_code == 404
    assert client.post("/report/nowhere/vape", data=vape()).status_code == 404
    assert db.scalars(select(IncidentReport)).all() == []
