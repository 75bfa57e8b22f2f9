"""The audit table and the heads of its chains."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from ldis.db import Base


class AuditEntry(Base):
    """One thing that was done. Never changed and never removed: triggers refuse both."""

    __tablename__ = "audit_entries"
    __table_args__ = (
        Index("ix_audit_entries_about", "about"),
        Index("ix_audit_entries_newest", "at", "lane", "position"),
    )

    lane: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(60))
    action: Mapped[str] = mapped_column(String(60))
    about: Mapped[str] = mapped_column(String(80))
    partnership_id: Mapped[int | None]
    detail: Mapped[dict[str, Any]]
    digest: Mapped[str] = mapped_column(String(64))

    @property
    def place(self) -> str:
        """Where it stands in the record, as people name it."""
        return f"{self.lane}-{self.position}"


class AuditHead(Base):
    """Where each chain ends, so that a missing last row is noticed.

    There are several chains, called lanes, because a writer holds the end of its chain until it has committed: with
    one chain every report in the country would wait for the one before it to reach the disk.
    """

    __tablename__ = "audit_heads"

    lane: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(BigInteger)
    digest: Mapped[str] = mapped_column(String(64))
