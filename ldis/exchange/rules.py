"""What other computers are told of, and in which words. Pure."""

from datetime import date, datetime, timedelta
from enum import StrEnum

from alerts.messages import AlertContent, Handling, Level


class Event(StrEnum):
    """What has happened to an alert, or that somebody tries whether an endpoint listens."""

    ISSUED = "alert.issued"
    UPDATED = "alert.updated"
    CORRECTED = "alert.corrected"
    WITHDRAWN = "alert.withdrawn"
    ENDED = "alert.ended"
    TEST = "test"


class MessageState(StrEnum):
    """How far a message to an endpoint has got."""

    WAITING = "waiting"
    HEARD = "heard"
    GIVEN_UP = "given up"


class EndpointState(StrEnum):
    """Whether an endpoint is told."""

    ON = "on"
    PAUSED = "paused"
    SWITCHED_OFF = "switched off"


PAUSES = tuple(timedelta(seconds=one) for one in (5, 30, 120, 600, 1800, 7200, 21600))
"""How long to wait after the first, second, ... try that failed; the last is repeated."""

GIVE_UP_AFTER = timedelta(days=3)
"""A message that nobody has heard by then is old; an endpoint that has heard nothing for as long is switched off."""

OLD_SECRET_LASTS = timedelta(days=1)
"""After a secret was changed messages are signed with both for so long, so that a receiver can change at leisure."""

MAY_LEAVE = frozenset({Handling.PUBLIC})


def body_of(
    event: Event,
    *,
    content: AlertContent,
    level: Level,
    issued_at: datetime | None,
    last_day: date | None,
    at: datetime,
    public_url: str,
) -> dict[str, object]:
    """What a receiver reads. Everything in it is on the public page as well."""
    page = f"{public_url}/alerts/{content.reference}"
    return {
        "type": event.value,
        "timestamp": at.isoformat(),
        "data": {
            "reference": content.reference,
            "kind": content.kind.value,
            "replaces": content.replaces or None,
            "level": level.value,
            "headline": content.headline,
            "act_now": content.act_now,
            "substance": content.substance,
            "areas": list(content.areas),
            "publisher": content.publisher,
            "issued_at": issued_at.isoformat() if issued_at else None,
            "last_day": last_day.isoformat() if last_day else None,
            "page": page,
            "cap": f"{page}/cap.xml",
        },
    }


def body_of_a_test(*, at: datetime) -> dict[str, object]:
    """What a receiver reads that is only tried."""
    return {
        "type": Event.TEST.value,
        "timestamp": at.isoformat(),
        "data": {"words": "This is a test. Nothing is wrong."},
    }
