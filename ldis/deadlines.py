"""How long the procedure lets things take, and when they are due. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from alerts.messages import Level
from ldis.worktime import HOURS_A_DAY, after_working_time, is_working_time


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


@dataclass(frozen=True)
class Silence:
    """What follows when people do not say that they have an alert of some level, in minutes from when it left."""

    always: bool
    remind_after: int
    remind_every: int
    most_reminders: int
    deputy_after: int
    telephone_after: int

    def after(self, left_at: datetime, minutes: int) -> datetime:
        """The moment at which so many minutes have passed, as they count at this level."""
        span = timedelta(minutes=minutes)
        return left_at + span if self.always else after_working_time(left_at, span)

    def runs_at(self, now: datetime) -> bool:
        """Whether people may be written to now."""
        return self.always or is_working_time(now)

    def reminders_due(self, left_at: datetime, now: datetime) -> int:
        """The number of the newest reminder that is due; nought before the first."""
        moments = (self.remind_after + self.remind_every * number for number in range(self.most_reminders))
        return sum(self.after(left_at, minutes) <= now for minutes in moments)

    @property
    def in_words(self) -> str:
        """What follows, as people read it before they approve an alert."""
        often = {0: "never", 1: "once", 2: "twice"}.get(self.most_reminders, f"{self.most_reminders} times")
        again = (
            f", then every {span_in_words(self.remind_every).removeprefix('1 ')}"
            if self.most_reminders > 1
            else ""
        )
        return (
            f"Whoever got it and has not answered is reminded after {span_in_words(self.remind_after)}{again}, at most "
            f"{often}. Where nobody of an organisation has answered, its deputy is told after "
            f"{span_in_words(self.deputy_after)}. After {span_in_words(self.telephone_after)} the silent are "
            f"telephoned. The time counts {'by day and night' if self.always else 'in working hours'}."
        )

    def is_over(self, left_at: datetime, now: datetime) -> bool:
        """Whether nobody is written to by the clock any more: a person telephones, and has had a day for it."""
        return self.after(left_at, self.telephone_after) + timedelta(days=1) < now


def span_in_words(minutes: int) -> str:
    """90 minutes, 2 hours"""
    if minutes % 60:
        return f"{minutes} minutes"
    return f"{minutes // 60} hours" if minutes != 60 else "1 hour"


@dataclass(frozen=True)
class Targets:
    """How far an alert of some level should have got, in shares, and within how many minutes."""

    delivered: float
    delivered_within: int
    acknowledged: float
    acknowledged_within: int

    @property
    def in_words(self) -> str:
        """What is expected, as a sentence."""
        return (
            f"{self.delivered:.0%} of people have it within {span_in_words(self.delivered_within)}, and in "
            f"{self.acknowledged:.0%} of organisations somebody has said so within "
            f"{span_in_words(self.acknowledged_within)}; else the coordinators are told."
        )


@dataclass(frozen=True)
class Reaching:
    """What the procedure expects of alerts that are out, by their level."""

    quiet: timedelta
    silence: Mapping[Level, Silence]
    targets: Mapping[Level, Targets]
