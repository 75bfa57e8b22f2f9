"""What the coordinators are told about neighbours, by e-mail."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from ldis.neighbours.models import Feed, NeighbourAlert
from ldis.people import queries as people
from ldis.people.rules import Role
from ldis.people.telling import Said, tell

SIGNED = "\n\nLocal Drug Information System\n"


def tell_of_new(session: Session, feed: Feed, new: Sequence[NeighbourAlert], *, now: datetime) -> None:
    """Something of a neighbour's waits for a person. What it says is on our own page, not in the letter."""
    what = "an alert" if len(new) == 1 else f"{len(new)} alerts"
    subject = f"{feed.name} has published {what}"
    words = f"{subject}. Nothing of it was sent on. Look at it under Alerts, Neighbours."
    _tell(session, feed, subject, words, about=f"neighbours/{feed.id}/{max(one.id for one in new)}", now=now)


def tell_of_failing(session: Session, feed: Feed, *, now: datetime) -> None:
    """A feed could not be read for a day: said once for each time that it begins to fail."""
    subject = f"We cannot read the alerts of {feed.name}"
    words = f"{subject} since yesterday. {feed.fault} Look at it under Alerts, Neighbours, Feeds."
    assert feed.failing_since is not None
    about = f"feed/{feed.id}/{feed.failing_since:%Y-%m-%dT%H:%M:%S}"
    _tell(session, feed, subject, words, about=about, now=now)


def _tell(session: Session, feed: Feed, subject: str, words: str, *, about: str, now: datetime) -> None:
    said = Said(subject=subject, letter=words + SIGNED, text=words)
    for person in people.people_with_role(session, Role.COORDINATOR, partnership_id=feed.partnership_id):
        tell(
            session,
            person,
            said,
            about=about,
            partnership_id=feed.partnership_id,
            risk_to_life=False,
            now=now,
            letter_alone=True,
        )
