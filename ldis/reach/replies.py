"""Text messages that come back: an answer to a question, the word that somebody has an alert, and all else.

A message is read as one thing only where it can be nothing else; what could be several is asked about.
"""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from alerts.messages import InboundText, Medium
from alerts.sms_text import words_alone
from ldis.contacts.models import Contact
from ldis.corroboration import queries as corroboration
from ldis.corroboration import replies as answers
from ldis.corroboration.models import AskedPartner
from ldis.corroboration.rules import read_sighting
from ldis.deliveries.models import Delivery
from ldis.deliveries.rules import NOT_YET_SENT
from ldis.issuing.models import Alert, AlertRecipient
from ldis.people.rules import Place
from ldis.reach import dialogue, service, texting
from ldis.reach.rules import How
from ldis.reach.schemas import Word
from ldis.secrecy import blind_index
from ldis.substances.rules import Names

EITHER = frozenset({"yes", "y"})
HAVE_IT = EITHER | {"ok", "okay", "ok thanks", "ok thank you", "got it", "received"}
NO_ALERT = "Thank you. We have sent no alert to this number. To report a drug concern: {link}"
NOT_READ = (
    "This number cannot read that. In danger? Call 999. To report a drug concern reply REPORT or open {link}"
)


def answer(
    session: Session, text: InboundText, *, names_of: Callable[[Place], Names], public_url: str, now: datetime
) -> str:
    """Take a text message in, and say what to send back; nothing where its number has had too many answers.

    Receiving the same message twice changes nothing.
    """
    answered = dialogue.heard(session, text, public_url=public_url, now=now)
    if answered is None:
        answered = texting.take(session, text, names_of=names_of, public_url=public_url, now=now)
    if answered is None:
        answered = _answer(session, text, public_url=public_url, now=now)
    return answered if dialogue.may_be_answered(session, text, now=now) else ""


def _answer(session: Session, text: InboundText, *, public_url: str, now: datetime) -> str:
    """What to say to an answer, an acknowledgement, or something else.

    An answer word answers the newest open question; OK, in any of its ways, acknowledges the newest alert. "Yes"
    could be either where the question is newer than the alert.
    """
    sighting = read_sighting(text.body)
    if sighting is not None:
        return answers.take(session, text, sighting, public_url=public_url, now=now)
    report, said = f"{public_url}/report", words_alone(text.body)
    recipient = newest_alert_to(session, text.from_address) if said in HAVE_IT else None
    asked = corroboration.asked_by_text(session, text.from_address, now=now)
    if asked is not None and asked.question.closes_at >= now and _may_be_meant(asked, recipient, said):
        return answers.ask_for_one_word(asked, public_url=public_url)
    if said not in HAVE_IT:
        return NOT_READ.format(link=report)
    if recipient is None:
        return NO_ALERT.format(link=report)
    service.acknowledge(session, recipient, Word(), how=How.REPLY, now=now)
    return f"Thank you. We have noted that you have alert {recipient.alert.reference}."


def _may_be_meant(asked: AskedPartner, recipient: AlertRecipient | None, said: str) -> bool:
    """Whether words that are no answer may be meant for an open question: not where they can only be about an alert."""
    issued_at = recipient.alert.issued_at if recipient else None
    return issued_at is None or (said in EITHER and issued_at < asked.question.asked_at)


def newest_alert_to(session: Session, number: str) -> AlertRecipient | None:
    """The recipient of the newest alert that went to this number by text message."""
    return session.scalar(
        select(AlertRecipient)
        .join(AlertRecipient.contact)
        .join(AlertRecipient.alert)
        .join(
            Delivery,
            (Delivery.recipient == AlertRecipient.recipient)
            & Delivery.about.in_([func.concat("alert/", Alert.id), func.concat("alert/", Alert.id, "/deputy")]),
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
