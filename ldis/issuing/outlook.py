"""What an alert would mean for the people it goes to: who is left out, what it costs, and who has had how many."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ARRAY, Integer, any_, exists, func, literal, or_, select
from sqlalchemy.orm import Session

from ldis.contacts.models import Contact
from ldis.issuing.models import Alert, AlertRecipient
from ldis.issuing.proposal import Proposal
from ldis.issuing.rules import State
from ldis.people.models import Area, Organisation

LOOKING_BACK = timedelta(days=30)
A_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Outlook:
    """What the approver reads about an audience besides its numbers.

    `had` says how many people had how many alerts in 30 days, most first; `recent` counts the alerts that went out
    within a week.
    """

    organisations_of_areas: int
    organisations_with_nobody: tuple[str, ...]
    pence: float
    had: tuple[tuple[int, int], ...]
    recent: int
    most_a_week: int

    @property
    def cost(self) -> str:
        """What the text messages cost, in pounds."""
        return f"£{self.pence / 100:,.2f}"

    @property
    def tires(self) -> bool:
        """Whether this would be more formal alerts within a week than people can be expected to heed."""
        return self.recent >= self.most_a_week


def outlook(
    session: Session, alert: Alert, proposal: Proposal, *, pence: float, most_a_week: int, now: datetime
) -> Outlook:
    """How things stand for the audience of an alert at this moment. Exercises count for nothing."""
    places = _organisations_of(session, alert, names=proposal.content.areas)
    reached = proposal.audience.organisation_ids
    return Outlook(
        organisations_of_areas=len(places),
        organisations_with_nobody=tuple(name for place, name in places if place not in reached),
        pence=proposal.sms_segments * pence,
        had=_had(session, alert, proposal.audience.contact_ids, since=now - LOOKING_BACK),
        recent=_recent(session, alert, since=now - A_WEEK),
        most_a_week=most_a_week,
    )


def _organisations_of(session: Session, alert: Alert, *, names: Collection[str]) -> list[tuple[int, str]]:
    """The organisations of the areas that an alert names; for an exercise, those with somebody who takes part."""
    question = (
        select(Organisation.id, Organisation.name)
        .join(Area, Area.code == Organisation.area_code)
        .where(Organisation.partnership_id == alert.partnership_id, Area.name.in_(names))
    )
    if alert.is_exercise:
        question = question.where(
            exists().where(Contact.organisation_id == Organisation.id, Contact.is_exercise.is_(True))
        )
    return [(place, name) for place, name in session.execute(question.order_by(Organisation.name))]


def _had(
    session: Session, alert: Alert, contact_ids: Collection[int], *, since: datetime
) -> tuple[tuple[int, int], ...]:
    """How many of these people had how many alerts since then, the most alerts first."""
    counts = session.scalars(
        select(func.count())
        .select_from(AlertRecipient)
        .join(Alert, Alert.id == AlertRecipient.alert_id)
        .where(
            AlertRecipient.contact_id == any_(literal(list(contact_ids), ARRAY(Integer))),
            AlertRecipient.is_exercise.is_(False),
            Alert.partnership_id == alert.partnership_id,
            Alert.issued_at > since,
            or_(Alert.id != alert.id, Alert.state != State.ISSUED),
        )
        .group_by(AlertRecipient.contact_id)
    ).all()
    return tuple(sorted(Counter(counts).items(), reverse=True))


def _recent(session: Session, alert: Alert, *, since: datetime) -> int:
    found = session.scalar(
        select(func.count())
        .select_from(Alert)
        .where(
            Alert.partnership_id == alert.partnership_id,
            Alert.is_exercise.is_(False),
            Alert.issued_at > since,
            Alert.id != alert.id,
        )
    )
    return found or 0
