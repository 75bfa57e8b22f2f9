"""Cases, what they gather, and what the panel said."""

from datetime import date, datetime
from typing import Any

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
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ldis.cases.rules import Outcome, State, WouldHelp
from ldis.db import Base, words_enum
from ldis.people.models import User
from ldis.people.rules import Discipline
from ldis.submissions.models import IncidentReport, LabResult


class Case(Base):
    """What is known about one thing, and how far its review has got.

    `version` goes up with every change of state or evidence; a page that shows an older one may not change anything.
    `round` counts how often the panel was called; gradings and votes belong to one round.
    """

    __tablename__ = "cases"
    __table_args__ = (
        UniqueConstraint("partnership_id", "number"),
        Index("ix_cases_partnership_id_state", "partnership_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnerships.id"))
    number: Mapped[int]
    reference: Mapped[str] = mapped_column(String(20), unique=True)
    title: Mapped[str] = mapped_column(String(160))
    state: Mapped[State] = mapped_column(words_enum(State))
    version: Mapped[int] = mapped_column(default=1)
    round: Mapped[int] = mapped_column(default=0)
    risk_to_life: Mapped[bool] = mapped_column(default=False)
    opened_at: Mapped[datetime]
    coordinator_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))

    merged_into: Mapped["Case | None"] = relationship(remote_side="Case.id")
    coordinator: Mapped[User | None] = relationship(lazy="joined")
    evidence: Mapped[list["Evidence"]] = relationship(order_by="Evidence.id", back_populates="case")
    entries: Mapped[list["CaseEntry"]] = relationship(order_by="CaseEntry.id")
    gradings: Mapped[list["Grading"]] = relationship(order_by="Grading.id")
    recusals: Mapped[list["Recusal"]] = relationship(order_by="Recusal.id")
    votes: Mapped[list["Vote"]] = relationship(order_by="Vote.id")
    decisions: Mapped[list["Decision"]] = relationship(order_by="Decision.id")


class Evidence(Base):
    """One report or one result in a case; each is in one case only."""

    __tablename__ = "case_evidence"
    __table_args__ = (
        CheckConstraint("num_nonnulls(report_id, lab_result_id) = 1", name="one_thing"),
        Index("ix_case_evidence_case_id", "case_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    report_id: Mapped[int | None] = mapped_column(ForeignKey("incident_reports.id"), unique=True)
    lab_result_id: Mapped[int | None] = mapped_column(ForeignKey("lab_results.id"), unique=True)
    added_at: Mapped[datetime]
    added_by: Mapped[str] = mapped_column(String(60))

    case: Mapped[Case] = relationship(back_populates="evidence")
    report: Mapped[IncidentReport | None] = relationship()
    lab_result: Mapped[LabResult | None] = relationship()


class CaseEntry(Base):
    """One line of a case's history: who did what, from which state to which, and why."""

    __tablename__ = "case_entries"
    __table_args__ = (Index("ix_case_entries_case_id", "case_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(60))
    actor_name: Mapped[str] = mapped_column(String(120))
    action: Mapped[str] = mapped_column(String(60))
    before: Mapped[State | None] = mapped_column(words_enum(State))
    after: Mapped[State] = mapped_column(words_enum(State))
    words: Mapped[str] = mapped_column(Text, default="")


class Grading(Base):
    """One panel member's independent judgement: answers to the policy's questions and the two scores."""

    __tablename__ = "gradings"
    __table_args__ = (UniqueConstraint("case_id", "round", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    round: Mapped[int]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    discipline: Mapped[Discipline] = mapped_column(words_enum(Discipline))
    answers: Mapped[dict[str, Any]]
    quality: Mapped[int]
    risk: Mapped[int]
    would_help: Mapped[WouldHelp] = mapped_column(words_enum(WouldHelp))
    comment: Mapped[str] = mapped_column(Text, default="")
    given_at: Mapped[datetime]

    person: Mapped[User] = relationship(lazy="joined")


class Recusal(Base):
    """A panel member who has an interest and stands aside for this case."""

    __tablename__ = "recusals"
    __table_args__ = (UniqueConstraint("case_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    reason: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]

    person: Mapped[User] = relationship(lazy="joined")


class Vote(Base):
    """One panel member's vote in one round; a reopened case starts a new round."""

    __tablename__ = "votes"
    __table_args__ = (UniqueConstraint("case_id", "round", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    round: Mapped[int]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    discipline: Mapped[Discipline] = mapped_column(words_enum(Discipline))
    outcome: Mapped[Outcome] = mapped_column(words_enum(Outcome))
    reason: Mapped[str] = mapped_column(Text, default="")
    cast_at: Mapped[datetime]

    person: Mapped[User] = relationship(lazy="joined")


class Decision(Base):
    """What was decided in one round, on which votes and under which policy.

    `at_once`: by one person, because life is at risk; `review_due_at` says by when the panel looks back at it, and
    the panel's own decision of the same round is that look back. `review_on`: when no further action is looked at
    again.
    """

    __tablename__ = "decisions"
    __table_args__ = (
        UniqueConstraint("case_id", "round", "at_once"),
        CheckConstraint("at_once = (review_due_at IS NOT NULL)", name="at_once_is_reviewed"),
        CheckConstraint("review_on IS NULL OR outcome = 'no further action'", name="no_action_is_looked_at_again"),
        Index("ix_decisions_review_on", "review_on", postgresql_where=text("review_on IS NOT NULL")),
        Index("ix_decisions_no_action", "decided_at", postgresql_where=text("outcome = 'no further action'")),
        Index("ix_decisions_review_due_at", "review_due_at", postgresql_where=text("review_due_at IS NOT NULL")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    round: Mapped[int]
    outcome: Mapped[Outcome] = mapped_column(words_enum(Outcome))
    suggested: Mapped[Outcome | None] = mapped_column(words_enum(Outcome))
    reason: Mapped[str] = mapped_column(Text, default="")
    policy_version: Mapped[str] = mapped_column(String(40))
    votes: Mapped[dict[str, Any]]
    decided_by: Mapped[str] = mapped_column(String(60))
    decided_at: Mapped[datetime]
    at_once: Mapped[bool] = mapped_column(default=False)
    review_due_at: Mapped[datetime | None]
    review_on: Mapped[date | None]


class Recall(Base):
    """That a report or a result brought a case back to mind that ended in no further action, and why it is like it.

    Each does so once for a case, whatever is decided of it afterwards.
    """

    __tablename__ = "case_recalls"
    __table_args__ = (
        CheckConstraint("num_nonnulls(report_id, lab_result_id) = 1", name="one_thing"),
        UniqueConstraint("case_id", "report_id"),
        UniqueConstraint("case_id", "lab_result_id"),
        Index("ix_case_recalls_decision_id", "decision_id"),
        Index("ix_case_recalls_report_id", "report_id"),
        Index("ix_case_recalls_lab_result_id", "lab_result_id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    decision_id: Mapped[int] = mapped_column(ForeignKey("decisions.id"))
    report_id: Mapped[int | None] = mapped_column(ForeignKey("incident_reports.id"))
    lab_result_id: Mapped[int | None] = mapped_column(ForeignKey("lab_results.id"))
    why: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]

    case: Mapped[Case] = relationship()
    decision: Mapped[Decision] = relationship()
    report: Mapped[IncidentReport | None] = relationship()
    lab_result: Mapped[LabResult | None] = relationship()
