"""The work that is deferred here."""

import logging
from collections.abc import Callable

from ldis.cases.tasks import policy_of
from ldis.db import utc_now
from ldis.reach import chasing, queries, targets
from ldis.work import Workplace, task

logger = logging.getLogger(__name__)


@task("reach.chase")
def chase(place: Workplace) -> None:
    """Remind those who are silent about an alert in force, tell their deputies."""
    _for_each_in_force(place, chasing.chase)


@task("reach.watch")
def watch(place: Workplace) -> None:
    """Tell the coordinators of an alert in force that falls behind a target."""
    _for_each_in_force(place, targets.watch)


def _for_each_in_force(place: Workplace, see_to: Callable[..., object]) -> None:
    """One alert to a transaction; what goes wrong with one is tried again at the next tick."""
    policy, now = policy_of(place).reaching, utc_now()
    with place.sessions() as session:
        numbers = queries.alerts_in_force(session, now=now)
    for number in numbers:
        try:
            with place.sessions() as session:
                alert = queries.held_alert(session, number)
                if alert is not None:
                    see_to(session, alert, policy=policy, public_url=place.public_url, now=now)
                session.commit()
        except Exception:
            logger.exception("an alert in force was not seen to; tried again at the next tick")
