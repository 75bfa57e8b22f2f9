"""What may be added to a report: each question where it matters, and who reads the answers."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from ldis.demonstration.browser import Form as Drawn
from ldis.demonstration.browser import read
from ldis.people.access import Actor
from ldis.people.models import Membership, Organisation, Partnership, User
from ldis.people.rules import Scope, Sector
from ldis.submissions import comparing, repeats
from ldis.submissions.models import IncidentReport
from ldis.submissions.rules import Form, HarmLevel, HowKnown, Naloxone
from ldis.submissions.schemas import IncidentForm
from ldis.vapes.models import VapeDetails
from ldis.web import today
from tests.integration.cast import Cast, answers
from tests.integration.submissions.sendings import INCIDENT

FORM = "/report/north-shore"
API = "/api/v1/incidents"

EVERYTHING: dict[str, Any] = {
    "naloxone": "given",
    "naloxone_doses": "2",
    "naloxone_response": "better, then worse again",
    "kind": "adverse reaction",
    "people_affected": "3",
    "age_bands": ["18-24", "not known"],
    "sex": "female and male",
    "ambulance_called": "yes",
    "ed_attended": "no",
    "recovered": "not known",
    "colour": "pale blue",
    "markings": "M30",
    "packaging": "a knotted bag",
    "brand": "Calmex",
    "routes": ["snorted", "swallowed"],
    "other_substances": "three cans of cider",
    "sample": "kept safe",
    "safeguarding": "not applicable",
}


@pytest.fixture(autouse=True)
def places(north_shore: Partnership, south_vale: Partnership) -> None:
    """Both partnerships take reports."""


def send(client: FlaskClient, **changes: Any) -> TestResponse:
    return client.post(FORM, data=answers(**changes))


def the_report(db: Session) -> IncidentReport:
    return db.scalars(select(IncidentReport).execution_options(populate_existing=True)).one()


def facts(page: TestResponse) -> dict[str, str]:
    """The questions and answers on a reviewer's page."""
    pairs = zip(read(page.text).all("dt"), read(page.text).all("dd"), strict=True)
    return {question.words: answer.words for question, answer in pairs}


def test_everything_that_may_be_added_is_kept(client: FlaskClient, db: Session) -> None:
    assert send(client, **EVERYTHING).status_code == 302
    report = the_report(db)
    for name, sent in EVERYTHING.items():
        kept = getattr(report, name)
        assert kept == (int(sent) if name in ("people_affected", "naloxone_doses") else sent), name


def test_reviewers_read_what_was_added(
    client: FlaskClient, db: Session, cast: Cast, browser_of: Callable[[Actor], FlaskClient]
) -> None:
    send(client, **EVERYTHING)
    told = facts(browser_of(cast.medical).get(f"/reports/{the_report(db).reference}"))
    assert told["Kind of report"] == "Adverse reaction"
    assert told["Naloxone"] == "Given, 2 doses, better, then worse again"
    assert told["People affected"] == "3"
    assert told["Ages"] == "18-24, not known"
    assert (told["Colour"], told["Markings"], told["Packaging"]) == ("pale blue", "M30", "a knotted bag")
    assert (told["How taken"], told["Also taken"]) == ("Snorted, swallowed", "three cans of cider")
    assert (told["Ambulance called"], told["Emergency department"], told["Left of it"]) == (
        "Yes",
        "No",
        "Kept safe",
    )
    assert told["Safeguarding concern raised"] == "Not applicable"


def test_six_answers_still_suffice_and_the_kind_is_taken_from_them(client: FlaskClient, db: Session) -> None:
    send(client, harm_level="fatal")
    report = the_report(db)
    assert report.kind == "suspected drug-related death"
    assert (report.people_affected, report.age_bands, report.markings, report.sample) == (None, [], "", None)


def test_the_page_says_that_a_report_replaces_no_referral(client: FlaskClient) -> None:
    page = client.get(FORM).text
    assert "A report here never replaces a safeguarding referral or a police intelligence report." in page


UNASKED: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    ({"naloxone": "not given"}, {"naloxone_doses": 2}, "Leave this out, or say that naloxone was given."),
    ({"naloxone": "not known"}, {"naloxone_response": "no change"}, "say that naloxone was given"),
    (
        {"harm_level": "none seen", "naloxone": "not given"},
        {"people_affected": 2},
        "you said that no harm was seen",
    ),
    ({"harm_level": "none seen", "naloxone": "not given"}, {"age_bands": ["50+"]}, "no harm was seen"),
    ({"harm_level": "none seen", "naloxone": "not given"}, {"sex": "female"}, "no harm was seen"),
    (
        {"harm_level": "mild", "naloxone": "not given"},
        {"ambulance_called": "yes"},
        "say that somebody needed help",
    ),
    ({"harm_level": "mild", "naloxone": "not given"}, {"ed_attended": "yes"}, "say that somebody needed help"),
    ({"harm_level": "fatal"}, {"recovered": "yes"}, "unless somebody was harmed and lives"),
]


