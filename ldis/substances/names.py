"""The index of every name a drug goes by, built once and then only read.

A name is kept as its words in lower case, so that 'MDMB-4en-PINACA' and 'mdmb 4en pinaca' are the same. Each name
leads to the substances it may mean and whether it may be taken for granted.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import JaroWinkler

from ldis.substances.catalogue import Substance
from ldis.substances.words import NOT_A_DRUG

LIKENESS = 0.88
"""The least Jaro-Winkler similarity that is worth offering; below it, 'x' is as like xylazine as anything."""
SHORTEST_LIKENESS = 4
"""Shorter words are like too many names."""

_WORD = re.compile(r"[^\W_]+(?:'[^\W\d_]+)*")
_GAP = re.compile(r"(?!, )[ \-,'()\[\]]{1,2}")
_LETTERS = {"α": "alpha", "β": "beta", "δ": "delta", "‐": "-", "‑": "-", "–": "-", "—": "-", "−": "-"}
_LETTERS |= {"’": "'", "‘": "'", "′": "'", "`": "'", "\N{NO-BREAK SPACE}": " ", "\t": " "}


class How(StrEnum):
    """What kind of name was written."""

    NAME = "name"
    ALIAS = "other name"
    BRAND = "brand"
    STREET = "street name"
    MISSPELLING = "misspelling"
    LOCAL = "local name"
    ALONE = "street name, as the whole answer"
    UNSURE = "could mean several things"


@dataclass(frozen=True, slots=True)
class LocalName:
    """A name that an administrator added for their area, for a substance of the catalogue; or a word for none."""

    written: str
    code: str | None


@dataclass(frozen=True, slots=True)
class Sense:
    """One thing that a name may mean."""

    substance: Substance
    how: How


@dataclass(frozen=True, slots=True)
class Entry:
    """All that a name may mean. It is `sure` only if that is one substance, always."""

    senses: tuple[Sense, ...]

    @property
    def sure(self) -> bool:
        """Whether the name may be taken without asking."""
        return len(self.senses) == 1 and self.senses[0].how is not How.UNSURE


@dataclass(frozen=True, slots=True)
class Words:
    """A text cut into words: in lower case without accents, each with its place in the original."""

    original: str
    folded: str
    words: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    places: tuple[int, ...] | None

    def gap(self, index: int) -> str:
        """What stands between word `index` and the next."""
        return self.folded[self.ends[index] : self.starts[index + 1]]

    def before(self, index: int) -> str:
        """The character before word `index`, or a space at the start."""
        start = self.starts[index]
        return self.folded[start - 1] if start else " "

    def after(self, index: int) -> str:
        """The character after word `index`, or a space at the end."""
        end = self.ends[index]
        return self.folded[end] if end < len(self.folded) else " "

    def place(self, first: int, last: int) -> tuple[int, int]:
        """Where words `first` to `last` stand in the original."""
        start, end = self.starts[first], self.ends[last]
        if self.places is None:
            return start, end
        return self.places[start], self.places[end - 1] + 1


@dataclass(frozen=True, slots=True)
class Found:
    """A name found in a text: its words `first` to `last`, and what it may mean."""

    first: int
    last: int
    entry: Entry


def cut(text: str) -> Words:
    """Cut a text into words. Accents, Greek letters and the shapes of dashes and quotes make no difference."""
    folded, places = _fold(text)
    found = list(_WORD.finditer(folded))
    return Words(
        original=text,
        folded=folded,
        words=tuple(each.group().replace("'", "") for each in found),
        starts=tuple(each.start() for each in found),
        ends=tuple(each.end() for each in found),
        places=places,
    )


def _fold(text: str) -> tuple[str, tuple[int, ...] | None]:
    if text.isascii():
        return text.lower().replace("\t", " ").replace("`", "'"), None
    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        for part in unicodedata.normalize("NFKD", _LETTERS.get(letter, letter)).casefold():
            if unicodedata.combining(part):
                continue
            plain = _LETTERS.get(part, part)
            letters.append(plain)
            places.extend([place] * len(plain))
    return "".join(letters), tuple(places)


@dataclass(frozen=True, slots=True)
class Names:
    """The index. Make it with `Names.build`; it is safe to share between threads."""

    entries: Mapping[tuple[str, ...], Entry]
    _longest: Mapping[str, int]
    _similar: Callable[[str], tuple[tuple[float, Entry], ...]]

    @classmethod
    def build(cls, substances: Iterable[Substance], local: Iterable[LocalName] = ()) -> "Names":
        """The index of these substances, with the names that an area has added for them."""
        by_code = {each.code: each for each in substances}
        senses: dict[tuple[str, ...], list[Sense]] = defaultdict(list)
        for written, sense in _all_names(by_code.values()):
            for key in _ways_of_writing(written, sense.how):
                senses[key].append(sense)
        entries = {key: Entry(_settle(found)) for key, found in senses.items() if key}
        entries |= {cut(phrase).words: Entry(()) for phrase in NOT_A_DRUG}
        return cls._of(entries).with_local(local, by_code)

    def with_local(self, local: Iterable[LocalName], by_code: Mapping[str, Substance]) -> "Names":
        """This index with an area's own names. One that we have for something else is no longer sure."""
        own = tuple(local)
        if not own:
            return self
        entries = dict(self.entries)
        for name in own:
            key, before = cut(name.written).words, entries.get(cut(name.written).words)
            meant = by_code.get(name.code or "")
            added = (Sense(meant, How.LOCAL),) if meant else ()
            if key and before is None and (meant or name.code is None):
                entries[key] = Entry(added)
            elif before and before.senses:
                entries[key] = Entry(_settle((*before.senses, *added)))
        return Names._of(entries)

    @classmethod
    def _of(cls, entries: Mapping[tuple[str, ...], Entry]) -> "Names":
        longest: dict[str, int] = defaultdict(int)
        for key in entries:
            longest[key[0]] = max(longest[key[0]], len(key))
        return cls(entries, dict(longest), _likeness(entries))

    def find(self, text: Words) -> list[Found]:
        """The names in a text, from left to right, the longest first where several begin at one word."""
        found: list[Found] = []
        index = 0
        while index < len(text.words):
            here = self._longest_at(text, index)
            if here is not None:
                found.append(here)
            index = here.last + 1 if here else index + 1
        return found

    def similar(self, word: str) -> tuple[tuple[float, Entry], ...]:
        """Entries whose name looks like this word, likest first. Nothing for words too short to tell."""
        return self._similar(word) if len(word) >= SHORTEST_LIKENESS else ()

    def _longest_at(self, text: Words, index: int) -> Found | None:
        reach = self._longest.get(text.words[index], 0)
        for length in range(min(reach, len(text.words) - index), 0, -1):
            entry = self.entries.get(text.words[index : index + length])
            if entry and all(_GAP.fullmatch(text.gap(each)) for each in range(index, index + length - 1)):
                return Found(index, index + length - 1, entry)
        return None


