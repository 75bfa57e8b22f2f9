"""Reports that come in day by day, and the looks that are taken at them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from detection.settings import SignalSettings
from ldis.cases.policy import Policy
from ldis.deliveries.models import Delivery
from ldis.people.models import Partnership
from ldis.signals import watching
from ldis.signals.models import Signal
from ldis.signals.register import pieces_of
from ldis.signals.rules import Family
from ldis.submissions.models import IncidentReport, LabResult
from ldis.substances.names import Names
from ldis.work import Workplace
from tests.integration.cases.table import CaseTable
from tests.integration.cast import NOW, Cast


@dataclass
class Watch:
    """What a test sends in, and the looks that are taken at it."""

    db: Session
    table: CaseTable
    place: Workplace
    settings: SignalSettings
    now: datetime = NOW

    def report(
        self, *, ago: int = 0, known: int | None = None, sold_as: str = "heroin", **changes: Any
    ) -> IncidentReport:
        """A report of something so many days ago that came in `known` days ago: on its own day unless said."""
        self.table.heard_at = self.now - timedelta(days=ago if known is None else known)
        day = (self.now - timedelta(days=ago)).date()
        return self.table.report(happened_on=day, sold_as=sold_as, **changes)

    def result(self, substance: str, *, ago: int = 0, area: str = "E99000001", **changes: Any) -> LabResult:
        """A laboratory result of a sample taken that day."""
        self.table.heard_at = self.now - timedelta(days=ago)
        day = (self.now - timedelta(days=ago)).date()
        given: dict[str, Any] = {"area_code": area, "reported_on": day, "sampled_on": day, "sold_as": "diazepam"}
        return self.table.result(substance, **(given | changes))

    def began(self, *, ago: int = 800) -> None:
        """A record that is long enough for something to be new in it."""
        self.report(ago=ago, sold_as="cannabis", area_code="E99000002")
        self.look()

    def look(self, *, after: timedelta = timedelta()) -> list[Signal]:
        """Look at what has come in; every signal that there is then."""
        self.now += after
        self.db.commit()
        watching.look(self.place, self.settings, now=self.now)
        return self.signals()

    def night(self, *, after: timedelta = timedelta()) -> list[Signal]:
        """The nightly look."""
        self.now += after
        self.db.commit()
        watching.look_at_everything(self.place, self.settings, now=self.now)
        return self.signals()

    def signals(self, *families: Family) -> list[Signal]:
        """Every signal of these families, the first first."""
        self.db.expire_all()
        found = self.db.scalars(select(Signal).order_by(Signal.id))
        return [one for one in found if not families or one.family in families]

    def rests_on(self, signal: Signal) -> int:
        """On how many pieces."""
        return len(pieces_of(self.db, signal))

    def told(self) -> list[Delivery]:
        """Every message about a signal."""
        return list(self.db.scalars(select(Delivery).where(Delivery.about.startswith("signal/"))))

    @property
    def today(self) -> date:
        return self.now.date()


@pytest.fixture
def watch(
    db: Session,
    sessions: sessionmaker[Session],
    cast: Cast,
    north_shore: Partnership,
    names: Names,
    policy: Policy,
) -> Watch:
    table = CaseTable(db=db, cast=cast, place=north_shore, names=names, policy=policy)
    place = Workplace(
        sessions=sessions, channels={}, connections={}, public_url="https://ldis.example.org", policy=policy
    )
    return Watch(db, table, place, policy.signals)
