"""The first words of an alert: what the case knows, said without anything that could identify a person. Pure.

They are a start for the author, not a text to send: every field is edited on one page, and a second person approves.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import TypeVar

from alerts.advice import Advice, advice_on
from alerts.messages import AlertContent, Level, Readership
from ldis.issuing.rules import REVIEW_AFTER, expiry_after
from ldis.submissions.models import IncidentReport, LabResult
from ldis.submissions.rules import Finding, Form, HarmLevel, Naloxone, Stage, Symptom
from ldis.substances.catalogue import Substance, SubstanceClass

Thing = TypeVar("Thing")

MOST_OTHER_NAMES = 4

PLURAL = {
    Form.TABLET: "tablets",
    Form.CAPSULE: "capsules",
    Form.VAPE: "vapes",
    Form.HERBAL: "herbal mix",
    Form.PATCH: "patches",
    Form.OTHER: "",
}


@dataclass(frozen=True)
class Known:
    """What a case's evidence says of the drug, in short."""

    kind: SubstanceClass
    form: Form | None
    sold_as: str
    found: str


def known_of(reports: Sequence[IncidentReport], results: Sequence[LabResult]) -> Known:
    """What these reports and results say of the drug: the gravest kind, the commonest form and name."""
    everything: list[IncidentReport | LabResult] = [*in_force(results), *reports]
    return Known(
        kind=gravest(thing.substance_class for thing in everything),
        form=_commonest(thing.form for thing in everything if thing.form),
        sold_as=_commonest(thing.sold_as for thing in everything if thing.sold_as) or "",
        found=main_finding(in_force(results)),
    )


def advice_for(known: Known, readership: Readership) -> Advice:
    """What is said about such a drug to begin with, in words for these readers."""
    form = known.form.value if known.form else ""
    return advice_on(known.kind.value, names=(known.found, known.sold_as), form=form, readership=readership)


def entry_called(name: str, entries: Iterable[Substance]) -> Substance | None:
    """The catalogue's entry of this name."""
    return next((entry for entry in entries if entry.name.casefold() == name.casefold()), None)


def first_words(
    reports: Sequence[IncidentReport],
    results: Sequence[LabResult],
    *,
    title: str,
    level: Level,
    readership: Readership,
    reference: str,
    publisher: str,
    how_to_report: str,
    today: date,
    entries: Iterable[Substance],
) -> AlertContent:
    """The content of a new draft, in words for those who are to read it. `entries` are the catalogue's."""
    results = in_force(results)
    known = known_of(reports, results)
    advice = advice_for(known, readership)
    listed = entry_called(known.found, entries)
    unknown = known.kind is SubstanceClass.UNKNOWN
    return AlertContent(
        reference=reference,
        publisher=publisher,
        readership=readership,
        headline=_headline(results, known) or title,
        alert_on=today,
        case_on=max((report.happened_on for report in reports), default=None),
        areas=tuple(sorted({report.area.name for report in reports})),
        source=_source(reports, results),
        substance=known.found or (known.sold_as if unknown else plainly(known.kind)),
        substance_class=known.kind.value if known.found and not unknown else "",
        form=known.form.value if known.form else "",
        routes=tuple(dict.fromkeys(route for report in reports for route in report.routes or ())),
        other_names=(*listed.street, *listed.aliases)[:MOST_OTHER_NAMES] if listed else (),
        effects=_effects(reports),
        sold_as=known.sold_as,
        found=_found(results),
        caveat="Looks vary: what is going round may not look like this sample" if results else "",
        signs=advice.signs,
        who_is_at_risk=advice.at_risk,
        impact=_impact(reports, opioid=advice.naloxone_works),
        act_now="Watch for the signs and report what you see" if level is Level.INFORMATION else advice.act_now,
        what_to_do=advice.what_to_do,
        naloxone_works=advice.naloxone_works,
        clinical_advice=advice.clinical_advice,
        how_to_report=how_to_report,
        review_on=today + REVIEW_AFTER[level],
        expires_on=expiry_after(today + REVIEW_AFTER[level]),
    )


