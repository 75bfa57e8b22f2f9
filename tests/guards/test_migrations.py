"""Migrations: numbered, in one line, at one with the models, and able to go down and up again on data."""

import base64
import re
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

import ldis.app
import ldis.runner  # noqa: F401 - with the application, every stage's models are known
from ldis import db, secrecy
from ldis.audit import service as audit
from ldis.db import Base
from ldis.demonstration.seed import seed_if_empty

VERSIONS = sorted(path for path in (db.MIGRATIONS / "versions").glob("*.py"))
LINKED = re.compile(r'^revision = "(\d+)"\ndown_revision = (?:None|"(\d+)")$', re.MULTILINE)


def test_migrations_are_named_by_number_and_noun() -> None:
    assert [path.name[:4] for path in VERSIONS] == [f"{number:04d}" for number in range(1, len(VERSIONS) + 1)]
    assert all(re.fullmatch(r"\d{4}_[a-z_]+\.py", path.name) for path in VERSIONS)


def test_migrations_stand_in_one_line_under_their_own_numbers() -> None:
    before = None
    for path in VERSIONS:
        linked = LINKED.search(path.read_text())
        assert linked, f"{path.name} does not say where it stands"
        assert linked.groups() == (path.name[:4], before)
        before = linked[1]
    assert db.head() == before


@pytest.mark.parametrize("path", VERSIONS, ids=lambda path: path.name)
def test_every_migration_says_what_it_is_and_can_go_back(path: Path) -> None:
    text = path.read_text()
    assert text.startswith('"""')
    assert re.search(r"^def upgrade\(\)", text, re.MULTILINE)
    assert re.search(r"^def downgrade\(\)", text, re.MULTILINE)
    body = text.split("def downgrade()")[1]
    assert "pass" not in body
    assert "NotImplementedError" not in body


@pytest.fixture(scope="module")
def filled(make_database: Callable[[str], str]) -> Iterator[Engine]:
    """A database with the demonstration in it, for this file alone."""
    secrecy.configure([base64.urlsafe_b64encode(b"only-for-tests".ljust(32)).decode()])
    engine = db.make_engine(make_database(f"migrations_{uuid.uuid4().hex[:12]}"))
    with db.make_sessions(engine)() as session:
        seed_if_empty(session)
        session.commit()
    yield engine
    engine.dispose()


def rows(engine: Engine) -> dict[str, int]:
    """How many rows each of our tables has."""
    with Session(engine) as session:
        return {
            table.name: session.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
        }


def test_models_and_migrations_are_one(filled: Engine) -> None:
    assert db.differences(filled) == []


def test_the_demonstration_fills_what_a_case_needs(filled: Engine) -> None:
    """Otherwise going down and up "on data" would say little."""
    filling = rows(filled)
    for name in (
        "people",
        "incident_reports",
        "lab_results",
        "contacts",
        "audit_entries",
        "partnerships",
        "areas",
    ):
        assert filling[name], name


def test_the_newest_step_keeps_every_row_of_the_older_ones(filled: Engine) -> None:
    url = filled.url.render_as_string(hide_password=False)
    before = rows(filled)
    db.downgrade(url, VERSIONS[-2].name[:4])
    db.upgrade(url)
    after = rows(filled)
    made_by_the_newest = {name for name in before if f'"{name}"' in VERSIONS[-1].read_text()}
    lost = {name for name in before if after[name] != before[name]} - made_by_the_newest
    assert lost == set()
    with db.make_sessions(filled)() as session:
        assert audit.verify(session) is None


def test_each_step_goes_down_and_up_again_on_data(filled: Engine) -> None:
    url = filled.url.render_as_string(hide_password=False)
    numbers = [path.name[:4] for path in VERSIONS]
    for number, before in reversed(list(zip(numbers[1:], numbers, strict=False))):
        db.downgrade(url, before)
        db.upgrade(url, number)
        db.downgrade(url, before)
        assert db.current_revision(filled) == before
    db.downgrade(url, "base")
    db.upgrade(url)
    assert db.differences(filled) == []
    with db.make_sessions(filled)() as session:
        assert audit.verify(session) is None
        seed_if_empty(session)
        session.commit()
        assert audit.verify(session) is None
