"""Questions about clocks: which have something to say, who is there to hear it, and what pages show."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from ldis.cases.models import Case, Evidence, Recusal
from ldis.cases.queries import coordinators
from ldis.clocks.models import Clock, ClockTelling
from ldis.clocks.rules import Duty
from ldis.people import rota
from ldis.people.models import User
from ldis.submissions.models import IncidentReport
from ldis.worktime import is_working_time

AT_A_TIME = 500


@dataclass(frozen=True)
class Ringing:
    """A clock that has something to say, what it is about, and the case that this is part of."""

    clock: Clock
    case: Case | None
    report: IncidentReport | None

    @property
    def reference(self) -> str:
        """What people know it by."""
        return self.report.reference if self.report else self.case.reference if self.case else ""


def partnerships_that_wait(session: Session, *, now: datetime) -> Sequence[int]:
    """The partnerships in which a clock has something to say."""
    return session.scalars(
        select(Clock.partnership_id).where(_rings(now)).distinct().order_by(Clock.partnership_id)
    ).all()


def _rings(now: datetime) -> ColumnElement[bool]:
    warns = (Clock.warn_at <= now) & Clock.warned_at.is_(None) & Clock.broken_at.is_(None)
    breaks = (Clock.due_at <= now) & Clock.broken_at.is_(None)
    return Clock.stopped_at.is_(None) & or_(warns, breaks)


def ringing(session: Session, *, partnership_id: int, now: datetime) -> list[Ringing]:
    """Clocks that have something to say, held until the transaction ends; not those that somebody else holds."""
    held = session.scalars(
        select(Clock)
        .where(Clock.partnership_id == partnership_id, _rings(now))
        .order_by(Clock.due_at, Clock.id)
        .limit(AT_A_TIME)
        .with_for_update(of=Clock, skip_locked=True)
        .options(joinedload(Clock.report), joinedload(Clock.case))
        .execution_options(populate_existing=True)
    ).all()
    reports = [clock.report_id for clock in held if clock.report_id is not None]
    rows = session.execute(
        select(Evidence.report_id, Case)
        .join(Case, Case.id == Evidence.case_id)
        .where(Evidence.report_id.in_(reports), Case.partnership_id == partnership_id)
    )
    cases = {row.report_id: row.Case for row in rows}
    return [Ringing(clock, clock.case or cases.get(clock.report_id), clock.report) for clock in held]


def recused_from(session: Session, cases: Collection[Case]) -> dict[int, set[int]]:
    """Who stands aside in each case."""
    found: dict[int, set[int]] = {}
    rows = session.execute(
        select(Recusal.case_id, Recusal.person_id).where(Recusal.case_id.in_([case.id for case in cases]))
    )
    for case_id, person_id in rows:
        found.setdefault(case_id, set()).add(person_id)
    return found


def duty_at(session: Session, *, partnership_id: int, now: datetime) -> Duty:
    """Who is there now: coordinators, their deputies, and whoever is on call."""
    called = rota.on_call(session, partnership_id, now)
    return Duty(
        coordinators=frozenset(coordinators(session, partnership_id=partnership_id)),
        deputies={number: deputy.id for number, deputy in rota.deputies_at(session, partnership_id, now).items()},
        on_call=called.id if called else None,
        working=is_working_time(now),
    )


def people_numbered(session: Session, numbers: Collection[int]) -> dict[int, User]:
    """People by their numbers."""
    return {one.id: one for one in session.scalars(select(User).where(User.id.in_(numbers)))}


def clocks_of(session: Session, case: Case) -> Sequence[Clock]:
    """Every clock of a case, the oldest first, with whom it told."""
    return session.scalars(
        select(Clock)
        .where(Clock.case_id == case.id, Clock.partnership_id == case.partnership_id)
        .options(selectinload(Clock.tellings).joinedload(ClockTelling.person))
        .order_by(Clock.started_at, Clock.id)
        .execution_options(populate_existing=True)
    ).all()


def next_due(session: Session, cases: Collection[Case], *, partnership_id: int) -> dict[int, datetime]:
    """When the next clock of each case breaks, or broke and has not stopped; cases without a clock are missing."""
    rows = session.execute(
        select(Clock.case_id, func.min(Clock.due_at))
        .where(
            Clock.partnership_id == partnership_id,
            Clock.case_id.in_([case.id for case in cases]),
            Clock.stopped_at.is_(None),
        )
        .group_by(Clock.case_id)
    )
    return {case_id: due_at for case_id, due_at in rows if case_id is not None}
