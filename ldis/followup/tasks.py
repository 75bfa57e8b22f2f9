"""The work that is deferred here."""

import logging

from ldis.db import utc_now
from ldis.followup import progress, queries
from ldis.work import Workplace, task

logger = logging.getLogger(__name__)


@task("followup.tell")
def tell(place: Workplace) -> None:
    """Tell everybody who waits what came of their report, one to a transaction: one who cannot be told stops nobody."""
    with place.sessions() as session:
        waiting = queries.steps_to_tell(session)
    for step_id in waiting:
        try:
            with place.sessions() as session:
                progress.tell(session, step_id, public_url=place.public_url, now=utc_now())
                session.commit()
        except Exception:
            logger.exception("a reporter was not told; tried again later")
