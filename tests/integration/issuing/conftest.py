"""A decided case and a directory of contacts, and browsers for who writes and who approves."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from ldis.cases.models import Case
from ldis.cases.policy import Policy
from ldis.people.access import Actor
from ldis.people.models import Partnership
from ldis.substances.names import Names
from tests.integration.cast import Cast
from tests.integration.issuing import scene


@pytest.fixture
def case(db: Session, cast: Cast, north_shore: Partnership, names: Names, policy: Policy) -> Case:
    """A case about which the panel decided a formal alert."""
    return scene.decide(db, cast, north_shore, names, policy)


@pytest.fixture
def directory(db: Session, cast: Cast, north_shore: Partnership) -> scene.Directory:
    """Whom an alert can be sent to."""
    return scene.fill_directory(db, north_shore, cast.coordinator)


@pytest.fixture
def author(browser_of: Callable[[Actor], FlaskClient], cast: Cast) -> FlaskClient:
    """The browser of the coordinator who writes."""
    return browser_of(cast.coordinator)


@pytest.fixture
def approver(browser_of: Callable[[Actor], FlaskClient], cast: Cast) -> FlaskClient:
    """The browser of a panel member who wrote nothing."""
    return browser_of(cast.medical)


@pytest.fixture
def waiting(author: FlaskClient, case: Case, directory: scene.Directory) -> str:
    """The reference of an alert that waits for approval, to everybody and to the nights."""
    return scene.waiting_alert(author, case, directory.ids)
