"""Partnerships and their areas, organisations, people with roles in a partnership, invitations, API keys.

`User` and `Role` carry the names that Flask-Security asks for; the service itself speaks of people and of
memberships, and `Role` here is only the library's empty table.
"""

import json
from datetime import date, datetime
from uuid import uuid4

from flask_security import AsaList, RoleMixin, UserMixin
from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.ext.mutable import MutableList
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from ldis.db import Base, words_enum
from ldis.people import rules
from ldis.secrecy import EncryptedText, blind_index

partnership_areas = Table(
    "partnership_areas",
    Base.metadata,
    Column("partnership_id", ForeignKey("partnerships.id"), primary_key=True),
    Column("area_code", ForeignKey("areas.code"), primary_key=True),
)

user_roles = Table(
    "security_user_roles",
    Base.metadata,
    Column("user_id", ForeignKey("people.id"), primary_key=True),
    Column("role_id", ForeignKey("security_roles.id"), primary_key=True),
)


class Area(Base):
    """An English local authority, by its ONS code, and its place on the tile map where it has one."""

    __tablename__ = "areas"

    code: Mapped[str] = mapped_column(String(9), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    region: Mapped[str] = mapped_column(String(40))
    tile_column: Mapped[int | None] = mapped_column(SmallInteger)
    tile_row: Mapped[int | None] = mapped_column(SmallInteger)


class Partnership(Base):
    """One drug information system: the areas it covers and the short name that begins its references.

    `words_version` counts the changes to the words it has of its own, so that whoever keeps a copy of them knows
    when it is out of date, without a question of its own.
    """

    __tablename__ = "partnerships"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(40), unique=True)
    prefix: Mapped[str] = mapped_column(String(4), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    words_version: Mapped[int] = mapped_column(default=0)
    areas: Mapped[list[Area]] = relationship(secondary=partnership_areas, order_by=Area.name, lazy="selectin")

    @property
    def area_names(self) -> dict[str, str]:
        """Its areas' names by their codes."""
        return {area.code: area.name for area in self.areas}

    @property
    def place(self) -> rules.Place:
        """Its name and areas alone."""
        codes = frozenset(area.code for area in self.areas)
        return rules.Place(self.id, self.prefix, self.name, codes, self.words_version)


class Organisation(Base):
    """A place that reports or is warned: a hostel, a ward, a school, a pharmacy."""

    __tablename__ = "organisations"
    __table_args__ = (UniqueConstraint("partnership_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnerships.id"))
    name: Mapped[str] = mapped_column(String(120))
    sector: Mapped[rules.Sector] = mapped_column(words_enum(rules.Sector))
    area_code: Mapped[str | None] = mapped_column(ForeignKey("areas.code"))


class Role(Base, RoleMixin):
    """Asked for by Flask-Security and left empty: roles are held in a partnership, see Membership."""

    __tablename__ = "security_roles"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    description: Mapped[str | None] = mapped_column(String(255))


class User(Base, UserMixin):
    """A person who can sign in.

    The e-mail address is encrypted; `email_digest` follows it and is what people are found by. At most one sign-in
    code is outstanding: `code_sent_at` says since when, and is emptied when the code is used or worn out.
    """

    __tablename__ = "people"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str] = mapped_column(EncryptedText)
    email_digest: Mapped[str] = mapped_column(String(64), unique=True)
    active: Mapped[bool] = mapped_column(Boolean, default=True)
    password: Mapped[str | None] = mapped_column(String(255))
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True, default=lambda: uuid4().hex)
    us_totp_secrets: Mapped[str | None]
    us_phone_number: Mapped[str | None] = mapped_column(String(128))
    mobile: Mapped[str | None] = mapped_column(EncryptedText)
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(AsaList()))
    code_sent_at: Mapped[datetime | None]
    code_tries: Mapped[int] = mapped_column(SmallInteger, default=0)
    last_signed_in_at: Mapped[datetime | None]
    roles: Mapped[list[Role]] = relationship(secondary=user_roles)  # type: ignore[assignment]
    memberships: Mapped[list["Membership"]] = relationship(
        back_populates="person", order_by="Membership.id", lazy="selectin"
    )

    @property
    def live_memberships(self) -> list["Membership"]:
        """The roles the person holds now."""
        return [membership for membership in self.memberships if membership.ended_at is None]

    @property
    def can_sign_in(self) -> bool:
        """Whether the account is open and there is something to do with it."""
        return self.active and bool(self.live_memberships)

    @property
    def code_secret(self) -> str | None:
        """The encrypted secret behind the outstanding sign-in code, where Flask-Security keeps such things."""
        found: str | None = json.loads(self.us_totp_secrets or "{}").get("email")
        return found

    @code_secret.setter
    def code_secret(self, secret: str | None) -> None:
        self.us_totp_secrets = json.dumps({"email": secret}) if secret else None

    def end_sessions(self) -> None:
        """Make every session cookie and every outstanding code of this person worthless."""
        self.fs_uniquifier = uuid4().hex
        self.code_secret = self.code_sent_at = None

    @property
    def label(self) -> str:
        """How the person is named in records."""
        return f"person/{self.id}"

    @validates("email")
    def _index_email(self, _name: str, email: str) -> str:
        self.email_digest = blind_index(email)
        return email


