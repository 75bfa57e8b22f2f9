"""What can be answered, how answers are counted, and the words that a question begins with. Pure."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from alerts.identifying import find_details
from alerts.sms_text import words_alone
from ldis.cases.rules import State


class Sighting(StrEnum):
    """What a partner answers. Not to have seen it is information too."""

    SEEN = "seen"
    NOT_SEEN = "not seen"
    HEARD = "heard of it"


class How(StrEnum):
    """By what way somebody answered."""

    LINK = "link"
    REPLY = "reply"


class Late(StrEnum):
    """After what an answer came. It is welcome all the same."""

    CLOSED = "after the question had closed"
    DECIDED = "after the decision"


BY_TEXT = {
    **dict.fromkeys(("seen", "seen it", "i have seen it", "we have seen it"), Sighting.SEEN),
    **dict.fromkeys(("not", "not seen", "not seen it", "havent seen it"), Sighting.NOT_SEEN),
    **dict.fromkeys(("heard", "heard of it", "heard about it"), Sighting.HEARD),
}
"""The words by text message that can only be an answer. "Yes" and "no" are not: they could be about an alert."""


def read_sighting(body: str) -> Sighting | None:
    """The answer that a text message is, if it is nothing else."""
    return BY_TEXT.get(words_alone(body.replace("'", "").replace("’", "")))


def lateness(state: State, *, closes_at: datetime, now: datetime) -> Late | None:
    """After what an answer comes: the decision weighs more than that the question has closed."""
    if state in (State.DECIDED, State.CLOSED):
        return Late.DECIDED
    return Late.CLOSED if now > closes_at else None


def remind_at(asked_at: datetime, closes_at: datetime) -> datetime:
    """When those who are silent are reminded, once: as three quarters of the time are over."""
    return asked_at + (closes_at - asked_at) * 0.75


@dataclass(frozen=True)
class Told:
    """One person who was asked: where they work, and their latest answer if they gave one."""

    organisation: str
    sector: str
    area: str
    sighting: Sighting | None
    late: Late | None


@dataclass(frozen=True)
class Count:
    """How many were asked, and what they answered. The parts add up to those who answered."""

    asked: int
    answered: int
    seen: int
    not_seen: int
    heard: int
    late: int

    @property
    def in_words(self) -> str:
        """asked 40, answered 22, seen 3, not seen 17, heard of it 2"""
        said = (
            f"asked {self.asked}, answered {self.answered}, seen {self.seen}, not seen {self.not_seen}, "
            f"heard of it {self.heard}"
        )
        return f"{said} ({self.late} late)" if self.late else said


def count(told: Iterable[Told]) -> Count:
    """The answers of these people, each once."""
    people = list(told)
    said = Counter(person.sighting for person in people if person.sighting is not None)
    return Count(
        asked=len(people),
        answered=said.total(),
        seen=said[Sighting.SEEN],
        not_seen=said[Sighting.NOT_SEEN],
        heard=said[Sighting.HEARD],
        late=sum(person.late is not None for person in people),
    )


def count_by(told: Iterable[Told], part: Callable[[Told], str]) -> list[tuple[str, Count]]:
    """The answers apart by sector, or by area, in alphabetical order; what is not known comes last."""
    groups: dict[str, list[Told]] = {}
    for person in told:
        groups.setdefault(part(person), []).append(person)
    return [(name or "Not known", count(groups[name])) for name in sorted(groups, key=lambda one: (not one, one))]


LONGEST_NAME = 60
MOST_AREAS = 3
SPANS = (7, 14, 28)


def suggested(sold_as: Sequence[str], areas: Sequence[str], *, earliest: date | None, today: date) -> str:
    """A question from what a case knows: what it was sold as, where, since when. It never names anybody.

    What was typed by a reporter and looks like a personal detail, or is long, is left out; the coordinator reads
    and changes the words in any case.
    """
    fit = [
        words.strip().rstrip(".?!") for words in sold_as if len(words) <= LONGEST_NAME and not find_details(words)
    ]
    what = fit[0] if fit else "anything unusual"
    places = list(dict.fromkeys(areas))
    where = f" in {_listed(places)}" if 0 < len(places) <= MOST_AREAS else ""
    days = (today - earliest).days + 1 if earliest else SPANS[0]
    span = next((one for one in SPANS if days <= one), SPANS[-1])
    return f"Have you seen {what}{where} in the last {span} days?"


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
