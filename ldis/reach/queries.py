"""Questions about what has come back."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, exists, false, func, or_, select
from sqlalchemy.orm import Session, joinedload

from alerts.messages import Medium
from ldis.contacts.models import Contact
from ldis.deliveries.models import Delivery
from ldis.deliveries.rules import State
from ldis.errors import NotFound
from ldis.issuing.models import Alert, AlertRecipient, about
from ldis.issuing.rules import State as AlertState
from ldis.people.models import Organisation
from ldis.reach.models import Acknowledgement, Shortfall
from ldis.reach.rules import How, Told
from ldis.reach.silence import all_about, deputy_about
from ldis.web import LONDON

PAGE = 50

_HAS_ARRIVED = or_(
    Delivery.state == State.DELIVERED, (Delivery.medium == Medium.EMAIL) & (Delivery.state == State.SENT)
)


class Show(StrEnum):
    """Which of an alert's recipients a page lists."""

    EVERYBODY = "everybody"
    SILENT = "silent"
    FAILED = "failed"


@dataclass(frozen=True)
class Row:
    """One recipient on the page: their word, if they gave it, and their messages."""

    recipient: AlertRecipient
    acknowledgement: Acknowledgement | None
    messages: Sequence[Delivery]


@dataclass(frozen=True)
class Message:
    """One message of an alert as a file shows it: whose, what, how far it got, and their word."""

    organisation: str | None
    name: str
    job_role: str
    medium: Medium
    about: str
    state: State
    reason: str | None
    written_at: datetime
    sent_at: datetime | None
    settled_at: datetime | None
    acknowledged_at: datetime | None
    how: How | None
    passed_on: int | None
    note: str | None

    @property
    def what(self) -> str:
        """Whether it is the alert or what followed it."""
        return what_is(self.about)


@dataclass(frozen=True)
class Sent:
    """One message of an alert without the person that it went to, and the number by which the next is found."""

    number: int
    id: uuid.UUID
    organisation: str | None
    medium: Medium
    what: str
    state: State
    reason: str | None
    written_at: datetime
    sent_at: datetime | None
    settled_at: datetime | None


def what_is(name: str) -> str:
    """Whether a message is the alert or what followed it, by its name in the outbox."""
    kind = name.split("/")[2:3]
    return {"reminder": "reminder", "deputy": "to a deputy"}.get(kind[0], kind[0]) if kind else "alert"


def told(session: Session, alert: Alert) -> list[Told]:
    """Where each recipient of an alert stands, without opening a single message."""
    states = (
        select(
            Delivery.recipient,
            func.array_agg(Delivery.state).label("states"),
            func.bool_or(_HAS_ARRIVED).label("has_arrived"),
        )
        .where(
            Delivery.about.in_([about(alert), deputy_about(alert)]),
            Delivery.partnership_id == alert.partnership_id,
        )
        .group_by(Delivery.recipient)
        .subquery()
    )
    rows = session.execute(
        select(
            AlertRecipient.organisation_id,
            Organisation.name,
            states.c.states,
            Acknowledgement.at,
            Acknowledgement.passed_on,
            func.coalesce(states.c.has_arrived, false()),
        )
        .outerjoin(Organisation, Organisation.id == AlertRecipient.organisation_id)
        .outerjoin(states, states.c.recipient == AlertRecipient.recipient)
        .outerjoin(Acknowledgement, Acknowledgement.recipient_id == AlertRecipient.id)
        .where(AlertRecipient.alert_id == alert.id)
        .order_by(AlertRecipient.id)
    )
    return [
        Told(place, name or "", tuple(State(state) for state in found or ()), at, passed_on, arrived)
        for place, name, found, at, passed_on, arrived in rows
    ]


def recipients(session: Session, alert: Alert, *, show: Show, page: int) -> tuple[list[Row], bool]:
    """A page of an alert's recipients with their messages, by organisation and name; and whether there are more."""
    found = session.execute(
        _narrowed(
            select(AlertRecipient, Acknowledgement)
            .join(AlertRecipient.contact)
            .outerjoin(AlertRecipient.organisation)
            .outerjoin(Acknowledgement, Acknowledgement.recipient_id == AlertRecipient.id)
            .where(AlertRecipient.alert_id == alert.id),
            alert,
            show,
        )
        .options(joinedload(AlertRecipient.contact), joinedload(AlertRecipient.organisation))
        .order_by(Organisation.name.nulls_last(), Contact.name, AlertRecipient.id)
        .offset((page - 1) * PAGE)
        .limit(PAGE + 1)
    ).all()
    messages: dict[str, list[Delivery]] = {}
    for delivery in session.scalars(
        select(Delivery)
        .where(
            Delivery.about.in_(all_about(alert)),
            Delivery.partnership_id == alert.partnership_id,
            Delivery.recipient.in_([recipient.recipient for recipient, _ in found]),
        )
        .order_by(Delivery.id)
    ):
        messages.setdefault(delivery.recipient, []).append(delivery)
    rows = [Row(recipient, word, messages.get(recipient.recipient, [])) for recipient, word in found]
    return rows[:PAGE], len(rows) > PAGE


