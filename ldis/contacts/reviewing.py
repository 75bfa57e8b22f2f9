"""Lists grow old: once a year somebody looks through each and says that it is right."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from alerts.messages import Medium, Words
from ldis.audit import service as audit
from ldis.contacts import queries
from ldis.contacts.models import ContactList
from ldis.contacts.rules import Care
from ldis.deliveries.rules import Urgency
from ldis.deliveries.service import Letter, post_all
from ldis.people import queries as people
from ldis.people.access import Actor
from ldis.people.rules import Role

BY = "contacts.review"
SIGNATURE = "Local Drug Information System"


def confirm(session: Session, list_id: int, *, actor: Actor, now: datetime) -> ContactList:
    """Somebody looked through a list, and it is right."""
    found = queries.the_list(session, list_id, partnership_id=actor.partnership_id)
    found.reviewed_at, found.review_told_at = now, None
    audit.record(
        session,
        "list checked",
        f"contact-list/{found.id}",
        actor=actor.label,
        partnership_id=actor.partnership_id,
        detail={"members": len(found.members)},
    )
    return found


def overdue(session: Session, *, care: Care, now: datetime) -> Sequence[ContactList]:
    """Lists of every partnership that are to be checked and of which nobody was told lately; held, oldest first."""
    return session.scalars(
        select(ContactList)
        .where(
            ContactList.reviewed_at <= now - care.review_lists_after,
            or_(ContactList.review_told_at.is_(None), ContactList.review_told_at <= now - care.chase_every),
        )
        .order_by(ContactList.reviewed_at, ContactList.id)
        .with_for_update(skip_locked=True)
    ).all()


def tell(session: Session, one: ContactList, *, public_url: str, now: datetime) -> int:
    """Ask the coordinators to look through a list; to how many."""
    one.review_told_at = now
    since = f"{one.reviewed_at.day} {one.reviewed_at:%B %Y}"
    words = Words(
        subject=f"Is the list “{one.name}” still right?",
        text=(
            f"It was last checked on {since}. People leave and numbers change: look through it, and say that it is "
            f"right.\n\n{public_url}/contacts/lists/{one.id}\n\n{SIGNATURE}\n"
        ),
    )
    letters = [
        Letter(
            medium=Medium.EMAIL,
            address=person.email,
            words=words,
            about=f"list-review/{one.id}/{now:%Y-%m-%d}",
            recipient=person.label,
            urgency=Urgency.ROUTINE,
            partnership_id=one.partnership_id,
        )
        for person in people.people_with_role(session, Role.COORDINATOR, partnership_id=one.partnership_id)
    ]
    return post_all(session, letters, now=now)
