"""What a case is known by, where others like it are looked for. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from ldis.submissions.models import IncidentReport, LabResult
from ldis.submissions.rules import marking_key
from ldis.substances.catalogue import SAYS_LITTLE

MOST_WAYS = 6
"""How many of each kind of trait are looked for: a case about everything is like no other."""


@dataclass(frozen=True)
class Kind:
    """A kind of drug in an area."""

    substance_class: str
    area_code: str
    area: str

    @property
    def words(self) -> str:
        """As a reason why two cases are alike."""
        return f"Same kind of drug and area: {self.substance_class}, {self.area}"


@dataclass(frozen=True)
class Traits:
    """Kinds of drug by area; markings and names of drugs, each with the key by which it is found and its words."""

    kinds: tuple[Kind, ...] = ()
    markings: tuple[tuple[str, str], ...] = ()
    names: tuple[tuple[str, str], ...] = ()


def traits_of(reports: Iterable[IncidentReport], results: Iterable[LabResult]) -> Traits:
    """The traits of a case by the reports and results that it has gathered."""
    reports = list(reports)
    kinds = [Kind(one.substance_class, one.area_code, one.area.name) for one in reports]
    kinds += [Kind(one.substance_class, one.area.code, one.area.name) for one in results if one.area is not None]
    matches = [named for one in reports for named in one.read_as.get("matches", [])]
    markings = {marking_key(one.markings): one.markings for one in reports}
    return Traits(
        kinds=tuple(dict.fromkeys(one for one in kinds if one.substance_class not in SAYS_LITTLE))[:MOST_WAYS],
        markings=tuple((key, words) for key, words in markings.items() if key)[:MOST_WAYS],
        names=tuple({named["code"]: named["name"] for named in matches}.items())[:MOST_WAYS],
    )