@pytest.mark.parametrize(("given", "added", "sentence"), UNASKED)
def test_the_api_refuses_an_answer_to_a_question_that_does_not_arise(
    client: FlaskClient,
    db: Session,
    north_shore: Partnership,
    key_for: Callable[..., dict[str, str]],
    given: dict[str, Any],
    added: dict[str, Any],
    sentence: str,
) -> None:
    headers = key_for(north_shore, Scope.REPORTS_WRITE)
    answer = client.post(API, json=INCIDENT | given | added, headers=headers)
    assert answer.status_code == 422
    assert answer.json is not None
    (name,) = added
    assert sentence in answer.json["errors"][name][0]
    assert db.scalars(select(IncidentReport)).all() == []


@pytest.mark.parametrize(("given", "added", "sentence"), UNASKED)
def test_the_page_drops_an_answer_that_a_later_one_took_back(
    client: FlaskClient, db: Session, given: dict[str, Any], added: dict[str, Any], sentence: str
) -> None:
    """Whoever said “given”, counted doses and then said “not given” no longer sees the count, and is not scolded."""
    (name,) = added
    checked = client.post(FORM, data=answers(checked=None, **given | added))
    assert checked.status_code == 200
    assert f'value="{name}"' not in checked.text, "it is not among the answers to check"
    assert f'name="{name}"' in checked.text, "and not lost, should the other answer change again"
    assert send(client, **given | added).status_code == 302
    assert not getattr(the_report(db), name)


def test_what_naloxone_did_stands_under_the_answer_that_it_was_given(client: FlaskClient) -> None:
    page = client.get(FORM).text
    revealed = page.index('id="conditional-naloxone"')
    assert revealed < page.index('name="naloxone_doses"') < page.index('name="naloxone_response"')
    assert page.index('name="naloxone_response"') < page.index('value="not given"')


def test_the_database_itself_knows_that_doses_are_given(db: Session, client: FlaskClient) -> None:
    send(client, naloxone="not given")
    the_report(db).naloxone_doses = 2
    with pytest.raises(IntegrityError, match="doses_were_given"):
        db.flush()


def test_markings_and_colour_speak_for_two_reports_being_of_one_event(client: FlaskClient, db: Session) -> None:
    same = {"markings": "M-30", "colour": "light blue"}
    for added in (same, {"markings": "m30", "colour": "Blue"}, {"markings": "crown", "colour": "pink"}):
        send(client, sold_as="oxys", **added)
    first, second, third = db.scalars(select(IncidentReport).order_by(IncidentReport.id)).all()
    by_report = {one.report.id: one.likeness for one in comparing.reports_like(db, first)}
    assert {"Same markings: M-30", "Same colour: light blue"} <= set(by_report[second.id].reasons)
    assert by_report[second.id].score > by_report[third.id].score
    assert "One is light blue, the other pink" in by_report[third.id].doubts


def test_a_report_sent_before_these_questions_were_asked_is_still_known_when_it_is_sent_again() -> None:
    """Its digest was made from the answers that there were then."""
    form = IncidentForm(
        happened_on=today().replace(year=2026, month=1, day=2),
        area_code="E99000001",
        sold_as="brown",
        harm_level=HarmLevel.MILD,
        naloxone=Naloxone.NOT_KNOWN,
        how_known=HowKnown.SAW_IT,
        form=Form.POWDER,
    )
    assert repeats.digest_of(form) == DIGEST_BEFORE


DIGEST_BEFORE = "99aaa0c1a0680122c1ab8876691853bf4196ab143304b3694e86af638ed75858"

REPORTER = {"reporter_name": "Rae Stone", "reporter_email": "rae@example.org", "reporter_phone": "07700 900 123"}


def test_the_reporters_name_and_addresses_are_for_coordinators_alone(
    client: FlaskClient, db: Session, cast: Cast, browser_of: Callable[[Actor], FlaskClient]
) -> None:
    send(client, **REPORTER, reporter_organisation="Harbour House")
    address = f"/reports/{the_report(db).reference}"
    for actor in (cast.coordinator, cast.second_coordinator):
        page = browser_of(actor).get(address).text
        assert all(words in page for words in REPORTER.values())
    for actor in (*cast.panel, cast.lead):
        page = browser_of(actor).get(address).text
        assert "Harbour House" in page
        assert not any(words in page for words in REPORTER.values()), actor.roles
    assert browser_of(cast.stranger).get(address).status_code == 404


