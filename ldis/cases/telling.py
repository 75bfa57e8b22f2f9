"""Tell the coordinators of a case something by e-mail, through the outbox."""

from datetime import datetime

from sqlalchemy.orm import Session

from alerts.messages import Medium, Words
from ldis.cases.models import Case
from ldis.deliveries import service as deliveries
from ldis.deliveries.rules import Urgency
from ldis.deliveries.service import Letter
from ldis.people import queries as people
from ldis.people.rules import Role

SIGNATURE = "Local Drug Information System"


def tell_coordinators(
    session: Session, case: Case, words: Words, *, about: str, urgency: Urgency, now: datetime
) -> int:
    """Write to whoever holds the case, or to every coordinator where nobody does; how many letters that made."""
    coordinators = people.people_with_role(session, Role.COORDINATOR, partnership_id=case.partnership_id)
    holders = [one for one in coordinators if one.id == case.coordinator_id] or coordinators
    letters = [
        Letter(
            medium=Medium.EMAIL,
            address=one.email,
            words=words,
            about=about,
            recipient=f"person/{one.id}",
            urgency=urgency,
            partnership_id=case.partnership_id,
        )
        for one in holders
    ]
    return deliveries.post_all(session, letters, now=now)
