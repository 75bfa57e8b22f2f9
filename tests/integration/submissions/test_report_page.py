"""Sending an incident report by the page, as anybody may."""

import re
from datetime import timedelta
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from ldis.audit.models import AuditEntry
from ldis.people.models import Partnership
from ldis.submissions.models import IncidentReport
from ldis.submissions.rules import tidy_reference
from ldis.web import today
from tests.integration.cast import answers, close, seen

SUMMARY = re.compile(r'<div class="govuk-error-summary.*?</ul>', re.DOTALL)


@pytest.fixture(autouse=True)
def places(north_shore: Partnership, south_vale: Partnership) -> None:
    """Both partnerships take reports."""


def send(client: FlaskClient, **changes: str | list[str] | None) -> TestResponse:
    return client.post("/report/north-shore", data=answers(**changes))


def reports(db: Session) -> list[IncidentReport]:
    return list(db.scalars(select(IncidentReport).execution_options(populate_existing=True)))


def problems(answer: TestResponse) -> list[tuple[str, str]]:
    """The lines of the error summary: where each leads, and what it says."""
    found = SUMMARY.search(answer.text)
    assert found, answer.text
    return [
        (link, unescape(text.strip()))
        for link, text in re.findall(r'<a href="([^"]+)">(.*?)</a>', found[0], re.DOTALL)
    ]


def test_the_six_answers_suffice(client: FlaskClient, db: Session) -> None:
    answer = send(client)
    assert answer.status_code == 302, answer.text
    (report,) = reports(db)
    assert report.sold_as == "blue tablets sold as Valium"
    assert report.happened_on == today()
    assert report.status == "received"
    assert report.received_by == "open form"


def test_the_sender_is_told_the_reference_and_how_to_say_it(client: FlaskClient, db: Session) -> None:
    page = client.get(send(client).location)
    (report,) = reports(db)
    assert report.reference.startswith("NSH-")
    assert tidy_reference(report.reference) == report.reference
    assert report.reference in page.text
    assert f"check letter {report.reference[-1]}" in page.text


def test_the_received_page_shows_nothing_of_what_was_sent(client: FlaskClient) -> None:
    assert "Valium" not in client.get(send(client).location).text


def test_a_mistyped_reference_on_the_received_page_is_said_to_be_wrong(client: FlaskClient) -> None:
    page = client.get("/report/north-shore/received/NSH-AAAA-Z")
    assert "This reference is not right" in page.text


def test_what_was_read_is_kept_beside_what_was_written(client: FlaskClient, db: Session) -> None:
    send(client, sold_as="some brown, sold as heroin, made Tam go over")
    (report,) = reports(db)
    assert report.sold_as == "some brown, sold as heroin, made Tam go over"
    assert report.read_as["matches"][0]["name"].lower() == "heroin"
    assert report.substance_class == "other opioid"


def test_a_report_is_in_the_audit_record_by_its_reference_alone(client: FlaskClient, db: Session) -> None:
    send(client, reporter_name="Rae Stone", reporter_phone="07700 900123")
    (report,) = reports(db)
    entry = db.scalars(select(AuditEntry).order_by(AuditEntry.position.desc())).first()
    assert entry is not None
    assert (entry.action, entry.about, entry.actor) == ("report received", f"report/{report.id}", "open form")
    assert entry.detail == {"reference": report.reference}


def test_the_reporters_details_are_stored_encrypted(client: FlaskClient, db: Session) -> None:
    send(client, reporter_name="Rae Stone", reporter_email="rae@example.org", reporter_phone="07700 900123")
    (report,) = reports(db)
    assert report.reporter_email == "rae@example.org"
    raw = db.connection().exec_driver_sql(
        "SELECT reporter_name, reporter_email, reporter_phone FROM incident_reports"
    )
    for value in raw.one():
        assert not any(word in bytes(value) for word in (b"Rae", b"example.org", b"900123"))


MISSING = [
    ("happened_on-quick", "#happened_on", "Choose when it happened."),
    ("area_code", "#area_code", "Choose the area where it happened."),
    ("sold_as", "#sold_as", "Answer “What was it sold or described as?”"),
    ("harm_level", "#harm_level", "Answer “What happened to the person?”"),
    ("naloxone", "#naloxone", "Answer “Was naloxone given?”"),
    ("how_known", "#how_known", "Answer “How do you know?”"),
]