def _narrowed(
    question: Select[AlertRecipient, Acknowledgement], alert: Alert, show: Show
) -> Select[AlertRecipient, Acknowledgement]:
    if show is Show.SILENT:
        return question.where(Acknowledgement.id.is_(None))
    if show is Show.FAILED:
        return question.where(
            exists().where(
                Delivery.about == about(alert),
                Delivery.recipient == AlertRecipient.recipient,
                Delivery.state.in_([State.FAILED, State.IN_DOUBT]),
            )
        )
    return question


def the_message(session: Session, alert: Alert, reference: uuid.UUID) -> Delivery:
    """One message of an alert or of what followed it, or NotFound."""
    found = session.scalar(
        select(Delivery).where(
            Delivery.reference == reference,
            Delivery.about.in_(all_about(alert)),
            Delivery.partnership_id == alert.partnership_id,
        )
    )
    if found is None:
        raise NotFound("We cannot find this message.")
    return found


def word_of(session: Session, recipient: AlertRecipient) -> Acknowledgement | None:
    """What a recipient has said, if anything."""
    return session.scalar(select(Acknowledgement).where(Acknowledgement.recipient_id == recipient.id))


def every_message(session: Session, alert: Alert) -> list[Message]:
    """Every message of an alert, by organisation and name. The words and addresses stay sealed."""
    rows: Iterable[Sequence[Any]] = session.execute(
        select(
            Organisation.name,
            Contact.name,
            Contact.job_role,
            Delivery.medium,
            Delivery.about,
            Delivery.state,
            Delivery.reason,
            Delivery.written_at,
            Delivery.sent_at,
            Delivery.settled_at,
            Acknowledgement.at,
            Acknowledgement.how,
            Acknowledgement.passed_on,
            Acknowledgement.note,
        )
        .select_from(AlertRecipient)
        .join(Contact, Contact.id == AlertRecipient.contact_id)
        .join(Delivery, Delivery.recipient == AlertRecipient.recipient)
        .outerjoin(Organisation, Organisation.id == AlertRecipient.organisation_id)
        .outerjoin(Acknowledgement, Acknowledgement.recipient_id == AlertRecipient.id)
        .where(
            AlertRecipient.alert_id == alert.id,
            Delivery.about.in_(all_about(alert)),
            Delivery.partnership_id == alert.partnership_id,
        )
        .order_by(Organisation.name.nulls_last(), Contact.name, AlertRecipient.id, Delivery.id)
    )
    return [Message(*row) for row in rows]


def messages_after(session: Session, alert: Alert, *, after: int | None, most: int) -> list[Sent]:
    """Messages of an alert in the order of writing; those with a number above `after` where it is given."""
    rows: Iterable[Sequence[Any]] = session.execute(
        select(
            Delivery.id,
            Delivery.reference,
            Organisation.name,
            Delivery.medium,
            Delivery.about,
            Delivery.state,
            Delivery.reason,
            Delivery.written_at,
            Delivery.sent_at,
            Delivery.settled_at,
        )
        .outerjoin(
            AlertRecipient,
            (AlertRecipient.recipient == Delivery.recipient) & (AlertRecipient.alert_id == alert.id),
        )
        .outerjoin(Organisation, Organisation.id == AlertRecipient.organisation_id)
        .where(
            Delivery.about.in_(all_about(alert)),
            Delivery.partnership_id == alert.partnership_id,
            Delivery.id > (after or 0),
        )
        .order_by(Delivery.id)
        .limit(most)
    )
    return [
        Sent(number, reference, place, medium, what_is(name), *others)
        for number, reference, place, medium, name, *others in rows
    ]


def failures(session: Session, alert: Alert) -> Sequence[tuple[str, int]]:
    """Why messages of an alert did not arrive, the most frequent reason first, with how many that holds for."""
    reason, count = func.coalesce(Delivery.reason, "The provider did not say why."), func.count()
    return [
        (words, number)
        for words, number in session.execute(
            select(reason, count)
            .where(
                Delivery.about.in_(all_about(alert)),
                Delivery.partnership_id == alert.partnership_id,
                Delivery.state == State.FAILED,
            )
            .group_by(reason)
            .order_by(count.desc(), reason)
        )
    ]


def shortfalls_of(session: Session, alert: Alert) -> Sequence[Shortfall]:
    """The targets that an alert has missed, in the order in which its coordinators were told."""
    return session.scalars(
        select(Shortfall).where(Shortfall.alert_id == alert.id).order_by(Shortfall.told_at, Shortfall.id)
    ).all()


def alerts_in_force(session: Session, *, now: datetime) -> Sequence[int]:
    """Alerts that are out and stand, oldest first."""
    today = now.astimezone(LONDON).date().isoformat()
    last_day = func.coalesce(Alert.content["expires_on"].astext, Alert.content["review_on"].astext)
    return session.scalars(
        select(Alert.id)
        .where(Alert.state == AlertState.ISSUED, Alert.issued_at <= now, last_day >= today)
        .order_by(Alert.issued_at, Alert.id)
    ).all()
