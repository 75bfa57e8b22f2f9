"""Alerts, every version of their words, who approved them, and to whom they went."""

from datetime import date, datetime
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
from alerts.messages import Handling, Kind, Level, Medium
from ldis.cases.models import Case
from ldis.contacts.models import Contact, ContactList
from ldis.contacts.rules import Chosen
from ldis.db import Base, words_enum
from ldis.issuing.doubting import Settlement
from ldis.issuing.rules import State, ends_on, standing
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

    `version` counts the versions of its words and audience; every one is kept. `override_reasons` say by the key of a
    warning why it does not apply. `code` is what anybody can check an alert by. A case has at most one first alert
    that is not issued yet, besides at most one for an exercise, and an alert at most one that takes its place.
    `stands_until` is the review date that a coordinator put off to; `ended_at` is when it stopped being in force.
    `sectors`, `area_codes` and `topics` choose people besides those on its lists.
    """

    __tablename__ = "alerts"
    __table_args__ = (
        UniqueConstraint("partnership_id", "number"),
        Index(
            "uq_alerts_one_draft_per_case",
            "case_id",
            "is_exercise",
            unique=True,
            postgresql_where=text(
                "state IN ('draft', 'waiting for approval', 'scheduled') AND replaces_id IS NULL"
            ),
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
    override_reasons: Mapped[dict[str, Any]] = mapped_column(default=dict)
    is_exercise: Mapped[bool] = mapped_column(default=False)
    sectors: Mapped[list[str]] = mapped_column(default=list)
    area_codes: Mapped[list[str]] = mapped_column(default=list)
    topics: Mapped[list[str]] = mapped_column(default=list)
    sent_back_reason: Mapped[str] = mapped_column(Text, default="")
    drafted_at: Mapped[datetime]
    scheduled_for: Mapped[datetime | None]
    issued_at: Mapped[datetime | None]
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("alerts.id"), unique=True)
    ended_at: Mapped[datetime | None]
    stands_until: Mapped[date | None]
    review_told_for: Mapped[date | None]

    partnership: Mapped[Partnership] = relationship(lazy="joined")
    case: Mapped[Case] = relationship(lazy="joined")
    author: Mapped[User] = relationship(lazy="joined")
    lists: Mapped[list[ContactList]] = relationship(
        secondary=alert_lists, order_by=ContactList.name, lazy="selectin"
    )
    versions: Mapped[list["AlertVersion"]] = relationship(order_by="AlertVersion.version", lazy="selectin")
    approval: Mapped["Approval | None"] = relationship(
        primaryjoin="and_(Approval.alert_id == Alert.id, Approval.voided_at.is_(None))",
        lazy="selectin",
        viewonly=True,
    )
    replaced: Mapped["Alert | None"] = relationship(remote_side="Alert.id")

    @property
    def kind(self) -> Kind:
        """What it is to the alert before it, which is part of what is signed."""
        return Kind(self.content.get("kind", Kind.ALERT))

    @property
    def review_due(self) -> date | None:
        """When somebody is to say whether it still stands."""
        written = self.content.get("review_on")
        return self.stands_until or (date.fromisoformat(written) if written else None)

    @property
    def last_day(self) -> date | None:
        """The last day on which it is in force."""
        written = ends_on(self.content.get("expires_on"), self.content.get("review_on"))
        return date.fromisoformat(written) if written else None

    def stands(self, today: date) -> State:
        """Where it stands on a day, whether or not the clock has been round since it ended."""
        return standing(self.state, self.last_day, today=today)

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
    """Who signed which words to whom, and when. An alert has one that stands; those that were cancelled are kept.

    `reminders` are the words that follow to those who do not answer: they were signed with the rest.
    """

    __tablename__ = "approvals"
    __table_args__ = (
        Index("uq_approvals_one_stands", "alert_id", unique=True, postgresql_where=text("voided_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    alert_id: Mapped[int] = mapped_column(ForeignKey("alerts.id"))
    alert_version: Mapped[int]
    content_hash: Mapped[str] = mapped_column(String(64))
    approver_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    approved_at: Mapped[datetime]
    reminders: Mapped[dict[str, Any]]
    voided_at: Mapped[datetime | None]
    void_reason: Mapped[str] = mapped_column(Text, default="", server_default="")

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
