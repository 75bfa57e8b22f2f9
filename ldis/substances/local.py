"""Which words an area may add to the names of drugs, so that reports are read better and none is read worse. Pure."""

from ldis.substances.doubts import AMOUNT
from ldis.substances.names import Entry, Names, cut
from ldis.substances.words import PASSED_OVER


def folded(written: str) -> str:
    """A word as the index keeps it."""
    return " ".join(cut(written).words)


def objection(written: str, code: str | None, names: Names) -> str | None:
    """Why a word may not be added with this meaning (None: no drug), in a sentence; nothing where it may.

    What the catalogue is sure of, an area cannot change: a report that says heroin is about heroin everywhere.
    """
    words = cut(written).words
    if not words:
        return "Enter a name with letters in it."
    if all(word in PASSED_OVER or AMOUNT.fullmatch(word) for word in words):
        return f"“{written}” is ordinary English. Reports that say it mean other things."
    known = names.entries.get(words)
    return _clash(written, code, known) if known else None


def _clash(written: str, code: str | None, known: Entry) -> str | None:
    if not known.senses:
        return f"The catalogue knows “{written}” as something that is no drug."
    meant = " or ".join(sense.substance.name for sense in known.senses)
    if known.sure or code is None:
        return f"The catalogue knows “{written}” as {meant}."
    if code in {sense.substance.code for sense in known.senses}:
        return f"The catalogue knows that “{written}” may be {meant}, and asks each time which it is."
    return None
