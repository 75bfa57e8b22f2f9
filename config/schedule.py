"""When each timed job runs. The clock only defers work; the worker does it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Timed:
    """A piece of work from the timetable of ldis/work.py and how often it is deferred."""

    work: str
    seconds: int = 86_400
    at: str | None = None
    """Once a day at this time in London, where it is given."""


SCHEDULE = (
    Timed("deliveries.sweep", seconds=15),
    Timed("deliveries.reconcile", at="03:20"),
    Timed("issuing.leave", seconds=15),
    Timed("reach.chase", seconds=60),
    Timed("reach.review_lists", at="09:00"),
    Timed("reach.watch", seconds=60),
    Timed("clocks.watch", seconds=60),
    Timed("convening.chase", seconds=60),
    Timed("corroboration.remind", seconds=300),
    Timed("memory.recall", seconds=60),
    Timed("memory.look_again", seconds=3600),
    Timed("issuing.keep_dates", seconds=300),
    Timed("photos.forget", seconds=3600),
    Timed("exchange.post", seconds=30),
    Timed("neighbours.ask", seconds=60),
    Timed("signals.watch", seconds=20),
    Timed("signals.night", at="02:40"),
    Timed("followup.tell", seconds=300),
)

TIME_ZONE = "Europe/London"
