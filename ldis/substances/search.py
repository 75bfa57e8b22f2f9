"""Looking a drug up: what a word means, and what may have been meant, never mixed. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from ldis.substances.catalogue import Substance
from ldis.substances.names import Names, cut
from ldis.substances.rules import Match, Suggestion, Why, match

SHORTEST_BEGINNING = 2
MOST = 10


@dataclass(frozen=True)
class Offer:
    """A substance that may have been meant, and why it is offered."""

    substance: Substance
    why: str


@dataclass(frozen=True)
class Answer:
    """What was found: `matches` are what the words mean, `suggestions` must be confirmed by a person."""

    matches: tuple[Match, ...]
    suggestions: tuple[Offer, ...]


def search(text: str, names: Names) -> Answer:
    """What the words mean here, and up to ten substances that may have been meant."""
    reading = match(text, names)
    offers = {each.substance.code: Offer(each.substance, _why(each)) for each in reading.suggestions}
    for offer in _beginning_so(text, names):
        offers.setdefault(offer.substance.code, offer)
    for each in reading.matches:
        offers.pop(each.substance.code, None)
    return Answer(reading.matches, tuple(offers.values())[:MOST])


def _why(suggestion: Suggestion) -> str:
    looks_like = suggestion.why is Why.ALIKE
    return (
        f"“{suggestion.written}” looks like it" if looks_like else f"“{suggestion.written}” {suggestion.why.value}"
    )


def _beginning_so(text: str, names: Names) -> Iterator[Offer]:
    """Substances with a name that begins with these letters, the shortest name first."""
    letters = "".join(cut(text).words)
    if len(letters) < SHORTEST_BEGINNING:
        return
    found = [(" ".join(key), entry) for key, entry in names.entries.items() if "".join(key).startswith(letters)]
    for name, entry in sorted(found, key=lambda each: (len(each[0]), each[0])):
        for sense in entry.senses:
            yield Offer(
                sense.substance, f"also called {name}" if name != sense.substance.name.lower() else "begins so"
            )
