"""Where the first words of each field came from: which reports, results, catalogue entry or guidance. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from alerts.messages import AlertContent
from ldis.issuing.drafting import advice_for, entry_called, in_force, known_of, main_finding
from ldis.submissions.models import IncidentReport, LabResult
from ldis.substances.catalogue import Substance


@dataclass(frozen=True)
class Source:
    """One thing that a field's words rest on, with the page on which it can be read."""

    name: str
    address: str


@dataclass(frozen=True)
class Origin:
    """What a field's first words rest on, and whether the author has changed them since."""

    sources: tuple[Source, ...]
    changed: bool


FROM_REPORTS = ("case_on", "areas", "effects", "impact", "routes")
FROM_RESULTS = ("found", "caveat")
FROM_BOTH = ("headline", "source", "substance", "substance_class", "form", "sold_as")
FROM_GUIDANCE = ("signs", "act_now", "what_to_do", "who_is_at_risk", "clinical_advice", "naloxone_works")


def origins(
    reports: Sequence[IncidentReport],
    results: Sequence[LabResult],
    *,
    entries: Iterable[Substance],
    first: AlertContent,
    now: AlertContent,
) -> Mapping[str, Origin]:
    """By field what its first words rest on. `first` is what the case says, `now` what the author has made of it."""
    results = in_force(results)
    heard = tuple(Source(f"report {one.reference}", f"/reports/{one.reference}") for one in reports)
    measured = tuple(Source(f"result {one.reference}", f"/results/{one.reference}") for one in results)
    entry = entry_called(main_finding(results), entries)
    listed = (Source(f"catalogue entry {entry.name}", f"/substances/{entry.code}"),) if entry else ()
    advised = tuple(
        Source(one.name, one.address) for one in advice_for(known_of(reports, results), now.readership).sources
    )
    found: dict[str, tuple[Source, ...]] = {
        **dict.fromkeys(FROM_REPORTS, heard),
        **dict.fromkeys(FROM_RESULTS, measured),
        **dict.fromkeys(FROM_BOTH, measured + heard),
        **dict.fromkeys(FROM_GUIDANCE, advised),
        "substance": measured + listed or heard,
        "other_names": listed,
    }
    return {
        name: Origin(sources, changed=getattr(first, name) != getattr(now, name))
        for name, sources in found.items()
        if sources
    }
