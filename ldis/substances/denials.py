"""Which of the names in a text are denied: 'no fentanyl', 'not heroin but spice', 'nitazenes not detected'.

English is not parsed here. Only a plain denial is taken; one that may reach a name ('not heroin, fentanyl') leaves that
name in doubt, to be confirmed by a person.
"""

from collections.abc import Iterator, Mapping, Sequence
from enum import IntEnum

from ldis.substances.names import Found, Words
from ldis.substances.words import (
    BETWEEN,
    CONNECTIVES,
    DETECTED,
    NEGATOR_PAIRS,
    NEGATORS,
    SAID_ABSENT,
    TESTS,
    TURNS,
)

_LOOK_AHEAD = 8
"""How many words after a name may hold its denial."""


class Standing(IntEnum):
    """How a name stands in its sentence."""

    SAID = 0
    DOUBTFUL = 1
    DENIED = 2


def standing_of(text: Words, found: Sequence[Found]) -> list[Standing]:
    """How each name found stands, in the same order."""
    at = {index: number for number, each in enumerate(found) for index in range(each.first, each.last + 1)}
    standing = [Standing.SAID] * len(found)
    for index in range(len(text.words)):
        if index not in at and _denies(text, index):
            for number, how in _reached(text, index, at):
                standing[number] = max(standing[number], how)
    for number, each in enumerate(found):
        if _denied_afterwards(text, each.last, at):
            standing[number] = Standing.DENIED
    return standing


def _denies(text: Words, index: int) -> bool:
    """Whether a word denies what follows. 'No. 4 heroin' is a number."""
    word, following = text.words[index], text.words[index + 1 : index + 2]
    if word in NEGATORS:
        return not (word == "no" and following and following[0].isdigit())
    return bool(following) and (word, following[0]) in NEGATOR_PAIRS


def _reached(text: Words, negator: int, at: Mapping[int, int]) -> Iterator[tuple[int, Standing]]:
    """The names that a denial reaches: the first plainly, those joined to it by a comma or 'and' in doubt."""
    how = Standing.DOUBTFUL if text.words[negator] == "never" else Standing.DENIED
    reached: int | None = None
    for index in range(negator + 1, len(text.words)):
        word, gap = text.words[index], text.gap(index - 1)
        if _ends_clause(gap) or word in TURNS or ("," in gap and reached is None):
            return
        if reached is not None and ("," in gap or word == "and"):
            how = Standing.DOUBTFUL
        if index in at:
            if at[index] != reached:
                yield at[index], how
            reached = at[index]
        elif word not in (BETWEEN if reached is None else CONNECTIVES):
            return


def _denied_afterwards(text: Words, last: int, at: Mapping[int, int]) -> bool:
    """'... not detected', '... strip negative', '... was ruled out', also after more names of the same list."""
    for index in range(last + 1, min(last + 1 + _LOOK_AHEAD, len(text.words))):
        word = text.words[index]
        if _ends_clause(text.gap(index - 1)) or word in TURNS:
            return False
        following = text.words[index + 1 : index + 3]
        if word in SAID_ABSENT:
            return following[:1] not in {("for",), ("to",), ("of",)}
        if word in NEGATORS or word == "ruled":
            names_ahead = index + 1 in at or index + 2 in at
            return not names_ahead and (bool(DETECTED & set(following)) or following[:1] == ("out",))
        if index not in at and word not in CONNECTIVES | TESTS:
            return False
    return False


def _ends_clause(gap: str) -> bool:
    return any(mark in gap for mark in ".;:!?\n")
