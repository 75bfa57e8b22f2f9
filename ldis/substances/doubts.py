"""Why a name that stands in a text must not be taken as it stands."""

import re
from collections.abc import Set as AbstractSet
from enum import StrEnum
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import JaroWinkler

from ldis.substances.names import LIKENESS, SHORTEST_LIKENESS, Found, How, Words
from ldis.substances.words import (
    COLOURS_AND_FORMS,
    FILLERS,
    HARMLESS_JOINS,
    LETTERED,
    LINKS,
    MODIFIERS,
    PASSED_OVER,
    SALTS,
)

AMOUNT = re.compile(r"\d+(?:st|nd|rd|th|mgs?|mcg|ug|kg|gs?|mls?|cl|x|am|pm|yrs?|s)?")
"""A word that only says how much or when."""

_CHEMICAL = re.compile(r"[a-z]{2,}(?:yl|oyl|oxy|oro|omo|odo|ino)")
"""A word that ends like the first half of a chemical name: 'dimethoxy', 'difluoro'."""

_SHORT = 3
"""A name of so few letters must stand clear of hyphens: 'MD-34' is not MD."""


class Why(StrEnum):
    """Why something is only suggested."""

    SEVERAL = "could mean several things"
    ALIKE = "looks like"
    PART = "part of a longer name"
    DENIAL = "may be said not to be there"


def doubt_about(words: Words, found: Found, named: AbstractSet[int]) -> Why | None:
    """Why this name must be confirmed, or None if it may be taken. `named` are the words of all sure names."""
    if not found.entry.sure:
        return Why.SEVERAL
    if found.entry.senses[0].how is How.ALONE and not is_whole_answer(words, found):
        return Why.SEVERAL
    if _joined_before(words, found, named) or _joined_after(words, found, named):
        return Why.PART
    return None


def is_worth_asking(words: Words, found: Found, taken: AbstractSet[int]) -> bool:
    """Whether an ordinary word is worth offering: 'brown powder' is a look, 'brown' and 'brown and white' answers."""
    written = words.words[found.first : found.last + 1]
    said = _said(words, LINKS)
    if all(each in COLOURS_AND_FORMS | FILLERS for each in written):
        return said <= taken and all(words.words[index] in COLOURS_AND_FORMS | FILLERS for index in said)
    return len("".join(written)) > 1 or said <= taken or _is_capital_alone(words, found.first)


def _is_capital_alone(words: Words, index: int) -> bool:
    """A single letter means something where it is written large among small ones, and no vitamin or class."""
    start, end = words.place(index, index)
    if not words.original[start:end].isupper() or words.original.isupper():
        return False
    clear = words.before(index) in " (,/" and words.after(index) in " ),/.?!"
    return clear and (index == 0 or words.words[index - 1] not in LETTERED)


def is_whole_answer(words: Words, found: Found) -> bool:
    """Whether the name is all that was said, but for small words and amounts."""
    return _said(words, frozenset()) <= set(range(found.first, found.last + 1))


def _said(words: Words, links: frozenset[str]) -> set[int]:
    """The words that say something: not small words, amounts or links; all of them if none do."""
    said = {
        index
        for index, word in enumerate(words.words)
        if word not in FILLERS and word not in links and not AMOUNT.fullmatch(word)
    }
    return said or set(range(len(words.words)))


def end_with_salt(words: Words, found: Found) -> int:
    """The last word of the name, with the salt that may follow it."""
    last = found.last
    while last + 1 < len(words.words) and words.words[last + 1] in SALTS and words.gap(last) in {" ", "-"}:
        last += 1
    return last


def _joined_before(words: Words, found: Found, named: AbstractSet[int]) -> bool:
    before = found.first - 1
    if before < 0 or before in named:
        return False
    gap, neighbour = words.gap(before), words.words[before]
    if gap == "-":
        return _is_short(words, found) or neighbour not in HARMLESS_JOINS | {"non"}
    numbered = before > 0 and words.gap(before - 1) == "-" and len(words.words[before - 1]) <= 2
    return gap == " " and (numbered or _is_chemical(neighbour))


@lru_cache(maxsize=4096)
def _is_chemical(word: str) -> bool:
    """Whether a word is, or was meant to be, a part of chemical names."""
    mixed = any(map(str.isdigit, word)) and any(map(str.isalpha, word)) and not AMOUNT.fullmatch(word)
    if mixed or word in MODIFIERS or _CHEMICAL.fullmatch(word):
        return True
    if word in PASSED_OVER or len(word) < SHORTEST_LIKENESS:
        return False
    return process.extractOne(word, MODIFIERS, scorer=JaroWinkler.similarity, score_cutoff=LIKENESS) is not None


def _joined_after(words: Words, found: Found, named: AbstractSet[int]) -> bool:
    after = end_with_salt(words, found) + 1
    if after >= len(words.words) or after in named or words.gap(after - 1) != "-":
        return False
    return _is_short(words, found) or words.words[after] not in HARMLESS_JOINS


def _is_short(words: Words, found: Found) -> bool:
    return sum(len(each) for each in words.words[found.first : found.last + 1]) <= _SHORT
