"""An application over the test's own transaction, an invented partnership, and people who sign in by the front door."""

import base64
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session, sessionmaker

from config.settings import Settings
from ldis.app import create_app
from ldis.deliveries.models import Delivery
from ldis.people import service
from ldis.people.limits import KeyLimits
from ldis.people.models import Area, Partnership, RateCount, User
from ldis.people.rules import Discipline, Role

PUBLIC_URL = "http://localhost:8000"


def settings_for(url: str, var: Path, **changes: Any) -> Settings:
    """Settings of a test application."""
    values: dict[str, Any] = {
        "database_url": url,
        "secret_key": "only-for-tests-" * 4,
        "data_keys": (base64.urlsafe_b64encode(b"only-for-tests".ljust(32)).decode(),),
        "public_url": PUBLIC_URL,
        "port": 8000,
        "demo": False,
        "sms": "outbox",
        "email": "outbox",
        "twilio": None,
        "smtp": None,
        "sms_connections": 1,
        "email_connections": 1,
        "web_processes": 1,
        "log_level": "WARNING",
        "metrics_token": None,
        "var": var,
    }
    return Settings(**(values | changes))


@pytest.fixture
def make_app(
    database_url: str, engine: Engine, sessions: sessionmaker[Session], tmp_path: Path
) -> Iterator[Callable[..., Flask]]:
    """Makes an application with settings of its own, whose pages stand in the test's transaction."""
    made: list[Flask] = []

    def make(**changes: Any) -> Flask:
        app = build(settings_for(database_url, tmp_path, **changes))
        app.extensions["ldis.sessions"] = sessions
        made.append(app)
        return app

    yield make
    for app in made:
        app.extensions["ldis.engine"].dispose()


@pytest.fixture(scope="session")
def usual_app(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application with the usual settings, built once: its templates are compiled once too."""
    app = build(settings_for(database_url, tmp_path_factory.mktemp("var")))
    yield app
    app.extensions["ldis.engine"].dispose()


@pytest.fixture
def app(usual_app: Flask, engine: Engine, sessions: sessionmaker[Session]) -> Flask:
    """The application over the test's own transaction, with nothing tried yet."""
    usual_app.extensions["ldis.sessions"] = sessions
    usual_app.extensions["ldis.key_limits"] = KeyLimits()
    with engine.begin() as connection:
        connection.execute(delete(RateCount))
    return usual_app


def build(settings: Settings) -> Flask:
    app = create_app(settings)
    app.config["WTF_CSRF_ENABLED"] = False
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def north_shore(app: Flask, db: Session) -> Partnership:
    return partnership(db, "north-shore", "NSH", "North Shore", "E99000001")


@pytest.fixture
def south_vale(app: Flask, db: Session) -> Partnership:
    return partnership(db, "south-vale", "SVL", "South Vale", "E99000002")


def partnership(db: Session, slug: str, prefix: str, name: str, area: str) -> Partnership:
    db.add(Area(code=area, name=f"{name} District", region="Nowhere"))
    db.flush()
    made = service.create_partnership(db, slug=slug, prefix=prefix, name=name, area_codes=[area], actor="test")
    db.commit()
    return made


Person = Callable[..., User]


@pytest.fixture
def person(db: Session) -> Person:
    """Makes a person with roles in a partnership."""

    def make(place: Partnership, name: str, *roles: Role, discipline: Discipline | None = None) -> User:
        email = f"{name.lower().replace(' ', '.')}@example.org"
        for role in roles:
            made = service.add_person(
                db,
                partnership_id=place.id,
                name=name,
                email=email,
                role=role,
                discipline=discipline,
                actor="test",
            )
        db.commit()
        return made

    return make


@pytest.fixture
def administrator(north_shore: Partnership, person: Person) -> User:
    return person(north_shore, "Ada Marsh", Role.ADMINISTRATOR)


@pytest.fixture
def coordinator(north_shore: Partnership, person: Person) -> User:
    return person(north_shore, "Cleo Winter", Role.COORDINATOR)


def letters_to(db: Session, email: str) -> list[Delivery]:
    """What was posted to an address, oldest first."""
    every = db.scalars(select(Delivery).order_by(Delivery.id).execution_options(populate_existing=True))
    return [letter for letter in every if letter.address == email]


def code_sent_to(db: Session, email: str) -> str:
    """The newest code that was e-mailed to an address."""
    found = re.search(r"^\d{6}$", letters_to(db, email)[-1].text, re.MULTILINE)
    assert found
    return found[0]


@pytest.fixture
def sign_in(app: Flask, db: Session) -> Callable[[User], FlaskClient]:
    """Signs somebody in on a new device, through the pages."""

    def enter(who: User) -> FlaskClient:
        device = app.test_client()
        assert device.post("/sign-in", data={"email": who.email}).status_code == 302
        answer = device.post("/sign-in/code", data={"code": code_sent_to(db, who.email)})
        assert answer.status_code == 302, answer.text
        return device

    return enter
