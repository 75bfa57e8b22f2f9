"""What a case is about in a few words: from the catalogue and the harm, never in a reporter's words. Pure."""

from collections.abc import Sequence

from ldis.submissions.models import IncidentReport, LabResult
from ldis.submissions.rules import HarmLevel, Stage
from ldis.substances.catalogue import GRAVEST_FIRST, SubstanceClass


def in_brief(reports: Sequence[IncidentReport], results: Sequence[LabResult]) -> str:
    """Possible nitazene, 2 life-threatening."""
    return ", ".join(part for part in (_drug(reports, results), _harm(reports)) if part) + "."


def _drug(reports: Sequence[IncidentReport], results: Sequence[LabResult]) -> str:
    for stage, says in ((Stage.CONFIRMED, "Confirmed"), (Stage.PRELIMINARY, "Preliminary result:")):
        found = _gravest([one.substance_class for one in results if one.stage is stage])
        if found is not SubstanceClass.UNKNOWN:
            return f"{says} {found}"
    suspected = _gravest([one.substance_class for one in reports])
    return "Drug not known" if suspected is SubstanceClass.UNKNOWN else f"Possible {suspected}"


def _gravest(classes: Sequence[str]) -> SubstanceClass:
    return min(map(SubstanceClass, classes), key=GRAVEST_FIRST.index, default=SubstanceClass.UNKNOWN)


def _harm(reports: Sequence[IncidentReport]) -> str:
    """The worst harm and how many people it happened to, as far as they were counted."""
    if not reports:
        return ""
    worst = max((one.harm_level for one in reports), key=lambda level: level.rank)
    if worst is HarmLevel.NONE:
        return "no harm seen"
    return f"{sum(one.people_affected or 1 for one in reports if one.harm_level is worst)} {worst}"
