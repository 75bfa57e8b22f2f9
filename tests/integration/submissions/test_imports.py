"""Laboratory results by the file: seen before anything is taken in, all or nothing, and never twice."""

import csv
import io
import re
from collections.abc import Callable, Iterable
from datetime import timedelta
from functools import partial
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session, sessionmaker
from werkzeug.test import TestResponse

from config import substances
from ldis import import_commands
from ldis.audit.models import AuditEntry
from ldis.cli import main
from ldis.db import utc_now
from ldis.laboratory import tasks
from ldis.laboratory.models import ResultFile
from ldis.laboratory.rules import AT_ONCE, FileState
from ldis.laboratory.sheet import COLUMNS
from ldis.people.access import Actor
from ldis.people.models import Partnership, User
from ldis.people.rules import Scope
from ldis.submissions.models import LabResult
from ldis.substances.catalogue import read_catalogue
from ldis.substances.vocabulary import Vocabulary
from ldis.web import today
from ldis.work import Workplace
from tests.integration.cast import Cast, answers, assemble, at_once, found_partnership, signed_in

BrowserOf = Callable[[Actor], FlaskClient]
Rows = Iterable[dict[str, str]]

START = "/results/import"
DAY = (today() - timedelta(days=2)).strftime("%d/%m/%Y")
ROW = {
    "Laboratory": "Example University",
    "Sample reference": "S-1",
    "Stage": "Confirmed",
    "Purpose": "intelligence",
    "Technique": "gc-ms",
    "Sold as": "heroin",
    "Sampled on": (today() - timedelta(days=5)).strftime("%d/%m/%Y"),
    "Received on": (today() - timedelta(days=3)).strftime("%d/%m/%Y"),
    "Reported on": DAY,
    "Substance": "metonitazene",
    "Part": "Main",
}


def row(number: int = 1, **changes: str) -> dict[str, str]:
    """A row of a table: `Sold_as="..."` changes that column."""
    return (
        ROW
        | {"Sample reference": f"S-{number}"}
        | {name.replace("_", " "): value for name, value in changes.items()}
    )


def as_csv(rows: Rows, encoding: str = "utf-8") -> bytes:
    written = io.StringIO(newline="")
    table = csv.DictWriter(written, [column.heading for column in COLUMNS])
    table.writeheader()
    table.writerows(rows)
    return written.getvalue().encode(encoding)


