"""The timetable of the house: every piece of work that is deferred, and the one way to defer it.

A stage never imports what comes after it. It defers a task by name on its own connection, so that the change
and the work it causes happen together or not at all. Imports point down, work flows up; both can be read here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from procrastinate import App, SyncPsycopgConnector
from procrastinate.jobs import DEFAULT_QUEUE
from sqlalchemy.orm import Session, sessionmaker

from alerts.channels.protocol import Channel
from alerts.messages import Medium
from alerts.pace import Pace
from ldis.db import driver_of

TIMETABLE: dict[str, str] = {
    "cases.hear": "Let the case of a report know that its reporter added to it.",
    "clocks.watch": "Keep the clocks of the review; warn people before one breaks, tell others when it does.",
    "convening.chase": "Remind the members whom a case waits for, their deputies, and who is on call.",
    "convening.look_back": "Call the panel to look back at what one person decided at once.",
    "corroboration.remind": "Remind partners who have not answered a question that closes soon, once.",
    "deliveries.dispatch": "Send what waits on one medium, in small claims, until nothing is due.",
    "deliveries.reconcile": "Ask the providers about messages of which nothing more was heard.",
    "deliveries.sweep": "Wake the dispatch of what is due; settle or flag what a crash left in doubt.",
    "exchange.announce": "Write down for other systems what has happened to a public alert.",
    "exchange.post": "Tell other systems what waits for them.",
    "followup.tell": "Tell reporters what came of their reports, each once for each decision.",
    "indicators.read": "Read a long file of figures and say what it would change.",
    "indicators.take_in": "Take in a long file of figures, all of it or none.",
    "issuing.doubt": "Hold a laboratory result beside the alerts in force that it bears on.",
    "issuing.keep_dates": "End alerts whose last day is over; ask about those whose review date has come.",
    "issuing.leave": "Let alerts leave that were approved to leave now.",
    "laboratory.take_in": "Take in a long file of laboratory results, all of it or none.",
    "memory.look_again": "Say of what ended in no further action that its day to be looked at again has come.",
    "memory.recall": "Bring back what ended in no further action when something like it has come in.",
    "neighbours.ask": "Ask neighbours' feeds for what is new, for a person to look at.",
    "photos.forget": "Delete photos that came with a form which never became a report.",
    "reach.chase": "Remind those who have not acknowledged an alert in force, and tell the deputies.",
    "reach.review_lists": "Ask the coordinators to look through lists that nobody has checked for a year.",
    "reach.tell_of_provider": "Tell the coordinators that messages go by another provider now, once for each change.",
    "reach.watch": "Tell the coordinators of an alert that falls behind a target of the policy, once for each.",
    "signals.night": "Look at every series, at clusters and at the season, once a night.",
    "signals.try_out": "Replay history through a detector, for a back-test.",
    "signals.watch": "Look at what has come in for something unusual.",
}


@dataclass(frozen=True)
class Workplace:
    """What a task may use: sessions, the channels out, and the values it was configured with.

    A channel is one connection for one thread, so a lane asks for a channel of its own.
    """

    sessions: sessionmaker[Session]
    channels: Mapping[Medium, Callable[[], Channel]]
    connections: Mapping[Medium, int]
    public_url: str
    claim_size: int = 10
    second_channels: Mapping[Medium, Callable[[], Channel]] = field(default_factory=dict)
    """What a medium goes by when its first provider fails."""
    paces: Mapping[str, Pace] = field(default_factory=dict)
    """How fast an account may send, by its provider's name; without one it is not held back."""
    vocabulary: object = None
    """Every name of a drug that is known, for stages that read them. The ground knows no stage."""
    policy: object = None
    """The local procedure in force, for stages that follow it."""
    dictionary: object = None
    """Every indicator that is known, for the stage that reads their figures."""


Task = Callable[..., None]
TASKS: dict[str, Task] = {}

_deferring = App(connector=SyncPsycopgConnector())


def task(name: str) -> Callable[[Task], Task]:
    """Register the function that does the work of that name. The name must be in the timetable."""
    if name not in TIMETABLE:
        raise KeyError(f"{name} is not in the timetable of ldis/work.py")

    def register(function: Task) -> Task:
        if name in TASKS:
            raise KeyError(f"{name} already has a task")
        TASKS[name] = function
        return function

    return register


def defer(
    session: Session, name: str, *, urgent: bool = False, after: timedelta | None = None, **arguments: Any
) -> int:
    """Put a piece of work in the queue, in the same transaction as the change that causes it."""
    if name not in TIMETABLE:
        raise KeyError(f"{name} is not in the timetable of ldis/work.py")
    timing: dict[str, Any] = {} if after is None else {"schedule_in": {"seconds": after.total_seconds()}}
    job = _deferring.configure_task(
        name, connection=driver_of(session), queue=DEFAULT_QUEUE, priority=10 if urgent else 0, **timing
    )
    return job.defer(**arguments)
