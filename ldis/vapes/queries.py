"""Questions about vape reports."""

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from ldis.submissions.models import IncidentReport
from ldis.submissions.rules import Form
from ldis.vapes.models import VapeDetails


def details_of(session: Session, report: IncidentReport) -> VapeDetails | None:
    """What is known of the vape that a report is about; nothing where it is about something else."""
    return session.get(VapeDetails, report.id) if report.form is Form.VAPE else None


def details_ahead(session: Session, reports: Collection[IncidentReport]) -> Sequence[VapeDetails]:
    """The details of several vapes in one question."""
    vapes = [one.id for one in reports if one.form is Form.VAPE]
    return session.scalars(select(VapeDetails).where(VapeDetails.report_id.in_(vapes))).all() if vapes else []


def with_school_name(session: Session, reports: Collection[IncidentReport]) -> set[int]:
    """The numbers of those reports that name a school."""
    return set(
        session.scalars(
            select(VapeDetails.report_id).where(
                VapeDetails.report_id.in_([one.id for one in reports]), VapeDetails.school_name.is_not(None)
            )
        )
    )
