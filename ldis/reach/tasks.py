"""The work that is deferred here."""

import logging
from collections.abc import Callable, Iterable

from sqlalchemy.orm import Session

from alerts.failover import Way
from alerts.messages import Medium
from ldis.cases.tasks import policy_of
from ldis.contacts import reviewing
from ldis.db import utc_now
from ldis.issuing import queries as issuing
from ldis.issuing.models import Alert
from ldis.reach import chasing, providers, queries, silence, standing_in, targets
from ldis.work import Workplace, task

logger = logging.getLogger(__name__)


@task("reach.chase")
def chase(place: Workplace) -> None:
    """Write by the other medium to whom an alert did not reach, remind the silent, tell deputies; hush what is over."""
    procedure, now = policy_of(place), utc_now()
    with place.sessions() as session:
        in_force = queries.alerts_in_force(session, now=now)
        over = set(silence.with_reminders_waiting(session)) - set(in_force)

    def remind(session: Session, alert: Alert) -> None:
        chasing.chase(session, alert, policy=procedure.reaching, public_url=place.public_url, now=now)

    def write_otherwise(session: Session, alert: Alert) -> None:
        standing_in.stand_in(session, alert, public_url=place.public_url, now=now)

    _for_each(place, sorted(over), lambda session, alert: chasing.hush(session, alert, now=now))
    if procedure.sending.other_medium:
        _for_each(place, in_force, write_otherwise)
    _for_each(place, in_force, remind)


@task("reach.watch")
def watch(place: Workplace) -> None:
    """Tell the coordinators of an alert in force that falls behind a target."""
    policy, now = policy_of(place).reaching, utc_now()
    with place.sessions() as session:
        in_force = queries.alerts_in_force(session, now=now)

    def look(session: Session, alert: Alert) -> None:
        targets.watch(session, alert, policy=policy, public_url=place.public_url, now=now)

    _for_each(place, in_force, look)


@task("reach.review_lists")
def review_lists(place: Workplace) -> None:
    """Ask the coordinators to look through lists that nobody has checked for as long as the policy allows."""
    now, care = utc_now(), policy_of(place).care
    with place.sessions.begin() as session:
        for one in reviewing.overdue(session, care=care, now=now):
            reviewing.tell(session, one, public_url=place.public_url, now=now)


@task("reach.tell_of_provider")
def tell_of_provider(place: Workplace, *, medium: str, way: str, since: str) -> None:
    """Tell the coordinators that messages go by another provider now."""
    with place.sessions.begin() as session:
        providers.tell_of_change(session, Medium(medium), Way(way), since=since, now=utc_now())


def _for_each(place: Workplace, numbers: Iterable[int], see_to: Callable[[Session, Alert], object]) -> None:
    """One alert to a transaction; what goes wrong with one is tried again at the next tick."""
    for number in numbers:
        try:
            with place.sessions() as session:
                alert = issuing.held_alert(session, number)
                if alert is not None:
                    see_to(session, alert)
                session.commit()
        except Exception:
            logger.exception("an alert was not seen to; tried again at the next tick")
