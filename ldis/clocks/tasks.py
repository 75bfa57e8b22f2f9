"""The work that the clock of the house starts here."""

import logging

from ldis.cases.tasks import policy_of
from ldis.clocks import keeping, queries, service
from ldis.db import utc_now
from ldis.work import Workplace, task

logger = logging.getLogger(__name__)


@task("clocks.watch")
def watch(place: Workplace) -> None:
    """Bring the clocks up to date, then tell of those that have something to say, a partnership at a time."""
    clocks, now = policy_of(place).clocks, utc_now()
    started = keeping.AT_A_TIME
    while started >= keeping.AT_A_TIME:
        with place.sessions() as session:
            started = keeping.keep_up(session, clocks=clocks, now=now)
            session.commit()
    with place.sessions() as session:
        waiting = queries.partnerships_that_wait(session, now=now)
    for partnership_id in waiting:
        try:
            with place.sessions() as session:
                service.tell_of(session, partnership_id=partnership_id, public_url=place.public_url, now=now)
                session.commit()
        except Exception:
            logger.exception("nobody was told of clocks that ring; tried again at the next tick")