@pytest.mark.parametrize(("field", "link", "sentence"), MISSING)
def test_a_missing_answer_is_asked_for_beside_its_question(
    client: FlaskClient, db: Session, field: str, link: str, sentence: str
) -> None:
    answer = send(client, **{field: None}, details="Two people, one bag.")
    assert answer.status_code == 422
    assert problems(answer) == [(link, sentence)]
    assert unescape(seen(answer.text)).count(sentence) == 2, "once in the summary, once beside the field"
    assert f'id="{link[1:]}' in answer.text
    assert reports(db) == []


def test_with_everything_missing_each_question_is_named_once_in_the_order_of_the_form(client: FlaskClient) -> None:
    answer = client.post("/report/north-shore", data={})
    assert [sentence for _, sentence in problems(answer)] == [sentence for _, _, sentence in MISSING]


def test_everything_typed_is_kept_when_something_is_missing(client: FlaskClient) -> None:
    typed = {
        "place": "behind the bus station",
        "outward_postcode": "AB1",
        "details": "He was <blue> & cold.\nTwo friends stayed.",
        "rough_time": "about 2 am",
        "reporter_name": "Rae Stone",
        "reporter_email": "rae@example.org",
        "reporter_organisation": "Harbour House",
        "submission_key": "0123456789abcdef",
    }
    answer = send(
        client, harm_level=None, symptoms=["collapsed", "vomiting"], setting="hostel or supported housing", **typed
    )
    page = unescape(answer.text).replace("&#10;", "\n")
    for value in typed.values():
        assert value in page
    for chosen in ("collapsed", "vomiting", "hostel or supported housing", "not given", "saw it", "today"):
        assert re.search(rf'value="{chosen}"\s+checked', answer.text), chosen
    assert re.search(r'value="E99000001"\s+checked', answer.text)
    assert not re.search(r'value="agitated or aggressive"\s+checked', answer.text)


REFUSED = [
    (
        {"happened_on-quick": None, "happened_on-day": "31", "happened_on-month": "2", "happened_on-year": "2026"},
        "date",
    ),
    ({"happened_on-quick": "other"}, "date"),
    (
        {"happened_on-quick": None, "happened_on-day": "1", "happened_on-month": "1", "happened_on-year": "1926"},
        "five years",
    ),
    (
        {"happened_on-quick": None, "happened_on-day": "1", "happened_on-month": "1", "happened_on-year": "2999"},
        "future",
    ),
    (
        {"happened_on-quick": None, "happened_on-day": "x", "happened_on-month": "1", "happened_on-year": "2026"},
        "date",
    ),
    (
        {
            "happened_on-quick": None,
            "happened_on-day": "1",
            "happened_on-month": "1",
            "happened_on-year": "99999999999",
        },
        "date",
    ),
    ({"area_code": "E99000003"}, "Choose an area that North Shore covers."),
    ({"area_code": "E00000000"}, "Choose an area that North Shore covers."),
    ({"area_code": "x" * 5000}, "Choose an area that North Shore covers."),
    ({"harm_level": "appalling"}, "Choose one of the answers shown."),
    ({"naloxone": "GIVEN"}, "Choose one of the answers shown."),
    ({"how_known": "<script>"}, "Choose one of the answers shown."),
    ({"setting": "the moon"}, "Choose one of the answers shown."),
    ({"form": "soup"}, "Choose one of the answers shown."),
    ({"symptoms": ["collapsed", "glowing"]}, "Choose one of the answers shown."),
    ({"sold_as": "x" * 201}, "Use 200 characters or fewer."),
    ({"place": "x" * 201}, "Use 200 characters or fewer."),
    ({"details": "x" * 4001}, "Use 4000 characters or fewer."),
    ({"rough_time": "x" * 81}, "Use 80 characters or fewer."),
    ({"reporter_name": "x" * 121}, "Use 120 characters or fewer."),
    ({"sold_as": "   "}, "Answer “What was it sold or described as?”"),
    ({"sold_as": "white\x00powder"}, "This holds a character that cannot be stored."),
    ({"details": "\ud800".encode("utf-8", "surrogatepass").decode("latin-1") + "\x00"}, "cannot be stored"),
    ({"outward_postcode": "AB1 2CD"}, "Enter only the first half of the postcode"),
    ({"outward_postcode": "ab12cd"}, "Enter only the first half of the postcode"),
    ({"outward_postcode": "Plymouth"}, "Enter the first half of a postcode, like AB1"),
    ({"outward_postcode": "1AB"}, "Enter the first half of a postcode, like AB1"),
    ({"reporter_email": "rae at example"}, "Enter an email address in full"),
    ({"reporter_phone": "ring the bell"}, "Enter a phone number"),
    ({"may_contact": "yes"}, "so that we can reach you"),
    ({"submission_key": "x"}, "This form was changed on its way. Open it again."),
    ({"submission_key": "'; DROP TABLE people; --"}, "This form was changed on its way. Open it again."),
]


