"""What is known of an illicit vape, beside the incident report it belongs to."""

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from ldis.db import Base, words_enum
from ldis.secrecy import EncryptedText
from ldis.vapes.rules import Believed, Device, Told


class VapeDetails(Base):
    """The answers that only a report of a vape has: a report with this row is of the kind "illicit vape".

    The school's name is encrypted, and shown to the partnership's coordinators alone.
    """

    __tablename__ = "vape_details"
    __table_args__ = (CheckConstraint("collapsed >= 0", name="collapsed_is_a_count"),)

    report_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("incident_reports.id"), primary_key=True)
    believed: Mapped[Believed] = mapped_column(words_enum(Believed))
    bought_from: Mapped[str] = mapped_column(String(200))
    collapsed: Mapped[int | None] = mapped_column(SmallInteger)
    ambulance_called: Mapped[bool]
    ed_attended: Mapped[bool]
    school_informed: Mapped[Told | None] = mapped_column(words_enum(Told))
    safeguarding_lead_told: Mapped[Told | None] = mapped_column(words_enum(Told))
    school_name: Mapped[str | None] = mapped_column(EncryptedText)
    device: Mapped[Device | None] = mapped_column(words_enum(Device))
