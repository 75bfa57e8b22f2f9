"""Which reports are restricted: looking at one is written into the audit record."""

from collections.abc import Iterable, Sequence

from sqlalchemy.orm import Session

from ldis.photos import queries as photos
from ldis.submissions.models import IncidentReport, LabResult
from ldis.vapes import queries as vapes


def restricted(
    session: Session, things: Iterable[IncidentReport | LabResult], *, partnership_id: int
) -> list[str]:
    """How the record names those that hold a school's name, a personal detail that was kept, or photos."""
    seen = list(things)
    reports = [one for one in seen if isinstance(one, IncidentReport)]
    with_photos = photos.photos_of(session, [one.submission_key for one in reports], partnership_id=partnership_id)
    schools = vapes.with_school_name(session, reports)
    found = [
        f"report/{one.id}"
        for one in reports
        if one.kept_details or one.submission_key in with_photos or one.id in schools
    ]
    return found + [f"result/{one.id}" for one in _results(seen) if one.kept_details]


def _results(things: Sequence[IncidentReport | LabResult]) -> list[LabResult]:
    return [one for one in things if isinstance(one, LabResult)]
