"""Questions about what has come back, and about the outbox."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, exists, false, func, or_, select
from sqlalchemy.orm import Session, joinedload

from alerts.messages import Medium
from ldis.cases.policy import MOST_REMINDERS
from ldis.contacts.models import Contact
from ldis.deliveries.models import Delivery
from ldis.deliveries.rules import State
from ldis.errors import NotFound
from ldis.issuing.models import Alert, AlertRecipient, about
from ldis.issuing.rules import State as AlertState
from ldis.people.models import Organisation
from ldis.reach.models import Acknowledgement
from ldis.reach.rules import Told
from ldis.web import LONDON

PAGE = 50
MOST_BY_HAND = 20
ON_SCREEN = 24
KNOWN_RECIPIENTS = 100

REACHED = (State.SENT, State.DELIVERED)
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
class Addressee:
    """Somebody who was written to, as the outbox names and shows them."""

    recipient: str
    address: str


def reminder_about(alert: Alert, number: int, *, by_hand: bool = False) -> str:
    """How a reminder of an alert is named in the outbox: by its number, those by hand apart."""
    return f"{about(alert)}/reminder/{'by-hand/' if by_hand else ''}{number}"


def deputy_about(alert: Alert) -> str:
    """How the word to an organisation's deputy is named in the outbox."""
    return f"{about(alert)}/deputy"


def reminders_about(alert: Alert) -> list[str]:
    """Every name that a reminder of an alert can have."""
    by_clock = [reminder_about(alert, number) for number in range(1, MOST_REMINDERS + 1)]
    by_hand = [reminder_about(alert, number, by_hand=True) for number in range(1, MOST_BY_HAND + 1)]
    return by_clock + by_hand


def all_about(alert: Alert) -> list[str]:
    """Every name that a message of an alert can have."""
    return [about(alert), deputy_about(alert), *reminders_about(alert)]


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


def alerts_in_force(session: Session, *, now: datetime) -> Sequence[int]:
    """Alerts that are out and stand, oldest first."""
    today = now.astimezone(LONDON).date().isoformat()
    return session.scalars(
        select(Alert.id)
        .where(
            Alert.state == AlertState.ISSUED, Alert.issued_at <= now, Alert.content["review_on"].astext >= today
        )
        .order_by(Alert.issued_at, Alert.id)
    ).all()


def held_alert(session: Session, alert_id: int) -> Alert | None:
    """An alert, held until the transaction ends; nothing while somebody else holds it."""
    return session.scalar(select(Alert).where(Alert.id == alert_id).with_for_update(of=Alert, skip_locked=True))


def silent(
    session: Session, alert: Alert, *, reminder: str, quiet_since: datetime
) -> list[tuple[AlertRecipient, Medium]]:
    """Who got an alert, has not answered, still wants to be told and did not get this reminder; by what to remind them.

    Nobody who was reminded of it since `quiet_since`. By text message where one got through and they still take them,
    else by e-mail.
    """
    had = select(Delivery.recipient).where(
        Delivery.about.in_(reminders_about(alert)),
        or_(Delivery.about == reminder, Delivery.written_at > quiet_since),
    )
    rows = session.execute(
        select(AlertRecipient, Delivery.medium)
        .join(AlertRecipient.contact)
        .join(
            Delivery,
            Delivery.about.in_([about(alert), deputy_about(alert)])
            & (Delivery.recipient == AlertRecipient.recipient),
        )
        .where(
            AlertRecipient.alert_id == alert.id,
            Delivery.state.in_(REACHED),
            Contact.opted_out_at.is_(None),
            _still_wanted(),
            ~exists().where(Acknowledgement.recipient_id == AlertRecipient.id),
            AlertRecipient.recipient.not_in(had),
        )
        .order_by(AlertRecipient.id, Delivery.medium.desc())
    )
    chosen: dict[int, tuple[AlertRecipient, Medium]] = {}
    for recipient, medium in rows:
        chosen.setdefault(recipient.id, (recipient, medium))
    return list(chosen.values())


def _still_wanted() -> ColumnElement[bool]:
    return or_(
        (Delivery.medium == Medium.SMS) & Contact.by_sms & Contact.mobile_index.is_not(None),
        (Delivery.medium == Medium.EMAIL) & Contact.by_email & Contact.email_index.is_not(None),
    )


def reminders_by_hand(session: Session, alert: Alert) -> int:
    """How many times somebody has reminded the silent by hand."""
    names = [reminder_about(alert, number, by_hand=True) for number in range(1, MOST_BY_HAND + 1)]
    return session.scalar(select(func.count(Delivery.about.distinct())).where(Delivery.about.in_(names))) or 0


def deputies_to_tell(session: Session, alert: Alert) -> Sequence[Contact]:
    """Those who stand in for organisations in which nobody has answered, and were not told so yet."""
    told_there = select(AlertRecipient.organisation_id).where(
        AlertRecipient.alert_id == alert.id, AlertRecipient.organisation_id.is_not(None)
    )
    answered = told_there.join(Acknowledgement, Acknowledgement.recipient_id == AlertRecipient.id)
    told = select(Delivery.recipient).where(Delivery.about == deputy_about(alert))
    return session.scalars(
        select(Contact)
        .where(
            Contact.partnership_id == alert.partnership_id,
            Contact.stands_in,
            Contact.opted_out_at.is_(None),
            Contact.organisation_id.in_(told_there),
            Contact.organisation_id.not_in(answered),
            func.concat("contact/", Contact.id).not_in(told),
            or_(
                Contact.by_sms & Contact.mobile_index.is_not(None),
                Contact.by_email & Contact.email_index.is_not(None),
            ),
        )
        .order_by(Contact.id)
    ).all()


def recipients_among(session: Session, alert: Alert, contact_ids: Collection[int]) -> dict[int, AlertRecipient]:
    """Those of an alert's recipients who are among these contacts, by contact."""
    found = session.scalars(
        select(AlertRecipient).where(
            AlertRecipient.alert_id == alert.id, AlertRecipient.contact_id.in_(contact_ids)
        )
    )
    return {one.contact_id: one for one in found}


def colleagues_of(session: Session, recipient: AlertRecipient) -> Sequence[str]:
    """How those who were told of the same alert at the same organisation are named in the outbox."""
    if recipient.organisation_id is None:
        return []
    return session.scalars(
        select(AlertRecipient.recipient).where(
            AlertRecipient.alert_id == recipient.alert_id,
            AlertRecipient.organisation_id == recipient.organisation_id,
        )
    ).all()


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
