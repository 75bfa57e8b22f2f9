"""Contacts and the lists they are on."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, String, Table, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from alerts.audiences import Clearance
from alerts.messages import Medium
from ldis.db import Base, utc_now, words_enum
from ldis.people.models import Organisation
from ldis.secrecy import EncryptedText

contact_list_members = Table(
    "contact_list_members",
    Base.metadata,
    Column("list_id", ForeignKey("contact_lists.id"), primary_key=True),
    Column("contact_id", ForeignKey("contacts.id"), primary_key=True),
    Index("ix_contact_list_members_contact_id", "contact_id"),
)


class Contact(Base):
    """Somebody at a partner organisation who is told about alerts. They need no account.

    Addresses are encrypted; their blind indexes are what equal ones are found by. `version` goes up with every
    change; a page that shows an older one may not change anything. Who `stands_in` is their organisation's deputy: they
    are told when nobody there has said that they have an alert. `area_codes` and `topics` are what they want to be
    told of besides what their organisation is told of; none means all. `email_since` and `mobile_since` say since when
    an address is what it is; it is confirmed when the person has said that it is theirs. A contact for exercises is a
    row of its own, so that the database itself can keep exercises and real alerts apart.
    """

    __tablename__ = "contacts"
    __table_args__ = (
        UniqueConstraint("partnership_id", "is_exercise", "email_index", name="uq_contacts_email"),
        UniqueConstraint("partnership_id", "is_exercise", "mobile_index", name="uq_contacts_mobile"),
        UniqueConstraint("partnership_id", "external_id"),
        UniqueConstraint("id", "is_exercise"),
        CheckConstraint("num_nonnulls(email_index, mobile_index) > 0", name="can_be_reached"),
        Index("ix_contacts_organisation_id", "organisation_id"),
        Index("ix_contacts_mobile_index", "mobile_index"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnerships.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    name: Mapped[str] = mapped_column(String(120))
    job_role: Mapped[str] = mapped_column(String(120), default="")
    email: Mapped[str | None] = mapped_column(EncryptedText)
    email_index: Mapped[str | None] = mapped_column(String(64))
    mobile: Mapped[str | None] = mapped_column(EncryptedText)
    mobile_index: Mapped[str | None] = mapped_column(String(64))
    by_sms: Mapped[bool] = mapped_column(default=True)
    by_email: Mapped[bool] = mapped_column(default=True)
    stands_in: Mapped[bool] = mapped_column(default=False, server_default=false())
    opted_out_at: Mapped[datetime | None]
    clearance: Mapped[Clearance] = mapped_column(words_enum(Clearance), default=Clearance.PROFESSIONAL)
    area_codes: Mapped[list[str]] = mapped_column(default=list)
    topics: Mapped[list[str]] = mapped_column(default=list)
    red_only: Mapped[bool] = mapped_column(default=False)
    is_exercise: Mapped[bool] = mapped_column(default=False)
    external_id: Mapped[str | None] = mapped_column(String(80))
    version: Mapped[int] = mapped_column(default=1)
    added_at: Mapped[datetime]
    email_since: Mapped[datetime] = mapped_column(default=utc_now)
    mobile_since: Mapped[datetime] = mapped_column(default=utc_now)
    email_confirmed_at: Mapped[datetime | None]
    mobile_confirmed_at: Mapped[datetime | None]
    asked_to_confirm_at: Mapped[datetime | None]

    organisation: Mapped[Organisation | None] = relationship(lazy="joined")
    lists: Mapped[list["ContactList"]] = relationship(
        secondary=contact_list_members, order_by="ContactList.name", back_populates="members"
    )


class ContactList(Base):
    """A named list of contacts that an alert can be sent to."""

    __tablename__ = "contact_lists"
    __table_args__ = (UniqueConstraint("partnership_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnerships.id"))
    name: Mapped[str] = mapped_column(String(80))
    reviewed_at: Mapped[datetime] = mapped_column(default=utc_now)
    review_told_at: Mapped[datetime | None]

    members: Mapped[list[Contact]] = relationship(
        secondary=contact_list_members, order_by=Contact.name, back_populates="lists"
    )


class StoppedAddress(Base):
    """An address whose holder said stop by this medium: nothing is sent there for anybody, listed now or later."""

    __tablename__ = "stopped_addresses"

    medium: Mapped[Medium] = mapped_column(words_enum(Medium), primary_key=True)
    address_index: Mapped[str] = mapped_column(String(64), primary_key=True)
    stopped_at: Mapped[datetime]


class ContactFile(Base):
    """A file of contacts that somebody handed in and is looking at. It is forgotten as soon as that is over."""

    __tablename__ = "contact_files"

    id: Mapped[int] = mapped_column(primary_key=True)
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnerships.id"))
    file_name: Mapped[str] = mapped_column(String(120))
    content: Mapped[str] = mapped_column(EncryptedText)
    uploaded_by: Mapped[str] = mapped_column(String(60))
    uploaded_at: Mapped[datetime]
