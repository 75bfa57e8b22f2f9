"""How alike two accounts are: a score and the reasons in words, for a person who decides. Pure.

Each thing that speaks for or against adds or takes away points; the points stand in one table, POINTS. Nothing here
merges or links anything: it orders what a coordinator is shown, and says why.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from rapidfuzz import fuzz
from rapidfuzz.utils import default_process

UNKNOWN = "unknown"

POINTS = {
    "same area": 20,
    "another area": -30,
    "same day": 20,
    "a day apart": 15,
    "days apart": 8,
    "same drug": 25,
    "same class": 18,
    "another class": -20,
    "same words": 15,
    "like words": 8,
    "same place": 15,
    "like accounts": 12,
    "same markings": 20,
    "other markings": -10,
    "same colour": 5,
    "another colour": -5,
    "same form": 5,
    "another form": -10,
    "same setting": 5,
    "another setting": -5,
    "same postcode": 10,
    "another postcode": -5,
    "found as told": 25,
    "before it happened": -40,
}

QUOTED = r"[“\"'‘]([^”\"'’]{1,30})[”\"'’]"
MARKED = re.compile(
    rf"\b(?:marked|marking|markings|stamped|stamp|imprinted|embossed|branded|labelled)\b[ :,]*"
    rf"(?:with |as |of )?(?:an? |the )?(?:{QUOTED}|([A-Z0-9][\w-]{{0,20}}(?: [A-Z0-9][\w-]{{0,20}})?))"
)
LOGO = re.compile(rf"(?:{QUOTED}|\b([A-Z][\w-]{{1,20}})) (?:logo|stamp|sign|brand)\b")

SHOWN_FROM = 45
VERY_ALIKE_FROM = 70
FURTHEST_DAYS = 7

WORDS_SAME, WORDS_ALIKE, PLACES_SAME, ACCOUNTS_ALIKE, MARKINGS_SAME = 90, 76, 84, 70, 90
SHORTEST_ACCOUNT = 25
"""Two accounts of a few words each are alike by chance."""


class How(StrEnum):
    """How alike, as a page says it."""

    VERY = "very alike"
    SOMEWHAT = "alike"
    HARDLY = "hardly alike"


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a report says, as far as it can be compared."""

    area_code: str
    happened_on: date
    substance_class: str = UNKNOWN
    substances: frozenset[str] = frozenset()
    sold_as: str = ""
    details: str = ""
    place: str = ""
    outward_postcode: str = ""
    markings: str = ""
    colour: str = ""
    form: str = ""
    setting: str = ""


@dataclass(frozen=True, kw_only=True)
class Analysed:
    """What a laboratory result says, as far as it can be compared with a report."""

    taken_on: date
    sure_of_day: bool
    area_code: str = ""
    sold_as: str = ""
    sold_as_names: frozenset[str] = frozenset()
    sold_as_class: str = UNKNOWN
    found: frozenset[str] = frozenset()
    classes_found: frozenset[str] = frozenset()
    form: str = ""


@dataclass(frozen=True)
class Ground:
    """One thing that speaks for two accounts being of one event, or against it."""

    points: int
    words: str


@dataclass(frozen=True)
class Likeness:
    """What two accounts have in common, and what tells them apart."""

    grounds: tuple[Ground, ...]

    @property
    def score(self) -> int:
        """From 0, nothing in common, to 100."""
        return max(0, min(100, sum(ground.points for ground in self.grounds)))

    @property
    def shown(self) -> bool:
        """Whether it is worth a person's look."""
        return self.score >= SHOWN_FROM

    @property
    def how(self) -> How:
        """The score in words."""
        if self.score >= VERY_ALIKE_FROM:
            return How.VERY
        return How.SOMEWHAT if self.shown else How.HARDLY

    @property
    def reasons(self) -> tuple[str, ...]:
        """What speaks for it, the weightiest first."""
        return _in_words(ground for ground in self.grounds if ground.points > 0)

    @property
    def doubts(self) -> tuple[str, ...]:
        """What speaks against it, the weightiest first."""
        return _in_words(ground for ground in self.grounds if ground.points < 0)


def markings_in(*texts: str) -> str:
    """What is said to stand on a tablet or a bag: “marked TEVA”, “with a Rolex logo”, “stamped 'D 10'”."""
    for text in texts:
        found = MARKED.search(text) or LOGO.search(text)
        if found:
            return next(words for words in found.groups() if words).strip(" .,;")
    return ""


def of_reports(one: Told, other: Told) -> Likeness:
    """How alike two reports are. The order of the two makes no difference."""
    apart = abs((one.happened_on - other.happened_on).days)
    if apart > FURTHEST_DAYS:
        return Likeness(())
    return Likeness(
        (
            *_area(one.area_code, other.area_code),
            *_days(apart),
            *_drug(one.substances & other.substances, one.substance_class, other.substance_class),
            *_words(one.sold_as, other.sold_as),
            *_place(one, other),
            *_accounts(one.details, other.details),
            *_markings(one.markings, other.markings),
            *_colours(one.colour, other.colour),
            *_same_or_not("form", one.form, other.form, "Both: {}", "One is {}, the other {}"),
            *_same_or_not("setting", one.setting, other.setting, "Same kind of place: {}", "One at {}, one at {}"),
        )
    )


