"""Tell the coordinators of every partnership that messages go by another provider now."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.failover import Way
from alerts.messages import Medium
from ldis.people import queries as people
from ldis.people.models import Partnership
from ldis.people.rules import Role
from ldis.people.telling import Said, tell


def tell_of_change(session: Session, medium: Medium, way: Way, *, since: str, now: datetime) -> int:
    """Write to the coordinators, once for each change; to how many."""
    told = 0
    for place in session.scalars(select(Partnership.id).order_by(Partnership.id)).all():
        for person in people.people_with_role(session, Role.COORDINATOR, partnership_id=place):
            name = f"provider/{medium.value}/{since}"
            tell(session, person, said(medium, way), about=name, partnership_id=place, risk_to_life=False, now=now)
            told += 1
    return told


def said(medium: Medium, way: Way) -> Said:
    """What they are told."""
    what = f"{medium.label}s"
    if way is Way.SECOND:
        subject = f"{what} now go by the second provider"
        why = "The first one failed or was too slow. Nothing is lost; the first is tried again every few minutes."
    else:
        subject = f"{what} go by the first provider again"
        why = "Either it works again, or the second one failed."
    return Said(
        subject=subject, letter=f"{subject}.\n\n{why}\n\nLocal Drug Information System\n", text=f"{subject}. {why}"
    )
