"""How long the procedure lets things take, and when they are due. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from ldis.worktime import HOURS_A_DAY, after_working_time


@dataclass(frozen=True)
class Clocks:
    """How long things may take, in hours: of working time, but for those where life is at risk.

    `warn_when_left`: the share of its time that is left when a clock warns.
    """

    assess_hours: int
    assess_risk_to_life_hours: int
    answer_reporter_hours: int
    review_at_once_hours: int
    warn_when_left: float

    @property
    def assess_days(self) -> int:
        """In how many working days what came in must be assessed, a day that is begun counted whole."""
        return -(-self.assess_hours // HOURS_A_DAY)


def answer_by(received_at: datetime, *, clocks: Clocks) -> datetime:
    """The moment by which a reporter must have heard from us, in working time."""
    return after_working_time(received_at, timedelta(hours=clocks.answer_reporter_hours))


def assess_by(received_at: datetime, *, risk_to_life: bool, clocks: Clocks) -> datetime:
    """The moment by which what came in must be assessed: always running where life is at risk, else working time."""
    if risk_to_life:
        return received_at + timedelta(hours=clocks.assess_risk_to_life_hours)
    return after_working_time(received_at, timedelta(hours=clocks.assess_hours))
