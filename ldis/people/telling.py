"""Write to a person who works here, by text message and e-mail, through the outbox."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from alerts.messages import Enclosure, Medium, Words
from alerts.sms_text import clean_up
from ldis.deliveries.rules import Urgency
from ldis.deliveries.service import Letter, post_all
from ldis.people.models import User


@dataclass(frozen=True)
class Said:
    """The same thing as a letter, with or without something enclosed, and as a text message."""

    subject: str
    letter: str
    text: str
    enclosed: Enclosure | None = None


def tell(
    session: Session,
    person: User,
    said: Said,
    *,
    about: str,
    partnership_id: int,
    risk_to_life: bool,
    now: datetime,
    text_alone: bool = False,
    letter_alone: bool = False,
) -> tuple[Medium, ...]:
    """Tell a person something, by every way there is to reach them; by which it goes.

    `about` names what it is about: a second letter about the same to the same person is refused by the database.
    Where life is at risk it goes before everything else. `text_alone`: no e-mail to somebody whose telephone is
    known, as at night. `letter_alone`: what can wait until somebody reads their e-mail.
    """
    ways = (
        {Medium.SMS: (person.mobile or "", Words(text=clean_up(said.text)))}
        if person.mobile and not letter_alone
        else {}
    )
    if not (ways and text_alone):
        ways[Medium.EMAIL] = (person.email, Words(subject=said.subject, text=said.letter, enclosed=said.enclosed))
    letters = [
        Letter(
            medium=medium,
            address=address,
            words=words,
            about=about,
            recipient=person.label,
            urgency=Urgency.RED_ALERT if risk_to_life else Urgency.ROUTINE,
            partnership_id=partnership_id,
        )
        for medium, (address, words) in ways.items()
    ]
    post_all(session, letters, now=now)
    return tuple(ways)
