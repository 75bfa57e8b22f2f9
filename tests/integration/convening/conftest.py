"""A case whose panel is called through the pages, at a moment of the test's choosing, and the letters that went out."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker
from werkzeug.test import TestResponse

from alerts.messages import Medium
from ldis.cases.models import Case
from ldis.cases.policy import Policy
from ldis.convening import tasks
from ldis.deliveries.models import Delivery
from ldis.people.access import Actor
from ldis.people.models import Deputy, OnCallTurn, Partnership, User
from ldis.submissions.rules import HarmLevel
from ldis.substances.names import Names
from ldis.work import Workplace
from tests.integration.cases.table import CaseTable
from tests.integration.cast import NOW, Cast

PUBLIC_URL = "http://localhost:8000"


@pytest.fixture
def table(db: Session, cast: Cast, north_shore: Partnership, names: Names, policy: Policy) -> CaseTable:
    """What a test moves on the table of a case."""
    return CaseTable(db=db, cast=cast, place=north_shore, names=names, policy=policy)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """A Wednesday morning in London; a test moves it on."""
    with time_machine.travel(NOW, tick=False) as travelling:
        yield travelling


@pytest.fixture
def place(sessions: sessionmaker[Session], policy: Policy) -> Workplace:
    """Where the tasks of this stage work."""
    return Workplace(sessions=sessions, channels={}, connections={}, public_url=PUBLIC_URL, policy=policy)


@dataclass
class Panel:
    """The panel of a case, as the coordinator convenes it."""

    table: CaseTable
    clock: time_machine.Traveller
    place: Workplace
    browser_of: Callable[[Actor], FlaskClient]
    case: Case
    now: datetime = NOW

    def wait(self, **span: float) -> None:
        """Let time go by, then let the clock's task run."""
        self.now += timedelta(**span)
        self.clock.move_to(self.now, tick=False)
        self.tick()

    def tick(self) -> None:
        """The clock's task."""
        self.table.db.commit()
        tasks.chase(self.place)
        self.table.db.expire_all()

    def page(self, actor: Actor | None = None, path: str = "/panel") -> str:
        """A page of the case, as somebody sees it, in words."""
        answer = self.browser_of(actor or self.table.cast.coordinator).get(f"/cases/{self.case.reference}{path}")
        assert answer.status_code == 200, answer.text
        return " ".join(re.sub(r"<[^>]*>", " ", answer.text.split("<main")[1]).split())

    def send(self, path: str = "/panel", actor: Actor | None = None, **form: Any) -> TestResponse:
        """The coordinator sends a form of the panel's page."""
        known = self.table.again(self.case)
        meeting = {"seen_version": known.version, "seen_sequence": -1, "meets": "no"}
        self.table.db.commit()
        answer = self.browser_of(actor or self.table.cast.coordinator).post(
            f"/cases/{self.case.reference}{path}", data=meeting | form
        )
        self.table.db.expire_all()
        return answer

    def call(self, *members: Actor, **form: Any) -> TestResponse:
        """Call these members; all of them if none are named."""
        chosen = [one.id for one in members or self.table.cast.panel]
        answer = self.send(members=chosen, **form)
        assert answer.status_code == 302, answer.text
        return answer

    def remind(self, member: Actor) -> TestResponse:
        """Press the button beside a member."""
        return self.send("/panel/remind", member=member.id)

    def letters(self, medium: Medium | None = None, *, about: str = "panel-") -> list[Delivery]:
        """What was written, oldest first."""
        found = select(Delivery).where(Delivery.about.startswith(about)).order_by(Delivery.id)
        self.table.db.expire_all()
        return [one for one in self.table.db.scalars(found) if medium in (None, one.medium)]

    def emailed(self, *, about: str = "panel-") -> list[str]:
        """To whom e-mails went, by name."""
        names = {one.label: one.name for one in self.table.cast.everyone + self.table.cast.panel}
        names |= {self.table.cast.second_coordinator.label: self.table.cast.second_coordinator.name}
        return [names[one.recipient] for one in self.letters(Medium.EMAIL, about=about)]

    def reminded(self) -> list[str]:
        """To whom reminders went."""
        return self.emailed(about="panel-chase/")

    def judge(self, *members: Actor) -> None:
        """These members grade and vote."""
        for member in members:
            self.table.judge(self.table.again(self.case), member)
        self.table.db.commit()

    def give_number(self, actor: Actor, number: str) -> None:
        """Let somebody be reached by text message."""
        self.table.db.get_one(User, actor.id).mobile = number
        self.table.db.commit()

    def stands_in(self, deputy: Actor, away: Actor) -> None:
        """Somebody is away for a month, and has named who stands in."""
        day = date(2026, 10, 1)
        self.table.db.add(
            Deputy(
                partnership_id=away.partnership_id,
                person_id=away.id,
                deputy_id=deputy.id,
                starts_on=day,
                ends_on=day + timedelta(days=60),
                named_at=NOW,
            )
        )
        self.table.db.commit()

    def on_call(self, actor: Actor) -> None:
        """Somebody is on call for the week."""
        self.table.db.add(
            OnCallTurn(
                partnership_id=actor.partnership_id,
                person_id=actor.id,
                starts_at=NOW - timedelta(days=1),
                ends_at=NOW + timedelta(days=7),
                added_at=NOW,
            )
        )
        self.table.db.commit()


@pytest.fixture
def panel(
    table: CaseTable,
    clock: time_machine.Traveller,
    place: Workplace,
    browser_of: Callable[[Actor], FlaskClient],
) -> Panel:
    """A case in triage that is to go to the panel; nobody has been called."""
    report = table.report(sold_as="nitazene powder, from Big Dave", harm_level=HarmLevel.MODERATE)
    case = table.opened(report, title="Nitazene powder")
    if case.risk_to_life:
        case.risk_to_life = False
    table.db.commit()
    return Panel(table, clock, place, browser_of, case)


@pytest.fixture
def at_risk(panel: Panel) -> Panel:
    """The same, and life is at risk."""
    panel.case = panel.table.at_risk(panel.table.again(panel.case))
    panel.table.db.commit()
    return panel
