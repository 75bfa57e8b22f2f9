"""What is left out of a case's papers for whom, and the list of what was left out and why. Pure.

Two things are withheld: whole answers that are marked with a reason, and words known to be somebody's name or details
wherever they stand in free text.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum


class Audience(StrEnum):
    """Whom the papers are for."""

    FULL = "coroner"
    PUBLIC = "foi"


class Because(StrEnum):
    """Why something is withheld. The words follow "withheld:"."""

    WORKER = "the name of somebody who works on the case"
    REPORTER = "names a reporter or how to reach them"
    SCHOOL = "names a school"
    PERSONAL = "a personal detail"
    HANDLING = "not for the public by its handling"


WITHHELD: Mapping[tuple[Audience, bool], frozenset[Because]] = {
    (Audience.FULL, True): frozenset(),
    (Audience.FULL, False): frozenset({Because.REPORTER, Because.SCHOOL}),
    (Audience.PUBLIC, True): frozenset(Because),
    (Audience.PUBLIC, False): frozenset(Because),
}
"""What is withheld, by audience and by whether a coordinator asks: reporters and schools were promised that their
names are for the coordinators alone."""

SHORTEST_NAME = 3


@dataclass(frozen=True)
class Fact:
    """A question and its answer; with a reason, the answer is withheld from those whom that reason concerns."""

    question: str
    answer: str
    why: Because | None = None


@dataclass(frozen=True)
class Record:
    """One thing in the papers: a report, a vote, a line of the history."""

    title: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class Section:
    """One part of the papers."""

    title: str
    records: tuple[Record, ...]
    statement: str = ""


@dataclass(frozen=True)
class Left:
    """How often something was left out of a section, and why."""

    section: str
    because: Because
    times: int


def redact(
    sections: Iterable[Section], secrets: Mapping[str, Because], because: frozenset[Because]
) -> tuple[tuple[Section, ...], tuple[Left, ...]]:
    """The sections without what these reasons withhold, and what was left out."""
    hidden = {words: why for words, why in secrets.items() if why in because and len(words) >= SHORTEST_NAME}
    done, left = [], []
    for section in sections:
        counted: Counter[Because] = Counter()
        done.append(_redacted(section, hidden, because, counted))
        left += [Left(section.title, why, counted[why]) for why in Because if counted[why]]
    return tuple(done), tuple(left)


def in_place_of(why: Because) -> str:
    """What stands where something was."""
    return f"[withheld: {why}]"


def _redacted(
    section: Section, hidden: Mapping[str, Because], because: frozenset[Because], counted: Counter[Because]
) -> Section:
    def clean(words: str) -> str:
        return _without(words, hidden, counted)

    def answered(fact: Fact) -> Fact:
        if fact.why in because and fact.why is not None and fact.answer:
            counted[fact.why] += 1
            return replace(fact, answer=in_place_of(fact.why))
        return replace(fact, answer=clean(fact.answer))

    return replace(
        section,
        statement=clean(section.statement),
        records=tuple(
            Record(clean(record.title), tuple(answered(fact) for fact in record.facts))
            for record in section.records
        ),
    )


def _without(words: str, hidden: Mapping[str, Because], counted: Counter[Because]) -> str:
    """Words without any of the hidden ones, the longest first, whatever their case."""
    if not hidden or not words:
        return words
    folded = {name.casefold(): why for name, why in hidden.items()}
    named = "|".join(re.escape(name) for name in sorted(hidden, key=len, reverse=True))

    def put(found: re.Match[str]) -> str:
        why = folded.get(found[0].casefold(), Because.PERSONAL)
        counted[why] += 1
        return in_place_of(why)

    return re.sub(rf"(?<!\w)(?:{named})(?!\w)", put, words, flags=re.IGNORECASE)
