"""Take in a vape report: an incident report, and what only a vape has."""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy.orm import Session

from ldis.errors import Invalid
from ldis.people.rules import Place
from ldis.submissions import repeats, reports
from ldis.substances.rules import Names
from ldis.vapes.models import VapeDetails
from ldis.vapes.schemas import VapeAnswers, VapeForm


def submit_vape(
    session: Session, form: VapeForm, *, place: Place, names: Names, key: str, by: str, now: datetime
) -> reports.Taken:
    """Take in a vape report. The same key with the same content is the same report, however often sent."""
    taken = reports.submit_report(session, form.incident, place=place, names=names, key=key, by=by, now=now)
    given = asdict(form.vape)
    kept = session.get(VapeDetails, taken.id)
    if kept is None:
        session.add(VapeDetails(report_id=taken.id, **given))
        session.flush()
    elif VapeAnswers(**{name: getattr(kept, name) for name in given}) != form.vape:
        raise Invalid({"submission_key": [repeats.USED_KEY]})
    return taken