def as_workbook(rows: Rows, **formulas: str) -> bytes:
    """A workbook; `B3="=1+1"` puts a formula into a cell."""
    written = io.BytesIO()
    with xlsxwriter.Workbook(written, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        headings = [column.heading for column in COLUMNS]
        sheet.write_row(0, 0, headings)
        for line, said in enumerate(rows, start=1):
            sheet.write_row(line, 0, [said.get(heading, "") for heading in headings])
        for cell, formula in formulas.items():
            sheet.write_formula(cell, formula)
    return written.getvalue()


@pytest.fixture
def desk(browser_of: BrowserOf, cast: Cast) -> FlaskClient:
    """The coordinator's browser."""
    return browser_of(cast.coordinator)


def post(browser: FlaskClient, content: bytes, name: str = "october.csv") -> TestResponse:
    """Send a file as a browser does."""
    head = f'--cut\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    body = head.encode() + content + b"\r\n--cut--\r\n"
    return browser.post(START, data=body, content_type="multipart/form-data; boundary=cut")


def hand_in(browser: FlaskClient, content: bytes, name: str = "october.csv") -> str:
    """Hand a file in; the address of its page."""
    answer = post(browser, content, name)
    assert answer.status_code == 302, unescape(re.sub("<[^>]+>", "", answer.text))
    return str(answer.location)


def refused(browser: FlaskClient, content: bytes) -> str:
    answer = post(browser, content)
    assert answer.status_code == 422
    return unescape(answer.text)


def shown(browser: FlaskClient, address: str) -> str:
    """The words of a page."""
    answer = browser.get(address)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", unescape(re.sub("<[^>]+>", " ", answer.text)))


def take_in(browser: FlaskClient, address: str, **said: str) -> int:
    return browser.post(f"{address}/take-in", data=said).status_code


def results(db: Session) -> list[LabResult]:
    return list(db.scalars(select(LabResult).order_by(LabResult.id).execution_options(populate_existing=True)))


def faults(db: Session) -> list[tuple[int, str, str]]:
    """What is wrong with the latest file: line, column, sentence."""
    file = db.scalars(
        select(ResultFile).order_by(ResultFile.id.desc()).execution_options(populate_existing=True)
    ).first()
    assert file is not None
    return [(fault["line"], fault["column"], fault["sentence"]) for fault in file.faults]


TWO_SAMPLES = [
    row(1, Quantity="0.8", Unit="%", Plus_or_minus="0.1", Area="Northby"),
    row(1, Substance="Caffeine", Part="minor"),
    row(2, Substance="", Part="", Finding="Nothing detected", Sold_as=""),
]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (as_csv(TWO_SAMPLES), "october.csv"),
        (as_csv(TWO_SAMPLES, "utf-8-sig"), "october.csv"),
        (as_csv(TWO_SAMPLES, "utf-16"), "october.txt"),
        (as_csv(TWO_SAMPLES, "cp1252"), "october.csv"),
        (as_workbook(TWO_SAMPLES), "october.xlsx"),
    ],
)
def test_a_file_is_seen_first_and_then_taken_in(
    desk: FlaskClient, db: Session, cast: Cast, content: bytes, name: str
) -> None:
    address = hand_in(desk, content, name)
    page = shown(desk, address)
    for words in (name, "rows read 3", "would be added 2", "faults 0", "lines 2, 3", "metonitazene (main) 0.8 %"):
        assert words in page
    assert results(db) == [], "nothing is taken in by looking"
    assert take_in(desk, address) == 302
    first, second = results(db)
    assert [component.substance for component in first.components] == ["metonitazene", "Caffeine"]
    assert (float(first.components[0].quantity or 0), first.components[0].unit) == (0.8, "%")
    assert (str(first.stage), str(first.technique), first.area_code) == ("confirmed", "GC-MS", "E99000001")
    assert first.comparison["warns"]
    assert (str(second.finding), second.sold_as, second.components) == ("nothing detected", "", [])
    assert first.received_by == cast.coordinator.label
    page = shown(desk, address)
    assert "Taken in" in page
    assert first.reference in page
    assert second.reference in page


def test_the_turn_round_stands_on_the_page_of_the_result(desk: FlaskClient, db: Session) -> None:
    take_in(desk, hand_in(desk, as_csv([row(1, Area="Northby")])))
    page = shown(desk, f"/results/{results(db)[0].reference}")
    assert "Turn-round 3 days after sampling, 1 day after it reached the laboratory" in page
    assert "Sample taken in Northby" in page


def test_the_same_file_twice_adds_nothing(desk: FlaskClient, db: Session) -> None:
    take_in(desk, hand_in(desk, as_csv(TWO_SAMPLES)))
    again = hand_in(desk, as_workbook(TWO_SAMPLES), "the-same.xlsx")
    page = shown(desk, again)
    assert f"Known already, {results(db)[0].reference}" in page
    assert "Take in 0 results" in page
    assert take_in(desk, again) == 302
    assert len(results(db)) == 2
    assert "results added 0 were known already 2" in shown(desk, again)


def test_taking_in_twice_is_taking_in_once(desk: FlaskClient, db: Session) -> None:
    address = hand_in(desk, as_csv(TWO_SAMPLES))
    assert [take_in(desk, address) for _ in range(3)] == [302, 302, 302]
    assert len(results(db)) == 2


def test_what_came_by_the_api_is_not_added_again_by_a_file(
    desk: FlaskClient,
    client: FlaskClient,
    db: Session,
    north_shore: Partnership,
    key_for: Callable[..., dict[str, str]],
) -> None:
    sent = {
        "laboratory": "Example University",
        "sample_reference": "S-1",
        "stage": "confirmed",
        "purpose": "intelligence",
        "technique": "GC-MS",
        "sold_as": "heroin",
        "reported_on": (today() - timedelta(days=2)).isoformat(),
        "sampled_on": (today() - timedelta(days=5)).isoformat(),
        "sample_received_on": (today() - timedelta(days=3)).isoformat(),
        "finding": "components found",
        "components": [{"substance": "metonitazene", "part": "main", "quantity": "2.50"}],
    }
    answer = client.post("/api/v1/lab-results", json=sent, headers=key_for(north_shore, Scope.LAB_WRITE))
    assert answer.status_code == 201, answer.text
    address = hand_in(desk, as_workbook([row(1, Quantity="2.5")]))
    take_in(desk, address)
    assert len(results(db)) == 1


