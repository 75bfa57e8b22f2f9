"""The work that is deferred here."""

import logging

from ldis.cases.models import Case
from ldis.cases.tasks import policy_of
from ldis.convening import chasing, queries, service
from ldis.db import utc_now
from ldis.work import Workplace, task

logger = logging.getLogger(__name__)


@task("convening.look_back")
def look_back(place: Workplace, *, case_id: int) -> None:
    """Call the panel to look back at what one person decided at once. Doing it twice calls nobody twice."""
    with place.sessions() as session:
        case = session.get_one(Case, case_id)
        service.call_to_look_back(
            session,
            case.reference,
            partnership_id=case.partnership_id,
            policy=policy_of(place),
            public_url=place.public_url,
            now=utc_now(),
        )
        session.commit()


@task("convening.chase")
def chase(place: Workplace) -> None:
    """Remind those whom cases wait for, one case to a transaction: one that cannot be reminded of stops no other."""
    now = utc_now()
    with place.sessions() as session:
        waiting = queries.cases_to_chase(session, now=now)
    for reference, partnership_id in waiting:
        try:
            with place.sessions() as session:
                chasing.chase_by_clock(
                    session,
                    reference,
                    partnership_id=partnership_id,
                    policy=policy_of(place),
                    public_url=place.public_url,
                    now=now,
                )
                session.commit()
        except Exception:
            logger.exception("a panel was not reminded; tried again later")
