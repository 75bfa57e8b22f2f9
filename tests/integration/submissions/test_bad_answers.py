"""Answers that cannot be, and answers that only look odd, on the page and by the API: one table of each.

What no JSON and no whole body may be stands in test_bad_input.py.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import escape, unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ldis.audit.models import AuditEntry
from ldis.demonstration.browser import Form, read
from ldis.people.access import Actor
from ldis.people.models import Partnership
from ldis.people.rules import Scope
from ldis.submissions.models import IncidentReport
from tests.integration.cast import Cast, answers
from tests.integration.submissions.sendings import INCIDENT

PAGE = "/report/north-shore"
API = "/api/v1/incidents"


def on(day: str, month: str, year: str) -> dict[str, str]:
    """A day in the three boxes, as it was typed."""
    typed = {"quick": "other", "day": day, "month": month, "year": year}
    return {f"happened_on-{part}": value for part, value in typed.items()}


@dataclass(frozen=True)
class Bad:
    """What is typed, the question it is refused at, and how that sentence begins."""

    typed: dict[str, Any]
    field: str
    says: str


NOT_A_DAY = "Enter a real date, like 27 3 2026."
TOO_LONG = "Use {} characters or fewer."
CHOOSE = "Choose one of the answers shown."
UNSTORABLE = "This holds a character that cannot be stored."
MEGABYTE = "y " * 500_000

ON_THE_PAGE: dict[str, Bad] = {
    # days
    "30 February": Bad(on("30", "2", "2026"), "happened_on", NOT_A_DAY),
    "29 February of a common year": Bad(on("29", "feb", "2025"), "happened_on", NOT_A_DAY),
    "31 November in words": Bad(on("31", "November", "2025"), "happened_on", NOT_A_DAY),
    "day 0": Bad(on("0", "1", "2026"), "happened_on", NOT_A_DAY),
    "month 13": Bad(on("1", "13", "2026"), "happened_on", NOT_A_DAY),
    "a month that is none": Bad(on("1", "Smarch", "2026"), "happened_on", NOT_A_DAY),
    "a month of another language": Bad(on("1", "Tachwedd", "2025"), "happened_on", NOT_A_DAY),
    "a year of two figures": Bad(on("1", "2", "26"), "happened_on", NOT_A_DAY),
    "a day below nothing": Bad(on("-1", "2", "2026"), "happened_on", NOT_A_DAY),
    "Arabic figures": Bad(on("٣", "٢", "٢٠٢٦"), "happened_on", NOT_A_DAY),
    "only a year": Bad(on("", "", "2026"), "happened_on", NOT_A_DAY),
    "SQL for a year": Bad(on("1", "1", "1; --"), "happened_on", NOT_A_DAY),
    "1926": Bad(on("14", "10", "1926"), "happened_on", "This date is more than five years ago."),
    "2126": Bad(on("14", "10", "2126"), "happened_on", "This date is in the future."),
    # questions with few answers
    "a level that is none": Bad({"harm_level": "catastrophic"}, "harm_level", CHOOSE),
    "a level in capitals": Bad({"harm_level": "SEVERE"}, "harm_level", CHOOSE),
    "markup for an answer": Bad({"naloxone": "<b>given</b>"}, "naloxone", CHOOSE),
    "a right and a wrong symptom": Bad({"symptoms": ["collapsed", "flying"]}, "symptoms", CHOOSE),
    "two answers for one question": Bad({"how_known": ["saw it", "read it"]}, "how_known", CHOOSE),
    "an answer turned round": Bad({"setting": "\u202eemoh"}, "setting", CHOOSE),
    "another partnership's area": Bad({"area_code": "E99000003"}, "area_code", "Choose an area"),
    "a NUL for an area": Bad({"area_code": "E99\x00"}, "area_code", UNSTORABLE),
    # texts
    "a text of a megabyte": Bad({"details": MEGABYTE}, "details", TOO_LONG.format(4000)),
    "a name of a megabyte": Bad({"sold_as": MEGABYTE}, "sold_as", TOO_LONG.format(200)),
    "one emoji too many": Bad({"sold_as": "💊" * 201}, "sold_as", TOO_LONG.format(200)),
    "markings too long": Bad({"markings": "M" * 81}, "markings", TOO_LONG.format(80)),
    "a NUL in a place": Bad({"place": "behind\x00the station"}, "place", UNSTORABLE),
    "a NUL in a name": Bad({"reporter_name": "Rae\x00"}, "reporter_name", UNSTORABLE),
    "nothing but spaces": Bad({"sold_as": " \t\r\n "}, "sold_as", "Answer “What was it sold or described as?”"),
    # what could name somebody
    "a home": Bad({"place": "flat 2, AB1 2DE"}, "place", "Take out “AB1 2DE” (full postcode)"),
    "a birthday": Bad({"details": "DOB 3/4/90"}, "details", "Take out “DOB 3/4/90” (date of birth)"),
    "a number with no plus": Bad({"markings": "447700900123"}, "markings", "Take out “447700900123”"),
    "a whole postcode": Bad({"outward_postcode": "AB1 2DE"}, "outward_postcode", "Enter only the first half"),
    "half a postcode in Cyrillic": Bad({"outward_postcode": "АВ1"}, "outward_postcode", "Enter the first half"),
    # numbers, and ways to reach somebody
    "people in words": Bad({"people_affected": "a few"}, "people_affected", "Enter a whole number, like 2."),
    "nobody affected": Bad({"people_affected": "0"}, "people_affected", "Enter a number from 1 to 9999."),
    "half a person": Bad({"people_affected": "1.5"}, "people_affected", "Enter a whole number, like 2."),
    "a number without end": Bad({"people_affected": "9" * 5000}, "people_affected", "Enter"),
    "an address in two lines": Bad(
        {"reporter_email": "a@example.org\nBcc: b@example.org"}, "reporter_email", "Enter"
    ),
    "letters for a telephone": Bad({"reporter_phone": "0x7700900123"}, "reporter_phone", "Enter a phone number"),
}


@pytest.fixture(autouse=True)
def places(north_shore: Partnership, south_vale: Partnership) -> None:
    """Both partnerships take reports."""


def stored(db: Session) -> list[int]:
    return [db.scalar(select(func.count()).select_from(one)) or 0 for one in (IncidentReport, AuditEntry)]


def left_in_the_form(page: str) -> dict[str, list[str]]:
    """What the form on a page would send again, by name."""
    return next(form for form in map(Form, read(page).all("form")) if "sold_as" in form.sends).sends


@pytest.mark.parametrize("bad", ON_THE_PAGE.values(), ids=ON_THE_PAGE)
@pytest.mark.parametrize("checked", ["yes", None], ids=["sent", "to be checked"])
def test_a_bad_answer_is_refused_beside_its_question_and_nothing_is_stored(
    client: FlaskClient, db: Session, bad: Bad, checked: str | None
) -> None:
    before = stored(db)
    page = client.post(PAGE, data=answers(checked=checked, **bad.typed))
    assert page.status_code == 422
    summary = re.search(r'<div class="govuk-error-summary.*?</ul>', page.text, re.DOTALL)
    beside = re.search(rf'<p id="{bad.field}(?:-date)?-error".*?</p>', page.text, re.DOTALL)
    for place in (summary, beside):
        assert place, bad.field
        assert bad.says in unescape(place[0])
    assert f'href="#{bad.field}' in page.text
    assert stored(db) == before


KEPT = {
    name: bad
    for name, bad in ON_THE_PAGE.items()
    if bad.says not in (CHOOSE, UNSTORABLE) and bad.field != "area_code"
}
"""Texts and days. What is none of the choices cannot be drawn as chosen, and a NUL is in no page."""


@pytest.mark.parametrize("bad", KEPT.values(), ids=KEPT)
def test_what_was_typed_is_kept(client: FlaskClient, bad: Bad) -> None:
    left = left_in_the_form(client.post(PAGE, data=answers(**bad.typed)).text)
    for name, value in bad.typed.items():
        assert [kept.strip() for kept in left[name]] == [value.strip()], name
    assert left["harm_level"] == ["severe"], "so are the other answers"


BY_THE_API: dict[str, Bad] = {
    "a month in words": Bad({"happened_on": "1 November 2025"}, "happened_on", "Enter a day like 2026-03-27."),
    "the day first": Bad({"happened_on": "01/11/2025"}, "happened_on", "Enter a day like 2026-03-27."),
    "30 February": Bad({"happened_on": "2026-02-30"}, "happened_on", "Enter a"),
    "1926": Bad({"happened_on": "1926-10-14"}, "happened_on", "This date is more than five years ago."),
    "a list of days": Bad({"happened_on": ["2026-01-01"]}, "happened_on", "Enter a"),
    "an object for a day": Bad({"happened_on": {"day": 1}}, "happened_on", "Enter a"),
    "two answers for one question": Bad({"harm_level": ["mild", "severe"]}, "harm_level", CHOOSE),
    "an object for an answer": Bad({"naloxone": {"value": "given"}}, "naloxone", CHOOSE),
    "a number for an answer": Bad({"how_known": 1}, "how_known", CHOOSE),
    "nested texts": Bad({"details": [["deep"]]}, "details", "Enter this in words."),
    "a truth for a text": Bad({"place": True}, "place", "Enter this in words."),
    "a symptom in a list of its own": Bad({"symptoms": [["collapsed"]]}, "symptoms", CHOOSE),
    "half a person": Bad({"people_affected": 1.5}, "people_affected", "Enter a whole number"),
    "a number without end": Bad({"people_affected": 10**30}, "people_affected", "Enter"),
    "a field that there is not": Bad({"Details": "a bag"}, "Details", "There is no such field."),
}


@pytest.mark.parametrize("bad", BY_THE_API.values(), ids=BY_THE_API)
def test_a_bad_field_is_refused_by_name_in_a_sentence(
    client: FlaskClient, db: Session, north_shore: Partnership, key_for: Callable[..., dict[str, str]], bad: Bad
) -> None:
    headers = key_for(north_shore, Scope.REPORTS_WRITE)
    before = stored(db)
    answer = client.post(API, json=INCIDENT | bad.typed, headers=headers)
    assert answer.status_code == 422, answer.text
    assert answer.json is not None
    [named] = {name.split("-")[0] for name in answer.json["errors"]}
    assert named == bad.field
    assert all(bad.says in sentence for sentences in answer.json["errors"].values() for sentence in sentences)
    assert stored(db) == before


HARMLESS = {
    "emoji": "💊🏴󠁧󠁢󠁷󠁬󠁳󠁿👩‍⚕️ blue",
    "right to left": "شريط أزرق \u202eabc\u202c",
    "Welsh": "tabledi gleision o’r tŷ, ŵ â ô ï",
    "combined letters": "cafe\u0301 e\u0323\u0302",
    "a script": "<script>alert(1)</script>",
    "an attribute": "\"><img src=x onerror='alert(1)'>",
    "an entity": "fish &amp; chips &lt;b&gt;",
    "SQL": "Robert'); DROP TABLE incident_reports;--",
    "a template": "{{ 7 * 7 }} {% raw %} ${7*7}",
    "a formula": '=HYPERLINK("x") +1 @a',
    "a path": "..\\..\\etc/passwd %00 %3Cb%3E",
}


def shows(page: str, words: str) -> bool:
    """Whether a page has the words as text, in one of the ways in which they may be escaped, and never as markup."""
    if escape(words) != words and words in page:
        return False
    return words in unescape(page) and (escape(words) != words or words in page)


@pytest.mark.parametrize("words", HARMLESS.values(), ids=HARMLESS)
def test_odd_words_are_kept_exactly_and_shown_escaped_wherever_they_are_read(
    client: FlaskClient, db: Session, cast: Cast, browser_of: Callable[[Actor], FlaskClient], words: str
) -> None:
    given = answers(sold_as=words, details=words)
    check = client.post(PAGE, data=given | {"checked": ""})
    assert check.status_code == 200
    assert shows(check.text, words)
    assert client.post(PAGE, data=given).status_code == 302
    report = db.scalars(select(IncidentReport)).one()
    assert (report.sold_as, report.details) == (words, words)
    desk = browser_of(cast.coordinator)
    for address in (f"/reports/{report.reference}", "/cases"):
        assert shows(desk.get(address).text, words), address


@pytest.mark.parametrize("words", HARMLESS.values(), ids=HARMLESS)
def test_odd_words_come_through_the_api_exactly(
    client: FlaskClient, db: Session, north_shore: Partnership, key_for: Callable[..., dict[str, str]], words: str
) -> None:
    headers = key_for(north_shore, Scope.REPORTS_WRITE)
    body = INCIDENT | {"sold_as": words, "details": words}
    assert client.post(API, json=body, headers=headers).status_code == 201
    report = db.scalars(select(IncidentReport)).one()
    assert (report.sold_as, report.details) == (words, words)
