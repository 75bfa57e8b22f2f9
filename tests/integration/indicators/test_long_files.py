"""A long file of figures is read by the worker, looked at, and taken in: all of it, or nothing with the line named."""

from collections.abc import Callable, Sequence

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from ldis.audit.models import AuditEntry
from ldis.indicators import long_files, service
from ldis.indicators.figures import month_end
from ldis.indicators.long_files import Author
from ldis.indicators.models import Figure, FigureFile, Hidden, Incoming, Reading, Revision
from ldis.people.access import Actor
from ldis.tables import csv_file
from tests.integration.cast import NOW, Cast
from tests.integration.indicators.test_figures import DICTIONARY, said, spot
from tests.integration.indicators.test_imports import hand_in

HEAD = ("Indicator", "Area", "Part", "Period ends", "Value", "Status", "Release")
ROWS = 5_200
Rows = list[Sequence[object]]


def rows(number: int = ROWS) -> Rows:
    """So many figures of one month each, area by area."""
    found: Rows = []
    for year in range(2000, 2099):
        for month in range(1, 13):
            for code in ("seizures", "naloxone_supplied", "needle_exchange", "tests_on_arrest", "in_treatment"):
                found.append((code, "", "", f"{year}-{month:02}", len(found) % 97 + 5, "final", "publishable"))
                if len(found) == number:
                    return found
    return found


@pytest.fixture
def officer(browser_of: Callable[[Actor], FlaskClient], cast: Cast) -> FlaskClient:
    return browser_of(cast.data_officer)


def of_the_file(db: Session) -> FigureFile:
    db.expire_all()
    return db.scalars(select(FigureFile)).one()


def work(db: Session, cast: Cast, why: str = "") -> list[int]:
    """What the worker does when it comes to this file; how far it said it was."""
    sessions = sessionmaker(db.get_bind())
    file, told = of_the_file(db), list[int]()
    person = cast.data_officer
    author = Author(person.id, person.name, person.label, person.partnership_id)
    if file.reading is Reading.WAITING:
        long_files.read(sessions, file.id, DICTIONARY, told=told.append)
    else:
        long_files.take_in(sessions, file.id, DICTIONARY, author=author, why=why, now=NOW)
    db.expire_all()
    return told


def test_a_long_file_is_read_with_progress_looked_at_and_taken_in(
    officer: FlaskClient, db: Session, cast: Cast
) -> None:
    place = hand_in(officer, csv_file([HEAD, *rows()]))
    assert "0 rows are read" in officer.get(place).text
    assert officer.post(place, data={"seen": "1"}).status_code == 403, "nobody has looked at it yet"
    told = work(db, cast)
    assert told == [1000, 2000, 3000, 4000, 5000, 5200]
    assert db.scalar(select(func.count()).select_from(Figure)) == 0
    assert "Take in 5,200 figures" in officer.get(place).text
    assert officer.post(place, data={"seen": "1"}).status_code == 302
    assert "5,200 figures are being taken in" in officer.get(place).text
    work(db, cast)
    assert "Taken in." in officer.get(place).text
    assert db.scalar(select(func.count()).select_from(Figure)) == ROWS
    assert db.scalar(select(func.count()).select_from(Incoming)) == 0
    [figure] = db.scalars(
        select(Figure).where(Figure.ends_on == month_end(2000, 1), Figure.indicator == "seizures")
    )
    assert (figure.value, figure.entered_by, figure.version) == (5, "Dee Count", 1)
    assert "figures written" in db.scalars(select(AuditEntry.action)).all()


def test_a_mistake_in_the_last_line_changes_nothing_and_is_named(
    officer: FlaskClient, db: Session, cast: Cast
) -> None:
    wrong = ("seizures", "", "", "2098-12", "many", "final", "publishable")
    place = hand_in(officer, csv_file([HEAD, *rows(), wrong]))
    work(db, cast)
    page = officer.get(place).text
    assert f"Line {ROWS + 2}" in page
    assert "Take in" not in page
    assert officer.post(place, data={"seen": "1"}).status_code == 403
    assert db.scalar(select(func.count()).select_from(Figure)) == 0


def test_the_same_figure_twice_far_apart_is_noticed(officer: FlaskClient, db: Session, cast: Cast) -> None:
    place = hand_in(officer, csv_file([HEAD, *rows(), rows(1)[0]]))
    work(db, cast)
    page = officer.get(place).text
    assert f"Line {ROWS + 2}" in page
    assert "Line 2 is about the same figure." in page


def test_known_figures_change_with_a_reason_and_what_they_were_stays(
    officer: FlaskClient, db: Session, cast: Cast
) -> None:
    known = {
        spot("seizures", day=month_end(2000, 1)): said(900),
        spot("seizures", day=month_end(1999, 12)): said(800),
    }
    service.write(db, known, dictionary=DICTIONARY, why="", actor=cast.data_officer, now=NOW)
    db.commit()
    place = hand_in(officer, csv_file([HEAD, *rows()]))
    work(db, cast)
    assert (of_the_file(db).new, of_the_file(db).changed) == (ROWS - 1, 1)
    assert "Say why: figures change (1 of them)." in officer.post(place, data={"seen": "1"}).text
    assert officer.post(place, data={"seen": "1", "why": "The yearly return."}).status_code == 302
    work(db, cast, "The yearly return.")
    [revision] = db.scalars(select(Revision))
    assert (revision.was, revision.became, revision.why) == ("900", "5", "The yearly return.")
    [figure] = db.scalars(select(Figure).where(Figure.id == revision.figure_id))
    assert (figure.value, figure.version) == (5, 2)
    assert db.scalar(select(func.count()).select_from(Figure)) == ROWS + 1


def test_a_period_that_was_locked_meanwhile_lets_nothing_in_and_says_so(
    officer: FlaskClient, db: Session, cast: Cast
) -> None:
    before = {spot("seizures", day=month_end(2000, 1)): said(900)}
    service.write(db, before, dictionary=DICTIONARY, why="", actor=cast.data_officer, now=NOW)
    place = hand_in(officer, csv_file([HEAD, *rows()]))
    work(db, cast)
    officer.post(place, data={"seen": "1", "why": "x"})
    service.lock(db, month_end(2000, 1), actor=cast.lead, now=NOW)
    db.commit()
    work(db, cast, "x")
    page = officer.get(place).text
    assert "Nothing was taken in. January 2000 is locked." in page
    assert db.scalar(select(func.count()).select_from(Figure)) == 1


def test_few_people_in_a_long_file_are_hidden(officer: FlaskClient, db: Session, cast: Cast) -> None:
    few = ("naloxone_used", "", "", "2020-01", 3, "final", "publishable")
    place = hand_in(officer, csv_file([HEAD, *rows(), few]))
    work(db, cast)
    officer.post(place, data={"seen": "1"})
    work(db, cast)
    assert [one.indicator for one in db.scalars(select(Hidden)) if one.ends_on == month_end(2020, 1)] == [
        "naloxone_used"
    ]
