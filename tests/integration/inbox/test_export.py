"""What is filtered as a file: what is in it, what never is, and that the audit record knows."""

import csv
import io
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import select

from ldis.audit.models import AuditEntry
from ldis.audit.service import join_chain
from ldis.inbox import export, queries
from ldis.people.models import Partnership
from ldis.submissions.rules import HarmLevel
from ldis.tables import WORKBOOK_TYPE
from tests.integration.cases.table import CaseTable
from tests.integration.inbox.conftest import words_of

Line = dict[str, str]
Taking = Callable[..., list[Line]]


def taken_away(browser: FlaskClient, **filters: str) -> list[Line]:
    """The lines of the file that the coordinator is given."""
    answer = browser.post("/cases/export.csv", data=filters)
    assert answer.status_code == 200
    assert answer.content_type == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["Content-Disposition"]
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))


def test_the_file_holds_what_the_filters_show(table: CaseTable, coordinator: FlaskClient) -> None:
    spice = table.report(
        sold_as="spice", harm_level=HarmLevel.SEVERE, outward_postcode="NS1", details="Two of them"
    )
    case = table.opened(table.report(sold_as="vallies"))
    result = table.result("xylazine", sample_reference="S-9", sold_as="heroin", area_code="E99000002")
    table.db.commit()
    [line] = taken_away(coordinator, harm="severe")
    assert line["Reference"] == spice.reference
    assert (line["Kind"], line["Received"], line["Area"]) == ("report", "2026-10-14T10:30+01:00", "Northby")
    assert (line["Harm"], line["First half of postcode"], line["Details"]) == ("severe", "NS1", "Two of them")
    assert (line["Status"], line["Case"]) == ("new", "")
    lines = {line["Sold as"]: line for line in taken_away(coordinator, status="all")}
    assert list(lines) == ["vallies", "spice", "heroin"]
    assert (lines["vallies"]["Status"], lines["vallies"]["Case"]) == ("triage", case.reference)
    assert lines["vallies"]["Read as"] == "Diazepam"
    assert (lines["heroin"]["Reference"], lines["heroin"]["Found"]) == (result.reference, "xylazine (main)")
    assert list(line) == list(export.COLUMNS)


def workbook(browser: FlaskClient, **filters: str) -> list[Line]:
    """The lines of the workbook that the coordinator is given, once every cell is seen to be text."""
    answer = browser.post("/cases/export.xlsx", data=filters)
    assert answer.status_code == 200
    assert answer.content_type == WORKBOOK_TYPE
    assert answer.headers["Content-Disposition"].endswith('.xlsx"')
    [sheet] = load_workbook(io.BytesIO(answer.data)).worksheets
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.number_format for cell in cells} == {"@"}
    assert {cell.data_type for cell in cells} <= {"s", "inlineStr"}
    head, *lines = sheet.iter_rows(values_only=True)
    return [{str(name): str(cell or "") for name, cell in zip(head, line, strict=True)} for line in lines]


@pytest.mark.parametrize("filters", [{"harm": "severe"}, {"status": "all"}, {"q": "vallies", "status": "all"}])
def test_the_workbook_holds_the_lines_of_the_csv_file(
    table: CaseTable, coordinator: FlaskClient, filters: Line
) -> None:
    table.report(sold_as="spice", harm_level=HarmLevel.SEVERE, details="Two of them\nand a third")
    table.opened(table.report(sold_as="vallies"))
    table.result("xylazine", sample_reference="S-9", sold_as="heroin", area_code="E99000002")
    table.db.commit()
    lines = taken_away(coordinator, **filters)
    assert lines
    assert workbook(coordinator, **filters) == lines


def test_no_cell_of_a_workbook_is_a_formula(table: CaseTable, coordinator: FlaskClient) -> None:
    written = '=HYPERLINK("http://example.org")'
    table.report(sold_as=written, place="@here", details="{=1+1}")
    table.db.commit()
    [line] = workbook(coordinator)
    assert (line["Sold as"], line["Place"], line["Details"]) == (written, "@here", "{=1+1}")


def test_the_page_offers_both_files_with_the_filters_in_force(table: CaseTable, coordinator: FlaskClient) -> None:
    table.report(harm_level=HarmLevel.FATAL)
    table.db.commit()
    page = coordinator.get("/cases?harm=fatal").text
    assert 'action="/cases/export.xlsx"' in page
    assert 'formaction="/cases/export.csv"' in page
    assert '<input type="hidden" name="harm" value="fatal">' in page


@pytest.mark.parametrize("take", [taken_away, workbook])
def test_nothing_by_which_a_reporter_is_reached_is_in_it(
    table: CaseTable, coordinator: FlaskClient, take: Taking
) -> None:
    table.report(
        reporter_name="Robin Vale",
        reporter_organisation="Northby High School",
        reporter_email="robin@example.org",
        reporter_phone="07700 900123",
        may_contact=True,
    )
    table.db.commit()
    file = str(take(coordinator))
    assert "blue tablets" in file
    for secret in ("Robin", "High School", "example.org", "900123"):
        assert secret not in file


def test_no_cell_is_run_as_a_formula(table: CaseTable, coordinator: FlaskClient) -> None:
    table.report(sold_as='=HYPERLINK("http://example.org")', place="@here", details="+1\r\n-2, and\tmore")
    table.db.commit()
    [line] = taken_away(coordinator)
    assert line["Sold as"].startswith("'=")
    assert line["Place"] == "'@here"
    assert line["Details"].startswith("'+1")


@pytest.mark.parametrize(("kind", "take"), [("csv", taken_away), ("xlsx", workbook)])
def test_the_audit_record_says_who_took_how_many_by_which_filters_and_not_for_which_words(
    table: CaseTable, coordinator: FlaskClient, kind: str, take: Taking
) -> None:
    table.report(harm_level=HarmLevel.FATAL, details="Robin saw it")
    table.db.commit()
    take(coordinator, harm="fatal", q="Robin", after="20261014T093000.000000r999999999")
    join_chain(table.db)
    [entry] = table.db.scalars(select(AuditEntry).where(AuditEntry.action == "reports exported")).all()
    assert entry.actor == table.cast.coordinator.label
    assert entry.partnership_id == table.place.id
    assert entry.detail == {"count": 1, "file": kind, "filters": {"harm": "fatal", "q": "given"}}


def test_it_is_sent_piece_by_piece_and_ends_somewhere(
    table: CaseTable, coordinator: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    references = [table.report().reference for _ in range(7)]
    table.db.commit()
    monkeypatch.setattr(export, "AT_ONCE", 2)
    assert [line["Reference"] for line in taken_away(coordinator)] == references[::-1]
    monkeypatch.setattr(export, "MOST_EXPORTED", 5)
    assert [line["Reference"] for line in taken_away(coordinator)] == references[:1:-1]


def test_nothing_of_another_partnership_is_in_it(
    table: CaseTable, south_vale: Partnership, coordinator: FlaskClient
) -> None:
    report = table.report()
    report.partnership_id = south_vale.id
    table.db.commit()
    assert taken_away(coordinator, status="all") == []


def test_filters_that_cannot_be_read_give_no_file(coordinator: FlaskClient) -> None:
    answer = coordinator.post("/cases/export.csv", data={"harm": "awful"})
    assert answer.status_code == 422
    assert "Choose one of the answers shown." in words_of(answer.text)


def test_a_case_of_which_nothing_is_asked_holds_no_page_up(table: CaseTable) -> None:
    assert queries.gathered_by(table.db, [], [], partnership_id=table.place.id) == {}
