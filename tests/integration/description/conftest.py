"""Cases in the states that calls about them need."""

import pytest
from sqlalchemy.orm import Session

from ldis.cases.policy import Policy
from ldis.people.models import Partnership
from ldis.substances.names import Names
from tests.integration.cases.table import CaseTable
from tests.integration.cast import Cast


@pytest.fixture
def table(db: Session, cast: Cast, north_shore: Partnership, names: Names, policy: Policy) -> CaseTable:
    """What a test moves on the table of a case."""
    return CaseTable(db=db, cast=cast, place=north_shore, names=names, policy=policy)
