"""Checking the answers of a report before it is sent: nothing asked twice, nothing lost, nothing sent by accident."""

from datetime import UTC, datetime
from html import unescape
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from ldis.demonstration.browser import Element, Form, read
from ldis.people.models import Partnership
from ldis.submissions.models import IncidentReport
from ldis.vapes.models import VapeDetails
from tests.integration.cast import answers

FORM = "/report/north-shore"
VAPE = f"{FORM}/vape"
MOST_INTERACTIONS = 12
SIX = {
    FORM: ("happened_on-quick", "area_code", "sold_as", "harm_level", "naloxone", "how_known"),
    VAPE: ("happened_on-quick", "area_code", "sold_as", "believed", "harm_level", "how_known"),
}
Sent = dict[str, Any]


@pytest.fixture(autouse=True)
def places(north_shore: Partnership) -> None:
    """The partnership takes reports."""


def check(client: FlaskClient, address: str = FORM, **changes: Any) -> TestResponse:
    """Send the form on from its questions, without having checked the answers."""
    return client.post(address, data=answers(checked=None, **changes))


def sends(page: TestResponse) -> Sent:
    """Everything that the form on the page would send as it stands."""
    return dict(next(Form(element) for element in read(page.text).all("form")).sends)


def shown(page: TestResponse) -> dict[str, str]:
    """The answers on the page, by question."""
    rows = list(read(page.text).all(css="govuk-summary-list__row"))
    return {_part(row, "dt"): _part(row, "dd") for row in rows}


def _part(row: Element, tag: str) -> str:
    return next(row.all(tag)).words


def taken_in(db: Session, kind: type[Any] = IncidentReport) -> int:
    return db.scalar(select(func.count()).select_from(kind)) or 0


EVERYTHING: Sent = {
    "rough_time": "about 2 am",
    "place": "behind the <bus> station & the chip shop",
    "outward_postcode": "ab1",
    "setting": "hostel or supported housing",
    "form": "tablet",
    "symptoms": ["vomiting", "collapsed"],
    "details": "Two lines,\nthe second with “quotes”.",
    "reporter_name": "Rae Stone",
    "reporter_organisation": "Harbour House",
    "reporter_email": "rae@example.org",
    "may_contact": "yes",
    "submission_key": "0123456789abcdef",
}


def test_a_form_that_was_not_checked_is_shown_and_not_sent(client: FlaskClient, db: Session) -> None:
    page = check(client)
    assert page.status_code == 200
    assert "Your report is not sent yet" in page.text
    assert taken_in(db) == 0


def test_the_page_shows_each_answer_in_the_words_in_which_it_was_asked(client: FlaskClient) -> None:
    with time_machine.travel(datetime(2026, 10, 14, 9, 30, tzinfo=UTC)):
        rows = shown(check(client, **EVERYTHING))
    assert rows["When did it happen?"] == "Today, 14 October 2026"
    assert rows["Where did it happen?"] == "Northby"
    assert rows["Was naloxone given?"] == "No"
    assert rows["Place in your own words"] == "behind the <bus> station & the chip shop"
    assert rows["What did you see?"] == "Vomiting, Collapsed"
    assert rows["You may contact me about this report"] == "Yes"
    assert "Your phone number" not in rows, "what was not answered is not shown"


def test_sending_what_the_page_holds_takes_everything_in(client: FlaskClient, db: Session) -> None:
    answer = client.post(FORM, data=sends(check(client, **EVERYTHING)))
    assert answer.status_code == 302
    assert answer.location.startswith(f"{FORM}/received/")
    report = db.scalars(select(IncidentReport)).one()
    for name, value in (EVERYTHING | {"outward_postcode": "AB1", "may_contact": True}).items():
        kept = getattr(report, name)
        assert kept == value, name


def test_a_vape_is_checked_in_the_same_way(client: FlaskClient, db: Session) -> None:
    page = check(client, VAPE, believed="spice", collapsed="2", naloxone=None)
    rows = shown(page)
    assert rows["What do people think was in it?"] == "Spice (synthetic cannabinoids)"
    assert rows["How many young people collapsed?"] == "2"
    assert taken_in(db, VapeDetails) == 0
    assert client.post(VAPE, data=sends(page)).status_code == 302
    assert taken_in(db, VapeDetails) == 1


def test_a_form_without_a_key_gets_one_when_it_is_checked(client: FlaskClient, db: Session) -> None:
    sent = sends(check(client))
    first, again = (client.post(FORM, data=sent) for _ in range(2))
    assert first.location == again.location
    assert taken_in(db) == 1


def test_checking_again_after_sending_makes_no_second_report(client: FlaskClient, db: Session) -> None:
    """As when somebody goes back in the browser and presses on."""
    first = client.post(FORM, data=sends(check(client, **EVERYTHING)))
    again = client.post(FORM, data=sends(check(client, **EVERYTHING)))
    assert first.location == again.location
    assert taken_in(db) == 1


def test_today_is_the_day_on_which_it_was_said_though_midnight_passes(client: FlaskClient, db: Session) -> None:
    with time_machine.travel(datetime(2026, 10, 14, 22, 59, tzinfo=UTC)):
        sent = sends(check(client, submission_key="0123456789abcdef"))
        assert client.post(FORM, data=sent).status_code == 302
    with time_machine.travel(datetime(2026, 10, 14, 23, 1, tzinfo=UTC)):
        assert client.post(FORM, data=sent).status_code == 302, "and the same sending is still the same"
    assert db.scalars(select(IncidentReport.happened_on)).one().isoformat() == "2026-10-14"


