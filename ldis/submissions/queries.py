"""Questions about reports and results, always within one partnership."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import Select, exists, func, select, text
from sqlalchemy.orm import Session, aliased, joinedload

from ldis.errors import NotFound
from ldis.people.models import partnership_areas
from ldis.submissions.likeness import FURTHEST_DAYS
from ldis.submissions.models import (
    IncidentReport,
    LabResult,
    ReportMerge,
    ReportsToldApart,
    ResultToldApart,
    in_line,
    is_superseded,
    speaks_for_itself,
)
from ldis.submissions.rules import tidy_reference
from ldis.substances.catalogue import SubstanceClass

Submission = TypeVar("Submission", IncidentReport, LabResult)

ALIKE_DAYS = timedelta(days=3)
MOST_ALIKE = 5
NEWEST_READ = 5000  # how far back names that nobody knows are gathered
MOST_COMPARED = 200
NEARBY_DAYS = timedelta(days=FURTHEST_DAYS)
CLASSES = [each.value for each in SubstanceClass]  # all of them: so that the index by area, class and day serves
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
    return session.scalars(_of_those_alike(report, IncidentReport)).all()


def references_alike(session: Session, report: IncidentReport) -> Sequence[str]:
    """The references alone of the reports that `alike` finds, for the answer to each call of the API."""
    return session.scalars(_of_those_alike(report, IncidentReport.reference)).all()


def _of_those_alike(report: IncidentReport, wanted: Any) -> Select[Any]:
    return (
        select(wanted)
        .where(
            IncidentReport.partnership_id == report.partnership_id,
            IncidentReport.area_code == report.area_code,
            IncidentReport.happened_on.between(report.happened_on - ALIKE_DAYS, report.happened_on + ALIKE_DAYS),
            IncidentReport.substance_class == report.substance_class,
            IncidentReport.id != report.id,
        )
        .order_by(IncidentReport.happened_on.desc(), IncidentReport.id.desc())
        .limit(MOST_ALIKE)
    )


def how_many_alike(
    session: Session, reports: Collection[IncidentReport], *, partnership_id: int
) -> dict[int, int]:
    """For each report, how many others `alike` would find, up to `MOST_ALIKE`: by one statement for all of them."""
    other = aliased(IncidentReport)
    found = (
        select(other.id)
        .where(
            other.partnership_id == IncidentReport.partnership_id,
            other.area_code == IncidentReport.area_code,
            other.happened_on.between(
                IncidentReport.happened_on - ALIKE_DAYS.days, IncidentReport.happened_on + ALIKE_DAYS.days
            ),
            other.substance_class == IncidentReport.substance_class,
            other.id != IncidentReport.id,
        )
        .limit(MOST_ALIKE)
        .correlate(IncidentReport)
        .subquery()
    )
    counted = select(func.count()).select_from(found).scalar_subquery()
    wanted = select(IncidentReport.id, counted).where(
        IncidentReport.partnership_id == partnership_id, IncidentReport.id.in_([one.id for one in reports])
    )
    return dict(session.execute(wanted).all())


def result_in_force(
    session: Session, *, partnership_id: int, laboratory: str, sample_reference: str
) -> LabResult | None:
    """The result of a laboratory's sample that no other supersedes; one that only says it follows does not count."""
    return session.scalar(
        select(LabResult)
        .where(
            LabResult.partnership_id == partnership_id,
            LabResult.laboratory == laboratory,
            LabResult.sample_reference == sample_reference,
            in_line(),
            ~is_superseded(),
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
    earlier = session.get(LabResult, result.supersedes_id) if result.supersedes_id else None
    return earlier.reference if earlier else None


def named_by_results(session: Session, results: Collection[LabResult]) -> list[LabResult | IncidentReport]:
    """What several results name in their answers, in one question for each kind: while it is held, none asks more."""
    earlier = session.scalars(
        select(LabResult).where(LabResult.id.in_([one.supersedes_id for one in results if one.supersedes_id]))
    ).all()
    reports = session.scalars(
        select(IncidentReport)
        .where(IncidentReport.id.in_([one.report_id for one in results if one.report_id]))
        .options(joinedload(IncidentReport.area))
    ).all()
    return [*earlier, *reports]


def results_of(session: Session, report: IncidentReport) -> Sequence[int]:
    """The results of samples that came with a report, by their numbers in the database."""
    return session.scalars(
        select(LabResult.id).where(
            LabResult.report_id == report.id, LabResult.partnership_id == report.partnership_id
        )
    ).all()


def said_to_be_followed_by(session: Session, result: LabResult) -> LabResult | None:
    """What a result would supersede that only says it follows: the one of the sample that is in force now."""
    if not result.only_says_it_follows:
        return None
    return result_in_force(
        session,
        partnership_id=result.partnership_id,
        laboratory=result.laboratory,
        sample_reference=result.sample_reference,
    )


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


def merged_into(session: Session, reports: Collection[IncidentReport]) -> dict[int, list[IncidentReport]]:
    """The reports that each of these speaks for besides itself, in the order in which they came in."""
    found: dict[int, list[IncidentReport]] = {}
    rows = session.execute(
        select(ReportMerge.kept_id, IncidentReport)
        .join(IncidentReport, ReportMerge.merged_id == IncidentReport.id)
        .where(ReportMerge.kept_id.in_([one.id for one in reports]), ReportMerge.undone_at.is_(None))
        .options(joinedload(IncidentReport.area))
        .order_by(IncidentReport.received_at, IncidentReport.id)
    )
    for kept_id, report in rows:
        found.setdefault(kept_id, []).append(report)
    return found


def speaking_for(session: Session, report: IncidentReport) -> IncidentReport | None:
    """The report that this one was merged into, if it was."""
    return session.scalar(
        select(IncidentReport)
        .join(ReportMerge, ReportMerge.kept_id == IncidentReport.id)
        .where(ReportMerge.merged_id == report.id, ReportMerge.undone_at.is_(None))
    )


def reports_nearby(session: Session, report: IncidentReport) -> Sequence[IncidentReport]:
    """Reports from the same area and days that nobody has yet put together with this one or told apart from it.

    Those of its own class first, then the nearest days; no more than a person's eye and the scoring can take.
    """
    return session.scalars(
        select(IncidentReport)
        .where(
            IncidentReport.partnership_id == report.partnership_id,
            IncidentReport.area_code == report.area_code,
            IncidentReport.substance_class.in_(CLASSES),
            IncidentReport.happened_on.between(report.happened_on - NEARBY_DAYS, report.happened_on + NEARBY_DAYS),
            IncidentReport.id != report.id,
            speaks_for_itself(),
            ~exists().where(
                ReportsToldApart.first_id == func.least(IncidentReport.id, report.id),
                ReportsToldApart.second_id == func.greatest(IncidentReport.id, report.id),
            ),
        )
        .order_by(
            IncidentReport.substance_class != report.substance_class,
            func.abs(IncidentReport.happened_on - report.happened_on),
            IncidentReport.id.desc(),
        )
        .limit(MOST_COMPARED)
    ).all()


def reports_of_days(
    session: Session, result: LabResult, *, classes: Collection[str], first: date, last: date
) -> Sequence[IncidentReport]:
    """Reports of these classes and days that a result's sample may be from; the latest first."""
    return session.scalars(
        select(IncidentReport)
        .where(
            IncidentReport.partnership_id == result.partnership_id,
            IncidentReport.area_code.in_(
                select(partnership_areas.c.area_code).where(
                    partnership_areas.c.partnership_id == result.partnership_id
                )
            ),
            IncidentReport.substance_class.in_(classes),
            IncidentReport.happened_on.between(first, last),
            speaks_for_itself(),
            ~exists().where(
                ResultToldApart.lab_result_id == result.id, ResultToldApart.report_id == IncidentReport.id
            ),
        )
        .options(joinedload(IncidentReport.area))
        .order_by(IncidentReport.happened_on.desc(), IncidentReport.id.desc())
        .limit(MOST_COMPARED)
    ).all()


def hold_reports(session: Session, reports: Collection[IncidentReport]) -> None:
    """Let nobody else merge these reports, or put them into a case, until the transaction ends."""
    ids = [report.id for report in reports]
    held = select(IncidentReport.id).where(IncidentReport.id.in_(ids)).order_by(IncidentReport.id)
    session.execute(held.with_for_update(key_share=True))


def merge_of(session: Session, report: IncidentReport) -> ReportMerge | None:
    """The merge by which another report speaks for this one, if there is one."""
    return session.scalar(
        select(ReportMerge).where(ReportMerge.merged_id == report.id, ReportMerge.undone_at.is_(None))
    )


def hold_result(session: Session, result: LabResult) -> None:
    """Let nobody else link this result until the transaction ends, and see what they made of it before."""
    session.refresh(result, with_for_update={"key_share": True})
