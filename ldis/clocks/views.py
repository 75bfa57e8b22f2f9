"""What the page of a case shows of its clocks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from ldis.cases.clock import due_at
from ldis.cases.models import Case
from ldis.cases.policy import Policy
from ldis.clocks import queries
from ldis.clocks.models import Clock
from ldis.clocks.rules import Event, Kind
from ldis.web.dates import time_left, when

WHAT = {Event.WARNED: "warned", Event.BROKE: "told that it broke"}


@dataclass(frozen=True)
class ClockRow:
    """One clock in words."""

    what: str
    runs: str
    started_at: datetime
    due_at: datetime
    stands: str
    late: bool
    told: Sequence[str]


@dataclass(frozen=True)
class ClocksShown:
    """The clocks of a case, and when it must be assessed, as long as it must."""

    rows: Sequence[ClockRow]
    assess_by: datetime | None


def clocks_shown(session: Session, case: Case, policy: Policy, *, now: datetime) -> ClocksShown:
    """Every clock of a case. One may not be started yet, in its first minute: then the rule says what it will be."""
    clocks = queries.clocks_of(session, case)
    running = [clock.due_at for clock in clocks if clock.kind is Kind.ASSESS and clock.stopped_at is None]
    due = due_at(case, policy)
    return ClocksShown([_row(clock, now) for clock in clocks], running[0] if due and running else due)


def _row(clock: Clock, now: datetime) -> ClockRow:
    ended = clock.stopped_at or now
    late = ended > clock.due_at
    if clock.stopped_at is None:
        stands = time_left(clock.due_at, now)
    else:
        stands = f"Stopped {'late' if late else 'in time'}, {when(clock.stopped_at, now)}"
    return ClockRow(
        what=clock.kind.value.capitalize(),
        runs=clock.runs.value.capitalize(),
        started_at=clock.started_at,
        due_at=clock.due_at,
        stands=stands,
        late=late,
        told=[
            f"{one.person.name} ({one.told_as}), {WHAT[one.event]}, {when(one.at, now)}" for one in clock.tellings
        ],
    )
