"""Names that an area gives to drugs, beside those of the catalogue."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ldis.db import Base
from ldis.people.models import User


class LocalWord(Base):
    """What a word means in one partnership: a substance of the catalogue, or no drug at all.

    `folded` is the word as the index keeps it, so that one word has one meaning however it is written. A word that
    was taken out stays in the table: what was read by it can still be explained.
    """

    __tablename__ = "local_names"
    __table_args__ = (
        Index(
            "uq_local_names_in_use",
            "partnership_id",
            "folded",
            unique=True,
            postgresql_where=text("removed_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnerships.id"))
    written: Mapped[str] = mapped_column(String(60))
    folded: Mapped[str] = mapped_column(String(120))
    code: Mapped[str | None] = mapped_column(String(60))
    added_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    added_at: Mapped[datetime]
    removed_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    removed_at: Mapped[datetime | None]

    added_by: Mapped[User] = relationship(foreign_keys=[added_by_id])

    @property
    def label(self) -> str:
        """How the word is named in records."""
        return f"local name/{self.id}"