def test_nor_does_a_case_show_them_to_the_panel(
    client: FlaskClient, db: Session, cast: Cast, browser_of: Callable[[Actor], FlaskClient]
) -> None:
    send(client, **REPORTER)
    coordinator = browser_of(cast.coordinator)
    opened = coordinator.post(f"/reports/{the_report(db).reference}/open-case", data={"title": "Blue tablets"})
    case = opened.location
    assert "Rae Stone" in coordinator.get(case).text
    assert not any(words in browser_of(cast.medical).get(case).text for words in REPORTER.values())


def test_choosing_a_vape_leads_to_its_questions_with_everything_kept(client: FlaskClient, db: Session) -> None:
    page = client.get(FORM)
    (way,) = [b for b in read(page.text).all("button") if "vapes" in b.words]
    typed = answers(
        checked=None,
        form="vape liquid or device",
        place="behind the gym",
        details="Two friends <shared> it.",
        markings="a crown",
        brand="Puffy",
        reporter_organisation="Cliff Road Academy",
        reporter_name="Rae Stone",
        sample="kept safe",
        safeguarding="no",
        ambulance_called="yes",
        ed_attended="not known",
        submission_key="0123456789abcdef",
    )
    there = client.post(way.get("formaction"), data=typed | {way.get("name"): way.get("value")})
    assert there.status_code == 200
    assert '<h1 class="govuk-heading-l">Report a vape</h1>' in there.text
    words = unescape(there.text)
    for kept in (
        "behind the gym",
        "Two friends <shared> it.",
        "a crown",
        "Puffy",
        "Cliff Road Academy",
        "Rae Stone",
    ):
        assert kept in words
    for name, value in (
        ("device", "kept safe"),
        ("safeguarding_lead_told", "not yet"),
        ("ambulance_called", "yes"),
    ):
        assert any(
            box.get("name") == name and box.get("value") == value and box.get("checked") is not None
            for box in read(there.text).all("input")
        ), name
    assert db.scalars(select(IncidentReport)).all() == []
    held = next(Drawn(form) for form in read(there.text).all("form")).sends
    sent = client.post(f"{FORM}/vape", data=held | {"believed": "spice", "checked": "yes"})
    assert sent.status_code == 302
    vape = db.scalars(select(VapeDetails)).one()
    assert (vape.school_name, vape.device, vape.ambulance_called, vape.ed_attended) == (
        "Cliff Road Academy",
        "kept safe",
        True,
        False,
    )
    assert (the_report(db).kind, the_report(db).markings) == ("illicit vape", "a crown")


def test_who_is_signed_in_need_not_say_where_they_work(
    db: Session, north_shore: Partnership, cast: Cast, browser_of: Callable[[Actor], FlaskClient]
) -> None:
    hostel = Organisation(partnership_id=north_shore.id, name="Harbour House", sector=Sector.HOSTEL)
    db.add(hostel)
    db.flush()
    held = db.scalars(select(Membership).where(Membership.person_id == cast.reporter.id)).one()
    held.organisation_id = hostel.id
    db.get_one(User, cast.reporter.id).mobile = "+447700900123"
    db.commit()
    here, elsewhere = (
        browser_of(cast.reporter).get(f"/report/{slug}").text for slug in ("north-shore", "south-vale")
    )
    assert 'value="Harbour House"' in here
    assert 'value="+447700900123"' in here
    assert 'value="Harbour House"' not in elsewhere
    assert 'value="Harbour House"' not in browser_of(cast.reporter).get(f"{FORM}/vape").text, "it is no school"


@pytest.mark.parametrize(("form", "setting"), [(FORM, None), (f"{FORM}/vape", "school or college")])
@pytest.mark.parametrize(("changes", "opened"), [({}, 0), ({"details": "A crown."}, 1), ({"colour": "Blue"}, 2)])
def test_on_both_forms_the_parts_with_an_answer_stand_open_when_it_is_drawn_again(
    client: FlaskClient, form: str, setting: str | None, changes: dict[str, str], opened: int
) -> None:
    page = client.post(form, data=answers(sold_as=None, naloxone=None, setting=setting, checked=None, **changes))
    assert page.status_code == 422
    assert re.findall(r"<details[^>]* open>", page.text) == ['<details class="govuk-details" open>'] * opened