def of_result(sample: Analysed, report: Told) -> Likeness:
    """How likely a sample comes from what a report tells of."""
    after = (sample.taken_on - report.happened_on).days
    named = sample.sold_as_names & report.substances
    found = sample.found & report.substances
    return Likeness(
        (
            *(_area(sample.area_code, report.area_code) if sample.area_code else ()),
            *_days_after(after, sure=sample.sure_of_day),
            *_drug(named, sample.sold_as_class, report.substance_class, "Both sold as {}"),
            *_found(found, sample, report),
            *_words(sample.sold_as, report.sold_as),
            *_same_or_not("form", sample.form, report.form, "Both: {}", "The sample is {}, the report says {}"),
        )
    )


def _area(one: str, other: str) -> Iterator[Ground]:
    if one == other:
        yield _ground("same area", "Same area")
    else:
        yield _ground("another area", "Another area")


def _days(apart: int) -> Iterator[Ground]:
    if apart == 0:
        yield _ground("same day", "Same day")
    elif apart == 1:
        yield _ground("a day apart", "A day apart")
    elif apart <= 3:
        yield _ground("days apart", f"{apart} days apart")


def _days_after(after: int, *, sure: bool) -> Iterator[Ground]:
    """A sample is taken on the day or soon after; the day it reached a laboratory says less."""
    since = "sampled" if sure else "at the laboratory"
    if after == 0:
        yield _ground("same day", f"{since.capitalize()} on the same day")
    elif 1 <= after <= (3 if sure else 7):
        yield _ground("a day apart", f"{since.capitalize()} {after} day{'s' if after > 1 else ''} later")
    elif 1 <= after <= (7 if sure else 21):
        yield _ground("days apart", f"{since.capitalize()} {after} days later")
    elif after < 0:
        yield _ground("before it happened", f"{since.capitalize()} before it happened")


def _drug(named: frozenset[str], one: str, other: str, said: str = "Both name {}") -> Iterator[Ground]:
    if named:
        yield _ground("same drug", said.format(" and ".join(sorted(named))))
    elif UNKNOWN in (one, other):
        return
    elif one == other:
        yield _ground("same class", f"Both read as {one}")
    else:
        yield _ground("another class", f"One read as {one}, the other as {other}")


def _found(found: frozenset[str], sample: Analysed, report: Told) -> Iterator[Ground]:
    if found:
        yield _ground("found as told", f"The report names what was found: {' and '.join(sorted(found))}")
    elif report.substance_class in sample.classes_found - {UNKNOWN, sample.sold_as_class}:
        yield _ground("same class", f"Found, and reported: {report.substance_class}")


def _words(one: str, other: str) -> Iterator[Ground]:
    alike = _alike(one, other)
    if alike >= WORDS_SAME:
        yield _ground("same words", "Described in the same words")
    elif alike >= WORDS_ALIKE:
        yield _ground("like words", "Described in like words")


def _place(one: Told, other: Told) -> Iterator[Ground]:
    if _alike(one.place, other.place) >= PLACES_SAME:
        yield _ground("same place", "The same place in words")
    if one.outward_postcode and other.outward_postcode:
        if one.outward_postcode == other.outward_postcode:
            yield _ground("same postcode", f"Same first half of the postcode: {one.outward_postcode}")
        else:
            yield _ground("another postcode", f"{one.outward_postcode} and {other.outward_postcode}")


def _accounts(one: str, other: str) -> Iterator[Ground]:
    if min(len(one), len(other)) >= SHORTEST_ACCOUNT and _alike(one, other) >= ACCOUNTS_ALIKE:
        yield _ground("like accounts", "The accounts are alike")


def _markings(one: str, other: str) -> Iterator[Ground]:
    if not one or not other:
        return
    joined = ["".join(default_process(words).split()) for words in (one, other)]
    if max(_alike(one, other), _alike(*joined)) >= MARKINGS_SAME:
        yield _ground("same markings", f"Same markings: {one}")
    else:
        yield _ground("other markings", f"Markings: {one}, and {other}")


def _colours(one: str, other: str) -> Iterator[Ground]:
    """People do not agree on shades: one word in common is the same colour."""
    if not one or not other:
        return
    if set(default_process(one).split()) & set(default_process(other).split()):
        yield _ground("same colour", f"Same colour: {one}")
    else:
        yield _ground("another colour", f"One is {one}, the other {other}")


def _same_or_not(what: str, one: str, other: str, same: str, differs: str) -> Iterator[Ground]:
    if not one or not other:
        return
    if one == other:
        yield _ground(f"same {what}", same.format(one))
    else:
        yield _ground(f"another {what}", differs.format(one, other))


def _alike(one: str, other: str) -> float:
    """From 0 to 100, whatever the order of the words, the case and the signs between them."""
    return fuzz.token_ratio(one, other, processor=default_process) if one and other else 0


def _ground(what: str, words: str) -> Ground:
    return Ground(POINTS[what], words)


def _in_words(grounds: Iterable[Ground]) -> tuple[str, ...]:
    return tuple(ground.words for ground in sorted(grounds, key=lambda ground: -abs(ground.points)))
