"""The work that is deferred here."""

from functools import partial

from ldis import outward
from ldis.db import utc_now
from ldis.exchange import service
from ldis.exchange.rules import Event
from ldis.issuing.models import Alert
from ldis.work import Workplace, task

MOST_AT_A_TIME = 500


@task("exchange.announce")
def announce(place: Workplace, *, alert_id: int, event: str) -> None:
    """Write down what endpoints are to be told of an alert."""
    with place.sessions.begin() as session:
        alert = session.get_one(Alert, alert_id)
        service.announce(session, alert, Event(event), public_url=place.public_url, now=utc_now())


@task("exchange.post")
def post(place: Workplace) -> None:
    """Tell endpoints what waits for them. A service that is only reached on this machine may tell this machine."""
    to = partial(outward.post, local_allowed=outward.only_here(place.public_url))
    for _ in range(MOST_AT_A_TIME):
        with place.sessions.begin() as session:
            if not service.post_next(session, to, now=utc_now()):
                return
