"""The work that is deferred here."""

import logging

from ldis.cases.tasks import policy_of
from ldis.db import utc_now
from ldis.reach import chasing, queries
from ldis.work import Workplace, task

logger = logging.getLogger(__name__)


@task("reach.chase")
def chase(place: Workplace) -> None:
    """Remind those who are silent about an alert in force, tell their deputies; one alert to a transaction."""
    policy, now = policy_of(place).reaching, utc_now()
    with place.sessions() as session:
        due = queries.alerts_in_force(session, now=now)
    for alert_id in due:
        try:
            with place.sessions() as session:
                alert = queries.held_alert(session, alert_id)
                if alert is not None:
                    chasing.chase(session, alert, policy=policy, public_url=place.public_url, now=now)
                session.commit()
        except Exception:
            logger.exception("the silent of one alert were not reminded; tried again at the next tick")
