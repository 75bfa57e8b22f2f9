"""Post letters, take in what providers say about them, and settle what nobody could tell."""

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from psycopg import sql
from sqlalchemy import ARRAY, BigInteger, ColumnElement, any_, false, func, insert, literal, select, update
from sqlalchemy.orm import Session

from alerts.messages import Medium, Words
from alerts.messages import Receipt as Report
from ldis import work
from ldis.audit import service as audit
from ldis.db import driver_of
from ldis.deliveries.models import EXERCISE, Delivery, Envelope, Receipt
from ldis.deliveries.patience import patience
from ldis.deliveries.rules import SETTLED, State, Urgency, after_receipt
from ldis.errors import NotFound, Stale
from ldis.secrecy import blind_index

A_DAY = timedelta(days=1)
MANY = 500
"""From so many letters on they are copied into the outbox."""
COUNTING = 0x1D19  # advisory lock: the letters that one address may have only so many of are counted one at a time


@dataclass(frozen=True)
class Letter:
    """What is to be sent, to whom, and what it is about.

    `most_a_day` is how many about things of its kind one address may have within a day, where strangers can ask
    for them: what is more than that is held back. `not_before`: when it leaves, if not at once. What belongs to an
    exercise says so first, however it was written.
    """

    medium: Medium
    address: str
    words: Words
    about: str
    recipient: str
    urgency: Urgency
    partnership_id: int | None
    most_a_day: int | None = None
    not_before: datetime | None = None
    is_exercise: bool = False

    @property
    def marked_words(self) -> Words:
        """The words as they go out."""
        if not self.is_exercise or self.words.text.startswith(EXERCISE):
            return self.words
        subject = self.words.subject and EXERCISE + self.words.subject
        html = self.words.html and f"<p>{EXERCISE}</p>{self.words.html}"
        return replace(self.words, text=EXERCISE + self.words.text, subject=subject, html=html)

    @property
    def counted_as(self) -> str | None:
        """By which letters of this kind to this address are counted; nothing where there may be any number."""
        if self.most_a_day is None:
            return None
        return blind_index(f"{self.about.split('/')[0]} {self.medium.value} {self.address.lower()}")


def post(session: Session, letter: Letter, *, now: datetime) -> None:
    """Write one letter to the outbox and wake the sender."""
    post_all(session, [letter], now=now)


def post_all(session: Session, letters: Iterable[Letter], *, now: datetime) -> int:
    """Write letters to the outbox, each once for ever, and wake the sender of each medium used.

    A second letter about the same thing to the same recipient by the same medium breaks a named constraint and
    with it the whole transaction: nothing is sent twice by accident.
    """
    posted = [letter for letter in letters if _may_go(session, letter, now=now)]
    if not posted:
        return 0
    rows = [_row(letter, now=now) for letter in posted]
    _write(session, rows)
    for medium in sorted({letter.medium for letter in posted if (letter.not_before or now) <= now}):
        work.defer(session, "deliveries.dispatch", urgent=True, medium=medium.value)
    return len(rows)


