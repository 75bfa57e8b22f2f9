"""Files of laboratory results."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from ldis.db import Base, words_enum
from ldis.laboratory.rules import FileState


class ResultFile(Base):
    """A file of laboratory results: what was read in it, what is wrong with it, and how far it has been taken in.

    `drafts` are the results as they will be sent, each with its lines; `faults` say line, column and sentence.
    """

    __tablename__ = "result_files"
    __table_args__ = (Index("ix_result_files_partnership_id_uploaded_at", "partnership_id", "uploaded_at"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnerships.id"))
    file_name: Mapped[str] = mapped_column(String(120))
    uploaded_by: Mapped[str] = mapped_column(String(60))
    uploaded_by_name: Mapped[str] = mapped_column(String(120))
    uploaded_at: Mapped[datetime]
    state: Mapped[FileState] = mapped_column(words_enum(FileState))
    rows: Mapped[int]
    drafts: Mapped[list[dict[str, Any]]]
    faults: Mapped[list[dict[str, Any]]]
    passed_over: Mapped[list[str]]
    accept_good_rows: Mapped[bool] = mapped_column(default=False)
    done: Mapped[int] = mapped_column(default=0)
    moved_at: Mapped[datetime]
    taken: Mapped[list[str]]
    known: Mapped[list[str]]
