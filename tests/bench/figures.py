"""A file of 50,000 figures taken in by the worker, beside a loop that inserts the same rows one by one and no more.

`python -m tests.bench.figures`. The worker reads, checks, compares and writes; the bare loop only inserts. Memory is
the most that a process of its own held, after a file of 5,000 and after one of 50,000.
"""

import argparse
import base64
import resource
import subprocess
import sys
import tempfile
import time
from itertools import islice, product
from pathlib import Path

import psycopg
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from config import indicators
from ldis import db, embedded, secrecy
from ldis.db import utc_now
from ldis.indicators import long_files
from ldis.indicators.dictionary import read_dictionary
from ldis.indicators.long_files import Author
from ldis.indicators.models import FigureFile, Reading
from ldis.people import service as people
from ldis.people.areas import load_areas
from ldis.people.models import Partnership
from ldis.tables import csv_file
from tests.bench.intake import ROOT, made

SIZES = (5_000, 50_000)
CODES = ("seizures", "needle_exchange", "naloxone_supplied", "tests_on_arrest", "in_treatment", "completed")
HEAD = ("Indicator", "Area", "Period ends", "Value", "Status")
INSERT = (
    "INSERT INTO bare (indicator, area, part, ends_on, months, value, status, release, source, note, method)"
    " VALUES (%s, %s, 'all', %s, 1, %s, 'final', 'restricted', 'bench', '', '')"
)


def rows(number: int, areas: list[str]) -> list[tuple[str, str, str, str, str]]:
    """So many figures, each of another place or month."""
    months = [f"{year}-{month:02}" for year, month in product(range(1950, 2099), range(1, 13))]
    every = product(CODES, ["", *areas], months)
    return [
        (code, area, month, str(n % 900 + 5), "final")
        for n, (code, area, month) in enumerate(islice(every, number))
    ]


def take(url: str, number: int) -> float:
    """Take in a file of so many rows; how long it took in seconds."""
    sessions: sessionmaker[Session] = sessionmaker(db.make_engine(url))
    dictionary = read_dictionary(indicators.read())
    with sessions.begin() as session:
        place = session.scalars(select(Partnership)).one()
        areas = [area.name for area in place.areas]
        file = FigureFile(
            partnership_id=place.id,
            file_name="bench.csv",
            content=csv_file([HEAD, *rows(number, areas)]),
            uploaded_by="bench",
            uploaded_at=utc_now(),
            reading=Reading.WAITING,
        )
        session.add(file)
        session.flush()
        file_id, author = file.id, Author(0, "bench", "bench", place.id)
    began = time.perf_counter()
    long_files.read(sessions, file_id, dictionary)
    with sessions.begin() as session:
        held = session.get_one(FigureFile, file_id)
        assert held.faults == [], held.faults[:3]
        held.reading = Reading.TAKING_IN
    long_files.take_in(sessions, file_id, dictionary, author=author, why="bench", now=utc_now())
    return time.perf_counter() - began


def bare(url: str, number: int) -> float:
    """Insert the same rows one by one, in one transaction; how long it took in seconds."""
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        connection.execute("CREATE TABLE bare (LIKE indicator_incoming INCLUDING ALL)")
        connection.execute("ALTER TABLE bare ALTER file_id DROP NOT NULL, ALTER line DROP NOT NULL")
        given = [
            (code, area[:9], f"{month}-28", value) for code, area, month, value, _ in rows(number, ["A", "B", "C"])
        ]
        began = time.perf_counter()
        for row in given:
            connection.execute(INSERT, row)
        connection.commit()
        return time.perf_counter() - began


def main() -> None:
    """Measure, each size in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--take", nargs=2, metavar=("URL", "ROWS"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    secrecy.configure((base64.urlsafe_b64encode(b"only-for-benchmarks".ljust(32)).decode(),))
    if asked.take:
        took = take(asked.take[0], int(asked.take[1]))
        print(f"{took} {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}")
        return
    with tempfile.TemporaryDirectory() as folder, embedded.start(Path(folder) / "postgres") as server:
        held = {}
        for size in SIZES:
            url = (
                server.url.rsplit("/", 1)[0]
                + "/"
                + made(server, f"figures_{size}")
                + "?"
                + server.url.split("?")[1]
            )
            db.upgrade(url)
            with sessionmaker(db.make_engine(url)).begin() as session:
                load_areas(session, ROOT / "config" / "areas.csv")
                codes = ["E06000015", "E06000016", "E06000018"]
                people.create_partnership(
                    session, slug="bench", prefix="BEN", name="Benchford", area_codes=codes, actor="bench"
                )
            command = [sys.executable, "-m", "tests.bench.figures", "--take", url, str(size)]
            took, held[size] = map(
                float, subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
            )
            without = bare(url, size)
            print(
                f"{size:,} rows: {size / took:,.0f} a second, {without / took:.2f} of a bare insert loop"
                f" ({size / without:,.0f}); {held[size]:.0f} MB held at most",
                flush=True,
            )
        print(f"ten times the rows hold {held[SIZES[1]] / held[SIZES[0]]:.2f} of the memory")


if __name__ == "__main__":
    main()
