"""What the words that somebody looks for mean here: each a word, a phrase, a drug by any name, or an area. Pure.

All of it must be found, in any order. A word finds every word that begins with it. A drug's name finds the drug
by whatever name it was reported; an area's name finds what came from there.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ldis.substances.catalogue import Substance
from ldis.substances.names import Names
from ldis.substances.rules import match

WORD = re.compile(r"[^\W_]+")
PHRASE = re.compile(r'["“”«»]([^"“”«»]+)["“”«»]')
MOST_TERMS = 12
ENGLISH_STOP = """
i me my myself we our ours ourselves you your yours yourself yourselves he him his himself she her hers
herself it its itself they them their theirs themselves what which who whom this that these those am is are
was were be been being have has had having do does did doing a an the and but if or because as until while of
at by for with about against between into through during before after above below to from up down in out on
off over under again further then once here there when where why how all any both each few more most other
some such no nor not only own same so than too very s t can will just don should now
"""
IN_EVERY_TEXT = frozenset(ENGLISH_STOP.split())
"""What PostgreSQL leaves out of English texts (its `english.stop`): asking for it would find nothing."""


@dataclass(frozen=True)
class Term:
    """Words that belong together, and what else they stand for."""

    words: tuple[str, ...]
    substances: tuple[Substance, ...] = ()
    areas: tuple[str, ...] = ()

    @property
    def as_query(self) -> str:
        """The words for PostgreSQL's `to_tsquery`: letters and figures alone, so that nothing in them is a sign."""
        return " <-> ".join(f"'{word}':*" for word in self.words)

    @property
    def as_codes(self) -> str:
        """What the words stand for, as the codes that are kept beside the words of a report; empty for none."""
        codes = [f"substance:{one.code}" for one in self.substances] + [f"area:{code}" for code in self.areas]
        return " | ".join(f"'{code}'" for code in codes)


@dataclass(frozen=True)
class _Span:
    """A stretch of the text whose words belong together."""

    start: int
    end: int
    substances: tuple[Substance, ...] = ()
    areas: tuple[str, ...] = ()


def terms_of(text: str, names: Names, areas: Mapping[str, str]) -> tuple[Term, ...]:
    """What a text asks for; `areas` are the names of areas by their codes. Only the first dozen terms count."""
    found = [*_phrases(text), *_drugs(text, names), *_areas(text, areas)]
    terms = (_term(text, span) for span in _in_order(text, found))
    return tuple(term for term in terms if not IN_EVERY_TEXT.issuperset(term.words))[:MOST_TERMS]


def _phrases(text: str) -> Iterator[_Span]:
    return (_Span(found.start(), found.end()) for found in PHRASE.finditer(text))


def _drugs(text: str, names: Names) -> Iterator[_Span]:
    meant: dict[tuple[int, int], list[Substance]] = {}
    for found in match(text, names).matches:
        meant.setdefault((found.start, found.end), []).append(found.substance)
    return (_Span(*place, substances=tuple(substances)) for place, substances in meant.items())


def _areas(text: str, areas: Mapping[str, str]) -> Iterator[_Span]:
    for code, name in areas.items():
        written = r"[\W_]+".join(WORD.findall(name))
        for found in re.finditer(rf"\b{written}\b", text, re.IGNORECASE):
            yield _Span(found.start(), found.end(), areas=(code,))


def _in_order(text: str, found: Sequence[_Span]) -> Iterator[_Span]:
    """The stretches one after the other, the longest first where two overlap, and each word between them by itself."""
    words = [_Span(word.start(), word.end()) for word in WORD.finditer(text)]
    end = 0
    for span in sorted([*found, *words], key=lambda each: (each.start, -each.end)):
        if span.start >= end:
            yield span
            end = span.end


def _term(text: str, span: _Span) -> Term:
    words = WORD.findall(text[span.start : span.end])
    return Term(tuple(word.lower() for word in words), span.substances, span.areas)
