"""Text messages that come back: the word that somebody has an alert, and what we say to anything else."""

import re
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from alerts.messages import InboundText, Medium
from ldis.contacts.models import Contact
from ldis.deliveries.models import Delivery
from ldis.deliveries.rules import NOT_YET_SENT
from ldis.issuing.models import Alert, AlertRecipient
from ldis.reach import service
from ldis.reach.rules import How
from ldis.reach.schemas import Word
from ldis.secrecy import blind_index

YES = frozenset({"ok", "okay", "ok thanks", "ok thank you", "yes", "y", "got it", "received"})
NO_ALERT = "Thank you. We have sent no alert to this number. To report a drug concern: {link}"
NOT_READ = "This number cannot read messages. In danger? Call 999. To report a drug concern: {link}"


def answer(session: Session, text: InboundText, *, public_url: str, now: datetime) -> str:
    """Take a text message in, and say what to send back.

    Yes, in any of its ways, acknowledges the newest alert that went to the number; anything else is told where to
    report. Receiving the same message twice changes nothing.
    """
    report = f"{public_url}/report"
    if _plain(text.body) not in YES:
        return NOT_READ.format(link=report)
    recipient = newest_alert_to(session, text.from_address)
    if recipient is None:
        return NO_ALERT.format(link=report)
    service.acknowledge(session, recipient, Word(), how=How.REPLY, now=now)
    return f"Thank you. We have noted that you have alert {recipient.alert.reference}."


def newest_alert_to(session: Session, number: str) -> AlertRecipient | None:
    """The recipient of the newest alert that went to this number by text message."""
    return session.scalar(
        select(AlertRecipient)
        .join(AlertRecipient.contact)
        .join(AlertRecipient.alert)
        .join(
            Delivery,
            (Delivery.recipient == AlertRecipient.recipient) & (Delivery.about == func.concat("alert/", Alert.id)),
        )
        .where(
            Contact.mobile_index == blind_index(number),
            Delivery.medium == Medium.SMS,
            Delivery.state.not_in(NOT_YET_SENT),
        )
        .options(joinedload(AlertRecipient.alert))
        .order_by(Alert.issued_at.desc(), Alert.id.desc())
        .limit(1)
    )


def _plain(body: str) -> str:
    """The words alone: "Ok!" and " OK. " are the same answer."""
    return " ".join(re.findall(r"[a-z]+", body.casefold()))
