"""Alerts, every version of their words, who approved them, and to whom they went."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from alerts.audiences import Topic
from alerts.messages import Handling, Level, Medium
from ldis.cases.models import Case
from ldis.contacts.models import Contact, ContactList
from ldis.contacts.rules import Chosen
from ldis.db import Base, words_enum
from ldis.issuing.doubting import Settlement
from ldis.issuing.rules import State
from ldis.people.models import Organisation, Partnership, User
from ldis.people.rules import Sector
from ldis.submissions.models import LabResult

alert_lists = Table(
    "alert_lists",
    Base.metadata,
    Column("alert_id", ForeignKey("alerts.id"), primary_key=True),
    Column("list_id", ForeignKey("contact_lists.id"), primary_key=True),
)


class Alert(Base):
    """One alert, from its first draft on.

    `version` counts the versions of its words and audience; every one is kept. `code` is what anybody can check an
    alert by. A case has at most one alert that is not issued yet, and besides at most one for an exercise. `sectors`,
    `area_codes` and `topics` choose people besides those on its lists.
    """

    __tablename__ = "alerts"
    __table_args__ = (
        UniqueConstraint("partnership_id", "number"),
        Index(
            "uq_alerts_one_draft_per_case",
            "case_id",
            "is_exercise",
            unique=True,
            postgresql_where=text("state <> 'issued'"),
        ),
        Index("ix_alerts_case_id", "case_id"),
        UniqueConstraint("id", "is_exercise"),
        CheckConstraint("NOT (is_exercise AND handling = 'public')", name="exercises_are_not_public"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnerships.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    number: Mapped[int]
    reference: Mapped[str] = mapped_column(String(20), unique=True)
    code: Mapped[str] = mapped_column(String(8), unique=True)
    state: Mapped[State] = mapped_column(words_enum(State))
    version: Mapped[int] = mapped_column(default=1)
    author_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    level: Mapped[Level] = mapped_column(words_enum(Level))
    handling: Mapped[Handling] = mapped_column(words_enum(Handling))
    content: Mapped[dict[str, Any]]
    media: Mapped[list[str]]
    is_exercise: Mapped[bool] = mapped_column(default=False)
    sectors: Mapped[list[str]] = mapped_column(default=list)
    area_codes: Mapped[list[str]] = mapped_column(default=list)
    topics: Mapped[list[str]] = mapped_column(default=list)
    override_reason: Mapped[str] = mapped_column(Text, default="")
    sent_back_reason: Mapped[str] = mapped_column(Text, default="")
    drafted_at: Mapped[datetime]
    issued_at: Mapped[datetime | None]

    partnership: Mapped[Partnership] = relationship(lazy="joined")
    case: Mapped[Case] = relationship(lazy="joined")
    author: Mapped[User] = relationship(lazy="joined")
    lists: Mapped[list[ContactList]] = relationship(
        secondary=alert_lists, order_by=ContactList.name, lazy="selectin"
    )
    versions: Mapped[list["AlertVersion"]] = relationship(order_by="AlertVersion.version", lazy="selectin")
    approval: Mapped["Approval | None"] = relationship(lazy="selectin")

    @property
    def chosen_media(self) -> tuple[Medium, ...]:
        """The media it goes out by, in their fixed order."""
        return tuple(medium for medium in Medium if medium.value in self.media)

    @property
    def chosen(self) -> Chosen:
        """Whom it is meant for."""
        return Chosen(
            list_ids=tuple(one.id for one in self.lists),
            sectors=tuple(Sector(word) for word in self.sectors),
            area_codes=tuple(self.area_codes),
            topics=tuple(Topic(word) for word in self.topics),
        )


class AlertVersion(Base):
    """An alert as somebody saved it. Never changed."""

    __tablename__ = "alert_versions"
    __table_args__ = (UniqueConstraint("alert_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    alert_id: Mapped[int] = mapped_column(ForeignKey("alerts.id"))
    version: Mapped[int]
    author_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    saved_at: Mapped[datetime]
    snapshot: Mapped[dict[str, Any]]

    author: Mapped[User] = relationship(lazy="joined")


class Approval(Base):
    """Who signed which words to whom, and when. An alert has one."""

    __tablename__ = "approvals"

    id: Mapped[int] = mapped_column(primary_key=True)
    alert_id: Mapped[int] = mapped_column(ForeignKey("alerts.id"), unique=True)
    alert_version: Mapped[int]
    content_hash: Mapped[str] = mapped_column(String(64))
    approver_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    approved_at: Mapped[datetime]

    approver: Mapped[User] = relationship(lazy="joined")


class AlertRecipient(Base):
    """A contact that an alert went to, and the secret end of their own link.

    `recipient` is how the contact is named in the outbox; with `about(alert)` it finds their messages. Alert and
    contact are both for exercises or both not: two foreign keys share the column that says so.
    """

    __tablename__ = "alert_recipients"
    __table_args__ = (
        UniqueConstraint("alert_id", "contact_id"),
        Index("ix_alert_recipients_contact_id", "contact_id"),
        ForeignKeyConstraint(["alert_id", "is_exercise"], ["alerts.id", "alerts.is_exercise"]),
        ForeignKeyConstraint(["contact_id", "is_exercise"], ["contacts.id", "contacts.is_exercise"]),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    alert_id: Mapped[int]
    contact_id: Mapped[int]
    is_exercise: Mapped[bool] = mapped_column(default=False)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    token: Mapped[str] = mapped_column(String(22), unique=True)
    recipient: Mapped[str] = mapped_column(String(40))

    alert: Mapped[Alert] = relationship(
        foreign_keys="AlertRecipient.alert_id", primaryjoin="AlertRecipient.alert_id == Alert.id"
    )
    contact: Mapped[Contact] = relationship(
        foreign_keys="AlertRecipient.contact_id", primaryjoin="AlertRecipient.contact_id == Contact.id"
    )
    organisation: Mapped[Organisation | None] = relationship()


class AlertDoubt(Base):
    """That a result contradicts what an issued alert says, and what a coordinator made of it."""

    __tablename__ = "alert_doubts"
    __table_args__ = (
        UniqueConstraint("alert_id", "lab_result_id"),
        CheckConstraint(
            "(settled_at IS NULL) = (settled_as IS NULL) AND (settled_at IS NULL) = (settled_by_id IS NULL)",
            name="settled_whole",
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    alert_id: Mapped[int] = mapped_column(ForeignKey("alerts.id"))
    lab_result_id: Mapped[int] = mapped_column(ForeignKey("lab_results.id"))
    words: Mapped[str] = mapped_column(Text)
    raised_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    settled_as: Mapped[Settlement | None] = mapped_column(words_enum(Settlement))
    reason: Mapped[str] = mapped_column(Text, default="")

    alert: Mapped[Alert] = relationship()
    result: Mapped[LabResult] = relationship(lazy="joined")
    settled_by: Mapped[User | None] = relationship(lazy="joined")


def about(alert: Alert) -> str:
    """How an alert is named in the outbox and in the audit record."""
    return f"alert/{alert.id}"
