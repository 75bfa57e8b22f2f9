"""Reports with their sections, what those said before, comments, and every edition that was signed."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, SmallInteger, String, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ldis.db import Base, words_enum
from ldis.people.models import User


class Sort(StrEnum):
    """Which outline a report began with, as it is called in config/reporting.toml."""

    ANNUAL = "annual"
    ADDENDUM = "addendum"


class Stage(StrEnum):
    """Where a report is on its way."""

    DRAFT = "draft"
    SENT = "with the Senior Responsible Owner"
    SIGNED = "signed"


class Report(Base):
    """A report of a partnership over a period. `owner` is the Senior Responsible Owner who signs it."""

    __tablename__ = "partnership_reports"
    __table_args__ = (Index("ix_partnership_reports_period", "partnership_id", "ends_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnerships.id"))
    sort: Mapped[Sort] = mapped_column(words_enum(Sort))
    title: Mapped[str] = mapped_column(String(160))
    ends_on: Mapped[date]
    stage: Mapped[Stage] = mapped_column(words_enum(Stage))
    edition: Mapped[int] = mapped_column(SmallInteger, server_default="1")
    version: Mapped[int] = mapped_column(server_default="1")
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    begun_by: Mapped[str] = mapped_column(String(120))
    begun_at: Mapped[datetime]

    owner: Mapped[User | None] = relationship()
    every_section: Mapped[list["Section"]] = relationship(
        back_populates="report", order_by="Section.place, Section.id"
    )
    editions: Mapped[list["Edition"]] = relationship(order_by="Edition.number")

    @property
    def sections(self) -> list["Section"]:
        """The sections that were not taken out, in their order."""
        return [one for one in self.every_section if one.removed_at is None]


class Section(Base):
    """One section as it is now; one that was taken out is kept, with what it said before."""

    __tablename__ = "report_sections"
    __table_args__ = (Index("ix_report_sections_report_id", "report_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("partnership_reports.id"))
    place: Mapped[int] = mapped_column(SmallInteger)
    heading: Mapped[str] = mapped_column(String(160))
    text: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column(server_default="1")
    written_by: Mapped[str] = mapped_column(String(120))
    written_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]

    report: Mapped[Report] = relationship(back_populates="every_section")
    earlier: Mapped[list["Earlier"]] = relationship(order_by="Earlier.version.desc()")
    comments: Mapped[list["Comment"]] = relationship(order_by="Comment.id")


class Earlier(Base):
    """What a section said before."""

    __tablename__ = "report_earlier"
    __table_args__ = (UniqueConstraint("section_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    section_id: Mapped[int] = mapped_column(ForeignKey("report_sections.id"))
    version: Mapped[int]
    heading: Mapped[str] = mapped_column(String(160))
    text: Mapped[str] = mapped_column(Text)
    written_by: Mapped[str] = mapped_column(String(120))
    written_at: Mapped[datetime]


class Comment(Base):
    """What somebody says about a section, until somebody settles it."""

    __tablename__ = "report_comments"
    __table_args__ = (Index("ix_report_comments_section_id", "section_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    section_id: Mapped[int] = mapped_column(ForeignKey("report_sections.id"))
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(120))
    words: Mapped[str] = mapped_column(Text)
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[str | None] = mapped_column(String(120))


class Edition(Base):
    """A report as it was signed: every word and figure of it. It never changes."""

    __tablename__ = "report_editions"
    __table_args__ = (UniqueConstraint("report_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("partnership_reports.id"))
    number: Mapped[int] = mapped_column(SmallInteger)
    paper: Mapped[dict[str, Any]] = mapped_column(JSONB)
    signed_by: Mapped[str] = mapped_column(String(120))
    signed_at: Mapped[datetime]
    statement: Mapped[str] = mapped_column(Text)
