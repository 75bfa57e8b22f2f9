"""What the pages of reports begin with: who may do what, and a report with what it is put together from."""

from flask import current_app

from ldis.indicators.access import READERS, dictionary
from ldis.people.access import current_person
from ldis.people.rules import Role
from ldis.reporting import queries, views
from ldis.reporting.composing import Sources
from ldis.reporting.models import Report, Section
from ldis.web import session, today

WRITERS = (Role.COORDINATOR, Role.LEAD, Role.DATA_OFFICER)
OWNERS = (Role.LEAD,)

__all__ = ["OWNERS", "READERS", "WRITERS", "outline", "sources_for", "the_report", "the_section"]


def outline(sort: str) -> dict[str, object]:
    """What a report of this sort begins with."""
    found = current_app.extensions["ldis.reporting"][sort]
    assert isinstance(found, dict)
    return found


def the_report(report_id: int) -> Report:
    """The report that an address names."""
    return queries.the_report(session, report_id, partnership_id=current_person().partnership_id)


def the_section(report_id: int, section_id: int) -> Section:
    """The section that an address names."""
    return queries.the_section(session, report_id, section_id, partnership_id=current_person().partnership_id)


def sources_for(report: Report) -> Sources:
    """What the references of a report are resolved from."""
    return views.sources_of(
        session, dictionary(), partnership_id=report.partnership_id, until=report.ends_on, today=today()
    )
