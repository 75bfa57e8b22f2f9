"""How far memory has got, and whom it has told."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from ldis.db import Base


class MemorySweep(Base):
    """Up to when everything that came in to a partnership has been held beside what ended in no further action."""

    __tablename__ = "memory_sweeps"

    partnership_id: Mapped[int] = mapped_column(
        ForeignKey("partnerships.id"), primary_key=True, autoincrement=False
    )
    swept_to: Mapped[datetime]


class ReviewNotice(Base):
    """That a coordinator was told that the day has come to look again at a decision of no further action."""

    __tablename__ = "review_notices"

    decision_id: Mapped[int] = mapped_column(ForeignKey("decisions.id"), primary_key=True, autoincrement=False)
    at: Mapped[datetime]
