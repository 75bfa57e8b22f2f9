"""The photos that an alert may show: those of its case's reports, re-encoded when they came and not removed since."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from ldis.issuing import queries
from ldis.issuing.content import from_kept
from ldis.issuing.models import Alert
from ldis.photos import queries as photos
from ldis.photos.models import Photo


def to_choose_from(session: Session, alert: Alert) -> list[tuple[Photo, str]]:
    """The photos of the case, each with the reference of its report."""
    reports, _ = queries.evidence_of(session, alert.case)
    references = {report.submission_key: report.reference for report in reports}
    found = photos.photos_of(session, references.keys(), partnership_id=alert.partnership_id)
    return [
        (photo, references[key]) for key, several in found.items() for photo in several if photo.removed_at is None
    ]


def shown_on(session: Session, alert: Alert) -> Sequence[Photo]:
    """The photos that the alert shows now. One that was removed after the choice is not shown any more."""
    chosen = from_kept(alert.content).pictures
    return [photo for photo, _ in to_choose_from(session, alert) if photo.id in chosen] if chosen else []
