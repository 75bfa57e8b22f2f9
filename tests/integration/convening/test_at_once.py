"""Two workers at the same moment, on connections of their own: nobody is written to twice for one reminder."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from ldis.cases.models import Case
from ldis.cases.policy import Policy
from ldis.convening import service, tasks
from ldis.convening.models import Chase
from ldis.convening.schemas import CallForm, Meets
from ldis.db import utc_now
from ldis.deliveries.models import Delivery
from ldis.substances.names import Names
from ldis.work import Workplace
from tests.integration.cases.table import CaseTable
from tests.integration.cast import assemble, at_once, found_partnership, while_held
from tests.integration.convening.conftest import PUBLIC_URL


@pytest.fixture
def table(busy_app: Flask, committed: sessionmaker[Session], policy: Policy, names: Names) -> Iterator[CaseTable]:
    """A case whose panel was called four days ago, in a database where every commit is real."""
    with committed() as session:
        place = found_partnership(session, "north-shore", "NSH", "North Shore", {"E99000001": "Northby"})
        elsewhere = found_partnership(session, "south-vale", "SVL", "South Vale", {"E99000003": "Valeham"})
        cast = assemble(session, place, elsewhere)
        table = CaseTable(db=session, cast=cast, place=place, names=names, policy=policy)
        case = table.opened()
        form = CallForm(seen_version=table.seen(case), meets=Meets.NO, members=tuple(one.id for one in cast.panel))
        service.call_panel(
            session,
            case.reference,
            form,
            policy=policy,
            actor=cast.coordinator,
            public_url=PUBLIC_URL,
            now=utc_now() - timedelta(days=4),
        )
        session.commit()
        yield table
        session.rollback()


@pytest.fixture
def place(committed: sessionmaker[Session], policy: Policy) -> Workplace:
    """Where the task works."""
    return Workplace(sessions=committed, channels={}, connections={}, public_url=PUBLIC_URL, policy=policy)


def reminders(table: CaseTable) -> tuple[int, int]:
    """How many reminders are noted, and how many were written."""
    table.db.rollback()
    written = select(func.count()).where(Delivery.about.startswith("panel-chase/"))
    return table.db.scalar(select(func.count(Chase.id))) or 0, table.db.scalar(written) or 0


def test_two_workers_who_start_at_the_same_moment_remind_everybody_once(
    table: CaseTable, place: Workplace
) -> None:
    at_once(*[lambda: tasks.chase(place)] * 3)
    assert reminders(table) == (4, 4)


def test_two_workers_who_wait_for_the_same_case_remind_everybody_once(
    table: CaseTable, place: Workplace, committed: sessionmaker[Session]
) -> None:
    while_held(committed, select(Case.id), *[lambda: tasks.chase(place)] * 2)
    assert reminders(table) == (4, 4)
