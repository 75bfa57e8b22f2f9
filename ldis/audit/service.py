"""Write to the audit record, and verify it."""

import json
import random
from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import groupby
from typing import Any

import psycopg
from sqlalchemy import Row, event, select
from sqlalchemy.orm import Session, SessionTransaction

from ldis.audit.models import AuditEntry, AuditHead
from ldis.audit.rules import BEGINNING, LANES, digest
from ldis.db import driver_of, utc_now
from ldis.secrecy import derived_key

PENDING = "ldis.audit.pending"
KEY_PURPOSE = "audit-chain"

FREE_HEAD = "SELECT lane, position, digest FROM audit_heads ORDER BY lane LIMIT 1 FOR UPDATE SKIP LOCKED"
HEAD = "SELECT lane, position, digest FROM audit_heads WHERE lane = %s FOR UPDATE"
APPEND = """
    WITH moved AS (UPDATE audit_heads SET position = %(position)s, digest = %(digest)s WHERE lane = %(lane)s)
    INSERT INTO audit_entries (lane, position, at, actor, action, about, partnership_id, detail, digest)
    SELECT lane, position, at, actor, action, about, partnership_id, detail, digest
    FROM jsonb_populate_recordset(NULL::audit_entries, CAST(%(rows)s AS jsonb))
"""


def record(
    session: Session,
    action: str,
    about: str,
    *,
    actor: str,
    partnership_id: int | None,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Record that `actor` did `action` to `about`, in the transaction of the change itself.

    Entries join the chain at the very end of the transaction, so that writers wait for each other only
    for as long as the commit takes. `detail` holds ids and words of ours, never personal data.
    """
    if not session.in_transaction():
        session.begin()
    entry = {
        "actor": actor,
        "action": action,
        "about": about,
        "partnership_id": partnership_id,
        "detail": dict(detail or {}),
    }
    session.info.setdefault(PENDING, []).append((session.get_nested_transaction(), entry))


def join_chain(session: Session) -> None:
    """Append what this transaction recorded; called before each commit, harmless with nothing to append."""
    entries = [entry for _savepoint, entry in session.info.pop(PENDING, [])]
    if not entries:
        return
    session.flush()
    driver = driver_of(session)
    lane, position, before = _take_lane(driver)
    now, key = utc_now(), derived_key(KEY_PURPOSE)
    for entry in entries:
        position += 1
        before = digest(before, lane=lane, position=position, at=now, key=key, **entry)
        entry.update(lane=lane, position=position, at=now, digest=before)
    rows = json.dumps(entries, default=datetime.isoformat)
    driver.execute(APPEND, {"lane": lane, "position": position, "digest": before, "rows": rows})


def _take_lane(driver: psycopg.Connection[Any]) -> tuple[int, int, str]:
    """The end of a chain that nobody else is writing to, held until the commit; with all in use, wait for one."""
    head = driver.execute(FREE_HEAD).fetchone()
    if head is None:
        head = driver.execute(HEAD, (random.randrange(LANES),)).fetchone()  # noqa: S311 - no secret
    assert head is not None
    return head[0], head[1], head[2]


def verify(session: Session) -> str | None:
    """Walk every chain; the first thing that is wrong in a sentence, or nothing when the record is whole.

    One statement reads it all, so that it is the record of one moment, whoever writes meanwhile.
    """
    if list(session.scalars(select(AuditHead.lane).order_by(AuditHead.lane))) != list(range(LANES)):
        return "The heads of the chains were altered."
    question = (
        select(AuditHead, AuditEntry)
        .join(AuditEntry, AuditEntry.lane == AuditHead.lane, isouter=True, full=True)
        .order_by(AuditHead.lane, AuditEntry.position)
        .execution_options(yield_per=1000, populate_existing=True)
    )
    with session.execute(question) as rows:
        for _lane, chain in groupby(rows, key=lambda row: row.AuditHead and row.AuditHead.lane):
            wrong = _first_wrong(chain)
            if wrong:
                return wrong
    return None


def _first_wrong(chain: Iterator[Row[AuditHead | None, AuditEntry | None]]) -> str | None:
    """The first thing that is wrong with one chain."""
    before, expected, key = BEGINNING, 0, derived_key(KEY_PURPOSE)
    head = None
    for head, entry in chain:
        if head is None:
            return "An entry belongs to no chain."
        if entry is None:
            break
        expected += 1
        if entry.position != expected:
            return f"Entry {head.lane}-{expected} is missing."
        before = _digest_of(entry, before, key)
        if before != entry.digest:
            return f"Entry {head.lane}-{entry.position} was altered."
    assert head is not None
    if (expected, before) != (head.position, head.digest):
        return f"Chain {head.lane} ends at entry {head.lane}-{expected}, but {head.position} were written to it."
    return None


def _digest_of(entry: AuditEntry, before: str, key: bytes) -> str:
    """The digest that an entry must have where it stands."""
    return digest(
        before,
        lane=entry.lane,
        position=entry.position,
        at=entry.at,
        actor=entry.actor,
        action=entry.action,
        about=entry.about,
        partnership_id=entry.partnership_id,
        detail=entry.detail,
        key=key,
    )


@event.listens_for(Session, "before_commit")
def _before_commit(session: Session) -> None:
    """Only the commit of the whole: what joined at the end of a savepoint could be undone with those around it."""
    if session.get_nested_transaction() is None:
        join_chain(session)


@event.listens_for(Session, "after_commit")
def _after_commit(session: Session) -> None:
    if session.get_nested_transaction() is None and session.info.get(PENDING):
        raise RuntimeError("A transaction ended with a savepoint still open: its audit entries were not written.")


@event.listens_for(Session, "after_soft_rollback")
def _after_rollback(session: Session, undone: SessionTransaction) -> None:
    """Forget what was recorded since the savepoint that was undone, and nothing that was recorded before it."""
    session.info[PENDING] = [
        (savepoint, entry) for savepoint, entry in session.info.get(PENDING, []) if not _within(savepoint, undone)
    ]


@event.listens_for(Session, "after_transaction_end")
def _after_end(session: Session, ended: SessionTransaction) -> None:
    if ended.parent is None:
        session.info.pop(PENDING, None)


def _within(savepoint: SessionTransaction | None, undone: SessionTransaction) -> bool:
    while savepoint is not None and savepoint is not undone:
        savepoint = savepoint.parent
    return savepoint is undone
