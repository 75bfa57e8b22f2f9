"""Reading the names of drugs in free text. Pure: the same text and the same names, the same answer.

The order is fixed: an exact name, then any other name as a whole word, longest first, then a *suggestion* by
similarity that a person must confirm. What was written is always kept, with its place in the text.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from ldis.substances.catalogue import Substance, SubstanceClass, gravest
from ldis.substances.denials import Standing, standing_of
from ldis.substances.doubts import AMOUNT, Why, doubt_about, end_with_salt, is_worth_asking
from ldis.substances.names import SHORTEST_LIKENESS, Found, How, LocalName, Names, Words, cut
from ldis.substances.verdict import Comparison, Component, Verdict, expected_versus_found
from ldis.substances.words import PASSED_OVER

__all__ = [
    "Comparison",
    "Component",
    "How",
    "LocalName",
    "Match",
    "Matching",
    "Names",
    "Phrase",
    "Suggestion",
    "Verdict",
    "Why",
    "expected_versus_found",
    "match",
]

_OFFERED = 3
"""How many drugs are suggested for one phrase."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words as they were written, and where."""

    written: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Match(Phrase):
    """A drug that was named, and by which kind of name."""

    substance: Substance
    how: How


@dataclass(frozen=True, slots=True)
class Suggestion(Phrase):
    """A drug that may have been meant: to be confirmed by a person, never taken."""

    substance: Substance
    why: Why
    likeness: float


@dataclass(frozen=True, slots=True)
class Matching:
    """What was read in a text. `ruled_out` are drugs that it names and says were not there."""

    matches: tuple[Match, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    unmatched: tuple[Phrase, ...] = ()
    ruled_out: tuple[Match, ...] = ()

    @property
    def substances(self) -> tuple[Substance, ...]:
        """The drugs named, each once, in the order of the text."""
        return tuple(each.substance for each in self.matches)

    @property
    def substance_class(self) -> SubstanceClass:
        """The gravest class named, or unknown."""
        worst = gravest(self.substances)
        return worst.substance_class if worst else SubstanceClass.UNKNOWN

    def as_record(self) -> dict[str, Any]:
        """The reading as plain values, to be kept beside the words it was made from."""
        return {
            "matches": [_record(each) | {"how": each.how.value} for each in self.matches],
            "suggestions": [
                _record(each) | {"why": each.why.value, "likeness": round(each.likeness, 2)}
                for each in self.suggestions
            ],
            "unmatched": [each.written for each in self.unmatched],
            "ruled_out": [_record(each) | {"how": each.how.value} for each in self.ruled_out],
        }


def match(text: str, names: Names) -> Matching:
    """Read the names of drugs in a text. Only whole names that are neither ambiguous nor denied become matches."""
    words = cut(text)
    found = names.find(words)
    taken = _words_of(words, found)
    named = _words_of(words, [each for each in found if each.entry.sure])
    matches: list[Match] = []
    ruled_out: list[Match] = []
    suggestions: list[Suggestion] = []
    for each, standing in zip(found, standing_of(words, found), strict=True):
        doubt = doubt_about(words, each, named) if each.entry.senses else None
        if standing is Standing.DENIED and doubt is None:
            ruled_out.extend(_matches(words, each))
        elif standing is Standing.SAID and doubt is None:
            matches.extend(_matches(words, each))
        elif doubt is None or is_worth_asking(words, each, taken):
            suggestions.extend(_offers(words, each, doubt or Why.DENIAL))
    alike, unmatched = _likenesses(words, taken, names)
    sure = {each.substance.code for each in matches}
    offered = [each for each in (*suggestions, *alike) if each.substance.code not in sure]
    return Matching(
        matches=_once_each(matches),
        suggestions=_once_each(
            sorted(offered, key=lambda each: (each.why is Why.ALIKE, each.start, -each.likeness))
        ),
        unmatched=tuple(unmatched),
        ruled_out=_once_each(each for each in ruled_out if each.substance.code not in sure),
    )


def _words_of(words: Words, found: Iterable[Found]) -> set[int]:
    return {index for each in found for index in range(each.first, end_with_salt(words, each) + 1)}


def _matches(words: Words, found: Found) -> Iterator[Match]:
    """The match of a sure name; nothing for a phrase that only sounds like a drug ('diet coke')."""
    phrase = _phrase(words, found.first, end_with_salt(words, found))
    for sense in found.entry.senses:
        yield Match(phrase.written, phrase.start, phrase.end, sense.substance, sense.how)


def _offers(words: Words, found: Found, why: Why) -> Iterator[Suggestion]:
    phrase = _phrase(words, found.first, found.last)
    for sense in found.entry.senses[:_OFFERED]:
        yield Suggestion(phrase.written, phrase.start, phrase.end, sense.substance, why, 1.0)


def _likenesses(words: Words, taken: set[int], names: Names) -> tuple[list[Suggestion], list[Phrase]]:
    """What the words that name nothing look like, alone or with the next; and those that look like nothing."""
    suggestions: list[Suggestion] = []
    explained: set[int] = set()
    strange = [index for index, word in enumerate(words.words) if index not in taken and _is_strange(word)]
    for first in strange:
        offers = list(_alike(words, first, first, names))
        for pair in ((first - 1, first), (first, first + 1)):
            if pair[0] >= 0 and pair[1] < len(words.words) and not taken & set(pair):
                offers.extend(_alike(words, *pair, names))
        offers.sort(key=lambda each: (-each.likeness, each.substance.tier))
        suggestions.extend(_once_each(offers)[:_OFFERED])
        if offers:
            explained.add(first)
    return suggestions, list(_runs(words, [index for index in strange if index not in explained]))


def _alike(words: Words, first: int, last: int, names: Names) -> Iterator[Suggestion]:
    phrase = _phrase(words, first, last)
    for likeness, entry in names.similar("".join(words.words[first : last + 1])):
        for sense in entry.senses:
            yield Suggestion(phrase.written, phrase.start, phrase.end, sense.substance, Why.ALIKE, likeness)


def _is_strange(word: str) -> bool:
    """Whether a word might be a name we do not know: not ordinary English, not an amount, not too short."""
    long_enough = len(word) >= SHORTEST_LIKENESS - 1
    return long_enough and word not in PASSED_OVER and not AMOUNT.fullmatch(word)


def _runs(words: Words, indexes: Sequence[int]) -> Iterator[Phrase]:
    """Neighbouring words as one phrase."""
    first = None
    for position, index in enumerate(indexes):
        first = index if first is None else first
        if position + 1 == len(indexes) or indexes[position + 1] != index + 1:
            yield _phrase(words, first, index)
            first = None


def _phrase(words: Words, first: int, last: int) -> Phrase:
    start, end = words.place(first, last)
    return Phrase(words.original[start:end], start, end)


_Named = TypeVar("_Named", Match, Suggestion)


def _once_each(named: Iterable[_Named]) -> tuple[_Named, ...]:
    """Each substance where it was first named."""
    first: dict[str, _Named] = {}
    for each in named:
        first.setdefault(each.substance.code, each)
    return tuple(first.values())


def _record(named: Match | Suggestion) -> dict[str, Any]:
    return {
        "code": named.substance.code,
        "name": named.substance.name,
        "class": named.substance.substance_class.value,
        "written": named.written,
        "start": named.start,
        "end": named.end,
    }
