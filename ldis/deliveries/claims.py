"""Lanes and their claims: who is sending what, told by the database, so that no message is sent by two.

A lane is a database connection that holds a lock of its own number for as long as it lives, however its process
ends. Rows in `sending` carry the number of their lane: a row whose lane's lock nobody holds was left by a crash. A
lane that is merely slow still holds its lock and is never taken over.
"""

import json
import secrets
import uuid
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, LiteralString, NamedTuple

import psycopg
from psycopg.rows import args_row
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from alerts.messages import Medium
from ldis.db import driver_of
from ldis.deliveries.rules import CLAIM_IS_STALE_AFTER, NOT_YET_SENT, State
from ldis.work import Workplace

LANE_LOCKS = 0x1D15  # the first half of each lane's advisory lock; the lane's number is the second
SWEEPING = 0  # no lane's number
TRY_LOCK = "SELECT pg_try_advisory_lock(%(locks)s, %(number)s)"


class Claimed(NamedTuple):
    """A delivery that this lane, and no other, may now send. The envelope is still sealed."""

    id: int
    reference: uuid.UUID
    medium: Medium
    envelope: bytes
    attempts: int
    urgency: int
    due_at: datetime
    give_up_at: datetime
    provider: str | None

    def place_in_line(self) -> tuple[int, datetime, int]:
        """The most urgent first, then who has waited longest."""
        return self.urgency, self.due_at, self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a claimed delivery, to be recorded with others in one statement.

    A state of `sending` means that nobody knows, and that the provider is to be asked once it has had time to list
    what it took.
    """

    id: int
    state: State
    at: datetime
    due_at: datetime | None = None
    tried: bool = True
    provider: str | None = None
    provider_reference: str | None = None
    reason: str | None = None


OUTCOME_FIELDS = tuple(field.name for field in fields(Outcome))

# An outcome is news about this lane's own claim and counts only while the claim stands. That a message was sent is
# true whoever holds the row by now, so it always counts, but never takes back what a receipt has said meanwhile.
RECORD = """
    UPDATE deliveries AS d
    SET state = CASE WHEN o.state = 'sent' AND d.state <> ALL (%(not_yet_sent)s) THEN d.state ELSE o.state END,
        due_at = coalesce(o.due_at, d.due_at),
        claimed_by = NULL,
        attempts = d.attempts + o.tried::int,
        sent_at = CASE WHEN o.state = 'sent' THEN o.at ELSE d.sent_at END,
        settled_at = CASE WHEN o.state = 'failed' THEN o.at ELSE d.settled_at END,
        provider = coalesce(o.provider, d.provider),
        provider_reference = coalesce(o.provider_reference, d.provider_reference),
        reason = CASE WHEN o.state = 'sent' AND d.state = ANY (%(not_yet_sent)s) THEN NULL
                      ELSE coalesce(o.reason, d.reason) END
    FROM json_to_recordset(%(outcomes)s::json) AS o (
        id bigint, state text, at timestamptz, due_at timestamptz, tried boolean,
        provider text, provider_reference text, reason text
    )
    WHERE d.id = o.id AND (o.state = 'sent' OR (d.state = 'sending' AND d.claimed_by = %(lane)s))
"""

# The columns of Claimed.
_CLAIMED = "d.id, d.reference, d.medium, d.envelope, d.attempts, d.urgency, d.due_at, d.give_up_at, d.provider"


RECORD_AND_CLAIM = f"""
    WITH recorded AS ({RECORD}),
    due AS (
        SELECT id FROM deliveries
        WHERE medium = %(medium)s AND state = 'queued' AND due_at <= %(now)s AND give_up_at > %(now)s
        ORDER BY urgency, due_at, id
        LIMIT %(size)s
        FOR UPDATE SKIP LOCKED
    )
    UPDATE deliveries AS d SET state = 'sending', claimed_at = %(now)s, claimed_by = %(lane)s,
        provider = coalesce(%(provider)s, d.provider)
    FROM due WHERE d.id = due.id
    RETURNING {_CLAIMED}
"""  # noqa: S608 - put together from our own constants only

ANYTHING_DUE = """
    SELECT 1 FROM deliveries
    WHERE medium = %(medium)s AND state = 'queued' AND due_at <= %(now)s AND give_up_at > %(now)s
    LIMIT 1
"""

# Taking over is itself a claim, so that two sweeps never ask about, and then resend, the same message.
TAKE_OVER = f"""
    WITH left_behind AS (
        SELECT id FROM deliveries AS left_over
        WHERE state = 'sending' AND claimed_at < %(stale)s
          AND (claimed_by IS NULL OR NOT EXISTS (
            SELECT FROM pg_locks
            WHERE locktype = 'advisory' AND granted AND objsubid = 2
              AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
              AND classid = {LANE_LOCKS} AND objid = left_over.claimed_by::oid))
        ORDER BY claimed_at, id
        LIMIT %(size)s
        FOR UPDATE SKIP LOCKED
    )
    UPDATE deliveries AS d SET claimed_at = %(now)s, claimed_by = %(lane)s
    FROM left_behind WHERE d.id = left_behind.id
    RETURNING {_CLAIMED}
