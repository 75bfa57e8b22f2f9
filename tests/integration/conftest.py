"""The whole application over the test's own transaction, with the people of a case."""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session, sessionmaker

from config import policy as policy_file
from config import settings
from ldis import secrecy
from ldis.app import create_app
from ldis.audit.models import AuditEntry
from ldis.cases.policy import Policy, read_policy
from ldis.db import make_engine, make_sessions
from ldis.people import service as people
from ldis.people.access import Actor
from ldis.people.limits import SharedLimits
from ldis.people.models import Partnership, User
from ldis.people.rules import Scope
from ldis.substances.names import Names
from ldis.substances.vocabulary import Vocabulary
from tests.integration.cast import DATA_KEY, Cast, assemble, found_partnership, own_key, signed_in


@pytest.fixture(scope="session", autouse=True)
def data_keys() -> str:
    """The key that encrypts contact details and seals the audit chain in these tests."""
    secrecy.configure([DATA_KEY])
    return DATA_KEY


@pytest.fixture(scope="session")
def peopled_url(make_database: Callable[[str], str]) -> str:
    """The address of this test process's database in which everyone of a case is at work."""
    return make_database(f"peopled_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}")


@pytest.fixture(scope="session")
def peopled(peopled_url: str) -> Iterator[Engine]:
    """That database."""
    made = make_engine(peopled_url)
    yield made
    made.dispose()


@pytest.fixture(scope="session")
def everyone(peopled: Engine, data_keys: str) -> Cast:
    """Two partnerships and their people, made once: making them for each test would take longer than most tests."""
    with make_sessions(peopled)() as session:
        north_shore = found_partnership(
            session, "north-shore", "NSH", "North Shore", {"E99000001": "Northby", "E99000002": "Shoreham End"}
        )
        south_vale = found_partnership(session, "south-vale", "SVL", "South Vale", {"E99000003": "Valeham"})
        return assemble(session, north_shore, south_vale)


@pytest.fixture
def engine(request: pytest.FixtureRequest) -> Engine:
    """Where a test works: among everyone, or where nobody is yet if it is marked as being about that."""
    if request.node.get_closest_marker("nobody_yet"):
        return request.getfixturevalue("empty")
    request.getfixturevalue("everyone")
    return request.getfixturevalue("peopled")


@pytest.fixture(scope="session")
def whole_app(peopled_url: str, data_keys: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The service as it is put together in production, made once for all tests, which send many more reports."""
    made = create_app(
        settings.read(
            {
                "DATABASE_URL": peopled_url,
                "LDIS_SECRET_KEY": "only-for-tests-" * 4,
                "LDIS_DATA_KEYS": data_keys,
                "LDIS_LOG_LEVEL": "ERROR",
                "LDIS_VAR": str(tmp_path_factory.mktemp("var")),
            }
        )
    )
    made.extensions["ldis.form_limits"] = SharedLimits(made.extensions["ldis.engine"], generosity=1000)
    yield made
    made.extensions["ldis.engine"].dispose()


@pytest.fixture
def app(whole_app: Flask, sessions: sessionmaker[Session], monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The service, with every page standing in the test's transaction and forms sent without their token."""
    monkeypatch.setitem(whole_app.config, "WTF_CSRF_ENABLED", False)
    monkeypatch.setitem(whole_app.extensions, "ldis.sessions", sessions)
    monkeypatch.setattr(whole_app.extensions["ldis.vocabulary"], "_own", {})  # what a test added is undone
    return whole_app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser in which nobody is signed in."""
    return app.test_client()


@pytest.fixture
def names(whole_app: Flask) -> Names:
    """The catalogue of substances."""
    known = whole_app.extensions["ldis.vocabulary"]
    assert isinstance(known, Vocabulary)
    return known.names


@pytest.fixture(scope="session")
def policy() -> Policy:
    """The procedure as the file has it."""
    return read_policy(policy_file.read())


@pytest.fixture
def north_shore(db: Session) -> Partnership:
    """A partnership that covers two areas."""
    return db.scalars(select(Partnership).where(Partnership.slug == "north-shore")).one()


@pytest.fixture
def south_vale(db: Session) -> Partnership:
    """Another partnership, which must never see anything of the first."""
    return db.scalars(select(Partnership).where(Partnership.slug == "south-vale")).one()


@pytest.fixture
def cast(everyone: Cast) -> Cast:
    """Everyone whom a case needs."""
    return everyone


@pytest.fixture
def browser_of(app: Flask, db: Session) -> Callable[[Actor], FlaskClient]:
    """A browser in which a person is signed in."""

    def open_browser(actor: Actor) -> FlaskClient:
        return signed_in(app, db.get_one(User, actor.id))

    return open_browser


@pytest.fixture
def key_for(db: Session) -> Callable[..., dict[str, str]]:
    """Makes an API key and gives the header that carries it."""

    def make(place: Partnership, *scopes: Scope) -> dict[str, str]:
        token = people.create_key(
            db, partnership_id=place.id, name="A hospital", scopes=scopes, actor="test", now=datetime.now(UTC)
        )
        db.commit()
        return {"Authorization": f"Bearer {token}"}

    return make


@pytest.fixture
def own_key_for(db: Session) -> Callable[..., dict[str, str]]:
    """Makes a person an API key of their own and gives the header that carries it."""

    def make(actor: Actor, *scopes: Scope) -> dict[str, str]:
        return own_key(db, actor, *scopes)

    return make


@pytest.fixture
def audited(db: Session) -> Callable[[], int]:
    """How many entries the audit record has."""
    return lambda: db.scalar(select(func.count()).select_from(AuditEntry)) or 0


@pytest.fixture
def committed(fresh_database: str) -> Iterator[sessionmaker[Session]]:
    """Sessions that really commit, each on a connection of its own, in a database of this test alone."""
    engine = make_engine(fresh_database, pool_size=8)
    yield make_sessions(engine)
    engine.dispose()


@pytest.fixture
def busy_app(whole_app: Flask, committed: sessionmaker[Session], monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The service over real connections, so that several people can be at it at the same moment."""
    monkeypatch.setitem(whole_app.config, "WTF_CSRF_ENABLED", False)
    monkeypatch.setitem(whole_app.extensions, "ldis.sessions", committed)
    return whole_app
