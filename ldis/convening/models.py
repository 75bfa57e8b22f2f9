"""Calls of the panel, who was called, who was reminded, and meetings."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ldis.cases.models import Case
from ldis.convening.rules import As
from ldis.db import Base, words_enum
from ldis.people.models import User


class PanelCall(Base):
    """Members called about a case at one moment, in one round of it.

    `look_back_by`: of a call to look back at what one person decided at once, by when.
    """

    __tablename__ = "panel_calls"
    __table_args__ = (Index("ix_panel_calls_case_id", "case_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    round: Mapped[int]
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(60))
    words: Mapped[str] = mapped_column(Text, default="")
    look_back_by: Mapped[datetime | None]

    case: Mapped[Case] = relationship()
    summons: Mapped[list["Summons"]] = relationship(order_by="Summons.id", back_populates="call")

    @property
    def label(self) -> str:
        """How the call is named in records."""
        return f"panel-call/{self.id}"


class Summons(Base):
    """One member, called once: whether they have opened the case since."""

    __tablename__ = "panel_summons"
    __table_args__ = (UniqueConstraint("call_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("panel_calls.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    seen_at: Mapped[datetime | None]

    call: Mapped[PanelCall] = relationship(back_populates="summons")
    person: Mapped[User] = relationship(lazy="joined")


class Chase(Base):
    """One reminder: for whose seat it was, who was written to, as what, and by whom.

    Numbers count the reminders of one seat, those by hand apart from those that the clock sends. Nobody is written to
    twice with the same number about the same call, whoever they stand for.
    """

    __tablename__ = "panel_chases"
    __table_args__ = (
        UniqueConstraint("call_id", "person_id", "number", "by_hand", name="uq_panel_chases_once"),
        CheckConstraint("number > 0", name="numbers_count"),
        Index("ix_panel_chases_summons_id", "summons_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("panel_calls.id"))
    summons_id: Mapped[int] = mapped_column(ForeignKey("panel_summons.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    number: Mapped[int] = mapped_column(SmallInteger)
    by_hand: Mapped[bool]
    written_as: Mapped[As] = mapped_column(words_enum(As))
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(60))


class PanelMeeting(Base):
    """When and where the panel meets about a case in one round.

    `uid` and the organiser stay; `sequence` goes up with every change, so that calendars know which is the newest.
    """

    __tablename__ = "panel_meetings"
    __table_args__ = (
        UniqueConstraint("case_id", "round"),
        CheckConstraint("minutes BETWEEN 5 AND 480", name="length_of_a_meeting"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    round: Mapped[int]
    uid: Mapped[str] = mapped_column(String(80), unique=True)
    sequence: Mapped[int]
    starts_at: Mapped[datetime]
    minutes: Mapped[int] = mapped_column(SmallInteger)
    place: Mapped[str] = mapped_column(String(300))
    organiser_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    changed_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]

    organiser: Mapped[User] = relationship(lazy="joined")
