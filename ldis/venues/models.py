"""Links that open the report form for one place."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ldis.db import Base, words_enum
from ldis.people.models import Area, Organisation, Partnership, User
from ldis.submissions.rules import Setting


class VenueLink(Base):
    """A link for one place, good until it is revoked.

    The token is kept as it is, because posters are printed again: all it opens is a form that anybody may open,
    with three answers filled in.
    """

    __tablename__ = "venue_links"
    __table_args__ = (Index("ix_venue_links_partnership_id", "partnership_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnerships.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    area_code: Mapped[str] = mapped_column(ForeignKey("areas.code"))
    setting: Mapped[Setting] = mapped_column(words_enum(Setting))
    token: Mapped[str] = mapped_column(String(20), unique=True)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    made_at: Mapped[datetime]
    revoked_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    revoked_at: Mapped[datetime | None]

    partnership: Mapped[Partnership] = relationship(lazy="joined")
    organisation: Mapped[Organisation] = relationship(lazy="joined")
    area: Mapped[Area] = relationship(lazy="joined")
    made_by: Mapped[User] = relationship(foreign_keys=[made_by_id])
    revoked_by: Mapped[User | None] = relationship(foreign_keys=[revoked_by_id])

    @property
    def label(self) -> str:
        """How the link is named in records."""
        return f"venue/{self.id}"

    @property
    def works(self) -> bool:
        """Whether it still opens the form."""
        return self.revoked_at is None
