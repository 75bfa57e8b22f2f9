"""What became of reports: how far they had got, what was added and asked, and the codes to follow them by."""

from datetime import datetime

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
from sqlalchemy.orm import Mapped, mapped_column, relationship

from alerts.messages import Medium
from ldis.db import Base, words_enum
from ldis.followup.rules import CameTo
from ldis.submissions.models import IncidentReport
from ldis.submissions.rules import Status


class ReportStep(Base):
    """That a report had got somewhere: it was looked at, or decided and then what came of it.

    `decision` is the name of the decision; each is told to a reporter once. `to_be_told` says that the reporter
    wished to hear and can be reached; `told_at` that the words are in the outbox.
    """

    __tablename__ = "report_steps"
    __table_args__ = (
        UniqueConstraint("report_id", "decision"),
        CheckConstraint("(came_to IS NOT NULL) = (status = 'decided')", name="decided_came_to_something"),
        CheckConstraint("(came_to IS NULL) = (decision IS NULL)", name="came_to_by_a_decision"),
        Index("ix_report_steps_to_tell", "id", postgresql_where=text("to_be_told AND told_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("incident_reports.id"))
    at: Mapped[datetime]
    status: Mapped[Status] = mapped_column(words_enum(Status))
    came_to: Mapped[CameTo | None] = mapped_column(words_enum(CameTo))
    decision: Mapped[str | None] = mapped_column(String(40))
    to_be_told: Mapped[bool] = mapped_column(default=False)
    told_at: Mapped[datetime | None]
    told_by: Mapped[Medium | None] = mapped_column(words_enum(Medium))

    report: Mapped[IncidentReport] = relationship()


class ReportQuestion(Base):
    """What a coordinator asked a reporter. The link to it is good until `expires_at`; only its digest is kept."""

    __tablename__ = "report_questions"
    __table_args__ = (UniqueConstraint("report_id", "submission_key"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("incident_reports.id"))
    submission_key: Mapped[str] = mapped_column(String(80))
    asked_at: Mapped[datetime]
    asked_by: Mapped[str] = mapped_column(String(60))
    words: Mapped[str] = mapped_column(Text)
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime]

    report: Mapped[IncidentReport] = relationship()
    answers: Mapped[list["ReportUpdate"]] = relationship(order_by="ReportUpdate.id", back_populates="question")


class ReportUpdate(Base):
    """What was added to a report after it was sent: by itself, or as the answer to a question.

    `submission_key` is the sender's own name for this sending: the same key again is the same update. `late` marks
    an answer that came when it could no longer help. `seen_at` says when a coordinator had read it.
    """

    __tablename__ = "report_updates"
    __table_args__ = (
        UniqueConstraint("report_id", "submission_key"),
        Index("ix_report_updates_question_id", "question_id"),
        Index("ix_report_updates_unseen", "report_id", postgresql_where=text("seen_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("incident_reports.id"))
    question_id: Mapped[int | None] = mapped_column(ForeignKey("report_questions.id"))
    submission_key: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(60))
    words: Mapped[str] = mapped_column(Text)
    late: Mapped[bool] = mapped_column(default=False)
    seen_at: Mapped[datetime | None]
    seen_by: Mapped[str | None] = mapped_column(String(60))

    report: Mapped[IncidentReport] = relationship()
    question: Mapped[ReportQuestion | None] = relationship(back_populates="answers")


class TrackingCode(Base):
    """The one code that is outstanding for a report, as a keyed digest. It is deleted when it is used."""

    __tablename__ = "tracking_codes"

    report_id: Mapped[int] = mapped_column(
        ForeignKey("incident_reports.id"), primary_key=True, autoincrement=False
    )
    digest: Mapped[str] = mapped_column(String(64))
    sent_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(SmallInteger, default=0)