"""  # noqa: S608 - put together from our own constants only

# An outbox that has just filled has no statistics yet, and a plan made then would read the whole table each time.
BY_INDEX_ONLY = "SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off; SET jit = off"


class Lane:
    """One connection's way of claiming deliveries and recording what became of them.

    It talks to the driver itself, which takes a third less of the processor for each claim than going through
    SQLAlchemy.
    """

    def __init__(self, connection: psycopg.Connection[Any], number: int) -> None:
        self.number = number
        self.connection = connection

    def record_and_claim(
        self, outcomes: Sequence[Outcome], *, medium: Medium, size: int, now: datetime, provider: str | None = None
    ) -> list[Claimed]:
        """Record the last claim and make the next: one statement, one transaction, one journey to the database.

        `provider` is the account that the claim will be handed to, so that it can be asked after a crash.
        """
        values = _values(outcomes, lane=self.number) | {"medium": medium.value, "size": size, "now": now}
        values["provider"] = provider
        return self._claim(RECORD_AND_CLAIM, values)

    def anything_due(self, medium: Medium, *, now: datetime) -> bool:
        """Whether there is anything to claim."""
        return self.connection.execute(ANYTHING_DUE, {"medium": medium.value, "now": now}).fetchone() is not None

    def record_for(self, lane: int, outcomes: Sequence[Outcome]) -> None:
        """Record what became of the claim of a lane that has lost its connection."""
        self.connection.execute(RECORD, _values(outcomes, lane=lane))

    def is_the_only_sweep(self) -> bool:
        """Whether no other lane is sweeping. If so, none will be while this lane lives."""
        return _try_lock(self.connection, SWEEPING)

    def take_over(self, *, size: int, now: datetime) -> list[Claimed]:
        """Claim deliveries that a crash, or a provider's silence, left in `sending`."""
        values = {"lane": self.number, "size": size, "now": now, "stale": now - CLAIM_IS_STALE_AFTER}
        return self._claim(TAKE_OVER, values)

    def _claim(self, statement: LiteralString, values: dict[str, Any]) -> list[Claimed]:
        with self.connection.cursor(binary=True, row_factory=args_row(_claimed)) as cursor:
            found = cursor.execute(statement, values).fetchall()
        return sorted(found, key=Claimed.place_in_line)  # RETURNING promises no order


def record(session: Session, outcomes: Sequence[Outcome], *, lane: int) -> None:
    """Record what became of a lane's claim, in the session's transaction."""
    driver_of(session).execute(RECORD, _values(outcomes, lane=lane))


def engine_of(place: Workplace) -> Engine:
    """Where lanes get connections of their own."""
    with place.sessions() as session:
        engine = session.get_bind()
    assert isinstance(engine, Engine)
    return engine


@contextmanager
def open_lane(engine: Engine) -> Iterator[Lane]:
    """A lane for one thread. Its connection is its own and is closed with it, and so the lock ends with it.

    A lane that ends in order lets go first: the server notices a closed connection only some time after.
    """
    pooled = engine.raw_connection()
    connection = pooled.driver_connection
    pooled.detach()
    assert isinstance(connection, psycopg.Connection)
    with closing(connection):
        connection.autocommit = True
        connection.execute(BY_INDEX_ONLY)
        yield Lane(connection, _take_number(connection))
        with suppress(psycopg.Error):
            connection.execute("SELECT pg_advisory_unlock_all()")


def _take_number(connection: psycopg.Connection[Any]) -> int:
    while True:
        number = secrets.randbelow(2**31 - 1) + 1
        if _try_lock(connection, number):
            return number


def _try_lock(connection: psycopg.Connection[Any], number: int) -> bool:
    taken = connection.execute(TRY_LOCK, {"locks": LANE_LOCKS, "number": number}).fetchone()
    return taken is not None and bool(taken[0])


def _claimed(*columns: Any) -> Claimed:
    found = Claimed(*columns)
    return found._replace(medium=Medium(found.medium))


def _values(outcomes: Sequence[Outcome], *, lane: int) -> dict[str, Any]:
    """Outcomes as one value: the statement stays the same for any number of them, so it is planned once."""
    rows = [{name: getattr(outcome, name) for name in OUTCOME_FIELDS} for outcome in outcomes]
    news = json.dumps(rows, default=datetime.isoformat)
    return {"lane": lane, "outcomes": news, "not_yet_sent": [state.value for state in NOT_YET_SENT]}
