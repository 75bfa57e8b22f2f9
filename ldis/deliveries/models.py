"""Deliveries and the receipts that providers send for them."""

import json
import uuid
from dataclasses import astuple, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Computed,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from alerts.messages import Enclosure, Medium, Words
from ldis.db import Base, words_enum
from ldis.deliveries.rules import State
from ldis.secrecy import seal, unseal

ALERT_IN_NAME = "substring(about from '^alert/([0-9]+)')::integer"
CONTACT_IN_NAME = "CASE WHEN about LIKE 'alert/%' THEN substring(recipient from '^contact/([0-9]+)')::integer END"
EXERCISE = "EXERCISE. "


@dataclass(frozen=True)
class Envelope:
    """Where a message goes and the exact words in it."""

    address: str
    words: Words

    def sealed(self) -> bytes:
        """Encrypted as one: quicker than part by part, and no part can be put into another's row."""
        parts: list[object] = [self.address, self.words.text, self.words.subject, self.words.html]
        if self.words.enclosed is not None:
            parts.append(astuple(self.words.enclosed))
        if self.words.unsubscribe is not None:
            parts.append(self.words.unsubscribe)
        return seal(json.dumps(parts, ensure_ascii=False))

    @classmethod
    def opened(cls, token: bytes) -> "Envelope":
        """What was sealed."""
        address, words, subject, html, *more = json.loads(unseal(token))
        inside = next((Enclosure(*part) for part in more if isinstance(part, list)), None)
        unsubscribe = next((part for part in more if isinstance(part, str)), None)
        return cls(
            address, Words(text=words, subject=subject, html=html, enclosed=inside, unsubscribe=unsubscribe)
        )


class SealedEnvelope(TypeDecorator[Envelope]):
    """An envelope that the database only ever sees encrypted."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Envelope | None, dialect: Dialect) -> bytes | None:
        return None if value is None else value.sealed()

    def process_result_value(self, value: Any, dialect: Dialect) -> Envelope | None:
        return None if value is None else Envelope.opened(bytes(value))


class Delivery(Base):
    """One message to one recipient by one medium: the exact words, and how far it has got.

    `about` and `recipient` are names such as "alert/12" and "contact/5"; together with the medium they are unique,
    so that nothing is ever written to the same person twice. `claimed_by` is the number of the lane that is
    sending it; a row in `sending` without one is to be asked about at the provider. `counted_as` is a keyed digest of
    what it is and where it goes, where an address may have only so many of a kind. `alert_id` and `contact_id` are read
    from the names by the database itself, and must be both for exercises or both not: no exercise can be posted to
    somebody who is not taking part, nor a real alert to a contact who is there for exercises only.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("about", "recipient", "medium", name="uq_deliveries_once"),
        ForeignKeyConstraint(["alert_id", "is_exercise"], ["alerts.id", "alerts.is_exercise"]),
        ForeignKeyConstraint(["contact_id", "is_exercise"], ["contacts.id", "contacts.is_exercise"]),
        Index(
            "ix_deliveries_waiting",
            "medium",
            "urgency",
            "due_at",
            "id",
            postgresql_where=text("state = 'queued'"),
        ),
        Index(
            "ix_deliveries_of_contacts",
            "contact_id",
            "medium",
            "id",
            postgresql_where=text("contact_id IS NOT NULL"),
        ),
        Index("ix_deliveries_in_flight", "claimed_at", postgresql_where=text("state = 'sending'")),
        Index("ix_deliveries_in_doubt", "id", postgresql_where=text("state = 'may have been sent'")),
        Index(
            "ix_deliveries_counted_as",
            "counted_as",
            "written_at",
            postgresql_where=text("counted_as IS NOT NULL"),
        ),
        Index(
            "ix_deliveries_provider_reference",
            "provider_reference",
            postgresql_where=text("provider_reference IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    reference: Mapped[uuid.UUID] = mapped_column(Uuid, unique=True, default=uuid.uuid4)
    partnership_id: Mapped[int | None] = mapped_column(ForeignKey("partnerships.id"))
    about: Mapped[str] = mapped_column(String(80))
    recipient: Mapped[str] = mapped_column(String(40))
    alert_id: Mapped[int | None] = mapped_column(Computed(ALERT_IN_NAME, persisted=True))
    contact_id: Mapped[int | None] = mapped_column(Computed(CONTACT_IN_NAME, persisted=True))
    is_exercise: Mapped[bool] = mapped_column(default=False)
    medium: Mapped[Medium] = mapped_column(words_enum(Medium))
    urgency: Mapped[int] = mapped_column(SmallInteger)
    counted_as: Mapped[str | None] = mapped_column(String(64))
    envelope: Mapped[Envelope] = mapped_column(SealedEnvelope)
    state: Mapped[State] = mapped_column(words_enum(State), default=State.QUEUED)
    written_at: Mapped[datetime]
    due_at: Mapped[datetime]
    give_up_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    claimed_by: Mapped[int | None] = mapped_column(Integer)
    sent_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(SmallInteger, default=0)
    provider: Mapped[str | None] = mapped_column(Text)
    provider_reference: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)

    @property
    def address(self) -> str:
        """Where it goes."""
        return self.envelope.address

    @property
    def subject(self) -> str | None:
        """The subject line of an e-mail."""
        return self.envelope.words.subject

    @property
    def text(self) -> str:
        """The exact words, as plain text."""
        return self.envelope.words.text

    @property
    def html(self) -> str | None:
        """The exact words, as HTML."""
        return self.envelope.words.html


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