def follow_readers(now: AlertContent, *, before: AlertContent, after: AlertContent) -> AlertContent:
    """The content for other readers: words that the author left as they began become those that the new ones get."""
    untouched = (f.name for f in fields(AlertContent) if getattr(now, f.name) == getattr(before, f.name))
    return replace(now, **{name: getattr(after, name) for name in untouched if name != "readership"})


def in_force(results: Iterable[LabResult]) -> list[LabResult]:
    """The results that no later one has superseded, without those that only say they follow another."""
    known = [result for result in results if not result.only_says_it_follows]
    superseded = {result.supersedes_id for result in known}
    return [result for result in known if result.id not in superseded]


def gravest(classes: Iterable[str]) -> SubstanceClass:
    """The gravest of these kinds of drug; unknown where none is known."""
    order = list(SubstanceClass)
    return min((SubstanceClass(name) for name in classes), key=order.index, default=SubstanceClass.UNKNOWN)


def plainly(kind: SubstanceClass) -> str:
    """A kind of drug where no other stands beside it: an “other opioid” is an opioid."""
    return kind.value.removeprefix("other ")


def main_finding(results: Sequence[LabResult]) -> str:
    """The gravest substance that a laboratory found, in the catalogue's words where it has some."""
    order = list(SubstanceClass)
    components = [component for result in results for component in result.components]
    ranked = sorted(components, key=lambda component: order.index(SubstanceClass(component.substance_class)))
    return (ranked[0].read_as or ranked[0].substance) if ranked else ""


def _headline(results: Sequence[LabResult], known: Known) -> str:
    form, sold_as, found, kind = known.form, known.sold_as, known.found, known.kind
    what = PLURAL.get(form, form.value) if form else ""
    where = f"{what or 'drugs'} sold as {sold_as}" if sold_as else what
    if not where:
        return ""
    if found:
        sure = any(result.stage is Stage.CONFIRMED for result in results)
        return f"{_capital(found) if sure else f'Possible {in_a_sentence(found)}'} found in {where}"
    return f"Harm after {where}" if kind is SubstanceClass.UNKNOWN else f"Possible {plainly(kind)} in {where}"


def _source(reports: Sequence[IncidentReport], results: Sequence[LabResult]) -> str:
    parts = [_many(len(reports), "report", "reports") + " from people who work locally"] if reports else []
    for stage in (Stage.CONFIRMED, Stage.PRELIMINARY):
        count = sum(result.stage is stage for result in results)
        if count:
            parts.append(_many(count, f"{stage.value} laboratory result", f"{stage.value} laboratory results"))
    return _capital(" and ".join(parts))


def _impact(reports: Sequence[IncidentReport], *, opioid: bool) -> str:
    if not reports:
        return ""
    counts = Counter(report.harm_level for report in reports)
    levels = [f"{counts[level]} {level.value}" for level in reversed(HarmLevel) if counts[level]]
    given = sum(report.naloxone is Naloxone.GIVEN for report in reports)
    naloxone = f"; naloxone was given in {given}" if given and opioid else ""
    return f"{_many(len(reports), 'report', 'reports')}: {', '.join(levels)}{naloxone}"


def _effects(reports: Sequence[IncidentReport]) -> tuple[str, ...]:
    counts = Counter(symptom for report in reports for symptom in report.symptoms)
    return tuple(_capital(name) for name, _ in counts.most_common() if name != Symptom.OTHER.value)


def _found(results: Sequence[LabResult]) -> str:
    said = []
    for result in results:
        if result.finding is not Finding.FOUND:
            said.append(result.finding.value)
        said += [
            f"{in_a_sentence(part.read_as or part.substance)} ({part.part.value})" for part in result.components
        ]
    return ", ".join(dict.fromkeys(said))


def _commonest(things: Iterable[Thing]) -> Thing | None:
    ranked = Counter(things).most_common(1)
    return ranked[0][0] if ranked else None


def _many(count: int, one: str, several: str) -> str:
    return f"{count} {one if count == 1 else several}"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def in_a_sentence(name: str) -> str:
    """A drug's name after other words: MDMA keeps its capitals, Bromazolam does not."""
    return name[:1].lower() + name[1:] if name[1:2].islower() else name
