"""Counts of deaths and near-fatal overdoses, what their reviews found, and what was recommended to whom."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, SmallInteger, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ldis.db import Base, words_enum
from ldis.reviews.rules import AgeBand, Cause, Counted, Kind, Known, Sex


class Tally(Base):
    """How many of one kind: nobody is named, and no row is about one person."""

    __tablename__ = "review_tallies"
    __table_args__ = (UniqueConstraint("partnership_id", "month", "kind", "area", "sex", "age", "cause", "known"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnerships.id"))
    month: Mapped[date]
    kind: Mapped[Kind] = mapped_column(words_enum(Kind))
    area: Mapped[str] = mapped_column(String(9))
    sex: Mapped[Sex] = mapped_column(words_enum(Sex))
    age: Mapped[AgeBand] = mapped_column(words_enum(AgeBand))
    cause: Mapped[Cause] = mapped_column(words_enum(Cause))
    known: Mapped[Known] = mapped_column(words_enum(Known))
    count: Mapped[int] = mapped_column(SmallInteger)

    @property
    def counted(self) -> Counted:
        """What it is of."""
        return Counted(self.kind, self.month, self.area, self.sex, self.age, self.cause, self.known)


class Review(Base):
    """A meeting that reviewed some of them, and what it learnt."""

    __tablename__ = "reviews"
    __table_args__ = (Index("ix_reviews_partnership_id", "partnership_id", "held_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnerships.id"))
    held_on: Mapped[date]
    about: Mapped[str] = mapped_column(String(160))
    learning: Mapped[str] = mapped_column(Text)
    written_by: Mapped[str] = mapped_column(String(120))
    written_at: Mapped[datetime]

    recommendations: Mapped[list["Recommendation"]] = relationship(
        back_populates="review", order_by="Recommendation.due, Recommendation.id"
    )


class Standing(StrEnum):
    """How far a recommendation is."""

    OPEN = "open"
    DONE = "done"
    WITHDRAWN = "withdrawn"


class Recommendation(Base):
    """Something that somebody is to do by a day."""

    __tablename__ = "review_recommendations"
    __table_args__ = (Index("ix_review_recommendations_review_id", "review_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("reviews.id"))
    what: Mapped[str] = mapped_column(Text)
    owner: Mapped[str] = mapped_column(String(120))
    due: Mapped[date]
    standing: Mapped[Standing] = mapped_column(words_enum(Standing))
    version: Mapped[int] = mapped_column(server_default="1")

    review: Mapped[Review] = relationship(back_populates="recommendations")
    steps: Mapped[list["Step"]] = relationship(order_by="Step.id")


class Step(Base):
    """What became of a recommendation: one entry for each time somebody said."""

    __tablename__ = "review_steps"
    __table_args__ = (Index("ix_review_steps_recommendation_id", "recommendation_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    recommendation_id: Mapped[int] = mapped_column(ForeignKey("review_recommendations.id"))
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(120))
    words: Mapped[str] = mapped_column(Text)
    standing: Mapped[Standing] = mapped_column(words_enum(Standing))
