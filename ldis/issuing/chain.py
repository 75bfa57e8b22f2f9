"""Where an alert stands today, what it replaced and what replaced it, for every page that shows one."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from alerts.messages import Handling
from ldis.issuing import queries
from ldis.issuing.models import Alert
from ldis.issuing.rules import GONE_OUT, OPEN_STATES, State
from ldis.worktime import LONDON


@dataclass(frozen=True)
class Standing:
    """An alert on a day. `successor` has gone out; `drafted` is being written to take its place."""

    alert: Alert
    state: State
    successor: Alert | None
    drafted: Alert | None
    chain: tuple[Alert, ...]

    @property
    def current(self) -> bool:
        """Whether people are to act on it."""
        return self.state is State.ISSUED

    @property
    def is_notice(self) -> bool:
        """Whether it is the word that another is withdrawn: true, but nothing to act on."""
        return self.state is State.STOOD_DOWN

    @property
    def since(self) -> date | None:
        """From when it is no longer in force."""
        if self.state in (State.SUPERSEDED, State.WITHDRAWN) and self.alert.ended_at:
            return self.alert.ended_at.astimezone(LONDON).date()
        return self.alert.last_day

    @property
    def public(self) -> bool:
        """Whether anybody may read its words."""
        return self.alert.handling is Handling.PUBLIC


def standing_of(session: Session, alert: Alert, *, today: date) -> Standing:
    """Where an alert stands, with its chain."""
    chain = queries.chain_of(session, alert)
    after = chain[chain.index(alert) + 1 :]
    successor = after[0] if after else None
    return Standing(
        alert=alert,
        state=alert.stands(today),
        successor=successor if successor and successor.state in GONE_OUT else None,
        drafted=successor if successor and successor.state in OPEN_STATES else None,
        chain=tuple(one for one in chain if one.state in GONE_OUT or one is alert),
    )