def test_a_confirmed_result_of_a_file_supersedes_the_preliminary_one_above_or_below_it(
    desk: FlaskClient, db: Session
) -> None:
    take_in(desk, hand_in(desk, as_csv([row(1), row(1, Stage="preliminary", Technique="Raman")])))
    preliminary, confirmed = results(db)
    assert (str(preliminary.stage), str(confirmed.stage)) == ("preliminary", "confirmed")
    assert confirmed.supersedes_id == preliminary.id


WRONG: dict[str, tuple[list[dict[str, str]], list[tuple[int, str, str]]]] = {
    "no laboratory": ([row(Laboratory="")], [(2, "Laboratory", "Enter laboratory.")]),
    "no sample": ([row(**{"Sample reference": ""})], [(2, "Sample reference", "Enter sample reference.")]),
    "a stage nobody knows": (
        [row(Stage="final")],
        [(2, "Stage", "We do not know “final”. Write one of: preliminary, confirmed.")],
    ),
    "an area of others": (
        [row(Area="Valeham")],
        [(2, "Area", "We do not know “Valeham”. Write one of: Northby, Shoreham End.")],
    ),
    "a day that is none": (
        [row(Reported_on="31/02/2026")],
        [(2, "Reported on", "Enter a real date, like 27 3 2026.")],
    ),
    "the month first": (
        [row(Reported_on="02/27/2026")],
        [(2, "Reported on", "Enter a real date, like 27 3 2026.")],
    ),
    "a day to come": (
        [row(Reported_on="01/01/2999")],
        [(2, "Reported on", "This date is in the future. Enter today or an earlier day.")],
    ),
    "a hundred years ago": (
        [row(Reported_on="01/01/1926")],
        [(2, "Reported on", "This date is more than five years ago. Check the year.")],
    ),
    "reported before it was sampled": (
        [row(Sampled_on=today().strftime("%d/%m/%Y"))],
        [(2, "Reported on", "It cannot be reported before it was sampled or received. Check the dates.")],
    ),
    "a quantity in words": ([row(Quantity="a lot")], [(2, "Quantity", "Enter a number, like 2 or 2.5.")]),
    "a quantity with a comma": ([row(Quantity="2,5")], [(2, "Quantity", "Enter a number, like 2 or 2.5.")]),
    "a part nobody knows": (
        [row(Part="most")],
        [(2, "Part", "We do not know “most”. Write one of: main, minor, trace.")],
    ),
    "a substance without its part": ([row(Part="")], [(2, "Part", "Choose how much of the sample.")]),
    "nothing said of what was found": (
        [row(Substance="", Part="")],
        [
            (
                2,
                "Substance",
                "Enter the substance that was found, or write “nothing detected” or “unable to identify” under "
                "Finding.",
            )
        ],
    ),
    "nothing detected, and yet a substance": (
        [row(Finding="nothing detected")],
        [(2, "Finding", "You entered components. Choose “Components found”, or take them out.")],
    ),
    "two rows of one sample that differ": (
        [row(), row(Substance="caffeine", Sold_as="cocaine")],
        [(3, "Sold as", "This says “cocaine”, but line 2 of the same sample says “heroin”.")],
    ),
    "the same substance twice": ([row(), row()], [(3, "Substance", "This is on line 2 already.")]),
    "a telephone number": (
        [row(Sold_as="from 07700 900123")],
        [
            (
                2,
                "Sold as",
                "Take out “07700 900123” (phone number). We must not hold anything that identifies the person.",
            )
        ],
    ),
    "a report nobody knows": (
        [row(Incident_reference="NSH-AAAA-A")],
        [(2, "Incident reference", "We know no report with this reference. Check it, or leave it empty.")],
    ),
    "words that are too long": ([row(Sold_as="x" * 201)], [(2, "Sold as", "Use 200 characters or fewer.")]),
    "a formula": (
        [row(Sold_as="=HYPERLINK(1)")],
        [
            (
                2,
                "Sold as",
                "This cell holds a formula. Paste the column again as values, so that we read what you see.",
            )
        ],
    ),
    "several things in several rows": (
        [row(1, Quantity="?"), row(2), row(3, Stage="?", Part="?", Reported_on="")],
        [
            (2, "Quantity", "Enter a number, like 2 or 2.5."),
            (4, "Stage", "We do not know “?”. Write one of: preliminary, confirmed."),
            (4, "Part", "We do not know “?”. Write one of: main, minor, trace."),
            (4, "Reported on", "Enter reported on."),
        ],
    ),
}


