"""What every test may ask for: one PostgreSQL for the whole run, and a database that each test finds as it was."""

import os
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import psycopg
import pytest
from psycopg import sql
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from ldis import db as database
from ldis import embedded
from ldis.filelocks import one_at_a_time

FOLDER = "LDIS_TESTS_FOLDER"  # names, for every process of the run, where its one server lives
TEMPLATE = "ldis_template"
UNIT = Path(__file__).parent / "unit"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")

# Timings never fail a test, however busy the machine is.
hypothesis.settings.register_profile(
    "ldis", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("ldis")


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        os.environ[FOLDER] = tempfile.mkdtemp(prefix="ldis-tests-")


def pytest_unconfigure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput"):
        return
    folder = Path(os.environ.pop(FOLDER))
    if (folder / "data" / "postmaster.pid").exists():  # a test process was killed and could not leave
        embedded.start(folder, safe=False).stop()
    shutil.rmtree(folder, ignore_errors=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first: two processes then end together, and one of them drives every browser."""
    items.sort(key=lambda item: not any(item.iter_markers("browser")))
    items.sort(key=lambda item: not any(item.iter_markers("processes")))


def pytest_runtest_setup(item: pytest.Item) -> None:
    if UNIT in item.path.parents and "server" in getattr(item, "fixturenames", ()):
        pytest.fail("A unit test cannot reach the database. Move it to tests/integration.", pytrace=False)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    browser = find_browser()
    terminalreporter.write_line(
        f"Browser tests use {browser}."
        if browser
        else f"Browser tests need one of: {', '.join(BROWSERS)}. None found."
    )


def find_browser() -> str | None:
    """The browser that this machine has for the tests, if any; none is ever downloaded."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


@pytest.fixture(scope="session")
def browser_path() -> str:
    """The browser to drive. Without one, the tests that need it say so and are not run."""
    return find_browser() or pytest.skip(f"no browser on this machine: {', '.join(BROWSERS)}")


@pytest.fixture(scope="session")
def server() -> Iterator[embedded.Server]:
    """The one PostgreSQL of this run: the first test process to ask starts it, the last to leave stops it."""
    with embedded.start(Path(os.environ[FOLDER]), safe=False) as running:
        yield running


@pytest.fixture(scope="session")
def make_database(server: embedded.Server) -> Iterator[Callable[[str], str]]:
    """Makes a migrated database of the given name, quickly, and gives its address. Dropped when the run ends."""
    made = []
    with one_at_a_time(Path(os.environ[FOLDER]) / "template.lock"):
        _ensure_template(server)

    def make(name: str) -> str:
        _execute(server, "CREATE DATABASE {} TEMPLATE {}", name, TEMPLATE)
        made.append(name)
        return server.url_of(name)

    yield make
    for name in made:
        _execute(server, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


@pytest.fixture(scope="session")
def database_url(make_database: Callable[[str], str]) -> str:
    """The address of this test process's own database."""
    return make_database(f"test_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}")


@pytest.fixture(scope="session")
def empty(database_url: str) -> Iterator[Engine]:
    """This test process's own database, in which nothing is but what the migrations write."""
    made = database.make_engine(database_url)
    yield made
    made.dispose()


@pytest.fixture
def engine(empty: Engine) -> Engine:
    """Where a test works."""
    return empty


@pytest.fixture
def sessions(engine: Engine) -> Iterator[sessionmaker[Session]]:
    """Sessions that all stand in one transaction, undone after the test: a commit only ends a savepoint."""
    with engine.connect() as connection:
        whole = connection.begin()
        yield sessionmaker(connection, expire_on_commit=False, join_transaction_mode="create_savepoint")
        whole.rollback()


@pytest.fixture
def db(sessions: sessionmaker[Session]) -> Iterator[Session]:
    """A session whose work is undone after the test, commits included."""
    with sessions() as session:
        yield session


@pytest.fixture
def fresh_database(server: embedded.Server, make_database: Callable[[str], str]) -> Iterator[str]:
    """The address of a database for one test alone: for real processes, and for several connections at once."""
    name = f"fresh_{uuid.uuid4().hex[:12]}"
    yield make_database(name)
    _execute(server, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def _ensure_template(server: embedded.Server) -> None:
    with psycopg.connect(server.url, autocommit=True) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [TEMPLATE]).fetchone():
            return
    _execute(server, "CREATE DATABASE {}", "being_migrated")
    database.upgrade(server.url_of("being_migrated"))
    _execute(server, "ALTER DATABASE {} RENAME TO {}", "being_migrated", TEMPLATE)


def _execute(server: embedded.Server, statement: str, *names: str) -> None:
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
