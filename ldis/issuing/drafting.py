"""The first words of an alert: what the case knows, said without anything that could identify a person. Pure.

They are a start for the author, not a text to send: every field is edited on one page, and a second person approves.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from alerts.messages import AlertContent, Level
from ldis.issuing.rules import REVIEW_AFTER
from ldis.submissions.models import IncidentReport, LabResult
from ldis.submissions.rules import Finding, Form, HarmLevel, Naloxone, Stage, Symptom
from ldis.substances.catalogue import SubstanceClass

Thing = TypeVar("Thing")

PLURAL = {
    Form.TABLET: "tablets",
    Form.CAPSULE: "capsules",
    Form.VAPE: "vapes",
    Form.HERBAL: "herbal mix",
    Form.PATCH: "patches",
    Form.OTHER: "",
}


@dataclass(frozen=True)
class Advice:
    """What is said about a kind of drug unless the author says otherwise."""

    signs: tuple[str, ...]
    act_now: str
    what_to_do: tuple[str, ...]
    at_risk: str


OPIOIDS = frozenset({SubstanceClass.NITAZENE, SubstanceClass.FENTANYL, SubstanceClass.OTHER_OPIOID})
SEDATIVES = frozenset(
    {
        SubstanceClass.NOVEL_BENZODIAZEPINE,
        SubstanceClass.BENZODIAZEPINE,
        SubstanceClass.SEDATIVE_ADULTERANT,
        SubstanceClass.DEPRESSANT,
        SubstanceClass.GABAPENTINOID,
        SubstanceClass.Z_DRUG,
    }
)

FOR_OPIOIDS = Advice(
    signs=("Cannot be woken", "Slow or no breathing", "Blue or grey lips", "Pinpoint pupils"),
    act_now="Do not use alone. Carry naloxone. Cannot be woken? Call 999 and give naloxone",
    what_to_do=("Tell everyone you support today.", "Check on people who use alone.", "Offer naloxone kits."),
    at_risk="Anyone who takes it, most of all people who use alone, have just left prison or do not use opioids",
)
FOR_SEDATIVES = Advice(
    signs=("Cannot be woken", "Slow or no breathing", "Very drowsy or confused"),
    act_now="Do not use alone or mix with alcohol or other drugs. Cannot be woken? Call 999",
    what_to_do=("Tell everyone you support today.", "Check on people who use alone."),
    at_risk="Anyone who takes it, most of all with alcohol, opioids or other sedatives",
)
FOR_SCRA = Advice(
    signs=("Collapse", "A seizure or fit", "Chest pain", "Confusion or panic"),
    act_now="Do not use vapes or herbal mixes you cannot trace. Collapse or fit? Call 999",
    what_to_do=("Tell everyone you support today.", "Keep any device or packaging for testing."),
    at_risk="Anyone who takes it, most of all young people who think it is THC",
)
FOR_ANYTHING = Advice(
    signs=("Cannot be woken", "Slow or no breathing", "A seizure or fit", "Chest pain"),
    act_now="Do not use alone. Collapse, fit or cannot be woken? Call 999",
    what_to_do=("Tell everyone you support today.",),
    at_risk="Anyone who takes it",
)


def advice_on(kind: SubstanceClass) -> Advice:
    """What is said about a kind of drug to begin with."""
    if kind in OPIOIDS:
        return FOR_OPIOIDS
    if kind in SEDATIVES:
        return FOR_SEDATIVES
    return FOR_SCRA if kind is SubstanceClass.SCRA else FOR_ANYTHING


def first_words(
    reports: Sequence[IncidentReport],
    results: Sequence[LabResult],
    *,
    title: str,
    level: Level,
    reference: str,
    publisher: str,
    how_to_report: str,
    today: date,
) -> AlertContent:
    """The content of a new draft."""
    results = in_force(results)
    everything: list[IncidentReport | LabResult] = [*results, *reports]
    kind = gravest(thing.substance_class for thing in everything)
    advice = advice_on(kind)
    form = _commonest(thing.form for thing in everything if thing.form)
    sold_as = _commonest(thing.sold_as for thing in everything if thing.sold_as) or ""
    found = main_finding(results)
    return AlertContent(
        reference=reference,
        publisher=publisher,
        headline=_headline(results, found=found, form=form, sold_as=sold_as, kind=kind) or title,
        alert_on=today,
        case_on=max((report.happened_on for report in reports), default=None),
        areas=tuple(sorted({report.area.name for report in reports})),
        source=_source(reports, results),
        substance=found or (kind.value if kind is not SubstanceClass.UNKNOWN else sold_as),
        substance_class=kind.value if found and kind is not SubstanceClass.UNKNOWN else "",
        form=form.value if form else "",
        effects=_effects(reports),
        sold_as=sold_as,
        found=_found(results),
        caveat="Looks vary: what is going round may not look like this sample" if results else "",
        signs=advice.signs,
        who_is_at_risk=advice.at_risk,
        impact=_impact(reports, opioid=kind in OPIOIDS),
        act_now="Watch for the signs and report what you see" if level is Level.INFORMATION else advice.act_now,
        what_to_do=advice.what_to_do,
        naloxone_works=kind in OPIOIDS,
        how_to_report=how_to_report,
        review_on=today + REVIEW_AFTER[level],
    )


def in_force(results: Iterable[LabResult]) -> list[LabResult]:
    """The results that no later one has superseded, without those that only say they follow another."""
    known = [result for result in results if not result.only_says_it_follows]
    superseded = {result.supersedes_id for result in known}
    return [result for result in known if result.id not in superseded]


def gravest(classes: Iterable[str]) -> SubstanceClass:
    """The gravest of these kinds of drug; unknown where none is known."""
    order = list(SubstanceClass)
    return min((SubstanceClass(name) for name in classes), key=order.index, default=SubstanceClass.UNKNOWN)


def main_finding(results: Sequence[LabResult]) -> str:
    """The gravest substance that a laboratory found, in the catalogue's words where it has some."""
    order = list(SubstanceClass)
    components = [component for result in results for component in result.components]
    ranked = sorted(components, key=lambda component: order.index(SubstanceClass(component.substance_class)))
    return (ranked[0].read_as or ranked[0].substance) if ranked else ""


def _headline(
    results: Sequence[LabResult], *, found: str, form: Form | None, sold_as: str, kind: SubstanceClass
) -> str:
    what = PLURAL.get(form, form.value) if form else ""
    where = f"{what or 'drugs'} sold as {sold_as}" if sold_as else what
    if not where:
        return ""
    if found:
        sure = any(result.stage is Stage.CONFIRMED for result in results)
        return f"{_capital(found) if sure else f'Possible {in_a_sentence(found)}'} found in {where}"
    return f"Harm after {where}" if kind is SubstanceClass.UNKNOWN else f"Possible {kind.value} in {where}"


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
