"""Every clock that ran, and whom it told."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ldis.cases.models import Case
from ldis.clocks.rules import Event, Kind, Runs, ToldAs
from ldis.db import Base, words_enum
from ldis.people.models import User
from ldis.submissions.models import IncidentReport


class Clock(Base):
    """One clock about one report or case, from its start until it stopped. Rows are kept, for the stopwatch.

    `about` names the report or the case, like "case/12"; of each kind one runs at a time. A clock whose time changes,
    as when life turns out to be at risk, stops and another starts.
    """

    __tablename__ = "clocks"
    __table_args__ = (
        CheckConstraint("num_nonnulls(report_id, case_id) = 1", name="one_thing"),
        Index("uq_clocks_running", "kind", "about", unique=True, postgresql_where=text("stopped_at IS NULL")),
        Index("ix_clocks_warn_at", "warn_at", postgresql_where=text("stopped_at IS NULL AND warned_at IS NULL")),
        Index("ix_clocks_due_at", "due_at", postgresql_where=text("stopped_at IS NULL AND broken_at IS NULL")),
        Index("ix_clocks_case_id", "case_id"),
        Index("ix_clocks_about", "about"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnerships.id"))
    kind: Mapped[Kind] = mapped_column(words_enum(Kind))
    about: Mapped[str] = mapped_column(String(40))
    report_id: Mapped[int | None] = mapped_column(ForeignKey("incident_reports.id"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    runs: Mapped[Runs] = mapped_column(words_enum(Runs))
    started_at: Mapped[datetime]
    warn_at: Mapped[datetime]
    due_at: Mapped[datetime]
    stopped_at: Mapped[datetime | None]
    warned_at: Mapped[datetime | None]
    broken_at: Mapped[datetime | None]

    report: Mapped[IncidentReport | None] = relationship()
    case: Mapped[Case | None] = relationship()
    tellings: Mapped[list["ClockTelling"]] = relationship(order_by="ClockTelling.id")


class ClockTelling(Base):
    """That somebody was told of a clock: that it soon breaks, or that it broke. Each once."""

    __tablename__ = "clock_tellings"
    __table_args__ = (UniqueConstraint("clock_id", "person_id", "event"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    clock_id: Mapped[int] = mapped_column(ForeignKey("clocks.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    event: Mapped[Event] = mapped_column(words_enum(Event))
    told_as: Mapped[ToldAs] = mapped_column(words_enum(ToldAs))
    at: Mapped[datetime]

    person: Mapped[User] = relationship(lazy="joined")