class Membership(Base):
    """A role that a person holds in a partnership; panel members hold it for a discipline."""

    __tablename__ = "memberships"
    __table_args__ = (
        UniqueConstraint("person_id", "partnership_id", "role"),
        CheckConstraint("role <> 'panel member' OR discipline IS NOT NULL", name="panel_members_speak_for"),
        Index("ix_memberships_partnership_id", "partnership_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnerships.id"))
    role: Mapped[rules.Role] = mapped_column(words_enum(rules.Role))
    discipline: Mapped[rules.Discipline | None] = mapped_column(words_enum(rules.Discipline))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    ended_at: Mapped[datetime | None]

    person: Mapped[User] = relationship(back_populates="memberships")
    partnership: Mapped[Partnership] = relationship(lazy="joined")


class Deputy(Base):
    """Who stands in for somebody in a partnership, from one day to another, both included.

    `ended_at`: taken back before its time. What stood stays on record.
    """

    __tablename__ = "deputies"
    __table_args__ = (
        CheckConstraint("person_id <> deputy_id", name="somebody_else"),
        CheckConstraint("ends_on >= starts_on", name="in_order"),
        Index("ix_deputies_person_id_partnership_id", "person_id", "partnership_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnerships.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    deputy_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    named_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    deputy: Mapped[User] = relationship(foreign_keys=[deputy_id], lazy="joined")


class OnCallTurn(Base):
    """Who is on call for a partnership, from one moment to another. `removed_at`: taken out of the rota."""

    __tablename__ = "on_call_turns"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="in_order"),
        Index("ix_on_call_turns_partnership_id_ends_at", "partnership_id", "ends_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnerships.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    added_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]

    person: Mapped[User] = relationship(lazy="joined")


class Invitation(Base):
    """A single-use way in, mailed to one address; only the token's digest is kept."""

    __tablename__ = "invitations"
    __table_args__ = (Index("ix_invitations_partnership_id", "partnership_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnerships.id"))
    email: Mapped[str] = mapped_column(EncryptedText)
    name: Mapped[str] = mapped_column(String(120))
    role: Mapped[rules.Role] = mapped_column(words_enum(rules.Role))
    discipline: Mapped[rules.Discipline | None] = mapped_column(words_enum(rules.Discipline))
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    invited_by: Mapped[str] = mapped_column(String(60))
    invited_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]

    partnership: Mapped[Partnership] = relationship(lazy="joined")

    @property
    def label(self) -> str:
        """How the invitation is named in records."""
        return f"invitation/{self.id}"


class ApiKey(Base):
    """A system's way in: scoped to one partnership, shown once, kept as a digest, expiring, revocable.

    With `person_id` it is that person's own, and its calls are theirs. `last_used_at` is right to a quarter of an
    hour: not every call is worth a write.
    """

    __tablename__ = "api_keys"
    __table_args__ = (Index("ix_api_keys_partnership_id", "partnership_id"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnerships.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    name: Mapped[str] = mapped_column(String(80))
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[list[str]]
    per_minute: Mapped[int] = mapped_column(Integer, default=rules.CALLS_PER_MINUTE)
    created_at: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(String(60))
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]

    def works(self, now: datetime) -> bool:
        """Whether it still opens anything."""
        return self.revoked_at is None and self.expires_at > now


class ApiAnswer(Base):
    """What a call got that its sender gave a name to, kept a while so that the same call gets the same again.

    It is there before its answer is, while the call is being done.
    """

    __tablename__ = "api_answers"
    __table_args__ = (Index("ix_api_answers_at", "at"),)

    key_id: Mapped[int] = mapped_column(ForeignKey("api_keys.id"), primary_key=True)
    name_digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    call_digest: Mapped[str] = mapped_column(String(64))
    answer: Mapped[str | None] = mapped_column(Text)
    status: Mapped[int | None] = mapped_column(SmallInteger)
    at: Mapped[datetime]


class RateCount(Base):
    """How often something was tried in the present window: shared by all web processes. The key is a digest."""

    __tablename__ = "rate_counts"
    __table_args__ = (Index("ix_rate_counts_expires_at", "expires_at"),)

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    hits: Mapped[int]
    expires_at: Mapped[datetime]
