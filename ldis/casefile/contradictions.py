"""What contradicts what among the evidence of a case, in sentences. Pure.

Only what cannot both be so, or what two accounts of one thing say differently. That something was not what it was
sold as is no contradiction while the same family of drug was found: each result says that of itself.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from ldis.cases.policy import listed
from ldis.submissions.rules import Stage, Technique
from ldis.substances.catalogue import SubstanceClass
from ldis.substances.families import families_of

FIELD_TESTS = frozenset({Technique.IMMUNOASSAY, Technique.HANDHELD})
"""What is done on the spot, and names a family of drug rather than the drug."""


@dataclass(frozen=True, kw_only=True)
class Account:
    """A report, as far as it can be contradicted."""

    reference: str
    sold_as: str
    substances: frozenset[str] = frozenset()
    classes: frozenset[SubstanceClass] = frozenset()
    colour: str = ""
    markings: str = ""


@dataclass(frozen=True, kw_only=True)
class Analysis:
    """A result, as far as it can be contradicted. `found` are names with their kinds; `report` its sample's report."""

    reference: str
    stage: Stage
    technique: Technique
    sample: str
    report: str = ""
    sold_as: frozenset[SubstanceClass] = frozenset()
    found: tuple[tuple[str, SubstanceClass], ...] = ()
    identified: bool = True

    @property
    def is_field_test(self) -> bool:
        """Whether it was made on the spot."""
        return self.technique in FIELD_TESTS

    @property
    def weight(self) -> int:
        """How much it counts beside another of the same sample."""
        return 0 if self.is_field_test else 1 + (self.stage is Stage.CONFIRMED)

    @property
    def families(self) -> frozenset[str]:
        """The families of drug that were found."""
        return families_of(kind for _, kind in self.found)

    @property
    def name(self) -> str:
        """How a sentence names it."""
        if self.is_field_test:
            return f"field test {self.reference}"
        return f"result {self.reference}, {self.stage.value},"

    def says(self) -> str:
        """What was found, in a sentence."""
        return listed([name for name, _ in self.found]) if self.found else "nothing"


def contradictions(accounts: Sequence[Account], analyses: Sequence[Analysis]) -> list[str]:
    """Every contradiction as a sentence: reports against results, results against each other, then appearances."""
    told = [analysis for analysis in analyses if analysis.identified]
    return list(
        dict.fromkeys(
            [
                *_sold_against_found(accounts, told),
                *_results_against_each_other(told),
                *_looks(accounts),
            ]
        )
    )


def _sold_against_found(accounts: Iterable[Account], analyses: Sequence[Analysis]) -> Iterator[str]:
    for account in accounts:
        sold = families_of(account.classes)
        for analysis in analyses:
            if sold and _speaks_of(analysis, account) and not sold & analysis.families:
                found = f"no {listed_or(sorted(sold))}" if analysis.found else "nothing"
                yield (
                    f"Report {account.reference} says sold as “{account.sold_as}”; {analysis.name} found {found}."
                )


def _speaks_of(analysis: Analysis, account: Account) -> bool:
    """A sample speaks of the report it came with; without one, of reports of the same, or of all if nobody said."""
    if analysis.report:
        return analysis.report == account.reference
    sold = families_of(analysis.sold_as)
    return not sold or bool(sold & families_of(account.classes))


def _results_against_each_other(analyses: Sequence[Analysis]) -> Iterator[str]:
    for pair in combinations(analyses, 2):
        if _of_one_thing(*pair):
            weaker, stronger = sorted(pair, key=lambda one: one.weight)
            yield from _against(weaker, stronger)


def _of_one_thing(one: Analysis, other: Analysis) -> bool:
    return one.sample == other.sample or bool(one.report and one.report == other.report)


def _against(weaker: Analysis, stronger: Analysis) -> Iterator[str]:
    if weaker.is_field_test or stronger.is_field_test:
        lost = weaker.families - stronger.families
        said = [name for name, kind in weaker.found if families_of([kind]) & lost]
    else:
        names = {name for name, _ in stronger.found}
        said = [name for name, _ in weaker.found if name not in names]
    what = "the laboratory" if weaker.is_field_test and not stronger.is_field_test else ""
    who = f"{what} ({stronger.name.rstrip(',')})" if what else stronger.name
    if said and stronger.found and not weaker.is_field_test:
        yield f"{_capital(weaker.name)} says {listed(said)}; {who} found {stronger.says()} and not that."
    elif said:
        yield f"{_capital(weaker.name)} says {listed(said)}; {who} did not find it."
    elif not weaker.found and stronger.found:
        yield f"{_capital(weaker.name)} found nothing; {who} found {stronger.says()}."


def _looks(accounts: Sequence[Account]) -> Iterator[str]:
    """Reports under one name that cannot be of one batch by how it looks."""
    for name, group in _by_name(accounts).items():
        for what in ("colour", "markings"):
            said = [(account.reference, getattr(account, what)) for account in group if getattr(account, what)]
            if any(_nothing_in_common(one, other) for (_, one), (_, other) in combinations(said, 2)):
                each = listed([f"{reference} says {words}" for reference, words in said])
                yield f"Reports of “{name}” differ in {what}: {each}."


def _by_name(accounts: Iterable[Account]) -> dict[str, list[Account]]:
    groups: dict[str, list[Account]] = {}
    for account in accounts:
        for name in sorted(account.substances) or [account.sold_as.strip().lower()]:
            groups.setdefault(name, []).append(account)
    return groups


def _nothing_in_common(one: str, other: str) -> bool:
    """People do not agree on shades or on spaces in a stamp: a word in common, or the same letters, is the same."""
    words = [set(re.findall(r"\w+", text.lower())) for text in (one, other)]
    joined = ["".join(re.findall(r"\w+", text.lower())) for text in (one, other)]
    return not words[0] & words[1] and joined[0] != joined[1]


def listed_or(words: Sequence[str]) -> str:
    """One, two or three."""
    *most, last = words
    return f"{', '.join(most)} or {last}" if most else last


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
