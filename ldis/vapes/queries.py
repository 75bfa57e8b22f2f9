"""Questions about vape reports."""

from sqlalchemy.orm import Session

from ldis.submissions.models import IncidentReport
from ldis.submissions.rules import Form
from ldis.vapes.models import VapeDetails


def details_of(session: Session, report: IncidentReport) -> VapeDetails | None:
    """What is known of the vape that a report is about; nothing where it is about something else."""
    return session.get(VapeDetails, report.id) if report.form is Form.VAPE else None
