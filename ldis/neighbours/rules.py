"""How often neighbours are asked, and what becomes of what they say. Pure."""

from datetime import timedelta
from enum import StrEnum

ASKED_EVERY = timedelta(minutes=5)
TOLD_OF_FAILING_AFTER = timedelta(days=1)
"""A feed that could not be read for so long is told to the coordinators, once."""

MOST_DOCUMENTS = 25
"""How many alerts that a feed only points to are fetched at one look; the rest at the next."""


class FeedState(StrEnum):
    """Whether a feed is asked. A feed that was removed is kept for the sake of what came from it."""

    ON = "on"
    PAUSED = "paused"
    REMOVED = "removed"


class Disposition(StrEnum):
    """What became of somebody else's alert here."""

    WAITING = "waiting"
    NOTED = "noted"
    DISMISSED = "dismissed"
    OVERTAKEN = "overtaken"


def words_alone(feed_id: int) -> str:
    """Who is said to have sent what came as an entry of a feed, without an alert in it."""
    return f"feed/{feed_id}"
