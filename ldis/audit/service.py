"""Write to the audit record, and verify it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import event, insert, select, update
from sqlalchemy.orm import Session

from ldis.audit.models import AuditEntry, AuditHead
from ldis.audit.rules import BEGINNING, digest
from ldis.db import utc_now
from ldis.secrecy import derived_key

PENDING = "ldis.audit.pending"
KEY_PURPOSE = "audit-chain"


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
    session.info.setdefault(PENDING, []).append(
        {
            "actor": actor,
            "action": action,
            "about": about,
            "partnership_id": partnership_id,
            "detail": dict(detail or {}),
        }
    )


def join_chain(session: Session) -> None:
    """Append what this transaction recorded; called before each commit, harmless with nothing to append."""
    entries = session.info.pop(PENDING, [])
    if not entries:
        return
    session.flush()
    position, before = session.execute(select(AuditHead.position, AuditHead.digest).with_for_update()).one()
    now, key = utc_now(), derived_key(KEY_PURPOSE)
    for entry in entries:
        position += 1
        before = digest(before, position=position, at=now, key=key, **entry)
        entry.update(position=position, at=now, digest=before)
    session.execute(insert(AuditEntry), entries)
    session.execute(update(AuditHead).values(position=position, digest=before))


def verify(session: Session) -> str | None:
    """Walk the chain; the first thing that is wrong in a sentence, or nothing when it is whole."""
    before, expected, key = BEGINNING, 0, derived_key(KEY_PURPOSE)
    for entry in session.scalars(
        select(AuditEntry).order_by(AuditEntry.position).execution_options(yield_per=1000)
    ):
        expected += 1
        if entry.position != expected:
            return f"Entry {expected} is missing."
        before = digest(
            before,
            position=entry.position,
            at=entry.at,
            actor=entry.actor,
            action=entry.action,
            about=entry.about,
            partnership_id=entry.partnership_id,
            detail=entry.detail,
            key=key,
        )
        if before != entry.digest:
            return f"Entry {entry.position} was altered."
    head = session.execute(select(AuditHead.position, AuditHead.digest)).one()
    if tuple(head) != (expected, before):
        return f"The record ends at entry {expected}, but {head.position} were written."
    return None


@event.listens_for(Session, "before_commit")
def _before_commit(session: Session) -> None:
    join_chain(session)


@event.listens_for(Session, "after_soft_rollback")
def _after_rollback(session: Session, _previous: Any) -> None:
    if not session.in_nested_transaction():
        session.info.pop(PENDING, None)
