"""Questions about who is silent about an alert, and how what follows it is named in the outbox."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, false, func, or_, select
from sqlalchemy.orm import Session

from alerts.messages import Medium
from ldis.cases.policy import MOST_REMINDERS
from ldis.contacts.models import Contact
from ldis.contacts.stopping import is_stopped
from ldis.deliveries.models import Delivery
from ldis.deliveries.rules import State
from ldis.errors import NotFound
from ldis.issuing.models import Alert, AlertRecipient, about
from ldis.people.models import Organisation
from ldis.reach.models import Acknowledgement

MOST_BY_HAND = 20
REACHED = (State.SENT, State.DELIVERED)


@dataclass(frozen=True)
class ToCall:
    """Somebody who is silent, with what it takes to telephone them."""

    recipient_id: int
    contact: Contact
    place: str
    is_deputy: bool
    place_has_answered: bool


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
        (Delivery.medium == Medium.SMS)
        & Contact.by_sms
        & Contact.mobile_index.is_not(None)
        & ~is_stopped(Medium.SMS, Contact.mobile_index),
        (Delivery.medium == Medium.EMAIL)
        & Contact.by_email
        & Contact.email_index.is_not(None)
        & ~is_stopped(Medium.EMAIL, Contact.email_index),
    )


def with_reminders_waiting(session: Session) -> Sequence[int]:
    """Alerts of which a reminder, or a word to a deputy, has not left yet."""
    waiting = select(Delivery.about).where(
        Delivery.state == State.QUEUED, Delivery.about.regexp_match("^alert/[0-9]+/(reminder|deputy)")
    )
    return sorted({int(name.split("/")[1]) for name in session.scalars(waiting.distinct())})


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
            Contact.is_exercise == alert.is_exercise,
            Contact.stands_in,
            Contact.organisation_id.in_(told_there),
            Contact.organisation_id.not_in(answered),
            func.concat("contact/", Contact.id).not_in(told),
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


def to_telephone(session: Session, alert: Alert) -> list[ToCall]:
    """Everybody who was told and has not answered, as one telephones them."""
    answered = (
        select(AlertRecipient.organisation_id)
        .join(Acknowledgement, Acknowledgement.recipient_id == AlertRecipient.id)
        .where(AlertRecipient.alert_id == alert.id, AlertRecipient.organisation_id.is_not(None))
    )
    rows = session.execute(
        select(
            AlertRecipient.id,
            Contact,
            func.coalesce(Organisation.name, ""),
            func.coalesce(AlertRecipient.organisation_id.in_(answered), false()),
        )
        .join(Contact, Contact.id == AlertRecipient.contact_id)
        .outerjoin(Organisation, Organisation.id == AlertRecipient.organisation_id)
        .outerjoin(Acknowledgement, Acknowledgement.recipient_id == AlertRecipient.id)
        .where(AlertRecipient.alert_id == alert.id, Acknowledgement.id.is_(None))
        .order_by(Contact.name, AlertRecipient.id)
    )
    return [ToCall(number, one, place, one.stands_in, has) for number, one, place, has in rows]


def the_recipient(session: Session, alert: Alert, recipient_id: int) -> AlertRecipient:
    """One of an alert's recipients, or NotFound."""
    found = session.scalar(
        select(AlertRecipient).where(AlertRecipient.id == recipient_id, AlertRecipient.alert_id == alert.id)
    )
    if found is None:
        raise NotFound("We cannot find this person among those who were told.")
    return found
