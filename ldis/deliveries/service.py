"""Post letters: written in the caller's transaction, sent after it commits."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from alerts.messages import Medium, Words
from ldis import work
from ldis.deliveries.models import Delivery
from ldis.deliveries.rules import State, Urgency


@dataclass(frozen=True)
class Letter:
    """What is to be sent, to whom, and what it is about."""

    medium: Medium
    address: str
    words: Words
    about: str
    recipient: str
    urgency: Urgency
    partnership_id: int | None


def post(session: Session, letter: Letter, *, now: datetime) -> None:
    """Write one letter to the outbox and wake the sender."""
    post_all(session, [letter], now=now)


def post_all(session: Session, letters: Iterable[Letter], *, now: datetime) -> int:
    """Write letters to the outbox, each once for ever, and wake the sender of each medium used.

    A second letter about the same thing to the same recipient by the same medium breaks a named constraint and
    with it the whole transaction: nothing is sent twice by accident.
    """
    rows = [_row(letter, now=now) for letter in letters]
    if not rows:
        return 0
    session.execute(insert(Delivery), rows)
    for medium in sorted({row["medium"] for row in rows}):
        work.defer(session, "deliveries.dispatch", urgent=True, medium=medium.value)
    return len(rows)


def _row(letter: Letter, *, now: datetime) -> dict[str, object]:
    return {
        "reference": uuid.uuid4(),
        "partnership_id": letter.partnership_id,
        "about": letter.about,
        "recipient": letter.recipient,
        "medium": letter.medium,
        "urgency": int(letter.urgency),
        "address": letter.address,
        "subject": letter.words.subject,
        "text": letter.words.text,
        "html": letter.words.html,
        "state": State.QUEUED,
        "written_at": now,
        "due_at": now,
        "attempts": 0,
    }
