"""Take in people's word that they have an alert."""

from datetime import datetime

from sqlalchemy import func, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from ldis.audit import service as audit
from ldis.deliveries.service import withdraw
from ldis.issuing.models import AlertRecipient, about
from ldis.reach import silence
from ldis.reach.models import Acknowledgement
from ldis.reach.rules import How
from ldis.reach.schemas import Word

HAS_ANSWERED = "It was not needed any more: they have answered."


def acknowledge(
    session: Session, recipient: AlertRecipient, word: Word, *, how: How, now: datetime, by: str = ""
) -> bool:
    """Take somebody's word that they have an alert. True the first time.

    Saying it again keeps the first time; a number or a note that is given later is added to it. `by`: who wrote it
    down, where it was not they themselves.
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
    _leave_in_peace(session, recipient, now=now)
    audit.record(
        session,
        "alert acknowledged",
        about(recipient.alert),
        actor=by or recipient.recipient,
        partnership_id=recipient.alert.partnership_id,
        detail={"how": how.value, "reference": recipient.alert.reference},
    )
    return True


def _leave_in_peace(session: Session, recipient: AlertRecipient, *, now: datetime) -> None:
    """Hold back what is still to leave to whoever has answered, and to the deputy of their organisation."""
    alert = recipient.alert
    withdraw(
        session, silence.reminders_about(alert), recipients=[recipient.recipient], reason=HAS_ANSWERED, now=now
    )
    withdraw(
        session,
        [silence.deputy_about(alert)],
        recipients=[recipient.recipient, *silence.colleagues_of(session, recipient)],
        reason=HAS_ANSWERED,
        now=now,
    )