@pytest.mark.parametrize(
    ("now", "drawn"),
    [
        ("2026-10-14", {"quick": "today"}),
        ("2026-10-15", {"quick": "yesterday"}),
        ("2026-10-17", {"quick": "other", "day": "14", "month": "10", "year": "2026"}),
    ],
)
def test_a_form_drawn_again_on_a_later_day_shows_the_day_that_was_meant(
    client: FlaskClient, db: Session, now: str, drawn: dict[str, str]
) -> None:
    """A report that waited on a phone and is put right says “today” of the day on which it was written."""
    said = {"happened_on-said_on": "2026-10-14", "submission_key": "0123456789abcdef"}
    with time_machine.travel(f"{now} 12:00+00:00"):
        sent = sends(client.post(FORM, data=answers(**said, change="sold_as")))
        assert {name: sent.get(f"happened_on-{name}") for name in drawn} == {
            name: [value] for name, value in drawn.items()
        }
        assert client.post(FORM, data=sent | {"checked": "yes"}).status_code == 302
    assert db.scalars(select(IncidentReport.happened_on)).one().isoformat() == "2026-10-14"


@pytest.mark.parametrize("field", ["sold_as", "harm_level", "happened_on", "details", "no_such_question"])
def test_change_leads_back_to_the_question_with_everything_kept(
    client: FlaskClient, db: Session, field: str
) -> None:
    held = sends(check(client, **EVERYTHING))
    page = client.post(FORM, data=held | {"change": field})
    assert page.status_code == 200
    assert "There is a problem" not in page.text
    assert taken_in(db) == 0, "going back sends nothing, though the page says that it was checked"
    again = sends(page)
    for name, value in EVERYTHING.items():
        assert again[name] == (value if isinstance(value, list) else [value]), name
    assert again["happened_on-quick"] == ["today"]


def test_each_answer_has_a_button_that_leads_to_a_place_on_the_form(client: FlaskClient) -> None:
    page = check(client, **EVERYTHING)
    form = client.post(FORM, data=sends(page) | {"change": "sold_as"}).text
    buttons = [button for button in read(page.text).all("button") if button.get("name") == "change"]
    assert len(buttons) == len(shown(page))
    for button in buttons:
        address, _, place = button.get("formaction").partition("#")
        assert address == FORM
        assert f'id="{place}"' in form, button.get("value")


def test_going_back_to_an_optional_question_opens_the_part_in_which_it_stands(client: FlaskClient) -> None:
    closed = client.post(FORM, data=answers(change="sold_as")).text
    opened = client.post(FORM, data=answers(change="rough_time")).text
    assert closed.count("<details") == opened.count("<details")
    assert (closed.count('govuk-details" open'), opened.count('govuk-details" open')) == (0, 1)


@pytest.mark.parametrize("checked", ["yes", None])
def test_what_is_wrong_is_said_on_the_form_whether_checked_or_not(
    client: FlaskClient, db: Session, checked: str | None
) -> None:
    for changes, sentence in (
        ({"area_code": "E99000003"}, "Choose an area that North Shore covers."),
        ({"details": "ring 07700 900123"}, "Take out “07700 900123” (phone number)"),
    ):
        page = client.post(FORM, data=answers(checked=checked, **EVERYTHING | changes))
        assert page.status_code == 422
        assert sentence in unescape(page.text)
        assert "Tell us what happened" in page.text
        assert sends(page)["place"] == [EVERYTHING["place"]]
    assert taken_in(db) == 0


@pytest.mark.parametrize("answer", ["no", "", "YES", "yes please"])
def test_only_yes_sends(client: FlaskClient, db: Session, answer: str) -> None:
    assert client.post(FORM, data=answers(checked=answer)).status_code == 200
    assert taken_in(db) == 0


def test_a_form_with_files_is_read_as_any_other(client: FlaskClient, db: Session) -> None:
    page = client.post(FORM, data=answers(checked=None), content_type="multipart/form-data")
    assert client.post(FORM, data=sends(page), content_type="multipart/form-data").status_code == 302
    assert taken_in(db) == 1


def test_the_browser_may_show_the_page_again_when_somebody_goes_back(client: FlaskClient) -> None:
    assert check(client).headers["Cache-Control"] == "private, no-cache"
    assert check(client, harm_level=None).headers["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize("address", [FORM, VAPE])
def test_a_report_takes_at_most_twelve_interactions(client: FlaskClient, address: str) -> None:
    """A tap for each choice, a tap and the typing for each text, a tap for each button."""
    form, page = client.get(address), check(client, address, believed="spice")
    kinds = {control.get("name"): control.get("type") for control in asked(form)}
    answering = sum(1 if kinds[name] == "radio" else 2 for name in SIX[address])
    pressing = [button(form, "Continue"), button(page, "Send report")]
    assert answering + len(pressing) <= MOST_INTERACTIONS


@pytest.mark.parametrize("address", [FORM, VAPE])
def test_nothing_is_asked_twice(client: FlaskClient, address: str) -> None:
    choices = ("radio", "checkbox")
    boxes = [
        (box.get("name"), box.get("value") if box.get("type") in choices else "")
        for box in asked(client.get(address))
    ]
    assert len(boxes) == len(set(boxes))
    assert list(asked(check(client, address, believed="spice"))) == [], "nothing is asked while checking"


def asked(page: TestResponse) -> list[Element]:
    """The boxes of a page that somebody sees."""
    (main,) = read(page.text).all("main")
    found = [control for tag in ("input", "select", "textarea") for control in main.all(tag)]
    return [control for control in found if control.get("type") not in ("hidden", "submit")]


def button(page: TestResponse, words: str) -> Element:
    """The one green button of a page."""
    (found,) = [one for one in read(page.text).all("button") if one.get("class") == "govuk-button"]
    assert found.words == words
    return found
