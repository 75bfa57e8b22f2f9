"""All that is known of a case on one timeline: what came in, what was added, what was done and decided.

Its order is when we heard. What happened before that is said with it.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from ldis.cases.models import Case, CaseEntry
from ldis.cases.rules import Action
from ldis.followup.views import Happening
from ldis.submissions.models import IncidentReport, LabResult
from ldis.submissions.rules import HowKnown, Purpose
from ldis.web.dates import LONDON, day

KNOWS = {
    HowKnown.SAW_IT: "saw it",
    HowKnown.TOLD_BY_PERSON: "was told by the person it happened to",
    HowKnown.TOLD_BY_OTHER: "was told by somebody else",
    HowKnown.READ_IT: "read it",
}


@dataclass(frozen=True)
class Event:
    """One line of the timeline. `kind` and `reference` name the report or result that it is about, if one."""

    at: datetime
    what: str
    who: str
    words: str
    happened: str = ""
    kind: str = ""
    reference: str = ""


def timeline_of(
    case: Case,
    reports: Iterable[IncidentReport],
    results: Iterable[LabResult],
    added: Collection[Happening],
    sectors: Mapping[str, str],
    *,
    may_see: bool,
) -> list[Event]:
    """Everything, the newest first. `may_see`: how members voted is for those who have graded."""
    events = [
        *(_report(one, sectors) for one in reports),
        *(_result(one) for one in results),
        *(Event(one.at, one.what, one.who, one.words) for one in added),
        *_done(case.entries, may_see=may_see),
    ]
    return sorted(events, key=lambda one: one.at, reverse=True)


def _report(report: IncidentReport, sectors: Mapping[str, str]) -> Event:
    where = ", ".join(part for part in (report.place, report.area.name, report.outward_postcode) if part)
    organisation = report.reporter_organisation
    sector = sectors.get(organisation, "")
    who = f"{organisation} ({sector})" if sector else organisation or "a reporter"
    return Event(
        at=report.received_at,
        what=f"Report {report.reference}: {report.harm_level}",
        who=f"{who}, who {KNOWS[report.how_known]}",
        words=f"“{report.sold_as}”, {where}." + (f" {report.details}" if report.details else ""),
        happened=_before(report.happened_on, report.received_at, "Happened", report.rough_time),
        kind="reports",
        reference=report.reference,
    )


def _result(result: LabResult) -> Event:
    evidence = "Intelligence, never evidence. " if result.purpose is Purpose.INTELLIGENCE else "Evidence. "
    sentence = result.comparison.get("sentence", "")
    taken = result.sampled_on
    return Event(
        at=result.received_at,
        what=f"Laboratory result {result.reference}: {result.comparison.get('answer', result.finding.value)}",
        who=f"{result.laboratory}, {result.stage.value}, by {result.technique.value}",
        words=f"{sentence} {evidence}Sample {result.sample_reference}.".strip(),
        happened=_before(taken, result.received_at, "Sampled") if taken else "",
        kind="results",
        reference=result.reference,
    )


def _before(then: date, heard: datetime, what: str, rough_time: str = "") -> str:
    days = (heard.astimezone(LONDON).date() - then).days
    later = "heard the same day" if days == 0 else f"heard {days} {'day' if days == 1 else 'days'} later"
    at = f", {rough_time}" if rough_time else ""
    return f"{what} {day(then)}{at}; {later}" if days >= 0 else f"{what} {day(then)}{at}"


def _done(entries: Sequence[CaseEntry], *, may_see: bool) -> Iterator[Event]:
    for entry in reversed(entries):
        moved = f" (now {entry.after})" if entry.before != entry.after else ""
        words = entry.words if may_see or entry.action != Action.VOTE else ""
        yield Event(entry.at, f"{entry.action.capitalize()}{moved}", entry.actor_name, words)
