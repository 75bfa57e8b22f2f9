"""Questions to partners, whom each was put to, and every answer."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ldis.cases.models import Case
from ldis.contacts.models import Contact
from ldis.corroboration.rules import How, Late, Sighting
from ldis.db import Base, words_enum
from ldis.people.models import Organisation
from ldis.secrecy import EncryptedText


class PartnerQuestion(Base):
    """One question about a case that was put to chosen partners, in these words.

    `submission_key` is the form's own name for this sending: the same form twice asks once. `opted_out` and
    `unreachable` say how many of those picked were left out, and why.
    """

    __tablename__ = "partner_questions"
    __table_args__ = (
        UniqueConstraint("case_id", "submission_key"),
        Index("ix_partner_questions_to_remind", "remind_at", postgresql_where=text("reminded_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    submission_key: Mapped[str] = mapped_column(String(80))
    words: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime]
    asked_by: Mapped[str] = mapped_column(String(60))
    closes_at: Mapped[datetime]
    remind_at: Mapped[datetime]
    reminded_at: Mapped[datetime | None]
    opted_out: Mapped[int]
    unreachable: Mapped[int]

    case: Mapped[Case] = relationship()


class AskedPartner(Base):
    """Somebody who was asked. Their link's secret end is found by its digest, and kept sealed for the reminder."""

    __tablename__ = "asked_partners"
    __table_args__ = (
        UniqueConstraint("question_id", "contact_id", name="uq_asked_partners_once"),
        Index("ix_asked_partners_contact_id", "contact_id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("partner_questions.id"))
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    token: Mapped[str] = mapped_column(EncryptedText)
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)

    question: Mapped[PartnerQuestion] = relationship()
    contact: Mapped[Contact] = relationship()
    organisation: Mapped[Organisation | None] = relationship()
    answers: Mapped[list["PartnerAnswer"]] = relationship(order_by="PartnerAnswer.id")

    @property
    def recipient(self) -> str:
        """How the person is named in the outbox and in records."""
        return f"contact/{self.contact_id}"


class PartnerAnswer(Base):
    """What somebody answered. Never changed: a later answer stands beside it, and the latest counts."""

    __tablename__ = "partner_answers"
    __table_args__ = (Index("ix_partner_answers_asked_id", "asked_id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    asked_id: Mapped[int] = mapped_column(ForeignKey("asked_partners.id"))
    at: Mapped[datetime]
    how: Mapped[How] = mapped_column(words_enum(How))
    sighting: Mapped[Sighting] = mapped_column(words_enum(Sighting))
    note: Mapped[str] = mapped_column(Text, default="")
    late: Mapped[Late | None] = mapped_column(words_enum(Late))


def about(question: PartnerQuestion) -> str:
    """How a question is named in the outbox and in the audit record."""
    return f"partner-question/{question.id}"


def reminder_about(question: PartnerQuestion) -> str:
    """How the reminder of a question is named in the outbox."""
    return f"{about(question)}/reminder"
