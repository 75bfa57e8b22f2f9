"""Photos, encrypted in the database, so that one backup and one set of rules hold for them and for their reports."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from ldis.db import Base
from ldis.secrecy import EncryptedBytes


class Photo(Base):
    """A photo as it was redrawn; the file it was sent as is never kept.

    It waits under the key of the form it came with. `joined_at` is when that form became a report; from then on it
    is part of it. One that is taken out keeps its row, so that the same file sent again does not bring it back, and
    loses its pictures.
    """

    __tablename__ = "photos"
    __table_args__ = (
        UniqueConstraint("partnership_id", "submission_key", "digest"),
        CheckConstraint("(removed_at IS NULL) = (full_picture IS NOT NULL)", name="removed_is_gone"),
        CheckConstraint("(removed_at IS NULL) = (small_picture IS NOT NULL)", name="removed_is_gone_small"),
        CheckConstraint("removed_at IS NULL OR joined_at IS NOT NULL", name="only_what_joined_is_removed"),
        Index("ix_photos_waiting", "kept_at", postgresql_where=text("joined_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnerships.id"))
    submission_key: Mapped[str] = mapped_column(String(80))
    digest: Mapped[str] = mapped_column(String(64))
    kept_at: Mapped[datetime]
    kept_by: Mapped[str] = mapped_column(String(60))
    joined_at: Mapped[datetime | None]
    width: Mapped[int]
    height: Mapped[int]
    full_picture: Mapped[bytes | None] = mapped_column(EncryptedBytes, deferred=True)
    small_picture: Mapped[bytes | None] = mapped_column(EncryptedBytes, deferred=True)
    removed_at: Mapped[datetime | None]
    removed_by: Mapped[str | None] = mapped_column(String(60))
    removed_because: Mapped[str] = mapped_column(Text, default="")
