"""Feeds of neighbouring services, and the alerts that came by them."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, String, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from alerts.incoming import Key, Standing
from ldis.cases.models import Case
from ldis.db import Base, words_enum
from ldis.neighbours.rules import Disposition, FeedState


class Feed(Base):
    """An address that is asked again and again. `fault` says why it could not be read, since `failing_since`;
    `told_at` that the coordinators know."""

    __tablename__ = "neighbour_feeds"
    __table_args__ = (
        Index(
            "uq_neighbour_feeds_address",
            "partnership_id",
            "address",
            unique=True,
            postgresql_where=text("state <> 'removed'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnerships.id"))
    name: Mapped[str] = mapped_column(String(80))
    address: Mapped[str] = mapped_column(String(500))
    state: Mapped[FeedState] = mapped_column(words_enum(FeedState))
    added_at: Mapped[datetime]
    asked_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]
    failing_since: Mapped[datetime | None]
    told_at: Mapped[datetime | None]
    fault: Mapped[str] = mapped_column(String(200), default="")
    unreadable: Mapped[int] = mapped_column(default=0)
    etag: Mapped[str] = mapped_column(String(200), default="")
    last_modified: Mapped[str] = mapped_column(String(80), default="")


class NeighbourAlert(Base):
    """One document as it came: known by sender, identifier and time, whichever feed it came by first.

    `entry` is the identifier and the time of the feed's entry that brought it, so that it is not fetched again.
    """

    __tablename__ = "neighbour_alerts"
    __table_args__ = (
        UniqueConstraint("partnership_id", "sender", "identifier", "sent"),
        Index("ix_neighbour_alerts_waiting", "partnership_id", postgresql_where=text("disposition = 'waiting'")),
        Index("ix_neighbour_alerts_case_id", "case_id"),
        Index("ix_neighbour_alerts_feed_id", "feed_id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnerships.id"))
    feed_id: Mapped[int] = mapped_column(ForeignKey("neighbour_feeds.id"))
    sender: Mapped[str] = mapped_column(String(300))
    identifier: Mapped[str] = mapped_column(String(300))
    sent: Mapped[datetime]
    entry: Mapped[str | None] = mapped_column(String(400))
    kind: Mapped[str] = mapped_column(String(10))
    is_real: Mapped[bool]
    follows: Mapped[list[Any]] = mapped_column(JSONB)
    headline: Mapped[str] = mapped_column(String(300))
    description: Mapped[str] = mapped_column(Text)
    instruction: Mapped[str] = mapped_column(Text)
    areas: Mapped[list[str]] = mapped_column(JSONB)
    web: Mapped[str] = mapped_column(String(500))
    received_at: Mapped[datetime]
    standing: Mapped[Standing] = mapped_column(words_enum(Standing))
    disposition: Mapped[Disposition] = mapped_column(words_enum(Disposition))
    reason: Mapped[str] = mapped_column(Text, server_default="")
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[str | None] = mapped_column(String(120))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))

    feed: Mapped[Feed] = relationship()
    case: Mapped[Case | None] = relationship()

    @property
    def key(self) -> Key:
        """What it is known by."""
        return Key(self.sender, self.identifier, self.sent)
