"""People who sign in by the front door, and applications with settings of their own."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session, sessionmaker

from config import settings
from ldis.app import create_app
from ldis.deliveries.models import Delivery
from ldis.people import service
from ldis.people.limits import KeyLimits
from ldis.people.models import Partnership, RateCount, User
from ldis.people.rules import Discipline, Role

PUBLIC_URL = "http://localhost:8000"

Person = Callable[..., User]
SignIn = Callable[[User], FlaskClient]


@pytest.fixture(autouse=True)
def nothing_tried(app: Flask, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counts are kept outside the test's transaction: each test begins with none. Answers come as fast as they can."""
    monkeypatch.setitem(app.extensions, "ldis.steady_seconds", 0)
    monkeypatch.setitem(app.extensions, "ldis.key_limits", KeyLimits())
    with engine.begin() as connection:
        connection.execute(delete(RateCount))


@pytest.fixture
def make_app(
    peopled_url: str, data_keys: str, sessions: sessionmaker[Session], tmp_path: Path
) -> Iterator[Callable[..., Flask]]:
    """Makes an application with other settings, whose pages stand in the test's transaction."""
    made: list[Flask] = []

    def make(**changes: str) -> Flask:
        usual = {
            "DATABASE_URL": peopled_url,
            "LDIS_SECRET_KEY": "only-for-tests-" * 4,
            "LDIS_DATA_KEYS": data_keys,
            "LDIS_LOG_LEVEL": "ERROR",
            "LDIS_VAR": str(tmp_path),
        }
        app = create_app(settings.read(usual | changes))
        app.extensions["ldis.sessions"] = sessions
        made.append(app)
        return app

    yield make
    for app in made:
        app.extensions["ldis.engine"].dispose()


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


def ask(client: FlaskClient, who: User, **more: str) -> None:
    assert client.post("/sign-in", data={"email": who.email, **more}).status_code == 302


def no_tokens(app: Flask) -> Flask:
    """The application with forms taken without their token."""
    app.config["WTF_CSRF_ENABLED"] = False
    return app


@pytest.fixture
def sign_in(app: Flask, db: Session) -> SignIn:
    """Signs somebody in on a new device, through the pages."""

    def enter(who: User) -> FlaskClient:
        device = app.test_client()
        ask(device, who)
        answer = device.post("/sign-in/code", data={"code": code_sent_to(db, who.email)})
        assert answer.status_code == 302, answer.text
        return device

    return enter
