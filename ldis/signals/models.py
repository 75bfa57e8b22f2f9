"""The register of signals, what each rests on, and how far what came in has been looked at."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ldis.cases.models import Case
from ldis.db import Base, words_enum
from ldis.signals.rules import Disposition, Family
from ldis.submissions.models import IncidentReport, LabResult


class Signal(Base):
    """One episode of something unusual. It updates itself while it runs; what somebody made of it stays beside it.

    `rested_on` is on how many pieces it rested when it was settled; `grew_at` when it asked to be looked at again.
    """

    __tablename__ = "signals"
    __table_args__ = (
        Index("ix_signals_key", "partnership_id", "key"),
        Index("ix_signals_newest", "partnership_id", "found_at"),
        Index("ix_signals_open", "partnership_id", postgresql_where=text("disposition IN ('new', 'watched')")),
        Index("ix_signals_case_id", "case_id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnerships.id"))
    key: Mapped[str] = mapped_column(String(300))
    family: Mapped[Family] = mapped_column(words_enum(Family))
    about: Mapped[str] = mapped_column(String(120))
    areas: Mapped[list[str]] = mapped_column(JSONB)
    kinds: Mapped[list[str]] = mapped_column(JSONB)
    detectors: Mapped[list[str]] = mapped_column(JSONB)
    numbers: Mapped[dict[str, Any]] = mapped_column(JSONB)
    urgent: Mapped[bool]
    first_day: Mapped[date]
    last_day: Mapped[date]
    found_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    disposition: Mapped[Disposition] = mapped_column(words_enum(Disposition))
    reason: Mapped[str] = mapped_column(Text, server_default="")
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[str | None] = mapped_column(String(120))
    rested_on: Mapped[int] = mapped_column(server_default="0")
    grew_at: Mapped[datetime | None]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    version: Mapped[int] = mapped_column(server_default="1")

    case: Mapped[Case | None] = relationship()
    evidence: Mapped[list["SignalEvidence"]] = relationship(order_by="SignalEvidence.id", back_populates="signal")


class SignalEvidence(Base):
    """One report or result that a signal rests on."""

    __tablename__ = "signal_evidence"
    __table_args__ = (
        CheckConstraint("num_nonnulls(report_id, lab_result_id) = 1", name="one_thing"),
        UniqueConstraint("signal_id", "report_id"),
        UniqueConstraint("signal_id", "lab_result_id"),
        Index("ix_signal_evidence_report_id", "report_id"),
        Index("ix_signal_evidence_lab_result_id", "lab_result_id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    signal_id: Mapped[int] = mapped_column(ForeignKey("signals.id"))
    report_id: Mapped[int | None] = mapped_column(ForeignKey("incident_reports.id"))
    lab_result_id: Mapped[int | None] = mapped_column(ForeignKey("lab_results.id"))

    signal: Mapped[Signal] = relationship(back_populates="evidence")
    report: Mapped[IncidentReport | None] = relationship()
    lab_result: Mapped[LabResult | None] = relationship()


class SignalSweep(Base):
    """Up to when everything that came in to a partnership has been looked at, and on which night all series were."""

    __tablename__ = "signal_sweeps"

    partnership_id: Mapped[int] = mapped_column(
        ForeignKey("partnerships.id"), primary_key=True, autoincrement=False
    )
    swept_to: Mapped[datetime]
    night: Mapped[date | None]


class SignalTrial(Base):
    """One back-test: which detector with which settings, on which history, and what it would have said."""

    __tablename__ = "signal_trials"
    __table_args__ = (Index("ix_signal_trials_partnership_id", "partnership_id", "id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnerships.id"))
    asked_at: Mapped[datetime]
    asked_by: Mapped[str] = mapped_column(String(120))
    detector: Mapped[str] = mapped_column(String(40))
    settings: Mapped[dict[str, Any]] = mapped_column(JSONB)
    done_percent: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    finished_at: Mapped[datetime | None]
    fault: Mapped[str] = mapped_column(String(200), server_default="")
    outcome: Mapped[dict[str, Any] | None] = mapped_column(JSONB)


class LiveSetting(Base):
    """A change of how sensitive the detectors are in one partnership, made after a back-test. The newest counts."""

    __tablename__ = "signal_settings"
    __table_args__ = (Index("ix_signal_settings_partnership_id", "partnership_id", "id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnerships.id"))
    trial_id: Mapped[int] = mapped_column(ForeignKey("signal_trials.id"))
    values: Mapped[dict[str, Any]] = mapped_column(JSONB)
    reason: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime]
    changed_by: Mapped[str] = mapped_column(String(120))