@pytest.mark.parametrize(("rows", "expected"), WRONG.values(), ids=WRONG)
def test_everything_wrong_is_said_with_its_line_and_column_and_nothing_is_taken_in(
    desk: FlaskClient, db: Session, rows: list[dict[str, str]], expected: list[tuple[int, str, str]]
) -> None:
    address = hand_in(desk, as_csv(rows))
    assert sorted(faults(db)) == sorted(expected)
    page = shown(desk, address)
    for line, column, sentence in expected:
        assert f"Line {line} {column} {sentence}" in page
    assert take_in(desk, address) in (403, 422)
    assert results(db) == []


def test_the_list_of_what_is_wrong_can_be_saved_and_runs_nothing(desk: FlaskClient, db: Session) -> None:
    address = hand_in(desk, as_csv([row(Stage="=1+1"), row(2, Stage="+44")]))
    answer = desk.get(f"{address}/faults.csv")
    assert answer.content_type == "text/csv; charset=utf-8"
    lines = list(csv.reader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff"))))
    assert lines[0] == ["Line", "Column", "What is wrong"]
    assert [line[:2] for line in lines[1:]] == [["2", "Stage"], ["3", "Stage"]]


def test_the_good_results_are_taken_in_without_the_others_when_somebody_says_so(
    desk: FlaskClient, db: Session
) -> None:
    rows = [row(1), row(1, Substance="caffeine", Part="?"), row(2)]
    address = hand_in(desk, as_csv(rows))
    answer = desk.post(f"{address}/take-in")
    assert answer.status_code == 422
    assert "Say that you want the good results without the others." in answer.text
    assert take_in(desk, address, accept_good_rows="yes") == 302
    assert [result.sample_reference for result in results(db)] == ["S-2"], "half a sample would be a wrong one"
    assert "faults, left out" in shown(desk, address)


def test_what_changes_between_the_look_and_the_word_undoes_the_whole_file(desk: FlaskClient, db: Session) -> None:
    address = hand_in(desk, as_csv([row(1), row(2, Stage="preliminary")]))
    other = hand_in(desk, as_csv([row(2, Technique="LC-MS")]))
    assert take_in(desk, other) == 302
    assert take_in(desk, address) == 302
    page = shown(desk, address)
    assert "Refused" in page
    assert "Line 3 Stage This sample already has a confirmed result" in page
    assert [result.sample_reference for result in results(db)] == ["S-2"]


def test_formulas_in_a_workbook_are_refused_cell_by_cell(desk: FlaskClient, db: Session) -> None:
    hand_in(desk, as_workbook([row(1), row(2)], F2='=HYPERLINK("http://example.org")', F3="=1+1"), "formulas.xlsx")
    assert [(line, column) for line, column, _ in faults(db)] == [(2, "Sold as"), (3, "Sold as")]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "This file is empty."),
        (b"PK\x03\x04" + b"\x00" * 100, "This workbook cannot be read."),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "This file is not a table that we can read."),
        (b"a,b\n1,2\n", "We know none of the headings in the first line. Begin with the template."),
        (b"Laboratory\nx\n", "The column “Sample reference” is missing."),
        (b"x" * (5 * 1024 * 1024 + 1), "This file is larger than 5 MB."),
        (as_csv([row(number) for number in range(5001)]), "This file has more than 5,000 rows."),
    ],
)
def test_what_is_no_table_is_refused_on_the_page_and_nothing_is_kept(
    desk: FlaskClient, db: Session, content: bytes, words: str
) -> None:
    assert words in refused(desk, content)
    assert db.scalars(select(ResultFile)).all() == []


def test_no_file_at_all_is_asked_for(desk: FlaskClient) -> None:
    answer = desk.post(START, data={})
    assert answer.status_code == 422
    assert 'href="#file"' in answer.text
    assert "Choose a file." in answer.text


