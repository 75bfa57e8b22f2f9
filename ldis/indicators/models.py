"""Figures of indicators with their revisions, targets, locked periods, and what was hidden when it was published."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    Numeric,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ldis.db import Base, words_enum
from ldis.indicators.dictionary import Release
from ldis.indicators.figures import Said, Spot, Status


class Figure(Base):
    """One figure: of which indicator and part, where, and for which period: its last day and its months.

    `numerator` and `denominator` are kept where they came with it. `method` is how an estimate was made.
    """

    __tablename__ = "indicator_figures"
    __table_args__ = (
        UniqueConstraint("partnership_id", "indicator", "area", "part", "ends_on", "months"),
        Index("ix_indicator_figures_period", "partnership_id", "ends_on"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnerships.id"))
    indicator: Mapped[str] = mapped_column(String(40))
    area: Mapped[str] = mapped_column(String(9))
    part: Mapped[str] = mapped_column(String(40))
    ends_on: Mapped[date]
    months: Mapped[int] = mapped_column(SmallInteger)
    value: Mapped[Decimal] = mapped_column(Numeric(14, 4))
    numerator: Mapped[Decimal | None] = mapped_column(Numeric(14, 4))
    denominator: Mapped[Decimal | None] = mapped_column(Numeric(14, 4))
    status: Mapped[Status] = mapped_column(words_enum(Status))
    release: Mapped[Release] = mapped_column(words_enum(Release))
    source: Mapped[str] = mapped_column(String(200))
    note: Mapped[str] = mapped_column(String(300), server_default="")
    method: Mapped[str] = mapped_column(String(60), server_default="")
    version: Mapped[int] = mapped_column(server_default="1")
    entered_at: Mapped[datetime]
    entered_by: Mapped[str] = mapped_column(String(120))
    entered_by_id: Mapped[int]

    revisions: Mapped[list["Revision"]] = relationship(order_by="Revision.id")

    @property
    def spot(self) -> Spot:
        """What it is of."""
        return Spot(self.indicator, self.area, self.part, self.ends_on, self.months)

    @property
    def said(self) -> Said:
        """What it says."""
        return Said(
            value=self.value,
            numerator=self.numerator,
            denominator=self.denominator,
            status=self.status,
            release=self.release,
            source=self.source,
            note=self.note,
            method=self.method,
        )


class Revision(Base):
    """What a figure was before it was changed, by whom and why."""

    __tablename__ = "indicator_revisions"
    __table_args__ = (Index("ix_indicator_revisions_figure_id", "figure_id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    figure_id: Mapped[int] = mapped_column(ForeignKey("indicator_figures.id"))
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(120))
    before: Mapped[dict[str, Any]] = mapped_column(JSONB)
    after: Mapped[dict[str, Any]] = mapped_column(JSONB)
    why: Mapped[str] = mapped_column(Text)

    @property
    def was(self) -> str:
        """The value before, as it is written."""
        return f"{Decimal(self.before['value']).normalize():,f}"

    @property
    def became(self) -> str:
        """The value after, as it is written."""
        return f"{Decimal(self.after['value']).normalize():,f}"


class Target(Base):
    """What a figure is to reach by a day."""

    __tablename__ = "indicator_targets"
    __table_args__ = (UniqueConstraint("partnership_id", "indicator", "part", "by"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnerships.id"))
    indicator: Mapped[str] = mapped_column(String(40))
    part: Mapped[str] = mapped_column(String(40))
    value: Mapped[Decimal] = mapped_column(Numeric(14, 4))
    by: Mapped[date]
    source: Mapped[str] = mapped_column(String(200))
    set_at: Mapped[datetime]
    set_by: Mapped[str] = mapped_column(String(120))


class Lock(Base):
    """That a second person approved all figures of a period, until somebody unlocked it with a reason."""

    __tablename__ = "indicator_locks"
    __table_args__ = (
        Index(
            "uq_indicator_locks_period",
            "partnership_id",
            "ends_on",
            unique=True,
            postgresql_where=text("unlocked_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnerships.id"))
    ends_on: Mapped[date]
    locked_at: Mapped[datetime]
    locked_by: Mapped[str] = mapped_column(String(120))
    locked_by_id: Mapped[int]
    unlocked_at: Mapped[datetime | None]
    unlocked_by: Mapped[str | None] = mapped_column(String(120))
    why_unlocked: Mapped[str] = mapped_column(Text, server_default="")


class Hidden(Base):
    """That a count is hidden in everything that is published, and since when. It stays so."""

    __tablename__ = "indicator_hidden"
    __table_args__ = (UniqueConstraint("partnership_id", "indicator", "area", "part", "ends_on", "months"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnerships.id"))
    indicator: Mapped[str] = mapped_column(String(40))
    area: Mapped[str] = mapped_column(String(9))
    part: Mapped[str] = mapped_column(String(40))
    ends_on: Mapped[date]
    months: Mapped[int] = mapped_column(SmallInteger)
    why: Mapped[str] = mapped_column(String(80))
    since: Mapped[datetime]


class Reading(StrEnum):
    """How far a file is. One that is short is read while somebody waits."""

    SHORT = "short"
    WAITING = "waiting to be read"
    READ = "read"
    TAKING_IN = "being taken in"
    TAKEN_IN = "taken in"


class FigureFile(Base):
    """A file of figures that somebody handed in and is looking at. It is forgotten as soon as that is over."""

    __tablename__ = "indicator_files"

    id: Mapped[int] = mapped_column(primary_key=True)
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnerships.id"))
    file_name: Mapped[str] = mapped_column(String(120))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    uploaded_by: Mapped[str] = mapped_column(String(60))
    uploaded_at: Mapped[datetime]
    reading: Mapped[Reading] = mapped_column(words_enum(Reading), server_default=Reading.SHORT.value)
    rows_read: Mapped[int] = mapped_column(server_default="0")
    new: Mapped[int] = mapped_column(server_default="0")
    changed: Mapped[int] = mapped_column(server_default="0")
    faults: Mapped[list[list[Any]]] = mapped_column(JSONB, server_default="[]")
    refused: Mapped[str] = mapped_column(Text, server_default="")


class Incoming(Base):
    """A figure of a long file that waits until all of them are taken in."""

    __tablename__ = "indicator_incoming"
    __table_args__ = (Index("ix_indicator_incoming_file_id", "file_id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("indicator_files.id", ondelete="CASCADE"))
    line: Mapped[int]
    indicator: Mapped[str] = mapped_column(String(40))
    area: Mapped[str] = mapped_column(String(9))
    part: Mapped[str] = mapped_column(String(40))
    ends_on: Mapped[date]
    months: Mapped[int] = mapped_column(SmallInteger)
    value: Mapped[Decimal] = mapped_column(Numeric(14, 4))
    numerator: Mapped[Decimal | None] = mapped_column(Numeric(14, 4))
    denominator: Mapped[Decimal | None] = mapped_column(Numeric(14, 4))
    status: Mapped[Status] = mapped_column(words_enum(Status))
    release: Mapped[Release] = mapped_column(words_enum(Release))
    source: Mapped[str] = mapped_column(String(200))
    note: Mapped[str] = mapped_column(String(300))
    method: Mapped[str] = mapped_column(String(60))
