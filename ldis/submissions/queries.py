"""Questions about reports and results, always within one partnership."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar, cast

from sqlalchemy import Table, bindparam, func, select, text
from sqlalchemy.orm import Session

from ldis.errors import NotFound
from ldis.submissions.models import IncidentReport, LabResult
from ldis.submissions.rules import tidy_reference

Submission = TypeVar("Submission", IncidentReport, LabResult)

ALIKE_DAYS = timedelta(days=3)
MOST_ALIKE = 5
NEWEST_READ = 5000  # how far back names that nobody knows are gathered
RESULTS = 0x1D17  # advisory lock: the results of a partnership are taken in one at a time


def report_named(session: Session, reference: str, *, partnership_id: int) -> IncidentReport | None:
    """The report with this reference, however it was spaced or cased."""
    tidied = tidy_reference(reference)
    if tidied is None:
        return None
    return session.scalar(
        select(IncidentReport).where(
            IncidentReport.reference == tidied, IncidentReport.partnership_id == partnership_id
        )
    )


def the_report(session: Session, reference: str, *, partnership_id: int) -> IncidentReport:
    """The report with this reference, or NotFound."""
    report = report_named(session, reference, partnership_id=partnership_id)
    if report is None:
        raise NotFound("We cannot find a report with this reference. Check it and try again.")
    return report


def the_result(session: Session, reference: str, *, partnership_id: int) -> LabResult:
    """The laboratory result with this reference, or NotFound."""
    tidied = tidy_reference(reference)
    result = session.scalar(
        select(LabResult).where(LabResult.reference == (tidied or ""), LabResult.partnership_id == partnership_id)
    )
    if result is None:
        raise NotFound("We cannot find a result with this reference. Check it and try again.")
    return result


def alike(session: Session, report: IncidentReport) -> Sequence[IncidentReport]:
    """Reports that may be of the same event: same area and class, within three days; newest first."""
    return session.scalars(
        select(IncidentReport)
        .where(
            IncidentReport.partnership_id == report.partnership_id,
            IncidentReport.area_code == report.area_code,
            IncidentReport.happened_on.between(report.happened_on - ALIKE_DAYS, report.happened_on + ALIKE_DAYS),
            IncidentReport.substance_class == report.substance_class,
            IncidentReport.id != report.id,
        )
        .order_by(IncidentReport.happened_on.desc(), IncidentReport.id.desc())
        .limit(MOST_ALIKE)
    ).all()


REPORTS = cast(Table, IncidentReport.__table__)
ALIKE = (
    select(REPORTS.c.reference)
    .where(
        REPORTS.c.partnership_id == bindparam("partnership_id"),
        REPORTS.c.area_code == bindparam("area_code"),
        REPORTS.c.happened_on.between(bindparam("first"), bindparam("last")),
        REPORTS.c.substance_class == bindparam("substance_class"),
        REPORTS.c.reference != bindparam("reference"),
    )
    .order_by(REPORTS.c.happened_on.desc(), REPORTS.c.id.desc())
    .limit(MOST_ALIKE)
)


def references_alike(session: Session, report: IncidentReport) -> Sequence[str]:
    """The references alone of the reports that `alike` finds, for the answer to each call of the API."""
    return session.connection().scalars(ALIKE, near(report)).all()


def near(report: IncidentReport) -> dict[str, object]:
    """What `ALIKE` asks of a report."""
    return {
        "partnership_id": report.partnership_id,
        "area_code": report.area_code,
        "first": report.happened_on - ALIKE_DAYS,
        "last": report.happened_on + ALIKE_DAYS,
        "substance_class": report.substance_class,
        "reference": report.reference,
    }


def newest_result_of_sample(
    session: Session, *, partnership_id: int, laboratory: str, sample_reference: str
) -> LabResult | None:
    """The result in force for a laboratory's sample."""
    return session.scalar(
        select(LabResult)
        .where(
            LabResult.partnership_id == partnership_id,
            LabResult.laboratory == laboratory,
            LabResult.sample_reference == sample_reference,
        )
        .order_by(LabResult.id.desc())
        .limit(1)
    )


def hold_results(session: Session, *, partnership_id: int) -> None:
    """Let nobody else send a result to this partnership until the transaction ends: each may follow the last."""
    session.execute(
        text("SELECT pg_advisory_xact_lock(:purpose, :partnership)"),
        {"purpose": RESULTS, "partnership": partnership_id},
    )


def sent_with_key(session: Session, kind: type[Submission], key: str, *, partnership_id: int) -> Submission | None:
    """What was sent before under this key."""
    return session.scalar(select(kind).where(kind.partnership_id == partnership_id, kind.submission_key == key))


def superseded_by(session: Session, result: LabResult) -> str | None:
    """The reference of the result that this one supersedes."""
    return session.scalar(select(LabResult.reference).where(LabResult.id == result.supersedes_id))


@dataclass(frozen=True)
class Unread:
    """The names in a report that nothing was read in."""

    reference: str
    received_at: datetime
    names: list[str]


def unread_names(session: Session, *, partnership_id: int) -> list[Unread]:
    """Those of the newest reports that hold names nobody knew when they came in, newest first."""
    newest = (
        select(
            IncidentReport.reference,
            IncidentReport.received_at,
            IncidentReport.read_as["unmatched"].label("names"),
        )
        .where(IncidentReport.partnership_id == partnership_id)
        .order_by(IncidentReport.received_at.desc(), IncidentReport.id.desc())
        .limit(NEWEST_READ)
        .subquery()
    )
    rows = session.execute(
        select(newest).where(func.jsonb_array_length(newest.c.names) > 0).order_by(newest.c.received_at.desc())
    )
    return [Unread(reference, received_at, names) for reference, received_at, names in rows]
