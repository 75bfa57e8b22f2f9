"""Questions about the audit record."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from ldis.audit.models import AuditEntry


def entries_about(session: Session, about: str, *, partnership_id: int) -> Sequence[AuditEntry]:
    """Everything that was done to one thing, oldest first."""
    return session.scalars(
        select(AuditEntry)
        .where(AuditEntry.about == about, AuditEntry.partnership_id == partnership_id)
        .order_by(AuditEntry.at, AuditEntry.lane, AuditEntry.position)
    ).all()
