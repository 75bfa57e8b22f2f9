"""Incident reports and laboratory results, as they were sent and as they were read."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ColumnElement,
    Computed,
    ForeignKey,
    Identity,
    Index,
    Numeric,
    Sequence,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    exists,
    literal_column,
    text,
)
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, aliased, mapped_column, relationship

from ldis.db import Base, words_enum
from ldis.people.models import Area
from ldis.secrecy import EncryptedText
from ldis.submissions.kept import Kept, SealedWords
from ldis.submissions.particulars import Kind, Known, Raised, Response, Sample, Sex
from ldis.submissions.rules import (
    Finding,
    Form,
    HarmLevel,
    HowKnown,
    Naloxone,
    Part,
    Purpose,
    Setting,
    Stage,
    Status,
    Technique,
)

SENT_BY_A_PERSON = "received_by LIKE 'person/%'"
"""Of a report: that somebody who was signed in sent it. Most are not, and need no line in the index."""

REPORT_WORDS = (
    "words_of(ARRAY[sold_as, place, outward_postcode, details, colour, markings, packaging, brand, "
    "other_substances]) || added_words || codes_of(area_code, read_as)"
)
RESULT_WORDS = "words_of(ARRAY[sold_as, laboratory, sample_reference])"
COMPONENT_WORDS = "words_of(ARRAY[substance, read_as])"
"""What is found by its words, as the database keeps it; the two functions are made by migration 0017."""

submission_numbers = Sequence("submission_numbers", increment=20, metadata=Base.metadata)


MARKING_KEY: ColumnElement[str] = literal_column("marking_key(incident_reports.markings)", Text)
"""Of a report: its markings as rules.marking_key compares them. The function is made by migration 0021."""


class IncidentReport(Base):
    """What somebody saw or was told, in their words. Nothing in it identifies the person harmed.

    `submission_key` is the sender's own name for this sending: the same key again is the same report.
    `read_as` is what the catalogue read in `sold_as`; what was written is never replaced by it. `looked_alike` are
    the references that its sender was told, so that a repeat is told the same. `added_words` are the words of what was
    added to it later, by which it is found too.
    """

    __tablename__ = "incident_reports"
    __table_args__ = (
        UniqueConstraint("partnership_id", "submission_key"),
        Index(
            "ix_incident_reports_newest",
            "partnership_id",
            "received_at",
            "id",
            postgresql_include=["area_code", "outward_postcode", "harm_level", "setting", "substance_class"],
        ),
        Index(
            "ix_incident_reports_undecided",
            "partnership_id",
            "received_at",
            "id",
            postgresql_where=text("status <> 'decided'"),
        ),
        Index("ix_incident_reports_searchable", "searchable", postgresql_using="gin"),
        Index("ix_incident_reports_alike", "partnership_id", "area_code", "substance_class", "happened_on", "id"),
        Index(
            "ix_incident_reports_marked",
            "partnership_id",
            text("marking_key(markings)"),
            postgresql_where=text("markings <> ''"),
        ),
        Index("ix_incident_reports_received_by", "received_by", postgresql_where=text(SENT_BY_A_PERSON)),
        Index(
            "ix_incident_reports_reporter_email_index",
            "reporter_email_index",
            postgresql_where=text("reporter_email_index IS NOT NULL"),
        ),
        CheckConstraint("people_affected > 0", name="people_are_counted"),
        CheckConstraint("naloxone_doses > 0", name="doses_are_counted"),
        CheckConstraint(
            "naloxone = 'given' OR (naloxone_doses IS NULL AND naloxone_response IS NULL)", name="doses_were_given"
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnerships.id"))
    reference: Mapped[str] = mapped_column(String(20), unique=True)
    submission_key: Mapped[str] = mapped_column(String(80))
    body_digest: Mapped[str] = mapped_column(String(64))
    received_at: Mapped[datetime]
    received_by: Mapped[str] = mapped_column(String(60))
    status: Mapped[Status] = mapped_column(words_enum(Status), default=Status.RECEIVED)

    happened_on: Mapped[date]
    rough_time: Mapped[str] = mapped_column(String(80), default="")
    area_code: Mapped[str] = mapped_column(ForeignKey("areas.code"))
    place: Mapped[str] = mapped_column(String(200), default="")
    outward_postcode: Mapped[str] = mapped_column(String(4), default="")
    setting: Mapped[Setting | None] = mapped_column(words_enum(Setting))
    sold_as: Mapped[str] = mapped_column(String(200))
    form: Mapped[Form | None] = mapped_column(words_enum(Form))
    harm_level: Mapped[HarmLevel] = mapped_column(words_enum(HarmLevel))
    naloxone: Mapped[Naloxone] = mapped_column(words_enum(Naloxone))
    how_known: Mapped[HowKnown] = mapped_column(words_enum(HowKnown))
    symptoms: Mapped[list[str]]
    details: Mapped[str] = mapped_column(Text, default="")
    reporter_name: Mapped[str | None] = mapped_column(EncryptedText)
    reporter_organisation: Mapped[str] = mapped_column(String(120), default="")
    reporter_email: Mapped[str | None] = mapped_column(EncryptedText)
    reporter_email_index: Mapped[str | None] = mapped_column(String(64))
    reporter_phone: Mapped[str | None] = mapped_column(EncryptedText)
    may_contact: Mapped[bool] = mapped_column(default=False)

    kind: Mapped[Kind] = mapped_column(words_enum(Kind))
    people_affected: Mapped[int | None] = mapped_column(SmallInteger)
    age_bands: Mapped[list[str]] = mapped_column(default=list)
    sex: Mapped[Sex | None] = mapped_column(words_enum(Sex))
    naloxone_doses: Mapped[int | None] = mapped_column(SmallInteger)
    naloxone_response: Mapped[Response | None] = mapped_column(words_enum(Response))
    ambulance_called: Mapped[Known | None] = mapped_column(words_enum(Known))
    ed_attended: Mapped[Known | None] = mapped_column(words_enum(Known))
    recovered: Mapped[Known | None] = mapped_column(words_enum(Known))
    colour: Mapped[str] = mapped_column(String(60), default="")
    markings: Mapped[str] = mapped_column(String(80), default="")
    packaging: Mapped[str] = mapped_column(String(120), default="")
    brand: Mapped[str] = mapped_column(String(80), default="")
    routes: Mapped[list[str]] = mapped_column(default=list)
    other_substances: Mapped[str] = mapped_column(String(200), default="")
    sample: Mapped[Sample | None] = mapped_column(words_enum(Sample))
    safeguarding: Mapped[Raised | None] = mapped_column(words_enum(Raised))

    kept_details: Mapped[tuple[Kept, ...]] = mapped_column(SealedWords, nullable=True)
    kept_details_reason: Mapped[str] = mapped_column(String(300), default="")

    read_as: Mapped[dict[str, Any]]
    substance_class: Mapped[str] = mapped_column(String(40))
    looked_alike: Mapped[list[str]] = mapped_column(default=list)
    added_words: Mapped[str] = mapped_column(TSVECTOR, server_default="", deferred=True)
    searchable: Mapped[str] = mapped_column(TSVECTOR, Computed(REPORT_WORDS, persisted=True), deferred=True)

    area: Mapped[Area] = relationship()


class LabResult(Base):
    """What a laboratory says is in a sample. A confirmed result supersedes a preliminary one; both are kept.

    `vouched_for`: the partnership knows who sent it, or a coordinator has said since that it is right. Without that
    it supersedes nothing: `says_it_follows_id` is then the result that it would supersede.
    """

    __tablename__ = "lab_results"
    __table_args__ = (
        UniqueConstraint("partnership_id", "submission_key"),
        Index("ix_lab_results_newest", "partnership_id", "received_at", "id"),
        Index("ix_lab_results_searchable", "searchable", postgresql_using="gin"),
        Index("ix_lab_results_report_id", "report_id", postgresql_where=text("report_id IS NOT NULL")),
        Index("ix_lab_results_alike", "partnership_id", "area_code", "substance_class", "id"),
        Index("ix_lab_results_sample", "partnership_id", "laboratory", "sample_reference"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnerships.id"))
    reference: Mapped[str] = mapped_column(String(20), unique=True)
    submission_key: Mapped[str] = mapped_column(String(80))
    body_digest: Mapped[str] = mapped_column(String(64))
    received_at: Mapped[datetime]
    received_by: Mapped[str] = mapped_column(String(60))
    report_id: Mapped[int | None] = mapped_column(ForeignKey("incident_reports.id"))
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("lab_results.id"), unique=True)
    vouched_for: Mapped[bool] = mapped_column(default=True)
    says_it_follows_id: Mapped[int | None] = mapped_column(ForeignKey("lab_results.id"))

    sample_reference: Mapped[str] = mapped_column(String(60))
    laboratory: Mapped[str] = mapped_column(String(120))
    purpose: Mapped[Purpose] = mapped_column(words_enum(Purpose))
    stage: Mapped[Stage] = mapped_column(words_enum(Stage))
    technique: Mapped[Technique] = mapped_column(words_enum(Technique))
    sold_as: Mapped[str] = mapped_column(String(200), default="")
    form: Mapped[Form | None] = mapped_column(words_enum(Form))
    area_code: Mapped[str | None] = mapped_column(ForeignKey("areas.code"))
    sampled_on: Mapped[date | None]
    sample_received_on: Mapped[date | None]
    reported_on: Mapped[date]
    finding: Mapped[Finding] = mapped_column(words_enum(Finding))
    comparison: Mapped[dict[str, Any]]
    substance_class: Mapped[str] = mapped_column(String(40))
    searchable: Mapped[str] = mapped_column(TSVECTOR, Computed(RESULT_WORDS, persisted=True), deferred=True)
    kept_details: Mapped[tuple[Kept, ...]] = mapped_column(SealedWords, nullable=True)
    kept_details_reason: Mapped[str] = mapped_column(String(300), default="")

    components: Mapped[list["LabComponent"]] = relationship(order_by="LabComponent.id", lazy="selectin")
    report: Mapped[IncidentReport | None] = relationship()
    area: Mapped[Area | None] = relationship()

    @property
    def only_says_it_follows(self) -> bool:
        """Whether it says that it follows another result, and nobody has confirmed that."""
        return self.says_it_follows_id is not None and self.supersedes_id is None


def in_line() -> ColumnElement[bool]:
    """Of a result: that it is the first of its sample, or supersedes another."""
    return LabResult.says_it_follows_id.is_(None) | LabResult.supersedes_id.is_not(None)


def is_superseded() -> ColumnElement[bool]:
    """Of a result: that another one has taken its place."""
    later = aliased(LabResult)
    return exists().where(later.supersedes_id == LabResult.id)


class LabComponent(Base):
    """One substance found in a sample."""

    __tablename__ = "lab_components"
    __table_args__ = (
        Index("ix_lab_components_lab_result_id", "lab_result_id"),
        Index("ix_lab_components_read_as", "read_as"),
        Index("ix_lab_components_searchable", "searchable", postgresql_using="gin"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    lab_result_id: Mapped[int] = mapped_column(ForeignKey("lab_results.id"))
    substance: Mapped[str] = mapped_column(String(120))
    read_as: Mapped[str | None] = mapped_column(String(120))
    substance_class: Mapped[str] = mapped_column(String(40))
    part: Mapped[Part] = mapped_column(words_enum(Part))
    quantity: Mapped[Decimal | None] = mapped_column(Numeric(12, 4))
    unit: Mapped[str] = mapped_column(String(20), default="")
    plus_minus: Mapped[Decimal | None] = mapped_column(Numeric(12, 4))
    searchable: Mapped[str] = mapped_column(TSVECTOR, Computed(COMPONENT_WORDS, persisted=True), deferred=True)


class ReportMerge(Base):
    """Two reports of one event: `kept` speaks for both, `merged` points to it. Neither loses a word or its reporter.

    Merges are not chained: a report that was merged speaks for nobody, and one that speaks for others stays.
    """

    __tablename__ = "report_merges"
    __table_args__ = (
        CheckConstraint("kept_id <> merged_id", name="two_reports"),
        Index("uq_report_merges_merged_id", "merged_id", unique=True, postgresql_where=text("undone_at IS NULL")),
        Index("ix_report_merges_kept_id", "kept_id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnerships.id"))
    kept_id: Mapped[int] = mapped_column(ForeignKey("incident_reports.id"))
    merged_id: Mapped[int] = mapped_column(ForeignKey("incident_reports.id"))
    by: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime]
    undone_by: Mapped[str | None] = mapped_column(String(60))
    undone_at: Mapped[datetime | None]


def speaks_for_itself() -> ColumnElement[bool]:
    """Of a report: that it was not merged into another."""
    return ~exists().where(ReportMerge.merged_id == IncidentReport.id, ReportMerge.undone_at.is_(None))


class ReportsToldApart(Base):
    """Two reports that somebody has compared and that are not of one event: they are not offered again."""

    __tablename__ = "reports_told_apart"
    __table_args__ = (
        UniqueConstraint("first_id", "second_id"),
        CheckConstraint("first_id < second_id", name="in_order"),
        Index("ix_reports_told_apart_second_id", "second_id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnerships.id"))
    first_id: Mapped[int] = mapped_column(ForeignKey("incident_reports.id"))
    second_id: Mapped[int] = mapped_column(ForeignKey("incident_reports.id"))
    by: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime]


class ResultToldApart(Base):
    """A result and a report that somebody has compared: the sample is not from there. Not offered again."""

    __tablename__ = "results_told_apart"
    __table_args__ = (UniqueConstraint("lab_result_id", "report_id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnerships.id"))
    lab_result_id: Mapped[int] = mapped_column(ForeignKey("lab_results.id"))
    report_id: Mapped[int] = mapped_column(ForeignKey("incident_reports.id"))
    by: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime]