def test_forty_megabytes_are_refused_unread(desk: FlaskClient, db: Session) -> None:
    answer = post(desk, b"x" * 40 * 1024 * 1024)
    assert answer.status_code == 413
    assert "too large" in answer.text
    assert db.scalars(select(ResultFile)).all() == []


def test_other_forms_take_no_more_than_before(client: FlaskClient, north_shore: Partnership) -> None:
    answer = client.post("/report/north-shore", data=answers(details="x" * 3 * 1024 * 1024))
    assert answer.status_code == 413


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_template_filled_in_is_a_file_that_is_taken(desk: FlaskClient, db: Session, kind: str) -> None:
    answer = desk.get(f"{START}/template.{kind}")
    assert answer.status_code == 200
    assert f"laboratory-results.{kind}" in answer.headers["Content-Disposition"]
    content = answer.get_data()
    headings = [column.heading for column in COLUMNS]
    if kind == "csv":
        filled = content + (",".join(row().get(heading, "") for heading in headings) + "\r\n").encode()
    else:
        book = load_workbook(io.BytesIO(content))
        book.worksheets[0].append([row().get(heading, "") for heading in headings])
        written = io.BytesIO()
        book.save(written)
        filled = written.getvalue()
    take_in(desk, hand_in(desk, filled, f"filled.{kind}"))
    assert [result.sample_reference for result in results(db)] == ["S-1"]


def test_a_file_can_be_thrown_away_and_is_then_never_taken_in(desk: FlaskClient, db: Session) -> None:
    address = hand_in(desk, as_csv([row()]))
    assert desk.post(f"{address}/throw-away").status_code == 302
    assert "Nothing of this file was taken in." in shown(desk, address)
    assert take_in(desk, address) == 302
    assert results(db) == []
    other = hand_in(desk, as_csv([row()]))
    take_in(desk, other)
    assert desk.post(f"{other}/throw-away").status_code == 403
    assert len(results(db)) == 1


def test_columns_that_nobody_asked_for_are_named(desk: FlaskClient) -> None:
    content = as_csv([row()]).decode().replace("\r\n", ",Operator\r\n", 1).encode()
    assert "Not read, because no such column is asked for: Operator." in shown(desk, hand_in(desk, content))


def test_the_page_begins_empty_and_then_lists_the_latest_files(desk: FlaskClient) -> None:
    assert "No file was handed in yet." in shown(desk, START)
    hand_in(desk, as_csv([row()]), "first.csv")
    hand_in(desk, as_csv([row()]), "../../etc/second.csv")
    page = shown(desk, START)
    assert page.index("second.csv") < page.index("first.csv")
    assert "Checked 1 row" in page
    assert "Cleo Winter" in page


def test_a_data_officer_may_and_others_may_not(browser_of: BrowserOf, cast: Cast, db: Session) -> None:
    officer = browser_of(cast.data_officer)
    address = hand_in(officer, as_csv([row()]))
    assert take_in(officer, address) == 302
    assert results(db)[0].reference in shown(officer, address)
    assert "/results/NSH" not in officer.get(address).text, "a link that would be refused"
    for person in (cast.medical, cast.lead, cast.reporter, cast.administrator):
        browser = browser_of(person)
        assert browser.get(START).status_code == 403
        assert post(browser, as_csv([row()])).status_code == 403
        assert browser.get(address).status_code == 403
        assert take_in(browser, address) == 403


def test_another_partnership_sees_nothing_of_a_file(
    desk: FlaskClient, browser_of: BrowserOf, cast: Cast, db: Session
) -> None:
    address = hand_in(desk, as_csv([row()]), "ours.csv")
    stranger = browser_of(cast.stranger)
    assert "ours.csv" not in stranger.get(START).text
    assert stranger.get(address).status_code == 404
    assert stranger.get(f"{address}/faults.csv").status_code == 404
    assert take_in(stranger, address) == 404
    assert stranger.post(f"{address}/throw-away").status_code == 404
    take_in(stranger, hand_in(stranger, as_csv([row()])))
    (result,) = results(db)
    assert result.partnership_id == cast.stranger.partnership_id
    assert "would be added 1" in shown(desk, address)


