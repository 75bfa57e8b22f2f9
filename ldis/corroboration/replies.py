"""Answers by text message, to the number that the question came from."""

from datetime import datetime

from sqlalchemy.orm import Session

from alerts.messages import InboundText
from alerts.sms_text import clean_up
from ldis.corroboration import queries, service
from ldis.corroboration.models import AskedPartner
from ldis.corroboration.proposal import link_to
from ldis.corroboration.rules import How, Sighting
from ldis.corroboration.schemas import Word

NO_QUESTION = "Thank you. We have asked nothing of this number. To report a drug concern: {report}"
NOTED = "Thank you. We have noted: {answer}. To say more: {link}"
STANDS = "This question has closed and your answer stands. Seen more since? Please report it: {report}"
ONE_WORD = (
    "We can read one word only. To our question, reply SEEN, NOT or HEARD, or answer here: {link} "
    "In danger? Call 999. To report a drug concern: {report}"
)


def take(session: Session, text: InboundText, sighting: Sighting, *, public_url: str, now: datetime) -> str:
    """Take an answer in for the newest open question that was sent to the number, and say what to send back."""
    report = f"{public_url}/report"
    asked = queries.asked_by_text(session, text.from_address, now=now)
    if asked is None:
        return NO_QUESTION.format(report=report)
    if asked.answers and now > asked.question.closes_at:
        return STANDS.format(report=report)
    service.answer(session, asked, Word(sighting=sighting), how=How.REPLY, now=now)
    return NOTED.format(answer=sighting.value, link=_link(asked, public_url))


def ask_for_one_word(asked: AskedPartner, *, public_url: str) -> str:
    """What to say to something that may be meant for a question and cannot be read as an answer."""
    return clean_up(ONE_WORD.format(link=_link(asked, public_url), report=f"{public_url}/report"))


def _link(asked: AskedPartner, public_url: str) -> str:
    return link_to(public_url, asked.token)
