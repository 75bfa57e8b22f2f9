"""When a case must be assessed. Pure."""

from datetime import datetime

from ldis.cases.models import Case
from ldis.cases.policy import Policy
from ldis.cases.rules import State
from ldis.deadlines import assess_by


def due_at(case: Case, policy: Policy) -> datetime | None:
    """When the case must be assessed; nothing once it is decided."""
    if case.state in (State.DECIDED, State.CLOSED):
        return None
    return assess_by(case.opened_at, risk_to_life=case.risk_to_life, clocks=policy.clocks)
