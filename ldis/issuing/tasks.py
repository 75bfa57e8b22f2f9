"""The work that is deferred here."""

import logging
from typing import cast

from ldis.db import utc_now
from ldis.issuing import doubts, lifecycle, queries, scheduling
from ldis.issuing.rules import State
from ldis.people import queries as people
from ldis.submissions.models import LabResult
from ldis.substances.vocabulary import Vocabulary
from ldis.work import Workplace, task
from ldis.worktime import LONDON

logger = logging.getLogger(__name__)


@task("issuing.doubt")
def doubt(place: Workplace, *, result_id: int) -> None:
    """Hold a result beside the alerts in force that it bears on. Doing it twice raises no second doubt."""
    with place.sessions() as session:
        result = session.get_one(LabResult, result_id)
        here = people.partnership_numbered(session, result.partnership_id).place
        names = cast(Vocabulary, place.vocabulary).names_for(session, here)
        doubts.consider(session, result, names=names, public_url=place.public_url, now=utc_now())
        session.commit()


@task("issuing.leave")
def leave(place: Workplace) -> None:
    """Let alerts leave whose time has come, one to a transaction."""
    now = utc_now()
    with place.sessions() as session:
        numbers = queries.scheduled(session)
    for number in numbers:
        try:
            with place.sessions() as session:
                alert = queries.held_scheduled(session, number)
                if alert is not None:
                    scheduling.leave(session, alert, now=now)
                session.commit()
        except Exception:
            logger.exception("an alert did not leave at its time; tried again at the next tick")


@task("issuing.keep_dates")
def keep_dates(place: Workplace) -> None:
    """End alerts whose last day is over and ask about those whose review date has come, one to a transaction."""
    now = utc_now()
    today = now.astimezone(LONDON).date()
    with place.sessions() as session:
        due = queries.ready_for_the_clock(session, today=today)
    for alert_id in due:
        with place.sessions() as session:
            alert = queries.held_alert(session, alert_id)
            if alert is not None and alert.state is State.ISSUED:
                if alert.stands(today) is State.EXPIRED:
                    lifecycle.expire(session, alert, now=now)
                else:
                    lifecycle.tell_of_review(session, alert, today=today, public_url=place.public_url, now=now)
            session.commit()
