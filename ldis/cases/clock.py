"""When a case must be assessed. Pure."""

from datetime import datetime, timedelta

from ldis.cases.models import Case
from ldis.cases.policy import Clocks, Policy
from ldis.cases.rules import State
from ldis.worktime import after_working_time


def answer_by(received_at: datetime, *, clocks: Clocks) -> datetime:
    """The moment by which a reporter must have heard from us, in working time."""
    return after_working_time(received_at, timedelta(hours=clocks.answer_reporter_hours))


def assess_by(received_at: datetime, *, risk_to_life: bool, clocks: Clocks) -> datetime:
    """The moment by which what came in must be assessed: always running where life is at risk, else working time."""
    if risk_to_life:
        return received_at + timedelta(hours=clocks.assess_risk_to_life_hours)
    return after_working_time(received_at, timedelta(hours=clocks.assess_hours))


def due_at(case: Case, policy: Policy) -> datetime | None:
    """When the case must be assessed; nothing once it is decided."""
    if case.state in (State.DECIDED, State.CLOSED):
        return None
    return assess_by(case.opened_at, risk_to_life=case.risk_to_life, clocks=policy.clocks)
