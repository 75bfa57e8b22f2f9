"""Cases with clocks, and the minutes of the watch."""

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from ldis.cases.policy import Policy
from ldis.clocks import tasks
from ldis.deliveries.models import Delivery
from ldis.people.models import Partnership
from ldis.substances.names import Names
from ldis.work import Workplace
from tests.integration.cases.table import CaseTable
from tests.integration.cast import Cast

Watch = Callable[[datetime], None]


@pytest.fixture
def table(db: Session, cast: Cast, north_shore: Partnership, names: Names, policy: Policy) -> CaseTable:
    """Cases and reports."""
    return CaseTable(db=db, cast=cast, place=north_shore, names=names, policy=policy)


@pytest.fixture
def place(sessions: sessionmaker[Session], policy: Policy) -> Workplace:
    """What the watch is handed."""
    return Workplace(
        sessions=sessions, channels={}, connections={}, public_url="https://ldis.example.org", policy=policy
    )


@pytest.fixture
def watch(place: Workplace, db: Session, monkeypatch: pytest.MonkeyPatch) -> Watch:
    """Look at the clocks at a moment, as the worker does each minute."""

    def look(at: datetime) -> None:
        db.commit()
        monkeypatch.setattr(tasks, "utc_now", lambda: at)
        tasks.watch(place)
        db.expire_all()

    return look


def told(db: Session) -> list[tuple[str, str]]:
    """Whom the clocks wrote to and by what, oldest first."""
    return [(one.recipient, one.medium.value) for one in letters(db)]


def letters(db: Session) -> list[Delivery]:
    """What the clocks wrote, oldest first."""
    return list(
        db.scalars(
            select(Delivery)
            .where(Delivery.about.startswith("clock-telling/"))
            .order_by(Delivery.id)
            .execution_options(populate_existing=True)
        )
    )
