"""What is known of reports."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from ldis.errors import NotFound
from ldis.reporting.models import Comment, Edition, Report, Section


def reports_of(session: Session, *, partnership_id: int) -> Sequence[Report]:
    """Every report of a partnership, the newest period first."""
    return session.scalars(
        select(Report)
        .where(Report.partnership_id == partnership_id)
        .order_by(Report.ends_on.desc(), Report.id.desc())
    ).all()


def the_report(session: Session, report_id: int, *, partnership_id: int) -> Report:
    """One report of a partnership."""
    found = session.get(Report, report_id)
    if found is None or found.partnership_id != partnership_id:
        raise NotFound("We cannot find this report.")
    return found


def the_section(session: Session, report_id: int, section_id: int, *, partnership_id: int) -> Section:
    """One section that was not taken out."""
    report = the_report(session, report_id, partnership_id=partnership_id)
    found = next((one for one in report.sections if one.id == section_id), None)
    if found is None:
        raise NotFound("We cannot find this section. It may have been taken out.")
    return found


def the_comment(section: Section, comment_id: int) -> Comment:
    """One comment on a section."""
    found = next((one for one in section.comments if one.id == comment_id), None)
    if found is None:
        raise NotFound("We cannot find this comment.")
    return found


def the_edition(report: Report, number: int) -> Edition:
    """One edition that was signed."""
    found = next((one for one in report.editions if one.number == number), None)
    if found is None:
        raise NotFound("There is no such edition.")
    return found
