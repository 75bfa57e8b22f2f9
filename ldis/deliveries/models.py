"""Deliveries and the receipts that providers send for them."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, SmallInteger, String, Text, UniqueConstraint, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from alerts.messages import Medium
from ldis.db import Base, words_enum
from ldis.deliveries.rules import State
from ldis.secrecy import EncryptedText


class Delivery(Base):
    """One message to one recipient by one medium: the exact words, and how far it has got.

    `about` and `recipient` are names such as "alert/12" and "contact/5"; together with the medium they are unique,
    so that nothing is ever written to the same person twice.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("about", "recipient", "medium", name="uq_deliveries_once"),
        Index(
            "ix_deliveries_waiting",
            "medium",
            "urgency",
            "due_at",
            "id",
            postgresql_where=text("state = 'queued'"),
        ),
        Index("ix_deliveries_in_flight", "claimed_at", postgresql_where=text("state = 'sending'")),
        Index("ix_deliveries_provider_reference", "provider_reference"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    reference: Mapped[uuid.UUID] = mapped_column(Uuid, unique=True, default=uuid.uuid4)
    partnership_id: Mapped[int | None] = mapped_column(ForeignKey("partnerships.id"))
    about: Mapped[str] = mapped_column(String(80))
    recipient: Mapped[str] = mapped_column(String(40))
    medium: Mapped[Medium] = mapped_column(words_enum(Medium))
    urgency: Mapped[int] = mapped_column(SmallInteger)
    address: Mapped[str] = mapped_column(EncryptedText)
    subject: Mapped[str | None] = mapped_column(EncryptedText)
    text: Mapped[str] = mapped_column(EncryptedText)
    html: Mapped[str | None] = mapped_column(EncryptedText)
    state: Mapped[State] = mapped_column(words_enum(State), default=State.QUEUED)
    written_at: Mapped[datetime]
    due_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    claimed_by: Mapped[str | None] = mapped_column(String(60))
    sent_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(SmallInteger, default=0)
    provider: Mapped[str | None] = mapped_column(String(20))
    provider_reference: Mapped[str | None] = mapped_column(String(80))
    reason: Mapped[str | None] = mapped_column(Text)


class Receipt(Base):
    """What a provider said about a delivery; every one is kept, whatever order they come in."""

    __tablename__ = "receipts"
    __table_args__ = (Index("ix_receipts_delivery_id", "delivery_id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    delivery_id: Mapped[int] = mapped_column(ForeignKey("deliveries.id"))
    received_at: Mapped[datetime]
    provider: Mapped[str] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(40))
    detail: Mapped[dict[str, Any]]
