"""The rules that need no statistics: one event is enough, if it is of the right kind. Over plain facts, no session.

Each rule is a question put to what is known on a day and answers with findings: which rule, where, and on which
evidence it rests. Severity is a rank, worst highest, as the caller grades harm.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from scipy import stats


class Rule(StrEnum):
    """What was noticed."""

    FIRST_SIGHTING = "first sighting"
    ANYWHERE = "found in anything"
    NOT_AS_SOLD = "not what it was sold as"
    SEVERE = "severe events close together"
    SAME_MARKING = "same marking in two areas"
    RISING_SHARE = "rising share of laboratory results"


@dataclass(frozen=True, kw_only=True)
class Sighting:
    """One report or laboratory result, as far as the rules look at it.

    `evidence` names it (a reference); `source` is who told, so that two reports of one source are not independent;
    `kinds` are the substances and classes that it names or found; `sold_as` the classes it was sold as, empty where
    nobody knows; `severity` the rank of the harm, 0 where nobody was harmed.
    """

    evidence: str
    area: str
    at: datetime
    confirmed: bool
    source: str
    kinds: frozenset[str] = frozenset()
    sold_as: frozenset[str] = frozenset()
    severity: int = 0
    marking: str = ""


@dataclass(frozen=True)
class Spell:
    """So many severe events within so many hours."""

    events: int
    hours: int


@dataclass(frozen=True)
class RuleSettings:
    """What the local procedure says; `[signals.rules]` in the policy.

    `new_after_months` without a sighting make the next one a first; `independent_reports` stand in for one
    laboratory result. `anywhere` are the classes that count in anything, `high_risk` those that must not come as
    something else. `severe_from` is the rank from which an event is severe. Markings count as the same within
    `marking_days`. A share is rising where chance explains it less often than `share_chance`, among at least
    `share_results` new results.
    """

    new_after_months: int
    independent_reports: int
    anywhere: frozenset[str]
    high_risk: frozenset[str]
    severe_from: int
    spells: tuple[Spell, ...]
    marking_days: int
    share_chance: float
    share_results: int


@dataclass(frozen=True)
class Finding:
    """One rule that fired: about what (a class, a marking, nothing), in which areas, on which evidence, in order."""

    rule: Rule
    about: str
    areas: tuple[str, ...]
    evidence: tuple[str, ...]


def first_sightings(new: Sequence[Sighting], past: Iterable[Sighting], settings: RuleSettings) -> list[Finding]:
    """Kinds seen in an area now and not within the months before: one laboratory result, or independent reports.

    new: what came in, by which the months are counted back from its earliest event in that area; past: what was known
    before, from anywhere. Reports from one source count once. Earlier reports that were too few to count are no
    sighting, and count towards one now.
    """
    earlier = defaultdict(list)
    for one in past:
        for kind in one.kinds:
            earlier[one.area, kind].append(one)
    now = defaultdict(list)
    for one in new:
        for kind in one.kinds:
            now[one.area, kind].append(one)
    found = []
    for (area, kind), seen in sorted(now.items()):
        since = months_before(min(one.at for one in seen), settings.new_after_months)
        before = [one for one in earlier[area, kind] if one.at >= since]
        together = sorted({*before, *seen}, key=lambda one: (one.at, one.evidence))
        if not is_sighting(before, settings) and is_sighting(together, settings):
            found.append(Finding(Rule.FIRST_SIGHTING, kind, (area,), _evidence(together)))
    return found


def is_sighting(seen: Collection[Sighting], settings: RuleSettings) -> bool:
    """Whether these are enough to say that something is here."""
    return any(one.confirmed for one in seen) or len({one.source for one in seen}) >= settings.independent_reports


def found_in_anything(new: Iterable[Sighting], settings: RuleSettings) -> list[Finding]:
    """Each report or result that names a class which counts in anything, such as a nitazene or a fentanyl."""
    return [
        Finding(Rule.ANYWHERE, kind, (one.area,), (one.evidence,))
        for one in new
        for kind in sorted(one.kinds & settings.anywhere)
    ]


def not_as_sold(new: Iterable[Sighting], settings: RuleSettings) -> list[Finding]:
    """Each laboratory result with a high-risk class that it was not sold as. What nobody knows is not compared."""
    return [
        Finding(Rule.NOT_AS_SOLD, kind, (one.area,), (one.evidence,))
        for one in new
        if one.confirmed and one.sold_as
        for kind in sorted((one.kinds & settings.high_risk) - one.sold_as)
    ]


def severe_together(seen: Iterable[Sighting], now: datetime, settings: RuleSettings) -> list[Finding]:
    """Areas with so many severe events within so many hours before now; the shortest spell that fits, once an area.

    Hours are those that passed, so times must be aware: the hour that the clocks skip or repeat does not count twice.
    """
    severe = defaultdict(list)
    for one in seen:
        if one.severity >= settings.severe_from and one.at <= now:
            severe[one.area].append(one)
    found = []
    for area, events in sorted(severe.items()):
        for spell in sorted(settings.spells, key=lambda spell: spell.hours):
            within = [one for one in events if now - one.at <= timedelta(hours=spell.hours)]
            if len(within) >= spell.events:
                found.append(Finding(Rule.SEVERE, f"{spell.hours} hours", (area,), _evidence(within)))
                break
    return found


def same_marking(seen: Iterable[Sighting], now: datetime, settings: RuleSettings) -> list[Finding]:
    """Markings seen in two areas or more within the days before now; capitals and spaces make no difference."""
    by_marking = defaultdict(list)
    for one in seen:
        marking = " ".join(one.marking.casefold().split())
        if marking and timedelta(0) <= now - one.at <= timedelta(days=settings.marking_days):
            by_marking[marking].append(one)
    return [
        Finding(Rule.SAME_MARKING, marking, areas, _evidence(same))
        for marking, same in sorted(by_marking.items())
        if len(areas := tuple(sorted({one.area for one in same}))) > 1
    ]


@dataclass(frozen=True)
class Share:
    """Of how many results how many had something, before and now."""

    before: int
    of_before: int
    now: int
    of_now: int


def share_chance(share: Share) -> float:
    """The chance of at least as many among the new results if their share had not changed: exact, one-sided, 0 to 1.

    Given before + now results with it, the new ones among them are hypergeometric (Fisher, Statistical Methods for
    Research Workers, 5th ed. 1934, 21.02): the exact comparison of two binomial shares, which does not take the earlier
    share as known. Errors: ValueError where more had it than there were.
    """
    if not (0 <= share.before <= share.of_before and 0 <= share.now <= share.of_now):
        raise ValueError("No more results can have something than there are.")
    if share.now == 0:
        return 1.0
    everything, having = share.of_before + share.of_now, share.before + share.now
    return float(stats.hypergeom.sf(share.now - 1, everything, having, share.of_now))


def rising_shares(shares: Mapping[tuple[str, str], Share], settings: RuleSettings) -> list[Finding]:
    """The (area, kind) of which a larger share of results has it now than before. The evidence is the caller's."""
    return [
        Finding(Rule.RISING_SHARE, kind, (area,), ())
        for (area, kind), share in sorted(shares.items())
        if share.of_now >= settings.share_results and share_chance(share) <= settings.share_chance
    ]


def months_before(at: datetime, months: int) -> datetime:
    """The same day and time so many months earlier; the last day of a shorter month."""
    year, month = divmod(at.year * 12 + at.month - 1 - months, 12)
    first = at.replace(year=year, month=month + 1, day=1)
    next_month = (first.replace(day=28) + timedelta(days=4)).replace(day=1)
    return first.replace(day=min(at.day, (next_month - timedelta(days=1)).day))


def _evidence(seen: Iterable[Sighting]) -> tuple[str, ...]:
    return tuple(one.evidence for one in sorted(seen, key=lambda one: (one.at, one.evidence)))
