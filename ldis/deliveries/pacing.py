"""How fast an account at a provider may send: one allowance in the database, shared by every lane of every worker.

A lane that needs a turn takes it in one statement by the database's clock, and pays for what it claimed afterwards.
While it waits it holds no claim and no transaction, so that whatever is most urgent by then goes first.
"""

from collections.abc import Callable, Iterable
from datetime import datetime

from sqlalchemy import String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from alerts import sms_text
from alerts.messages import Medium
from alerts.pace import Counts, Forecast, Pace
from ldis.db import Base, utc_now
from ldis.deliveries.claims import Claimed, Lane
from ldis.deliveries.models import Delivery, Envelope
from ldis.deliveries.rules import State, Urgency
from ldis.secrecy import CannotBeOpened

Stopping = Callable[[], bool]

LONGEST_NAP = 1.0
"""In seconds. A lane that waits for its turn looks up so often, for a polite stop and for what others gave back."""

# The account is free again when all that was taken is paid for. A little may be taken early, which makes up for
# waking late.
TAKE_A_TURN = """
    INSERT INTO sending_turns AS t (account, free_at)
    VALUES (%(account)s, clock_timestamp() + make_interval(secs => %(cost)s))
    ON CONFLICT (account) DO UPDATE
        SET free_at = greatest(t.free_at, clock_timestamp()) + make_interval(secs => %(cost)s)
        WHERE t.free_at <= clock_timestamp() + interval '50 milliseconds'
    RETURNING 1
"""
WAIT_FOR = (
    "SELECT extract(epoch FROM free_at - clock_timestamp())::float FROM sending_turns WHERE account = %(account)s"
)
PAY = "UPDATE sending_turns SET free_at = free_at + make_interval(secs => %(cost)s) WHERE account = %(account)s"


class SendingTurn(Base):
    """Until when an account's allowance is used up."""

    __tablename__ = "sending_turns"

    account: Mapped[str] = mapped_column(String(200), primary_key=True)
    free_at: Mapped[datetime]


class Turns:
    """One lane's way of taking turns at one account."""

    def __init__(self, pace: Pace, account: str, *, most: int) -> None:
        self._pace = pace
        self._account = account
        self._turn = min(pace.at_a_time, most)

    def wait(self, lane: Lane, medium: Medium, *, sleep: Callable[[float], object], stopping: Stopping) -> int:
        """Take a turn as soon as there is one. How many messages it is good for.

        None where nothing waits any more, or where the process is to end.
        """
        values = {"account": self._account, "cost": self._pace.seconds_for(self._turn)}
        while not stopping() and lane.anything_due(medium, now=utc_now()):
            if lane.connection.execute(TAKE_A_TURN, values).fetchone():
                return self._turn
            waits = lane.connection.execute(WAIT_FOR, values).fetchone()
            sleep(min(max(waits[0] if waits else 0.0, 0.01), LONGEST_NAP))
        return 0

    def pay(self, lane: Lane, claimed: Iterable[Claimed]) -> None:
        """Pay for what was claimed beyond the turn, or take back what was not used of it."""
        units = sum(self._units(one) for one in claimed)
        cost = self._pace.seconds_for(units - self._turn)
        if cost:
            lane.connection.execute(PAY, {"account": self._account, "cost": cost})

    def _units(self, claimed: Claimed) -> int:
        if self._pace.counts is Counts.MESSAGES or claimed.medium is not Medium.SMS:
            return 1
        try:
            return sms_text.segments(Envelope.opened(claimed.envelope).words.text)
        except CannotBeOpened:
            return 1


def forecast(
    session: Session, medium: Medium, *, messages: int, units: int, urgency: Urgency, pace: Pace, now: datetime
) -> Forecast:
    """How long so many messages, of so many units together, would take if they were posted now."""
    waiting = select(func.count()).where(
        Delivery.medium == medium,
        Delivery.state == State.QUEUED,
        Delivery.due_at <= now,
        Delivery.urgency <= int(urgency),
    )
    ahead = session.scalar(waiting) or 0
    counted = units if pace.counts is Counts.SEGMENTS and medium is Medium.SMS else messages
    each = counted / messages if messages else 1
    return Forecast(medium, messages, ahead, pace, pace.seconds_for(counted + ahead * each))
