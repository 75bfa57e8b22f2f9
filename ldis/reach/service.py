"""Take in people's word that they have an alert, and remind those who have not given it."""

from datetime import datetime

from sqlalchemy import func, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from alerts.messages import Medium, Words
from ldis.audit import service as audit
from ldis.contacts import queries as contacts
from ldis.deliveries.service import Letter, post_all
from ldis.issuing.content import from_kept
from ldis.issuing.models import Alert, AlertRecipient, about
from ldis.issuing.proposal import link_to
from ldis.issuing.rules import URGENCY
from ldis.reach import queries
from ldis.reach.models import Acknowledgement
from ldis.reach.rules import How, reminder
from ldis.reach.schemas import Word


def acknowledge(session: Session, recipient: AlertRecipient, word: Word, *, how: How, now: datetime) -> bool:
    """Take somebody's word that they have an alert. True the first time.

    Saying it again keeps the first time; a number or a note that is given later is added to it.
    """
    first = session.scalar(
        insert(Acknowledgement)
        .values(recipient_id=recipient.id, at=now, how=how, passed_on=word.passed_on, note=word.note)
        .on_conflict_do_nothing(index_elements=["recipient_id"])
        .returning(Acknowledgement.id)
    )
    if first is None:
        session.execute(
            update(Acknowledgement)
            .where(Acknowledgement.recipient_id == recipient.id)
            .values(
                passed_on=func.coalesce(word.passed_on, Acknowledgement.passed_on),
                note=func.coalesce(word.note or None, Acknowledgement.note),
            )
        )
        return False
    audit.record(
        session,
        "alert acknowledged",
        about(recipient.alert),
        actor=recipient.recipient,
        partnership_id=recipient.alert.partnership_id,
        detail={"how": how.value, "reference": recipient.alert.reference},
    )
    return True


def remind_the_silent(session: Session, alert: Alert, *, now: datetime, public_url: str) -> int:
    """Remind, once, everybody who got an alert and has not said that they have it. How many were reminded."""
    waiting = queries.silent(session, alert)
    if not waiting:
        return 0
    addresses = contacts.addresses_of(
        session, [recipient.contact_id for recipient, _ in waiting], partnership_id=alert.partnership_id
    )
    letters = [
        _reminder_letter(alert, recipient, medium, addresses[recipient.contact_id, medium], public_url=public_url)
        for recipient, medium in waiting
    ]
    written = post_all(session, letters, now=now)
    audit.record(
        session,
        "reminders sent",
        about(alert),
        actor="reach.chase",
        partnership_id=alert.partnership_id,
        detail={"reference": alert.reference, "people": written},
    )
    return written


def _reminder_letter(
    alert: Alert, recipient: AlertRecipient, medium: Medium, address: str, *, public_url: str
) -> Letter:
    words = reminder(from_kept(alert.content), alert.level, link=link_to(public_url, recipient.token))
    return Letter(
        medium=medium,
        address=address,
        words=words if medium is Medium.EMAIL else Words(text=words.text),
        about=queries.reminder_about(alert),
        recipient=recipient.recipient,
        urgency=URGENCY[alert.level],
        partnership_id=alert.partnership_id,
        is_exercise=alert.is_exercise,
    )
