"""The words that mean the same from anybody: STOP, HELP, JOIN, and how often a number is answered at all.

STOP is heard before all else and whatever the limit. Two machines that answer each other fall silent soon.
"""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from alerts.messages import InboundText, Medium
from alerts.sms_text import words_alone
from ldis.contacts import joining, stopping
from ldis.reach.models import TextIn
from ldis.secrecy import blind_index

STOPPING = frozenset({"stop", "stop all", "stopall", "unsubscribe", "end", "quit", "cancel", "stop please"})
JOINING = frozenset({"join", "start", "subscribe", "unstop"})
HELPING = frozenset({"help", "info"})
STOPPED = "You get no more texts from us. To get drug alerts again, reply JOIN."
WHO_WE_ARE = (
    "This number sends local drug alerts. Reply OK to say you have one, JOIN to get them, STOP to end them. "
    "To report a drug concern reply REPORT or open {link} In danger? Call 999."
)
MOST_ANSWERS = 8
WITHIN = timedelta(hours=1)


def heard(session: Session, text: InboundText, *, public_url: str, now: datetime) -> str | None:
    """What to say to a word that means the same from anybody; nothing where it is another."""
    said, number = words_alone(text.body), text.from_address
    if said in STOPPING:
        stopping.stop(session, Medium.SMS, blind_index(number), now=now)
        return STOPPED
    if said in JOINING:
        return joining.how_to_confirm(session, number)
    if said in HELPING:
        return WHO_WE_ARE.format(link=f"{public_url}/report")
    return joining.confirm(session, number, text.body, now=now)


def may_be_answered(session: Session, text: InboundText, *, now: datetime) -> bool:
    """Note a text and say whether its number has not had too many answers lately."""
    index = blind_index(text.from_address)
    session.execute(
        insert(TextIn)
        .values(provider_reference=text.provider_reference, address_index=index, received_at=now)
        .on_conflict_do_nothing()
    )
    had = session.scalar(
        select(func.count())
        .select_from(TextIn)
        .where(TextIn.address_index == index, TextIn.received_at > now - WITHIN)
    )
    return (had or 0) <= MOST_ANSWERS