def test_what_was_done_with_a_file_is_in_the_audit_record(desk: FlaskClient, db: Session, cast: Cast) -> None:
    address = hand_in(desk, as_csv([row()]))
    take_in(desk, address)
    desk.post(f"{hand_in(desk, as_csv([row(2)]))}/throw-away")
    said = [
        entry.action
        for entry in db.scalars(select(AuditEntry).order_by(AuditEntry.lane, AuditEntry.position))
        if entry.about.startswith("result file/")
    ]
    assert sorted(said) == [
        "result file checked",
        "result file checked",
        "result file taken in",
        "result file thrown away",
    ]


LONG = [row(number, Substance="caffeine") for number in range(1, AT_ONCE + 2)]


@pytest.fixture
def workplace(sessions: sessionmaker[Session]) -> Workplace:
    """Where the worker stands."""
    vocabulary = Vocabulary(read_catalogue(substances.read()))
    return Workplace(sessions=sessions, channels={}, connections={}, public_url="", vocabulary=vocabulary)


def waiting(db: Session) -> list[dict[str, Any]]:
    """What the worker was asked to do about files."""
    jobs = db.execute(
        text("SELECT args FROM procrastinate_jobs WHERE task_name = 'laboratory.take_in' ORDER BY id")
    )
    return [dict(job.args) for job in jobs]


def test_a_long_file_is_left_to_the_worker_and_the_page_says_how_far_it_is(
    desk: FlaskClient, db: Session, workplace: Workplace
) -> None:
    address = hand_in(desk, as_csv(LONG))
    assert take_in(desk, address) == 302
    assert results(db) == []
    assert f"0 of {len(LONG)} results" in shown(desk, address)
    db.execute(update(ResultFile).values(state=FileState.RUNNING, done=75))
    db.commit()
    page = shown(desk, address)
    assert f"75 of {len(LONG)} results" in page
    assert "See how far it is" in page
    assert "Start it again" not in page
    (job,) = waiting(db)
    tasks.take_in(workplace, **job)
    assert len(results(db)) == len(LONG)
    page = shown(desk, address)
    assert "Taken in" in page
    assert "And 101 more." in page


def test_the_worker_takes_in_a_file_once_however_often_it_is_told(
    desk: FlaskClient, db: Session, workplace: Workplace
) -> None:
    address = hand_in(desk, as_csv(LONG))
    take_in(desk, address)
    take_in(desk, address)
    (job,) = waiting(db)
    for _ in range(2):
        tasks.take_in(workplace, **job)
    assert len(results(db)) == len(LONG)


def test_a_file_whose_worker_fell_silent_can_be_started_again(
    desk: FlaskClient, db: Session, workplace: Workplace
) -> None:
    address = hand_in(desk, as_csv(LONG))
    take_in(desk, address)
    long_ago = utc_now() - timedelta(minutes=6)
    db.execute(update(ResultFile).values(state=FileState.RUNNING, done=75, moved_at=long_ago))
    db.commit()
    assert "Start it again" in shown(desk, address)
    assert take_in(desk, address) == 302
    assert len(waiting(db)) == 2
    tasks.take_in(workplace, **waiting(db)[1])
    assert len(results(db)) == len(LONG)


def test_a_long_file_of_which_one_result_is_refused_leaves_nothing(
    desk: FlaskClient, db: Session, workplace: Workplace
) -> None:
    address = hand_in(desk, as_csv([row(number, Stage="preliminary") for number in range(1, AT_ONCE + 2)]))
    take_in(desk, hand_in(desk, as_csv([row(150)])))
    take_in(desk, address)
    tasks.take_in(workplace, **waiting(db)[0])
    assert len(results(db)) == 1
    assert "Line 151 Stage This sample already has a confirmed result" in shown(desk, address)


