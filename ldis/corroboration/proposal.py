"""Who would be asked if a question were sent now, and in which words: what the page counts and the sending keeps to."""

from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy.orm import Session

from alerts.audiences import Audience
from alerts.messages import Handling, Medium
from alerts.sms_text import characters_over, segments
from ldis.contacts import queries as contacts
from ldis.contacts.rules import Chosen
from ldis.corroboration.letters import MOST_SEGMENTS

TOKEN_BYTES = 16
SAMPLE_TOKEN = "x" * 22


@dataclass(frozen=True)
class Proposal:
    """Everybody who would be asked, each once, and who is left out."""

    audience: Audience

    @property
    def people(self) -> int:
        """How many people would be asked."""
        return len(self.audience.contact_ids)

    @property
    def mark(self) -> str:
        """What these people by these media are known by: a page that counted others may not send."""
        named = [f"{one.contact_id} {one.medium.value}" for one in self.audience.recipients]
        return sha256("\n".join(named).encode()).hexdigest()

    @property
    def in_words(self) -> str:
        """Ask 41 people in 18 organisations"""
        places = len(self.audience.organisation_ids)
        people = "1 person" if self.people == 1 else f"{self.people} people"
        where = "1 organisation" if places == 1 else f"{places} organisations"
        return f"Ask {people} in {where}" if places else f"Ask {people}"

    @property
    def left_out(self) -> str:
        """Who was picked and is not asked, in a sentence; nothing where that is nobody."""
        gone, lost = self.audience.opted_out, self.audience.unreachable
        said = [f"{gone} opted out" if gone else "", f"{lost} cannot be reached this way" if lost else ""]
        listed = " and ".join(part for part in said if part)
        return f"Left out: {listed}." if listed else ""


def propose(session: Session, chosen: Chosen, *, media: tuple[Medium, ...], partnership_id: int) -> Proposal:
    """Find who would be asked, as the contacts are at this moment. The public is told, and not asked."""
    return Proposal(
        contacts.audience_of(
            session,
            chosen,
            partnership_id=partnership_id,
            media=media,
            handling=Handling.PEOPLE_WHO_USE_DRUGS,
        )
    )


def link_to(public_url: str, token: str) -> str:
    """A partner's own link."""
    return f"{public_url}/c/{token}"


def too_long(text: str) -> str:
    """Why a text message cannot go out, in a sentence; nothing where it fits."""
    if segments(text) <= MOST_SEGMENTS:
        return ""
    over = characters_over(text, MOST_SEGMENTS)
    return f"This is too long for a text message by {over} character{'' if over == 1 else 's'}. Make it shorter."
