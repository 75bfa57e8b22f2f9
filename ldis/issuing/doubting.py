"""What of an issued alert a later result puts in doubt. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from ldis.cases.policy import listed
from ldis.issuing.drafting import in_a_sentence
from ldis.substances.catalogue import HIGH_RISK, SubstanceClass
from ldis.substances.families import families_of


class Settlement(StrEnum):
    """What a coordinator makes of a doubt."""

    KEEP = "keep"
    UPDATE = "will update"


Named = tuple[str, SubstanceClass]


@dataclass(frozen=True)
class Said:
    """What an alert says was found, as the catalogue reads it."""

    reference: str
    named: frozenset[Named]


@dataclass(frozen=True)
class Newer:
    """What a result found, and what the result that it supersedes had found."""

    reference: str
    stage: str
    found: frozenset[Named]
    before: frozenset[Named] = frozenset()
    identified: bool = True


def doubt_about(alert: Said, result: Newer) -> str:
    """In what the result contradicts the alert, as a sentence; nothing where it does not.

    It found none of the family that the alert names; or no longer what the alert names; or something that can kill
    of which the alert says nothing.
    """
    if not result.identified:
        return ""
    told, found = _families(alert.named), _families(result.found)
    who = f"Result {result.reference}, {result.stage},"
    if told and not told & found:
        lost = f"{_names(result.found)} and no {' or '.join(sorted(told))}" if result.found else "nothing"
        return f"{who} found {lost}; alert {alert.reference} says {_names(alert.named)}."
    gone = (alert.named & result.before) - result.found
    if gone:
        return f"{who} found {_names(result.found)} and not {_names(gone)}, which alert {alert.reference} says."
    unsaid = {one for one in result.found if one[1] in HIGH_RISK and not families_of([one[1]]) & told}
    if unsaid:
        return f"{who} found {_names(unsaid)}, of which alert {alert.reference} says nothing."
    return ""


def _families(named: Iterable[Named]) -> frozenset[str]:
    return families_of(kind for _, kind in named)


def _names(named: Iterable[Named]) -> str:
    return listed(sorted(in_a_sentence(name) for name, _ in named))
