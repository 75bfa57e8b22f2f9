"""Who said that they have an alert."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ldis.db import Base, words_enum
from ldis.issuing.models import AlertRecipient
from ldis.reach.rules import How, Target
from ldis.secrecy import EncryptedText


class Acknowledgement(Base):
    """One recipient's word that they have an alert. The first time counts; numbers and a note may come later."""

    __tablename__ = "acknowledgements"
    __table_args__ = (CheckConstraint("passed_on >= 0", name="passed_on_is_a_count"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    recipient_id: Mapped[int] = mapped_column(ForeignKey("alert_recipients.id"), unique=True)
    at: Mapped[datetime]
    how: Mapped[How] = mapped_column(words_enum(How))
    passed_on: Mapped[int | None]
    note: Mapped[str] = mapped_column(Text, default="")

    recipient: Mapped[AlertRecipient] = relationship()


class Shortfall(Base):
    """That an alert fell behind one of its targets, and its coordinators were told; once for each target."""

    __tablename__ = "alert_shortfalls"
    __table_args__ = (
        UniqueConstraint("alert_id", "target"),
        CheckConstraint("share BETWEEN 0 AND 1", name="share_is_one"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    alert_id: Mapped[int] = mapped_column(ForeignKey("alerts.id"))
    target: Mapped[Target] = mapped_column(words_enum(Target))
    share: Mapped[float]
    told_at: Mapped[datetime]


class TextIn(Base):
    """That a text message came from a number, by its blind index, so that nobody is answered without end."""

    __tablename__ = "texts_in"
    __table_args__ = (Index("ix_texts_in_address_index", "address_index", "received_at"),)

    provider_reference: Mapped[str] = mapped_column(String(64), primary_key=True)
    address_index: Mapped[str] = mapped_column(String(64))
    received_at: Mapped[datetime]


class TextedReport(Base):
    """What a number has said so far of what it is reporting. Gone as soon as it is a report."""

    __tablename__ = "texted_reports"

    address_index: Mapped[str] = mapped_column(String(64), primary_key=True)
    said: Mapped[str] = mapped_column(EncryptedText)
    heard_at: Mapped[datetime]
