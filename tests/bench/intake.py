"""The inbox and the taking in of a report, with 1,000 and with 100,000 reports there: `python -m tests.bench.intake`.

Two databases on the same embedded PostgreSQL, filled by `ldis simulate` with a year of reports, of which all but the
newest two hundred are part of closed cases; to one in ten something was added later. Each question is put to the one
and to the other in turn, through the whole application within this process, and the medians are compared. What
matters is the ratio: a hundred times the reports should not take three times as long.
"""

import argparse
import base64
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from config.settings import read
from ldis import db, embedded, secrecy
from ldis.app import create_app
from ldis.demonstration.simulate import simulate
from ldis.people import service as people
from ldis.people.areas import load_areas
from ldis.people.rules import Role, Scope
from ldis.submissions.models import IncidentReport
from tests.integration.cast import signed_in

ROOT = Path(__file__).parents[2]
AREAS = ("E06000015", "E06000016", "E06000018")
SMALL, LARGE = 1_000, 100_000
WAITING = 200
IN_A_CASE = 50

SETTLE = (
    """
    CREATE TEMPORARY TABLE past AS
    SELECT id, received_at, 1 + (row_number() OVER (ORDER BY received_at DESC) - 1 - :waiting) / :in_a_case AS number
    FROM incident_reports ORDER BY received_at DESC OFFSET :waiting
    """,
    """
    INSERT INTO cases (partnership_id, number, reference, title, state, version, round, risk_to_life, opened_at)
    SELECT (SELECT id FROM partnerships), number, 'BEN-' || number, 'Case ' || number, 'closed', 1, 1, false,
        max(received_at)
    FROM past GROUP BY number
    """,
    """
    INSERT INTO case_evidence (case_id, report_id, added_at, added_by)
    SELECT cases.id, past.id, past.received_at, 'benchmark' FROM past JOIN cases USING (number)
    """,
    "UPDATE incident_reports SET status = 'decided' WHERE id IN (SELECT id FROM past)",
    """
    INSERT INTO report_updates (report_id, submission_key, at, by, words, late, seen_at, seen_by)
    SELECT id, 'benchmark', received_at, 'reporter',
        CASE WHEN id % 200 = 0 THEN 'It smelled of strawberry' ELSE 'A second person took two tablets' END,
        false, received_at, 'benchmark'
    FROM past WHERE id % 10 = 0
    """,
    """
    UPDATE incident_reports SET added_words = words_of(ARRAY[words]) FROM report_updates
    WHERE report_id = incident_reports.id
    """,
)

REPORT = {
    "happened_on": date.today().isoformat(),
    "area_code": AREAS[0],
    "sold_as": "blue valium tablets",
    "harm_level": "severe",
    "naloxone": "given",
    "how_known": "saw it",
}


@dataclass(frozen=True)
class Filled:
    """An application over a database that holds so many reports, its coordinator's browser, and a key."""

    browser: FlaskClient
    key: Mapping[str, str]
    reference: str


Asking = Callable[[Filled], object]
Settling = Callable[[Session], None]


def page(address: str) -> Asking:
    """Open a page."""

    def ask(filled: Filled) -> None:
        answer = filled.browser.get(address)
        assert answer.status_code == 200, (answer.status_code, address)

    return ask


def by_reference(filled: Filled) -> None:
    """Look for a reference, which leads straight to the report."""
    assert filled.browser.get("/cases", query_string={"q": filled.reference}).status_code == 302


def send_report(filled: Filled) -> None:
    """Send a report, which is answered with those that look like it."""
    answer = filled.browser.post("/api/v1/incidents", json=REPORT, headers=filled.key)
    assert answer.status_code == 201, answer.text


def first_of_file(filled: Filled) -> None:
    """Ask for everything as a CSV file, and read as far as its first five hundred lines."""
    answer = filled.browser.post("/cases/export.csv", data={"status": "all"})
    pieces = answer.iter_encoded()
    next(pieces)
    next(pieces)
    answer.close()


QUESTIONS: Mapping[str, Asking] = {
    "inbox, what is new": page("/cases?status="),
    "inbox, everything": page("/cases?status=all"),
    "inbox, several filters": page("/cases?status=all&harm=fatal&setting=home&days=90"),
    "inbox, only with duplicates": page("/cases?status=all&alike=yes"),
    "search by frequent words": page("/cases?status=all&q=blue+tablets"),
    "search by a rare word": page("/cases?status=all&q=unlabelled"),
    "search by words added later": page("/cases?status=all&q=strawberry"),
    "search by a drug's street name": page("/cases?status=all&q=vallies"),
    "search by substance": page("/cases?status=all&substance=diazepam"),
    "search by reference": by_reference,
    "map, last 28 days": page("/cases/map?status=all&days=28"),
    "map, at any time": page("/cases/map?status=all"),
    "CSV, first page": first_of_file,
    "a report sent by API": send_report,
}