@pytest.mark.parametrize(("changes", "sentence"), REFUSED)
def test_an_answer_that_cannot_be_is_refused_in_a_sentence(
    client: FlaskClient, db: Session, changes: dict[str, str | None], sentence: str
) -> None:
    answer = send(client, **changes)
    assert answer.status_code == 422
    assert sentence in unescape(answer.text)
    assert reports(db) == []


IDENTIFYING = [
    ("Call me on 07700 900123 about him", "“07700 900123” (phone number)"),
    ("Her NHS number is 943 476 5919", "“943 476 5919” (NHS number)"),
    ("Ask tam@example.org", "“tam@example.org” (e-mail address)"),
    ("He lives at AB12 3DE", "“AB12 3DE” (full postcode)"),
    ("NI number QQ 12 34 56 C, later AB 12 34 56 C", "“AB 12 34 56 C” (National Insurance number)"),
    ("Tam, DOB 3/4/1990", "“DOB 3/4/1990” (date of birth)"),
]


@pytest.mark.parametrize("field", ["sold_as", "place", "details", "rough_time"])
@pytest.mark.parametrize(("written", "named"), IDENTIFYING)
def test_what_could_identify_somebody_is_named_so_that_it_can_be_taken_out(
    client: FlaskClient, db: Session, field: str, written: str, named: str
) -> None:
    answer = send(client, **{field: written})
    assert answer.status_code == 422
    assert f"Take out {named}" in unescape(answer.text)
    assert written in unescape(answer.text), "what was typed is kept"
    assert reports(db) == []


@pytest.mark.parametrize(
    "words",
    [
        "Dyn mewn llewyg ar Ffordd y Môr, ŵyr neb ddim",
        "🙂👨‍👩‍👧 two people",
        "שלום مرحبا",
        "<script>alert(1)</script>",
        "Robert'); DROP TABLE incident_reports;--",
        "{{ 7 * 7 }} {% raw %}",
        "100% pure, 10 000 mg, batch 12345",
    ],
)
def test_words_of_every_kind_are_kept_as_they_were_written(client: FlaskClient, db: Session, words: str) -> None:
    assert send(client, details=words).status_code == 302
    (report,) = reports(db)
    assert report.details == words


def test_yesterday_and_another_day_are_understood(client: FlaskClient, db: Session) -> None:
    send(client, **{"happened_on-quick": "yesterday"})
    earlier = today() - timedelta(days=40)
    days = {"day": earlier.day, "month": earlier.strftime("%B"), "year": earlier.year}
    send(client, **{"happened_on-quick": "other"}, **{f"happened_on-{part}": str(v) for part, v in days.items()})
    assert {report.happened_on for report in reports(db)} == {today() - timedelta(days=1), earlier}


def test_a_postcode_is_kept_in_capitals(client: FlaskClient, db: Session) -> None:
    send(client, outward_postcode="ab1")
    assert reports(db)[0].outward_postcode == "AB1"


def test_a_form_of_a_megabyte_is_refused_and_nothing_is_stored(client: FlaskClient, db: Session) -> None:
    answer = send(client, details="x" * 1_000_000)
    assert answer.status_code == 422
    assert problems(answer) == [("#details", "Use 4000 characters or fewer.")]
    assert reports(db) == []


def test_a_partnership_that_does_not_exist_is_not_found(client: FlaskClient) -> None:
    assert client.get("/report/nowhere").status_code == 404
    assert client.post("/report/nowhere", data=answers()).status_code == 404
    assert client.get("/report/nowhere/received/NSH-AAAA-A").status_code == 404


def test_with_one_partnership_nobody_is_asked_to_choose(
    client: FlaskClient, db: Session, south_vale: Partnership
) -> None:
    assert "South Vale" in client.get("/report").text
    close(db, south_vale)
    assert client.get("/report").location == "/report/north-shore"


def test_with_no_partnership_the_page_says_so(client: FlaskClient, db: Session) -> None:
    for place in db.scalars(select(Partnership)):
        close(db, place)
    assert "No partnership takes reports here yet" in client.get("/report").text


def test_the_page_says_first_what_to_do_when_someone_is_in_danger(client: FlaskClient) -> None:
    for address in ("/", "/report", "/report/north-shore", "/report/north-shore/lab-result"):
        text = client.get(address).text
        assert text.index("call 999") < text.index("<h1"), address