def test_progress_is_seen_by_others_while_nothing_of_the_file_is(
    busy_app: Flask, committed: sessionmaker[Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    with committed() as db:
        north = found_partnership(db, "north-shore", "NSH", "North Shore", {"E99000001": "Northby"})
        south = found_partnership(db, "south-vale", "SVL", "South Vale", {"E99000003": "Valeham"})
        coordinator = db.get_one(User, assemble(db, north, south).coordinator.id)
    desk = signed_in(busy_app, coordinator)
    address = hand_in(desk, as_csv(LONG))
    take_in(desk, address)
    seen: list[tuple[str, int]] = []
    tell = tasks._tell

    def tell_and_look(place: Workplace, file_id: int, done: int) -> None:
        tell(place, file_id, done)
        if done == 100:
            seen.append((re.findall(r"\d+ of \d+ results", shown(desk, address))[0], len(stored())))

    def stored() -> list[LabResult]:
        with committed() as db:
            return results(db)

    monkeypatch.setattr(tasks, "_tell", tell_and_look)
    vocabulary = Vocabulary(read_catalogue(substances.read()))
    place = Workplace(sessions=committed, channels={}, connections={}, public_url="", vocabulary=vocabulary)
    with committed() as db:
        (job,) = waiting(db)
    tasks.take_in(place, **job)
    assert seen == [(f"100 of {len(LONG)} results", 0)]
    assert len(stored()) == len(LONG)


def test_one_file_taken_in_by_several_people_at_once_adds_its_results_once(
    busy_app: Flask, committed: sessionmaker[Session]
) -> None:
    with committed() as db:
        north = found_partnership(db, "north-shore", "NSH", "North Shore", {"E99000001": "Northby"})
        south = found_partnership(db, "south-vale", "SVL", "South Vale", {"E99000003": "Valeham"})
        cast = assemble(db, north, south)
        people = [
            db.get_one(User, one.id) for one in (cast.coordinator, cast.second_coordinator, cast.data_officer)
        ]
    browsers = [signed_in(busy_app, person) for person in people]
    content = as_csv([row(number, Substance="caffeine") for number in range(20)])
    addresses = [hand_in(browser, content) for browser in browsers]
    doings = [
        partial(take_in, browser, address) for browser in browsers for address in (addresses[0], *addresses[1:])
    ]
    assert at_once(*doings) == [302] * len(doings)
    with committed() as db:
        assert sorted(result.sample_reference for result in results(db)) == sorted(f"S-{n}" for n in range(20))


@pytest.fixture
def run(db: Session, cast: Cast, sessions: sessionmaker[Session], monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs a command in the test's transaction."""
    monkeypatch.setattr(import_commands, "read_settings", lambda: None)
    monkeypatch.setattr(import_commands, "open_session", lambda _settings: sessions())
    return lambda *words: CliRunner().invoke(main, ["import", "results", *map(str, words)])


def test_the_command_takes_in_a_file_and_says_what_came_of_it(run: Any, db: Session, tmp_path: Path) -> None:
    file = tmp_path / "october.xlsx"
    file.write_bytes(as_workbook(TWO_SAMPLES))
    for said in ("2 results are new, 0 were known already.", "0 results are new, 2 were known already."):
        answer = run(file, "--partnership", "north-shore")
        assert answer.exit_code == 0, answer.output
        assert said in answer.stdout
    assert len(results(db)) == 2
    assert {result.received_by for result in results(db)} == {"command line"}


def test_the_command_names_every_fault_and_takes_nothing_unless_told_to(
    run: Any, db: Session, tmp_path: Path
) -> None:
    file = tmp_path / "october.csv"
    file.write_bytes(as_csv([row(1, Quantity="?"), row(2), row(3, Stage="?")]))
    answer = run(file, "--partnership", "north-shore")
    assert answer.exit_code == 1
    assert "line 2, Quantity: Enter a number, like 2 or 2.5." in answer.stderr
    assert "line 4, Stage: We do not know “?”." in answer.stderr
    assert "Nothing was taken in." in answer.stderr
    assert results(db) == []
    answer = run(file, "--partnership", "north-shore", "--accept-good-rows")
    assert answer.exit_code == 0, answer.output
    assert [result.sample_reference for result in results(db)] == ["S-2"]


@pytest.mark.parametrize(
    ("content", "slug", "words"),
    [
        (b"", "north-shore", "This file is empty."),
        (as_csv([row()]), "nowhere", "There is no partnership called nowhere."),
    ],
)
def test_the_command_refuses_with_a_sentence(
    run: Any, db: Session, tmp_path: Path, content: bytes, slug: str, words: str
) -> None:
    file = tmp_path / "october.csv"
    file.write_bytes(content)
    answer = run(file, "--partnership", slug)
    assert answer.exit_code == 1
    assert words in answer.stderr
    assert results(db) == []
