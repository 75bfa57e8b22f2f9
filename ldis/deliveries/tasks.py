"""What the worker does for the outbox."""

import time

from alerts.messages import Medium
from ldis import work
from ldis.deliveries import dispatch as sending
from ldis.deliveries import reconciling
from ldis.deliveries import sweep as sweeping
from ldis.work import Workplace


@work.task("deliveries.dispatch")
def dispatch(place: Workplace, *, medium: str) -> None:
    """Send what waits on one medium until nothing is due."""
    sending.dispatch(place, Medium(medium))


@work.task("deliveries.reconcile")
def reconcile(place: Workplace) -> None:
    """Ask the providers about messages of which nothing more was heard."""
    reconciling.reconcile(place, sleep=time.sleep)


@work.task("deliveries.sweep")
def sweep(place: Workplace) -> None:
    """Ask about what was left in doubt, end what is too old, wake what is due."""
    sweeping.sweep(place)
