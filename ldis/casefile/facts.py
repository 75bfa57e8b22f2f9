"""What the evidence of a case says in short: for the panel to read first, and for a suggestion to rest on. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ldis.casefile.contradictions import FIELD_TESTS
from ldis.issuing.drafting import in_a_sentence
from ldis.submissions.models import IncidentReport, LabResult
from ldis.submissions.rules import RISK_TO_LIFE, HarmLevel, Stage, Symptom
from ldis.substances.catalogue import SubstanceClass

IN_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
GRAVE = {SubstanceClass.NITAZENE: "a nitazene", SubstanceClass.FENTANYL: "a fentanyl"}


@dataclass(frozen=True)
class Brief:
    """The evidence in short, as facts by the question of the grading that each answers, and as rows to read."""

    facts: dict[str, str]
    rows: Sequence[tuple[str, str]]
    worst: HarmLevel | None


def brief_of(reports: Sequence[IncidentReport], results: Sequence[LabResult], *, new_here: str) -> Brief:
    """The evidence in short. `results` are those in force; `new_here` is the kind of drug not seen here before."""
    answers = {
        "support": _support(reports, results),
        "severity": _severity(reports),
        "potency": _potency(results, new_here),
    }
    worst = max((one.harm_level for one in reports), key=lambda level: level.rank, default=None)
    areas = sorted({one.area.name for one in reports})
    confirmed = [one for one in results if one.stage is Stage.CONFIRMED]
    rows = [
        ("Worst harm", _severity(reports) or (worst.value if worst else "")),
        (
            "Reports",
            f"{counted(len(reports), 'report', 'reports')} from {', '.join(areas)}" if reports else "none",
        ),
        ("At first hand", _direct(reports)),
        ("Confirmed results", _found(confirmed) or "none"),
        ("Other results", _found([one for one in results if one not in confirmed])),
        ("New here", f"no other report of the last 12 months names {new_here}" if new_here else ""),
    ]
    facts = {key: words for key, words in answers.items() if words}
    return Brief(facts, [(what, _capital(words)) for what, words in rows if words], worst)


def _support(reports: Sequence[IncidentReport], results: Sequence[LabResult]) -> str:
    confirmed = sum(one.stage is Stage.CONFIRMED for one in results)
    if confirmed:
        return (
            "the result is confirmed" if confirmed == 1 else f"{counted(confirmed, '', 'results are confirmed')}"
        )
    if any(one.technique not in FIELD_TESTS for one in results):
        return "a preliminary laboratory result supports it"
    return f"there are {counted(len(reports), '', 'reports')}" if len(reports) > 2 else ""


def _severity(reports: Iterable[IncidentReport]) -> str:
    """How many people were in danger, at the least: each report tells of one, and does not say how each fared."""
    reports = list(reports)
    died = [one for one in reports if one.harm_level is HarmLevel.FATAL]
    breathless = [one for one in reports if one not in died and Symptom.BREATHING in one.symptoms]
    in_danger = [
        one for one in reports if one.harm_level in RISK_TO_LIFE and one not in died and one not in breathless
    ]
    said = [
        _people(died, "person died", "people died"),
        _people(breathless, "person had slow or no breathing", "people had slow or no breathing"),
        _people(in_danger, "person's life was in danger", "people's lives were in danger"),
    ]
    return " and ".join(filter(None, said))


def _people(reports: Sequence[IncidentReport], one: str, several: str) -> str:
    if not reports:
        return ""
    least = "at least " if any((report.people_affected or 1) > 1 for report in reports) else ""
    return least + counted(len(reports), one, several)


def _potency(results: Iterable[LabResult], new_here: str) -> str:
    found = {component.substance_class for one in results for component in one.components}
    grave = [words for kind, words in GRAVE.items() if kind in found]
    if grave:
        return f"{grave[0]} was found"
    return f"{new_here} is new here" if new_here else ""


def _direct(reports: Iterable[IncidentReport]) -> str:
    seen = [one for one in reports if one.how_known == "saw it"]
    return counted(len(seen), "report", "reports") if seen else "none: all were told or read it"


def _found(results: Iterable[LabResult]) -> str:
    return "; ".join(
        f"{', '.join(in_a_sentence(part.read_as or part.substance) for part in one.components) or one.finding.value}"
        f" ({one.laboratory}, {one.technique.value})"
        for one in results
    )


def counted(number: int, one: str, several: str) -> str:
    """A number with what it counts, small numbers in words."""
    said = IN_WORDS[number] if number < len(IN_WORDS) else str(number)
    return f"{said} {one if number == 1 else several}"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
