"""How easy a text is to read, by the Flesch-Kincaid grade level.

    grade = 0.39 x words / sentences + 11.8 x syllables / words - 15.59        reading age in years = grade + 5

Source: Kincaid, Fishburne, Rogers and Chissom (1975), Derivation of new readability formulas for Navy enlisted
personnel, Research Branch Report 8-75. A grade is a school year in the United States, whose first begins at the age
of 6; adding 5 gives the age at its start. Error: the formula was fitted to within about a year and a half, and
syllables are counted by the letters, not by a dictionary: it is a warning to read again, never a verdict.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

FORMULA = "Flesch-Kincaid grade level plus 5"
YEARS_ABOVE_GRADE = 5

_WORD = re.compile(r"[A-Za-z]+(?:['’-][A-Za-z]+)*")
_END = re.compile(r"[.!?]+(?:\s|$)|\n")
_VOWELS = re.compile(r"[aeiouy]+")
_SILENT_E = re.compile(r"[^laeiouy]e$|[^aeiouytd]ed$|[^aeiouscgzxh]es$")


@dataclass(frozen=True)
class Reading:
    """What was counted in a text."""

    words: int
    sentences: int
    syllables: int

    @property
    def grade(self) -> float:
        """The Flesch-Kincaid grade level; nought where there is nothing to read."""
        if not self.words:
            return 0.0
        return 0.39 * self.words / self.sentences + 11.8 * self.syllables / self.words - 15.59

    @property
    def age(self) -> int:
        """The reading age in whole years, rounded; never under 5, at which reading begins."""
        return max(YEARS_ABOVE_GRADE, round(self.grade + YEARS_ABOVE_GRADE))


def read(text: str, *, without: Collection[str] = ()) -> Reading:
    """Count a text. `without` are words that nobody can put more simply, in lower case, such as a drug's name."""
    counted = [
        found for part in _END.split(text) if (found := [w for w in _words(part) if w.casefold() not in without])
    ]
    words = [word for sentence in counted for word in sentence]
    return Reading(len(words), len(counted), sum(syllables(word) for word in words))


def reading_age(texts: Iterable[str], *, without: Collection[str] = ()) -> int:
    """The reading age of several texts after one another, each a sentence at least."""
    return read("\n".join(texts), without=without).age


def syllables(word: str) -> int:
    """How many syllables a word has, by its groups of vowels; a silent e at the end counts for none."""
    return sum(_in_part(part) for part in re.split(r"['’-]", word.casefold()) if part) or 1


def _in_part(part: str) -> int:
    groups = len(_VOWELS.findall(part))
    if groups > 1 and _SILENT_E.search(part):
        groups -= 1
    return max(groups, 1) if _VOWELS.search(part) else 0 if len(part) == 1 else 1


def _words(text: str) -> list[str]:
    return _WORD.findall(text)
