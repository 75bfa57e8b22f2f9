"""What a coordinator is shown beside a report or a result: what may be of the same event, and why.

Reports of one event are merged: one speaks for both, and neither loses a word or its reporter. A result is linked to
the report that its sample came from. Pairs that a person has told apart are not offered again.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from ldis import work
from ldis.audit import service as audit
from ldis.errors import Invalid, NotAllowed, Stale
from ldis.people.access import Actor
from ldis.submissions import queries, reports, results
from ldis.submissions.likeness import UNKNOWN, Analysed, Likeness, Told, markings_in, of_reports, of_result
from ldis.submissions.models import IncidentReport, LabResult, ReportMerge, ReportsToldApart, ResultToldApart
from ldis.submissions.rules import Stage
from ldis.substances.rules import Names, match

MOST_OFFERED = 5

BEFORE_SAMPLING = timedelta(days=21)
BEFORE_ARRIVAL = timedelta(days=60)
A_DAY_LATE = timedelta(days=1)
"""A report's day is approximate."""


@dataclass(frozen=True)
class Suggestion:
    """A report that may be of the same event, and why."""

    report: IncidentReport
    likeness: Likeness


def reports_like(session: Session, report: IncidentReport) -> list[Suggestion]:
    """Reports that may be of the same event, the most alike first."""
    here = told_by(report)
    return _best(
        Suggestion(one, of_reports(here, told_by(one))) for one in queries.reports_nearby(session, report)
    )


def reports_for(session: Session, result: LabResult, *, names: Names) -> list[Suggestion]:
    """Reports that the sample of a result may be from, the likeliest first; nothing once it is linked."""
    if result.report_id is not None:
        return []
    sample = analysed(result, names)
    reach = BEFORE_SAMPLING if sample.sure_of_day else BEFORE_ARRIVAL
    candidates = queries.reports_of_days(
        session,
        result,
        classes={sample.sold_as_class, *sample.classes_found},
        first=sample.taken_on - reach,
        last=sample.taken_on + A_DAY_LATE,
    )
    return _best(Suggestion(one, of_result(sample, told_by(one))) for one in candidates)


def _best(suggestions: Iterable[Suggestion]) -> list[Suggestion]:
    shown = [one for one in suggestions if one.likeness.shown]
    return sorted(shown, key=lambda one: (-one.likeness.score, -one.report.id))[:MOST_OFFERED]


def told_by(report: IncidentReport) -> Told:
    """What a report says, as far as it can be compared."""
    return Told(
        area_code=report.area_code,
        happened_on=report.happened_on,
        substance_class=report.substance_class,
        substances=frozenset(found["name"] for found in report.read_as.get("matches", [])),
        sold_as=report.sold_as,
        details=report.details,
        place=report.place,
        outward_postcode=report.outward_postcode,
        markings=report.markings or markings_in(report.sold_as, report.details),
        colour=report.colour,
        form=report.form.value if report.form else "",
        setting=report.setting.value if report.setting else "",
    )


def analysed(result: LabResult, names: Names) -> Analysed:
    """What a result says, as far as it can be compared with a report."""
    sold_as = match(result.sold_as, names)
    read = [component for component in result.components if component.read_as]
    return Analysed(
        taken_on=result.sampled_on or result.sample_received_on or result.reported_on,
        sure_of_day=result.sampled_on is not None,
        area_code=result.area_code or "",
        sold_as=result.sold_as,
        sold_as_names=frozenset(each.name for each in sold_as.substances),
        sold_as_class=sold_as.substance_class.value,
        found=frozenset(component.read_as for component in read if component.read_as),
        classes_found=frozenset(component.substance_class for component in read) - {UNKNOWN},
        form=result.form.value if result.form else "",
    )


def hold(session: Session, *reports: IncidentReport) -> None:
    """Let nobody else merge these reports until the transaction ends."""
    queries.hold_reports(session, reports)


def merge(
    session: Session, merged: IncidentReport, *, into: IncidentReport, actor: Actor, now: datetime
) -> ReportMerge:
    """Let one report speak for another. Doing it twice is doing it once; chains and circles are refused."""
    hold(session, merged, into)
    standing = queries.merge_of(session, merged)
    if standing is not None and standing.kept_id == into.id:
        return standing
    _may_be_merged(session, merged, into)
    row = ReportMerge(
        partnership_id=into.partnership_id, kept_id=into.id, merged_id=merged.id, by=actor.label, at=now
    )
    session.add(row)
    session.flush()
    reports.set_status(session, into, into.status)
    _record(session, merged, "report merged", actor, into=into.reference)
    return row


