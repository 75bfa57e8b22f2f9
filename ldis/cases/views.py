"""What the page of one report or result shows."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from ldis.cases import queries
from ldis.cases.answers import rows_of_report, rows_of_result
from ldis.cases.models import Case
from ldis.cases.policy import Policy
from ldis.deadlines import answer_by, assess_by
from ldis.followup.views import exchange_with
from ldis.people.access import Actor
from ldis.photos import queries as photos
from ldis.submissions.models import IncidentReport, LabResult
from ldis.submissions.rules import RISK_TO_LIFE, Status


def thing_page(
    session: Session, thing: IncidentReport | LabResult, actor: Actor, *, policy: Policy
) -> dict[str, Any]:
    """What the page of one report or result shows to this person."""
    shown: dict[str, Any] = {
        "thing": thing,
        "case": queries.case_of(session, thing),
        "recalls": queries.brought_back_by(session, thing),
    }
    if isinstance(thing, IncidentReport):
        sent = photos.photos_of(session, [thing.submission_key], partnership_id=thing.partnership_id)
        return shown | {
            "rows": rows_of_report(session, thing, actor),
            "photos": sent.get(thing.submission_key, []),
            "exchange": exchange_with(session, thing),
            "answer_by": answer_by(thing.received_at, clocks=policy.clocks),
            "assess_by": _assess_by(thing, shown["case"], policy),
        }
    return shown | {"rows": rows_of_result(session, thing), "photos": []}


def _assess_by(report: IncidentReport, case: Case | None, policy: Policy) -> datetime | None:
    """By when somebody must look at a report: nothing once a case holds it, or it is decided."""
    if case is not None or report.status is Status.DECIDED:
        return None
    return assess_by(report.received_at, risk_to_life=report.harm_level in RISK_TO_LIFE, clocks=policy.clocks)


def first_title(thing: IncidentReport | LabResult) -> str:
    """What a case about it may be called, to begin with: what it was sold as, and where. Names nobody."""
    what = thing.sold_as or "Something not named"
    return f"{what[0].upper()}{what[1:]}, {thing.area.name if isinstance(thing, IncidentReport) else thing.laboratory}"
