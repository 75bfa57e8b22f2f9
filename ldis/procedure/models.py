"""The policies that were in force, word for word."""

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ldis.db import Base


class PolicyText(Base):
    """The policy file as it stood when the service started with it. Never changed and never removed.

    A version has more than one text where somebody changed the file and left its version as it was.
    """

    __tablename__ = "policy_texts"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    version: Mapped[str] = mapped_column(String(40), index=True)
    text: Mapped[str] = mapped_column(Text)
    first_seen_at: Mapped[datetime]