def main() -> None:
    """Ask everything of both in turn and print the ratios."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rounds", type=int, default=15)
    asked.add_argument("--reports", type=int, default=LARGE)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder, embedded.start(Path(folder) / "postgres") as server:
        small, large = (filled(server.url_of(made(server, name)), Path(folder), count) for name, count in
                        (("small", SMALL), ("large", given.reports)))  # fmt: skip
        compare(QUESTIONS, {SMALL: small, given.reports: large}, rounds=given.rounds)


def compare(questions: Mapping[str, Asking], sizes: Mapping[int, Filled], *, rounds: int) -> None:
    """Ask everything of the smaller and of the larger in turn; print the medians in milliseconds and their ratios."""
    (few, small), (many, large) = sizes.items()
    print(f"{'':34}{few:>12,}{many:>12,}{'ratio':>8}")
    ratios = {}
    for name, ask in questions.items():
        times = [(taken(ask, small), taken(ask, large)) for _ in range(rounds + 2)][2:]
        one, other = (statistics.median(several) for several in zip(*times, strict=True))
        ratios[name] = round(other / one, 2)
        print(f"{name:34}{one * 1000:>9.1f} ms{other * 1000:>9.1f} ms{ratios[name]:>8.2f}", flush=True)
    print(json.dumps(ratios))


def taken(ask: Asking, filled: Filled) -> float:
    """How long one answer takes, in seconds."""
    begin = time.perf_counter()
    ask(filled)
    return time.perf_counter() - begin


def made(server: embedded.Server, name: str) -> str:
    """An empty database of this name."""
    engine = db.make_engine(server.url)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    engine.dispose()
    return name


def settle(session: Session) -> None:
    """Let all but the newest reports be part of closed cases."""
    for statement in SETTLE:
        session.execute(text(statement), {"waiting": WAITING, "in_a_case": IN_A_CASE})


def filled(url: str, folder: Path, reports: int, settle: Settling = settle) -> Filled:
    """Fill a database, settle what became of the reports, and open the application over it."""
    begin = time.perf_counter()
    environment = {
        "DATABASE_URL": url,
        "LDIS_SECRET_KEY": "only-for-benchmarks-" * 3,
        "LDIS_DATA_KEYS": base64.urlsafe_b64encode(b"only-for-benchmarks".ljust(32)).decode(),
        "LDIS_LOG_LEVEL": "ERROR",
        "LDIS_VAR": str(folder),
    }
    settings = read(environment)
    secrecy.configure(settings.data_keys)
    db.upgrade(url)
    app = create_app(settings)
    app.config["WTF_CSRF_ENABLED"] = False
    with app.extensions["ldis.sessions"].begin() as session:
        made_here = people_and_reports(session, app, reports)
        settle(session)
    settled(app.extensions["ldis.engine"])
    print(f"{reports:,} reports were made in {time.perf_counter() - begin:.0f} s", flush=True)
    return made_here


def people_and_reports(session: Session, app: Flask, reports: int) -> Filled:
    """One partnership, its coordinator, a key, and a past in which most is settled."""
    load_areas(session, ROOT / "config" / "areas.csv")
    place = people.create_partnership(
        session, slug="bench", prefix="BEN", name="Benchford", area_codes=AREAS, actor="benchmark"
    )
    person = people.add_person(
        session,
        partnership_id=place.id,
        name="Bea Worth",
        email="bea.worth@example.org",
        role=Role.COORDINATOR,
        discipline=None,
        actor="benchmark",
    )
    token = people.create_key(
        session,
        partnership_id=place.id,
        name="benchmark",
        scopes=[Scope.REPORTS_WRITE],
        per_minute=10_000_000,
        actor="benchmark",
        now=db.utc_now(),
    )
    simulate(session, partnership="bench", reports=reports, days=365, seed=1, now=db.utc_now())
    reference = session.scalars(select(IncidentReport.reference).order_by(IncidentReport.id).limit(1)).one()
    return Filled(signed_in(app, person), {"Authorization": f"Bearer {token}"}, reference)


def settled(engine: Engine) -> None:
    """What the database's own housekeeping does soon after so many rows came in."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE")


if __name__ == "__main__":
    main()
