"""Figures from a file: looked at first, taken in whole or not at all, in long and in wide form."""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from ldis import import_commands
from ldis.indicators.models import Figure, FigureFile
from ldis.people.access import Actor
from ldis.tables import csv_file, sheet_file
from tests.integration.cast import Cast

LONG = ("Indicator", "Area", "Part", "Period ends", "Value", "Status", "Release")
ROWS = (
    ("in_treatment", "", "", "2026-03", "2,122", "final", ""),
    ("Drug tests on arrest", "Northby", "", "2026-03-31", "76", "", "publishable"),
    ("in_treatment", "England", "any opiate", "2026-03", "140000", "", "publishable"),
)


@pytest.fixture
def officer(browser_of: Callable[[Actor], FlaskClient], cast: Cast) -> FlaskClient:
    return browser_of(cast.data_officer)


def hand_in(officer: FlaskClient, content: bytes, name: str = "figures.csv") -> str:
    answer = officer.post("/indicators/import", data={"file": (io.BytesIO(content), name)})
    assert answer.status_code == 302, answer.text
    return str(answer.location)


def take_in(officer: FlaskClient, place: str, **more: str) -> str:
    page = officer.get(place).text
    seen = page.split('name="seen"')[1].split('value="')[1].split('"')[0]
    return officer.post(place, data={"seen": seen} | more, follow_redirects=True).text


def known(db: Session) -> dict[tuple[str, str, str, str], int]:
    db.expire_all()
    return {
        (one.indicator, one.area, one.part, f"{one.ends_on:%Y-%m}"): int(one.value)
        for one in db.scalars(select(Figure))
    }


def test_the_long_form_is_looked_at_and_taken_in(officer: FlaskClient, db: Session) -> None:
    place = hand_in(officer, csv_file([LONG, *ROWS]))
    page = officer.get(place).text
    assert "Take in 3 figures" in page
    assert known(db) == {}
    assert "3 figures are new, 0 changed." in take_in(officer, place)
    assert known(db) == {
        ("in_treatment", "here", "all", "2026-03"): 2122,
        ("tests_on_arrest", "E99000001", "all", "2026-03"): 76,
        ("in_treatment", "E92000001", "any opiate", "2026-03"): 140000,
    }
    assert db.scalars(select(FigureFile)).all() == []


def test_the_wide_form_that_people_paste_is_read_by_its_months(officer: FlaskClient, db: Session) -> None:
    head = ("Indicator", "Part", "Jan 2026", "2026-02", "March 2026", "Remarks")
    rows = [("in_treatment", "any opiate", "985", "", "980", "-"), ("naloxone_supplied", "", "81", "84", "90", "")]
    place = hand_in(officer, sheet_file("Figures", [head, *rows]), "figures.xlsx")
    assert "Not read, because no such column is asked for: Remarks." in officer.get(place).text
    take_in(officer, place)
    assert known(db) == {
        ("in_treatment", "here", "any opiate", "2026-01"): 985,
        ("in_treatment", "here", "any opiate", "2026-03"): 980,
        ("naloxone_supplied", "here", "all", "2026-01"): 81,
        ("naloxone_supplied", "here", "all", "2026-02"): 84,
        ("naloxone_supplied", "here", "all", "2026-03"): 90,
    }


def test_the_same_file_twice_changes_nothing_and_a_change_needs_a_reason(
    officer: FlaskClient, db: Session
) -> None:
    take_in(officer, hand_in(officer, csv_file([LONG, *ROWS])))
    again = hand_in(officer, csv_file([LONG, *ROWS]))
    assert "Take in" not in officer.get(again).text
    changed = hand_in(officer, csv_file([LONG, ("in_treatment", "", "", "2026-03", "2130", "final", "")]))
    assert "2,122" in officer.get(changed).text
    assert "Say why: figures change" in take_in(officer, changed)
    assert "0 figures are new, 1 changed." in take_in(officer, changed, why="A late return.")
    assert known(db)["in_treatment", "here", "all", "2026-03"] == 2130


@pytest.mark.parametrize(
    ("row", "column", "sentence"),
    [
        (("nothing", "", "", "2026-03", "1", "", ""), "Indicator", "There is no such indicator"),
        (("unmet_need", "", "", "2026-03", "1", "", ""), "Indicator", "This is worked out here"),
        (("seizures", "Valeham", "", "2026-03", "1", "", ""), "Area", "This is none of your areas."),
        (("in_treatment", "", "crack only", "2026-03", "1", "", ""), "Part", "It has no such part."),
        (("seizures", "", "", "", "1", "", ""), "Period ends", "Say the month"),
        (("seizures", "", "", "2026-13", "1", "", ""), "Period ends", "Enter a month, like 2026-03."),
        (("seizures", "", "", "2026-03", "many", "", ""), "Value", "Enter a number"),
        (("seizures", "", "", "2026-03", "", "", ""), "Value", "Enter a number, or leave the whole line out."),
        (("seizures", "", "", "2026-03", "1", "done", ""), "Status", "One of: provisional, final."),
        (ROWS[0], "Indicator", "Line 2 is about the same figure."),
    ],
)
def test_an_error_in_the_last_row_changes_nothing_and_names_the_row(
    officer: FlaskClient, db: Session, row: tuple[str, ...], column: str, sentence: str
) -> None:
    place = hand_in(officer, csv_file([LONG, *ROWS, row]))
    page = officer.get(place).text
    assert "Line 5" in page
    assert column in page
    assert sentence in page
    assert "Take in" not in page
    assert officer.post(place, data={"seen": "x"}).status_code == 422
    assert known(db) == {}


def test_what_changed_since_it_was_looked_at_is_looked_at_again(officer: FlaskClient, db: Session) -> None:
    first, second = (hand_in(officer, csv_file([LONG, *ROWS])) for _ in range(2))
    seen = officer.get(first).text.split('name="seen"')[1].split('value="')[1].split('"')[0]
    take_in(officer, second)
    answer = officer.post(first, data={"seen": seen})
    assert answer.status_code == 409
    assert "Look again at what the file would change." in answer.text


def test_what_is_no_table_is_refused_at_once(officer: FlaskClient) -> None:
    answer = officer.post("/indicators/import", data={"file": (io.BytesIO(b"\x00\x01"), "figures.csv")})
    assert answer.status_code == 422
    assert officer.post("/indicators/import", data={}).status_code == 422


def test_the_command_takes_in_a_file(
    db: Session, cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "figures.csv"
    file.write_bytes(csv_file([LONG, *ROWS]))

    @contextmanager
    def open_here(_settings: object) -> Iterator[Session]:
        yield db

    monkeypatch.setattr(import_commands, "read_settings", lambda: None)
    monkeypatch.setattr(import_commands, "open_session", open_here)
    begin = db.begin
    monkeypatch.setattr(db, "begin", lambda **_: begin(nested=True))
    asked = ["indicators", str(file), "--partnership", cast.data_officer.partnership_slug]
    looked = CliRunner().invoke(import_commands.imports, [*asked, "--dry-run"])
    assert "3 figures would be new" in looked.output, looked.output
    done = CliRunner().invoke(import_commands.imports, asked)
    assert "3 figures are new, 0 are changed." in done.output, done.output
    assert len(known(db)) == 3
