"""Questions about what has come back, and about the outbox."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload

from alerts.messages import Medium
from ldis.contacts.models import Contact
from ldis.contacts.stopping import is_stopped
from ldis.deliveries.models import Delivery
from ldis.deliveries.rules import State
from ldis.errors import NotFound
from ldis.issuing.models import Alert, AlertRecipient, about
from ldis.issuing.rules import State as AlertState
from ldis.people.models import Organisation
from ldis.reach.models import Acknowledgement
from ldis.reach.rules import REMIND_AFTER, Told
from ldis.web import LONDON

PAGE = 50
ON_SCREEN = 24
KNOWN_RECIPIENTS = 100

REACHED = (State.SENT, State.DELIVERED)


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
class Addressee:
    """Somebody who was written to, as the outbox names and shows them."""

    recipient: str
    address: str


def reminder_about(alert: Alert) -> str:
    """How the reminder of an alert is named in the outbox."""
    return f"{about(alert)}/reminder"


def told(session: Session, alert: Alert) -> list[Told]:
    """Where each recipient of an alert stands, without opening a single message."""
    states = (
        select(Delivery.recipient, func.array_agg(Delivery.state).label("states"))
        .where(Delivery.about == about(alert), Delivery.partnership_id == alert.partnership_id)
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
        )
        .outerjoin(Organisation, Organisation.id == AlertRecipient.organisation_id)
        .outerjoin(states, states.c.recipient == AlertRecipient.recipient)
        .outerjoin(Acknowledgement, Acknowledgement.recipient_id == AlertRecipient.id)
        .where(AlertRecipient.alert_id == alert.id)
        .order_by(AlertRecipient.id)
    )
    return [
        Told(place, name or "", tuple(State(state) for state in found or ()), at, passed_on)
        for place, name, found, at, passed_on in rows
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
            Delivery.about.in_([about(alert), reminder_about(alert)]),
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
    """One message of an alert or of its reminder, or NotFound."""
    found = session.scalar(
        select(Delivery).where(
            Delivery.reference == reference,
            Delivery.about.in_([about(alert), reminder_about(alert)]),
            Delivery.partnership_id == alert.partnership_id,
        )
    )
    if found is None:
        raise NotFound("We cannot find this message.")
    return found


def word_of(session: Session, recipient: AlertRecipient) -> Acknowledgement | None:
    """What a recipient has said, if anything."""
    return session.scalar(select(Acknowledgement).where(Acknowledgement.recipient_id == recipient.id))


def alerts_to_chase(session: Session, *, now: datetime) -> Sequence[int]:
    """Alerts in force that have been out for long enough to ask who is silent, oldest first."""
    due = [(Alert.level == level) & (Alert.issued_at <= now - after) for level, after in REMIND_AFTER.items()]
    today = now.astimezone(LONDON).date().isoformat()
    return session.scalars(
        select(Alert.id)
        .where(Alert.state == AlertState.ISSUED, or_(*due), Alert.content["review_on"].astext >= today)
        .order_by(Alert.issued_at, Alert.id)
    ).all()


def held_alert(session: Session, alert_id: int) -> Alert | None:
    """An alert, held until the transaction ends; nothing while somebody else holds it."""
    return session.scalar(select(Alert).where(Alert.id == alert_id).with_for_update(of=Alert, skip_locked=True))


def silent(session: Session, alert: Alert) -> list[tuple[AlertRecipient, Medium]]:
    """Who got an alert, has not answered, was not reminded yet and still wants to be told; and by what to remind them.

    By text message where one got through and they still take them, else by e-mail.
    """
    rows = session.execute(
        select(AlertRecipient, Delivery.medium)
        .join(AlertRecipient.contact)
        .join(Delivery, (Delivery.about == about(alert)) & (Delivery.recipient == AlertRecipient.recipient))
        .where(
            AlertRecipient.alert_id == alert.id,
            Delivery.state.in_(REACHED),
            Contact.opted_out_at.is_(None),
            _still_wanted(),
            ~exists().where(Acknowledgement.recipient_id == AlertRecipient.id),
            ~_was_reminded(alert),
        )
        .order_by(AlertRecipient.id, Delivery.medium.desc())
    )
    chosen: dict[int, tuple[AlertRecipient, Medium]] = {}
    for recipient, medium in rows:
        chosen.setdefault(recipient.id, (recipient, medium))
    return list(chosen.values())


def _still_wanted() -> ColumnElement[bool]:
    return or_(
        (Delivery.medium == Medium.SMS)
        & Contact.by_sms
        & Contact.mobile_index.is_not(None)
        & ~is_stopped(Medium.SMS, Contact.mobile_index),
        (Delivery.medium == Medium.EMAIL)
        & Contact.by_email
        & Contact.email_index.is_not(None)
        & ~is_stopped(Medium.EMAIL, Contact.email_index),
    )


def _was_reminded(alert: Alert) -> ColumnElement[bool]:
    reminders = Delivery.__table__.alias("reminders")
    return exists().where(
        reminders.c.about == reminder_about(alert), reminders.c.recipient == AlertRecipient.recipient
    )


def outbox(
    session: Session, *, partnership_id: int | None, recipient: str = "", page: int = 1
) -> tuple[Sequence[Delivery], bool]:
    """A page of what was written to the outbox, newest first; of every partnership where none is given."""
    question = select(Delivery)
    if partnership_id is not None:
        question = question.where(Delivery.partnership_id == partnership_id)
    if recipient:
        question = question.where(Delivery.recipient == recipient)
    found = session.scalars(
        question.order_by(Delivery.id.desc()).offset((page - 1) * ON_SCREEN).limit(ON_SCREEN + 1)
    ).all()
    return found[:ON_SCREEN], len(found) > ON_SCREEN


def addressees(session: Session, *, partnership_id: int | None) -> list[Addressee]:
    """Whom the newest messages went to, for choosing one of them; each once, by address."""
    newest = select(func.max(Delivery.id)).group_by(Delivery.recipient)
    if partnership_id is not None:
        newest = newest.where(Delivery.partnership_id == partnership_id)
    newest = newest.order_by(func.max(Delivery.id).desc()).limit(KNOWN_RECIPIENTS)
    found = session.scalars(select(Delivery).where(Delivery.id.in_(newest.scalar_subquery())))
    return sorted((Addressee(one.recipient, one.address) for one in found), key=lambda one: one.address)


def outbox_message(session: Session, reference: uuid.UUID, *, partnership_id: int | None) -> Delivery:
    """One message of the outbox, or NotFound."""
    question = select(Delivery).where(Delivery.reference == reference)
    if partnership_id is not None:
        question = question.where(Delivery.partnership_id == partnership_id)
    found = session.scalar(question)
    if found is None:
        raise NotFound("We cannot find this message.")
    return found
