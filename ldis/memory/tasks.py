"""The work that is deferred here, by the clock."""

import logging
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from ldis.cases.tasks import policy_of
from ldis.db import utc_now
from ldis.memory import queries, service
from ldis.memory.rules import Recalled, months_before, recalled
from ldis.people import queries as people
from ldis.work import Workplace, task
from ldis.worktime import LONDON

OVERLAP = timedelta(minutes=15)
"""How far each sweep goes back behind the last: what was sent first may be kept last. Nothing is recalled twice."""

logger = logging.getLogger(__name__)


@task("memory.recall")
def recall(place: Workplace) -> None:
    """Hold what has come in beside what ended in no further action; one case to a transaction."""
    sweep(place, now=utc_now())


@task("memory.look_again")
def look_again(place: Workplace) -> None:
    """Say once of each decision of no further action that its day has come; one case to a transaction."""
    say_what_is_due(place, now=utc_now())


def sweep(place: Workplace, *, now: datetime) -> int:
    """Bring back every case that what came in since the last sweep is like; how many."""
    with place.sessions() as session:
        partnerships = [one.id for one in people.partnerships(session)]
    return sum(_sweep(place, partnership_id, now) for partnership_id in partnerships)


def _sweep(place: Workplace, partnership_id: int, now: datetime) -> int:
    with place.sessions() as session:
        found = _found(session, partnership_id, policy_of(place).memory_months, now)
    came_to = [_bring_back(place, one, now) for one in found]
    if None not in came_to:
        with place.sessions() as session:
            service.swept(session, partnership_id=partnership_id, to=now)
            session.commit()
    return sum(filter(None, came_to))


def _bring_back(place: Workplace, found: Recalled, now: datetime) -> bool | None:
    """Whether the case was brought back; nothing where that failed: what came in is then held beside it again."""
    try:
        with place.sessions() as session:
            brought_back = service.bring_back(session, found, public_url=place.public_url, now=now)
            session.commit()
    except Exception:
        logger.exception("a case was not brought back; tried again with the next sweep")
        return None
    return brought_back


def _found(session: Session, partnership_id: int, months: int, now: datetime) -> list[Recalled]:
    since = (queries.swept_to(session, partnership_id=partnership_id) or now) - OVERLAP
    things = queries.came_in(session, since=since, partnership_id=partnership_id)
    if not things:
        return []
    first = months_before(now.astimezone(LONDON).date(), months)
    decided_since = datetime(first.year, first.month, first.day, tzinfo=LONDON)
    kept = queries.kept_like(session, things, decided_since=decided_since, partnership_id=partnership_id)
    return recalled(things, kept)


def say_what_is_due(place: Workplace, *, now: datetime) -> int:
    """Tell of every case that is due for another look and has not been told of; how many."""
    with place.sessions() as session:
        due = queries.decisions_to_look_at(session, today=now.astimezone(LONDON).date())
    told = 0
    for case_id, decision_id in due:
        try:
            with place.sessions() as session:
                told += service.say_that_it_is_due(
                    session, case_id, decision_id, public_url=place.public_url, now=now
                )
                session.commit()
        except Exception:
            logger.exception("a coordinator was not told that a case is due; tried again later")
    return told
