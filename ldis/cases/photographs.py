"""Taking a photo out of a report."""

from typing import Any

from flask import Blueprint, redirect, url_for

from ldis.cases.pages import incoming
from ldis.db import utc_now
from ldis.people.access import current_person, open_to
from ldis.people.rules import Role
from ldis.photos import service as photos
from ldis.photos.schemas import RemovalSchema
from ldis.submissions import queries as submissions
from ldis.web import commits, load_form, notice, redraws, session

pages = Blueprint("photographs", __name__)


@pages.post("/<any(reports):kind>/<reference>/photos/<int:photo_id>/remove")
@open_to(Role.COORDINATOR)
@redraws(incoming)
@commits
def remove(kind: str, reference: str, photo_id: int) -> Any:
    """Take a photo out of a report, for good."""
    form = load_form(RemovalSchema)
    report = submissions.the_report(session, reference, partnership_id=current_person().partnership_id)
    photos.remove(
        session,
        photo_id,
        key=report.submission_key,
        partnership_id=report.partnership_id,
        reason=form.reason,
        of=f"report/{report.id}",
        by=current_person().label,
        now=utc_now(),
    )
    notice("The photo is deleted.")
    return redirect(url_for("cases.incoming", kind=kind, reference=reference))
