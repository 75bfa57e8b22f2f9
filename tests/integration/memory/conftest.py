"""A case to work on, and what the tasks of memory are handed."""

import pytest
from sqlalchemy.orm import Session, sessionmaker

from ldis.cases.policy import Policy
from ldis.people.models import Partnership
from ldis.substances.names import Names
from ldis.work import Workplace
from tests.integration.cases.table import CaseTable
from tests.integration.cast import Cast


@pytest.fixture
def table(db: Session, cast: Cast, north_shore: Partnership, names: Names, policy: Policy) -> CaseTable:
    """What a test moves on the table of a case."""
    return CaseTable(db=db, cast=cast, place=north_shore, names=names, policy=policy)


@pytest.fixture
def place(sessions: sessionmaker[Session], policy: Policy) -> Workplace:
    """What tasks are handed."""
    return Workplace(
        sessions=sessions, channels={}, connections={}, public_url="https://ldis.example.org", policy=policy
    )
