"""What the page of a case says of the decision before: that it was brought back, or is due for another look."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from ldis.cases import queries, service
from ldis.cases.models import Case
from ldis.cases.rules import When
from ldis.worktime import LONDON


def remembered(session: Session, case: Case, *, now: datetime) -> dict[str, Any]:
    """What brought the case back since its latest decision, and whether that decision is to be looked at again."""
    latest = case.decisions[-1] if case.decisions else None
    stands = service.is_so(case, When.NO_ACTION_STANDS) and case.state in queries.ENDED
    today = now.astimezone(LONDON).date()
    return {
        "recall": queries.recall_of(session, latest, partnership_id=case.partnership_id) if latest else None,
        "look_again": bool(latest and stands and latest.review_on and latest.review_on <= today),
    }