def _may_be_merged(session: Session, merged: IncidentReport, into: IncidentReport) -> None:
    if merged.id == into.id:
        raise NotAllowed("This is one and the same report.")
    for report in (merged, into):
        speaker = queries.speaking_for(session, report)
        if speaker is not None:
            raise Stale(f"{report.reference} is the same event as {speaker.reference}. Compare with that one.")
    if queries.merged_into(session, [merged]):
        raise NotAllowed(f"{merged.reference} speaks for other reports. Take those merges back first.")


def unmerge(session: Session, merged: IncidentReport, *, actor: Actor, now: datetime) -> IncidentReport:
    """Let a report speak for itself again; the report that spoke for it."""
    hold(session, merged)
    standing = queries.merge_of(session, merged)
    speaker = queries.speaking_for(session, merged)
    if standing is None or speaker is None:
        raise Stale(f"{merged.reference} speaks for itself already.")
    standing.undone_at, standing.undone_by = now, actor.label
    session.flush()
    _record(session, merged, "merge taken back", actor, was=speaker.reference)
    return speaker


def tell_apart(
    session: Session, one: IncidentReport, other: IncidentReport, *, actor: Actor, now: datetime
) -> None:
    """Remember that two reports are not of one event. Saying so twice is saying it once."""
    if one.id == other.id:
        raise NotAllowed("This is one and the same report.")
    first, second = sorted((one.id, other.id))
    session.execute(
        insert(ReportsToldApart)
        .values(partnership_id=one.partnership_id, first_id=first, second_id=second, by=actor.label, at=now)
        .on_conflict_do_nothing()
    )
    _record(session, one, "reports told apart", actor, other=other.reference)


def link(
    session: Session, result: LabResult, reference: str, *, names: Names, actor: Actor, now: datetime
) -> IncidentReport:
    """Say which report a sample came from. What was expected is then what the report says it was sold as."""
    report = queries.report_named(session, reference, partnership_id=actor.partnership_id)
    if report is None:
        raise Invalid({"report": ["We know no report with this reference. Check it."]})
    queries.hold_result(session, result)
    if result.report_id not in (None, report.id):
        raise Stale("This result is linked to a report already. Take that link back first.")
    result.report_id, result.report = report.id, report
    _compare_anew(result, result.sold_as or report.sold_as, names)
    session.flush()
    _record(session, result, "result linked", actor, report=report.reference)
    work.defer(session, "issuing.doubt", result_id=result.id)
    return report


def take_link_back(session: Session, result: LabResult, *, names: Names, actor: Actor, now: datetime) -> None:
    """Say that a sample did not come from the report it is linked to."""
    queries.hold_result(session, result)
    report = result.report
    if report is None:
        raise Stale("This result is linked to no report.")
    result.report_id, result.report = None, None
    _compare_anew(result, result.sold_as, names)
    session.flush()
    tell_result_apart(session, result, report, actor=actor, now=now)


def tell_result_apart(
    session: Session, result: LabResult, report: IncidentReport, *, actor: Actor, now: datetime
) -> None:
    """Remember that a sample is not from there."""
    session.execute(
        insert(ResultToldApart)
        .values(
            partnership_id=result.partnership_id,
            lab_result_id=result.id,
            report_id=report.id,
            by=actor.label,
            at=now,
        )
        .on_conflict_do_nothing()
    )
    _record(session, result, "result told apart", actor, report=report.reference)


def confirm_it_follows(session: Session, result: LabResult, earlier: str, *, actor: Actor) -> LabResult:
    """Say that a result whose sender nobody knew does supersede the one in force, which is kept. Twice is once."""
    queries.hold_results(session, partnership_id=result.partnership_id)
    session.refresh(result)
    superseded = queries.said_to_be_followed_by(session, result)
    if superseded is None:
        return result
    if superseded.reference != earlier:
        raise Stale(
            f"Meanwhile {superseded.reference} is the result in force for this sample. Compare with that one."
        )
    if superseded.vouched_for and superseded.stage is Stage.CONFIRMED and result.stage is Stage.PRELIMINARY:
        raise NotAllowed(f"A preliminary result cannot supersede a confirmed one, {superseded.reference}.")
    result.supersedes_id, result.vouched_for = superseded.id, True
    session.flush()
    _record(session, result, "result confirmed to supersede", actor, supersedes=superseded.reference)
    work.defer(session, "issuing.doubt", result_id=result.id)
    return result


def _compare_anew(result: LabResult, sold_as: str, names: Names) -> None:
    found = [results.read_component(one.substance, one.part, names) for one in result.components]
    result.comparison = results.compared(sold_as, found, finding=result.finding, names=names)


def _record(session: Session, thing: IncidentReport | LabResult, action: str, actor: Actor, **detail: str) -> None:
    kind = "report" if isinstance(thing, IncidentReport) else "result"
    audit.record(
        session,
        action,
        f"{kind}/{thing.id}",
        actor=actor.label,
        partnership_id=thing.partnership_id,
        detail=detail,
    )
