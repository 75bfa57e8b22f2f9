"""Endpoints of other computers, what they are to be told, and every try at it."""

import uuid
from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ldis.db import Base, words_enum
from ldis.exchange.rules import EndpointState, Event, MessageState
from ldis.secrecy import EncryptedText


class Endpoint(Base):
    """A computer that is told of a partnership's public alerts. `old_secret` still signs until `old_until`."""

    __tablename__ = "webhook_endpoints"
    __table_args__ = (UniqueConstraint("partnership_id", "address"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnerships.id"))
    name: Mapped[str] = mapped_column(String(80))
    address: Mapped[str] = mapped_column(String(500))
    secret: Mapped[str] = mapped_column(EncryptedText)
    old_secret: Mapped[str | None] = mapped_column(EncryptedText)
    old_until: Mapped[datetime | None]
    state: Mapped[EndpointState] = mapped_column(words_enum(EndpointState))
    added_at: Mapped[datetime]
    failing_since: Mapped[datetime | None]


class WebhookMessage(Base):
    """One thing that one endpoint is told. `message_id` is the same at every try, so that a receiver knows it again."""

    __tablename__ = "webhook_messages"
    __table_args__ = (
        UniqueConstraint("endpoint_id", "alert_id", "event"),
        Index("ix_webhook_messages_waiting", "due_at", postgresql_where=text("state = 'waiting'")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    endpoint_id: Mapped[int] = mapped_column(ForeignKey("webhook_endpoints.id", ondelete="CASCADE"))
    alert_id: Mapped[int | None] = mapped_column(ForeignKey("alerts.id"))
    event: Mapped[Event] = mapped_column(words_enum(Event))
    message_id: Mapped[uuid.UUID] = mapped_column(unique=True)
    body: Mapped[str] = mapped_column(Text)
    state: Mapped[MessageState] = mapped_column(words_enum(MessageState))
    tries: Mapped[int] = mapped_column(default=0)
    written_at: Mapped[datetime]
    due_at: Mapped[datetime]

    endpoint: Mapped[Endpoint] = relationship()


class WebhookAttempt(Base):
    """One try to tell an endpoint something, and what it answered."""

    __tablename__ = "webhook_attempts"
    __table_args__ = (Index("ix_webhook_attempts_message_id", "message_id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("webhook_messages.id", ondelete="CASCADE"))
    at: Mapped[datetime]
    status: Mapped[int | None]
    milliseconds: Mapped[int]
    answer: Mapped[str] = mapped_column(String(200))
