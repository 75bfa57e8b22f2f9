"""The papers of a case: everything for a coroner, with names and restricted details withheld for others."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from config import policy as policy_file
from ldis.audit.models import AuditEntry
from ldis.cases.models import Case
from ldis.cases.rules import Action, Outcome
from ldis.people import service as people
from ldis.people.access import Actor
from ldis.people.rules import Discipline, Role
from ldis.procedure import service as procedure
from ldis.submissions.kept import Kept
from tests.integration.cases.table import LEAST, CaseTable
from tests.integration.cast import NOW, words_of

BrowserOf = Callable[[Actor], FlaskClient]
REPORTER = ("Robin Quill", "robin.quill@example.org", "07700 900456", "Harbour Hostel")
SECTIONS = [
    "The case",
    "Reports",
    "Laboratory results",
    "Questions, answers and updates",
    "What partners have seen",
    "The panel's call",
    "Gradings",
    "Votes, and who stood aside",
    "Decisions",
    "The policy that was in force",
    "Clocks",
    "History",
    "Alerts",
    "Audit record",
]


@pytest.fixture
def case(table: CaseTable) -> Case:
    """A decided case with a reporter who gave their name, a recusal, and a detail that was kept."""
    procedure.note_in_force(table.db, policy_file.text(), now=NOW)
    report = table.report(
        details="Robin Quill of Harbour Hostel saw batch 07700 900123. Mo Field was told.",
        reporter_name=REPORTER[0],
        reporter_email=REPORTER[1],
        reporter_phone=REPORTER[2],
        reporter_organisation=REPORTER[3],
        kept_details=(Kept("details", "phone number", "07700 900123"),),
        kept_details_reason="A batch number",
    )
    case = table.move(table.opened(report), Action.CALL_PANEL)
    for member in (table.cast.medical, table.cast.police):
        table.judge(case, member, Outcome.ALERT)
    table.recuse(case, table.cast.laboratory)
    table.decide(case)
    table.db.commit()
    return table.again(case)


def papers(browser: FlaskClient, case: Case, audience: str) -> dict[str, Any]:
    """The papers as JSON."""
    answer = browser.get(f"/cases/{case.reference}/pack.json?for={audience}")
    assert answer.status_code == 200
    return dict(answer.get_json())


def test_a_coroner_gets_everything(table: CaseTable, case: Case, browser_of: BrowserOf) -> None:
    made = papers(browser_of(table.cast.coordinator), case, "coroner")
    assert [section["title"] for section in made["sections"]] == SECTIONS
    assert made["withheld"] == []
    whole = str(made)
    for words in (*REPORTER, "07700 900123", "Mo Field", "Sam Brook", "I know the family.", "formal alert"):
        assert words in whole, words
    assert "A decision takes 2 votes" in whole
    assert "votes = 2" in whole


def test_for_information_requests_names_and_details_are_withheld_and_listed(
    table: CaseTable, case: Case, browser_of: BrowserOf
) -> None:
    made = papers(browser_of(table.cast.coordinator), case, "foi")
    whole = str(made)
    names = [actor.name for actor in (*table.cast.everyone, *table.cast.panel)]
    for words in (*REPORTER, "07700 900123", *names, "I know the family."):
        assert words not in whole, words
    assert {left["because"] for left in made["withheld"]} == {
        "the name of somebody who works on the case",
        "names a reporter or how to reach them",
        "a personal detail",
    }
    assert "[withheld: names a reporter or how to reach them]" in whole
    assert "Gradings" in {left["section"] for left in made["withheld"]}


def test_the_reporter_stays_withheld_from_a_lead_who_was_never_to_know_them(
    table: CaseTable, case: Case, browser_of: BrowserOf
) -> None:
    whole = str(papers(browser_of(table.cast.lead), case, "coroner"))
    assert not [words for words in REPORTER if words in whole]
    assert "Mo Field" in whole


def test_the_page_says_the_same_and_begins_with_what_was_withheld(
    table: CaseTable, case: Case, browser_of: BrowserOf
) -> None:
    browser = browser_of(table.cast.coordinator)
    page = words_of(browser.get(f"/cases/{case.reference}/pack").text)
    for title in SECTIONS:
        assert title in page
    assert page.index("What was withheld") < page.index("Laboratory results")
    assert "Robin Quill" not in page
    assert "Robin Quill" in words_of(browser.get(f"/cases/{case.reference}/pack?for=coroner").text)
    assert browser.get(f"/cases/{case.reference}/pack?for=everybody").status_code == 422


def test_making_them_is_recorded_and_the_record_is_in_them(
    table: CaseTable, case: Case, browser_of: BrowserOf, db: Session
) -> None:
    made = papers(browser_of(table.cast.lead), case, "foi")
    [entry] = db.scalars(select(AuditEntry).where(AuditEntry.action == "case papers made"))
    assert (entry.actor, entry.detail) == (table.cast.lead.label, {"for": "foi", "as": "json"})
    record = made["sections"][-1]
    assert "is whole" in record["statement"]
    assert entry.digest in str(record)


def test_papers_say_so_when_the_record_was_altered(
    table: CaseTable, case: Case, browser_of: BrowserOf, db: Session
) -> None:
    db.execute(text("ALTER TABLE audit_entries DISABLE TRIGGER USER"))
    db.execute(text("UPDATE audit_entries SET actor = 'person/666' WHERE action = 'case decide'"))
    db.execute(text("ALTER TABLE audit_entries ENABLE TRIGGER USER"))
    db.commit()
    assert "was altered" in papers(browser_of(table.cast.lead), case, "foi")["sections"][-1]["statement"]


def test_a_coordinator_on_the_panel_grades_before_reading_what_others_said(
    table: CaseTable, browser_of: BrowserOf
) -> None:
    case = table.with_panel()
    table.grade(case, table.cast.medical, LEAST)
    both = table.cast.second_coordinator
    people.add_person(
        table.db,
        partnership_id=both.partnership_id,
        name=both.name,
        email=both.email,
        role=Role.PANEL_MEMBER,
        discipline=Discipline.TREATMENT,
        actor="test",
    )
    table.db.commit()
    assert browser_of(both).get(f"/cases/{case.reference}/pack").status_code == 403


def test_only_coordinators_and_leads_make_them(table: CaseTable, case: Case, browser_of: BrowserOf) -> None:
    for actor in (table.cast.medical, table.cast.administrator, table.cast.reporter, table.cast.data_officer):
        assert browser_of(actor).get(f"/cases/{case.reference}/pack").status_code == 403
    assert browser_of(table.cast.stranger).get(f"/cases/{case.reference}/pack.json").status_code == 404