def _write(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Many rows are copied, which takes half the time of inserting them; the constraints are the same."""
    if len(rows) < MANY:
        session.connection().execute(insert(Delivery), rows)
        return
    session.flush()
    copy_in = sql.SQL("COPY deliveries ({}) FROM STDIN").format(sql.SQL(", ").join(map(sql.Identifier, rows[0])))
    with driver_of(session).cursor() as cursor, cursor.copy(copy_in) as copy:
        for row in rows:
            copy.write_row([_plain(value) for value in row.values()])


def _plain(value: object) -> object:
    if isinstance(value, Envelope):
        return value.sealed()
    return value.value if isinstance(value, Enum) else value


def _may_go(session: Session, letter: Letter, *, now: datetime) -> bool:
    """Whether its address has not had too many like it. That one was held back is in the audit record."""
    if letter.most_a_day is None:
        return True
    session.execute(select(func.pg_advisory_xact_lock(COUNTING, func.hashtext(letter.counted_as))))
    had = session.scalar(
        select(func.count())
        .select_from(Delivery)
        .where(Delivery.counted_as == letter.counted_as, Delivery.written_at > now - A_DAY)
    )
    if (had or 0) < letter.most_a_day:
        return True
    audit.record(
        session,
        "delivery held back",
        letter.about,
        actor="deliveries",
        partnership_id=letter.partnership_id,
        detail={"medium": letter.medium.value, "most a day": letter.most_a_day},
    )
    return False


def withdraw(
    session: Session,
    abouts: Collection[str],
    *,
    recipients: Collection[str] | None = None,
    reason: str,
    now: datetime,
) -> int:
    """Hold back for good what was written about these things and has not left; how many messages that was.

    Where recipients are named it is theirs alone. What a sender is taking is on its way: it is left to it.
    """
    waiting = [Delivery.about.in_(abouts)]
    if recipients is not None:
        waiting.append(Delivery.recipient.in_(recipients))
    return _hold_back(session, waiting, reason=reason, now=now)


def withdraw_all_to(session: Session, recipient: str, *, reason: str, now: datetime) -> int:
    """Hold back for good everything to somebody that has not left; how many messages that was."""
    return _hold_back(session, [Delivery.recipient == recipient], reason=reason, now=now)


def take_back(session: Session, about: str, *, put_aside_as: str, reason: str, now: datetime) -> bool:
    """Hold back everything about something under another name, if no message of it was ever taken to be sent.

    False where one was: then the caller must roll back. A sender takes messages in a statement of its own, past what
    others hold, so that of the two at once one comes first and the other sees it.
    """
    _hold_back(session, [Delivery.about == about, Delivery.attempts == 0], reason=reason, now=now)
    held = update(Delivery).where(Delivery.about == about, Delivery.state == State.SUPPRESSED)
    session.execute(held.values(about=put_aside_as))
    return session.scalar(select(Delivery.id).where(Delivery.about == about).limit(1)) is None


def _hold_back(session: Session, waiting: Sequence[ColumnElement[bool]], *, reason: str, now: datetime) -> int:
    """What a sender holds this moment is passed over, as senders do: whoever waited for it could wait for ever."""
    found = session.scalars(
        select(Delivery.id).where(Delivery.state == State.QUEUED, *waiting).with_for_update(skip_locked=True)
    ).all()
    held = update(Delivery).where(Delivery.id == any_(literal(list(found), ARRAY(BigInteger))))
    session.execute(held.values(state=State.SUPPRESSED, settled_at=now, reason=reason))
    return len(found)


def _row(letter: Letter, *, now: datetime) -> dict[str, Any]:
    leaves_at = max(letter.not_before or now, now)
    return {
        "reference": uuid.uuid4(),
        "partnership_id": letter.partnership_id,
        "about": letter.about,
        "recipient": letter.recipient,
        "medium": letter.medium,
        "urgency": int(letter.urgency),
        "is_exercise": letter.is_exercise,
        "counted_as": letter.counted_as,
        "envelope": Envelope(letter.address, letter.marked_words),
        "state": State.QUEUED,
        "written_at": now,
        "due_at": leaves_at,
        "give_up_at": leaves_at + patience().give_up_after[letter.medium],
        "attempts": 0,
    }


def record_receipt(
    session: Session, report: Report, *, provider: str, status: str, detail: Mapping[str, str], now: datetime
) -> bool:
    """Keep what a provider reported about a message of ours and let it move the message forward.

    `status` is the provider's own word and `detail` what else it said, without personal data. A report on a
    message that was being sent, or was in doubt, settles it. False where the message is not ours.
    """
    row = session.execute(
        select(Delivery.id, Delivery.state).where(_is_about(report)).order_by(Delivery.id).with_for_update()
    ).first()
    if row is None:
        return False
    session.execute(
        insert(Receipt).values(
            delivery_id=row.id, received_at=now, provider=provider, status=status, detail=dict(detail)
        )
    )
    state = after_receipt(row.state, report.state)
    if state is not row.state:
        session.execute(update(Delivery).where(Delivery.id == row.id).values(_news(state, report, now)))
    return True


def hold_back(session: Session, recipient: str, medium: Medium, *, reason: str, now: datetime) -> None:
    """Let nothing go that still waits for somebody by this medium."""
    session.execute(
        update(Delivery)
        .where(Delivery.recipient == recipient, Delivery.medium == medium, Delivery.state == State.QUEUED)
        .values(state=State.SUPPRESSED, settled_at=now, reason=reason)
    )


def _is_about(report: Report) -> ColumnElement[bool]:
    """By our reference, which goes out with every message; by the provider's where ours did not come back."""
    try:
        return Delivery.reference == uuid.UUID(report.reference)
    except ValueError:
        theirs = report.provider_reference
        return Delivery.provider_reference == theirs if theirs else false()


def _news(state: State, report: Report, now: datetime) -> dict[object, object]:
    news: dict[object, object] = {
        Delivery.state: state,
        Delivery.claimed_by: None,
        Delivery.sent_at: func.coalesce(Delivery.sent_at, now),
        Delivery.reason: _reason(report) if state is State.FAILED else None,
    }
    if report.provider_reference:
        news[Delivery.provider_reference] = report.provider_reference
    if state in SETTLED:
        news[Delivery.settled_at] = now
    return news


def _reason(report: Report) -> str:
    reason = report.reason or "The provider did not say why."
    return f"{reason} ({report.code})" if report.code else reason


def settle_by_hand(
    session: Session,
    delivery_id: int,
    *,
    arrived: bool,
    reason: str,
    partnership_id: int,
    actor: str,
    now: datetime,
) -> None:
    """A person says what became of a message of which nothing more was heard. Later receipts still count."""
    row = session.execute(
        select(Delivery.id, Delivery.state, Delivery.about)
        .where(Delivery.id == delivery_id, Delivery.partnership_id == partnership_id)
        .with_for_update()
    ).one_or_none()
    if row is None:
        raise NotFound
    if row.state is not State.SENT:
        raise Stale("More is known about this message by now. Check what it says.")
    state = State.DELIVERED if arrived else State.FAILED
    settled = update(Delivery).where(Delivery.id == row.id)
    session.execute(settled.values(state=state, settled_at=now, reason=reason))
    audit.record(
        session,
        "delivery settled",
        f"delivery/{row.id}",
        actor=actor,
        partnership_id=partnership_id,
        detail={"about": row.about, "answer": "arrived" if arrived else "did not arrive", "reason": reason},
    )


def settle_doubt(
    session: Session, delivery_id: int, *, sent: bool, partnership_id: int | None, actor: str, now: datetime
) -> None:
    """A person says whether a message in doubt was sent. If not, it goes to the queue again."""
    row = session.execute(
        select(Delivery.id, Delivery.state, Delivery.medium, Delivery.about)
        .where(Delivery.id == delivery_id, Delivery.partnership_id == partnership_id)
        .with_for_update()
    ).one_or_none()
    if row is None:
        raise NotFound
    if row.state is not State.IN_DOUBT:
        raise Stale("This message is no longer in doubt. Check what it says now.")
    word = "sent" if sent else "send again"
    settled = update(Delivery).where(Delivery.id == row.id)
    if sent:
        session.execute(settled.values(state=State.SENT, sent_at=now, reason=None))
    else:
        again = now + patience().give_up_after[row.medium]
        session.execute(settled.values(state=State.QUEUED, due_at=now, give_up_at=again))
        work.defer(session, "deliveries.dispatch", urgent=True, medium=row.medium.value)
    audit.record(
        session,
        "delivery settled",
        f"delivery/{row.id}",
        actor=actor,
        partnership_id=partnership_id,
        detail={"about": row.about, "answer": word},
    )
