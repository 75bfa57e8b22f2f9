"""The work that is deferred here, by the clock and when somebody asks for a back-test."""

from ldis.cases.tasks import policy_of
from ldis.db import utc_now
from ldis.signals import trials, watching
from ldis.work import Workplace, task


@task("signals.watch")
def watch(place: Workplace) -> None:
    """Look at what has come in."""
    watching.look(place, policy_of(place).signals, now=utc_now())


@task("signals.night")
def night(place: Workplace) -> None:
    """Look at every series, at clusters and at the season."""
    watching.look_at_everything(place, policy_of(place).signals, now=utc_now())


@task("signals.try_out")
def try_out(place: Workplace, *, trial_id: int) -> None:
    """Replay history through a detector."""
    trials.run(place.sessions, trial_id, policy_of(place).signals, now=utc_now())
