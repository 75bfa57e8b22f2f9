"""Cases in the states that calls about them need."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from ldis.cases.policy import Policy
from ldis.people.access import Actor
from ldis.people.models import Partnership
from ldis.substances.names import Names
from tests.integration.cases.table import CaseTable
from tests.integration.cast import Cast
from tests.integration.issuing import scene


@pytest.fixture
def table(db: Session, cast: Cast, north_shore: Partnership, names: Names, policy: Policy) -> CaseTable:
    """What a test moves on the table of a case."""
    return CaseTable(db=db, cast=cast, place=north_shore, names=names, policy=policy)


@pytest.fixture
def issued(table: CaseTable, browser_of: Callable[[Actor], FlaskClient]) -> str:
    """The reference of an alert that is out."""
    case = scene.decide(table.db, table.cast, table.place, table.names, table.policy)
    directory = scene.fill_directory(table.db, table.place, table.cast.coordinator)
    reference = scene.waiting_alert(browser_of(table.cast.coordinator), case, directory.ids)
    approver = browser_of(table.cast.medical)
    answer = approver.post(f"/issuing/{reference}/approve", data=scene.signature(approver, reference))
    assert answer.status_code == 302, answer.text
    return reference