def _all_names(substances: Iterable[Substance]) -> Iterable[tuple[str, Sense]]:
    for each in substances:
        ordinary = {cut(word).words for word in each.alone}
        lists: Sequence[tuple[How, tuple[str, ...]]] = (
            (How.NAME, (each.name,)),
            (How.ALIAS, each.aliases),
            (How.BRAND, each.brands),
            (How.STREET, each.street),
            (How.MISSPELLING, each.misspellings),
            (How.ALONE, each.alone),
            (How.UNSURE, each.unsure),
        )
        for how, names in lists:
            for written in names:
                if how is How.ALONE or cut(written).words not in ordinary:
                    yield written, Sense(each, how)


def _ways_of_writing(written: str, how: How) -> Iterable[tuple[str, ...]]:
    """A name as its words; with hyphens and figures left out ('4CMC'); and in the plural."""
    key = cut(written).words
    yield key
    joined = "".join(key)
    if len(key) > 1 and len(joined) >= 3 and ("-" in written or any(map(str.isdigit, joined))):
        yield (joined,)
    if how not in {How.ALONE, How.UNSURE} and len(key[-1]) >= SHORTEST_LIKENESS and key[-1].isalpha():
        yield (*key[:-1], key[-1] + "s")


def _settle(senses: Sequence[Sense]) -> tuple[Sense, ...]:
    """What a name may mean: a proper name is only itself; otherwise each substance once, in the order of the file."""
    proper = [each for each in senses if each.how is How.NAME]
    once: dict[str, Sense] = {}
    for each in proper or senses:
        once.setdefault(each.substance.code, each)
    return tuple(once.values())


def _likeness(
    entries: Mapping[tuple[str, ...], Entry],
) -> Callable[[str], tuple[tuple[float, Entry], ...]]:
    known = {"".join(key): entry for key, entry in entries.items() if entry.senses}
    known = {name: entry for name, entry in known.items() if len(name) >= SHORTEST_LIKENESS}
    names = list(known)

    @lru_cache(maxsize=8192)
    def similar(word: str) -> tuple[tuple[float, Entry], ...]:
        close = process.extract(
            word, names, scorer=JaroWinkler.similarity, score_cutoff=LIKENESS, limit=12, processor=None
        )
        return tuple((score, known[name]) for name, score, _ in close)

    return similar
