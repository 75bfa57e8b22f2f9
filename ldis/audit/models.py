"""The audit table and the head of its chain."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Identity, Index, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from ldis.db import Base


class AuditEntry(Base):
    """One thing that was done. Never changed and never removed: triggers refuse both."""

    __tablename__ = "audit_entries"
    __table_args__ = (Index("ix_audit_entries_about", "about"),)

    position: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(60))
    action: Mapped[str] = mapped_column(String(60))
    about: Mapped[str] = mapped_column(String(80))
    partnership_id: Mapped[int | None]
    detail: Mapped[dict[str, Any]]
    digest: Mapped[str] = mapped_column(String(64))


class AuditHead(Base):
    """Where the chain ends: one row, locked by each writer in turn, so that a missing last row is noticed."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(SmallInteger, Identity(), primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger)
    digest: Mapped[str] = mapped_column(String(64))
