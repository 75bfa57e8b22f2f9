"""The audit record on a page: found by who, what, about what and when, and taken away as a file."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from ldis.audit import service as audit
from ldis.audit.models import AuditEntry
from ldis.cases.models import Case
from ldis.people import watching
from ldis.people.access import Actor
from ldis.submissions.kept import Kept
from tests.integration.cases.table import CaseTable
from tests.integration.cast import Cast, words_of

BrowserOf = Callable[[Actor], FlaskClient]
ADDRESS = "/audit"


@pytest.fixture
def case(table: CaseTable) -> Case:
    """A decided case, which many have done something to."""
    case = table.decided()
    table.db.commit()
    return case


def lines(page: str) -> int:
    """How many entries a page shows."""
    return page.count('<tr class="govuk-table__row"><td')


def test_everything_that_was_done_is_shown_with_names(table: CaseTable, case: Case, browser_of: BrowserOf) -> None:
    page = words_of(browser_of(table.cast.lead).get(ADDRESS).text)
    for words in ("Case opened", "Case decide", "Cleo Winter", "Mo Field", f"case/{case.id}"):
        assert words in page


@pytest.mark.parametrize(
    ("asked", "there", "not_there"),
    [
        ({"action": "vote"}, "Case vote", "Case opened"),
        ({"about": "NSH-0001"}, "Case opened", "Person added"),
        ({"about": "nsh-0001"}, "Case opened", "Person added"),
        ({"about": "case/666"}, "No entry fits", "Case opened"),
        ({"action": "100%"}, "No entry fits", "Case opened"),
        ({"from": "1/1/2090"}, "No entry fits", "Case opened"),
        ({"to": "1/1/2010"}, "No entry fits", "Case opened"),
    ],
)
def test_entries_are_found(
    table: CaseTable, case: Case, browser_of: BrowserOf, asked: dict[str, str], there: str, not_there: str
) -> None:
    page = words_of(browser_of(table.cast.administrator).get(ADDRESS, query_string=asked).text)
    assert there in page
    assert not_there not in page


def test_entries_are_found_by_who(table: CaseTable, case: Case, browser_of: BrowserOf) -> None:
    page = browser_of(table.cast.lead).get(ADDRESS, query_string={"who": table.cast.police.label}).text
    assert lines(page) == 2  # a grading and a vote


def test_pages_follow_each_other_without_gap_or_repeat(
    table: CaseTable, case: Case, browser_of: BrowserOf, db: Session
) -> None:
    for number in range(120):
        audit.record(db, "counted", f"n/{number}", actor="test", partnership_id=case.partnership_id)
        db.commit()
    browser, address, seen = browser_of(table.cast.lead), "/audit?action=counted", []
    while address:
        page = browser.get(address).text
        seen += [cell for cell in page.split('govuk-table__cell">') if cell.startswith("n/")]
        here = page.split('href="/audit?')
        address = "/audit?" + here[1].split('"')[0].replace("&amp;", "&") if "Show earlier" in page else ""
    assert [one.split("<")[0] for one in seen] == [f"n/{number}" for number in reversed(range(120))]


def test_a_digest_is_shortened_on_the_page_and_whole_in_the_file(
    table: CaseTable, case: Case, browser_of: BrowserOf, db: Session
) -> None:
    audit.record(
        db,
        "signed",
        "x/1",
        actor="test",
        partnership_id=case.partnership_id,
        detail={"hash": "0123456789abcdef" * 4},
    )
    db.commit()
    browser = browser_of(table.cast.lead)
    assert "hash: 0123456789abcdef…" in browser.get(ADDRESS).text
    assert "hash: " + "0123456789abcdef" * 4 in browser.post("/audit/export.csv").text


def test_another_partnerships_entries_are_not_shown(
    table: CaseTable, case: Case, browser_of: BrowserOf, db: Session
) -> None:
    audit.record(db, "done elsewhere", "x/1", actor="test", partnership_id=table.cast.stranger.partnership_id)
    audit.record(db, "done by nobody", "address/1", actor="nobody", partnership_id=None)
    db.commit()
    browser = browser_of(table.cast.lead)
    for answer in (browser.get(ADDRESS).text, browser.post("/audit/export.csv").text):
        assert "done elsewhere" not in answer.lower()
        assert "done by nobody" not in answer.lower()


def test_what_cannot_be_read_is_said_and_kept(table: CaseTable, case: Case, browser_of: BrowserOf) -> None:
    answer = browser_of(table.cast.lead).get(ADDRESS, query_string={"from": "the other day"})
    assert answer.status_code == 422
    assert "Enter a real day, like 27/3/2026." in answer.text
    assert 'value="the other day"' in answer.text


def test_the_file_holds_what_is_looked_for_and_taking_it_is_recorded(
    table: CaseTable, case: Case, browser_of: BrowserOf, db: Session
) -> None:
    answer = browser_of(table.cast.administrator).post("/audit/export.csv", data={"action": "vote"})
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert {row["What"] for row in rows} == {"case vote"}
    assert {row["Name"] for row in rows} == {"Mo Field", "Sam Brook"}
    [entry] = db.scalars(select(AuditEntry).where(AuditEntry.action == "audit record exported"))
    assert (entry.actor, entry.detail) == (table.cast.administrator.label, {"filters": {"action": "vote"}})
    assert audit.verify(db) is None


def test_only_those_who_answer_for_it_see_it(cast: Cast, browser_of: BrowserOf) -> None:
    for actor in (cast.coordinator, cast.medical, cast.reporter, cast.data_officer):
        assert browser_of(actor).get(ADDRESS).status_code == 403


def seen(db: Session) -> list[tuple[str, str]]:
    """Who has seen which restricted thing."""
    entries = db.scalars(
        select(AuditEntry).where(AuditEntry.action == "restricted report seen").order_by(AuditEntry.at)
    )
    return [(entry.actor, entry.about) for entry in entries]


def test_looking_at_a_report_with_a_kept_detail_is_recorded_once_an_hour_for_each_person(
    table: CaseTable, browser_of: BrowserOf, db: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = table.report(
        details="Batch 07700 900123",
        kept_details=(Kept("details", "phone number", "07700 900123"),),
        kept_details_reason="A batch number",
    )
    case = table.opened(report)
    db.commit()
    lead, medical = browser_of(table.cast.lead), browser_of(table.cast.medical)
    for browser in (lead, medical, lead):
        assert browser.get(f"/reports/{report.reference}").status_code == 200
        assert browser.get(f"/cases/{case.reference}").status_code == 200
    once = [(who.label, f"report/{report.id}") for who in (table.cast.lead, table.cast.medical)]
    assert seen(db) == once
    now = watching.utc_now()
    monkeypatch.setattr(watching, "utc_now", lambda: now + timedelta(minutes=61))
    lead.get(f"/cases/{case.reference}")
    assert len(seen(db)) == 3
    assert audit.verify(db) is None


def test_looking_at_an_ordinary_report_is_not_recorded(
    table: CaseTable, browser_of: BrowserOf, db: Session
) -> None:
    report = table.report()
    db.commit()
    browser_of(table.cast.lead).get(f"/reports/{report.reference}")
    assert seen(db) == []
