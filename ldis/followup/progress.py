"""How far reports have got, as the review says it, and telling their reporters what came of them."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from ldis import work
from ldis.audit import service as audit
from ldis.deliveries import service as deliveries
from ldis.deliveries.rules import Urgency
from ldis.deliveries.service import Letter
from ldis.followup import queries
from ldis.followup.letters import outcome_words
from ldis.followup.models import ReportStep
from ldis.followup.rules import Address, CameTo
from ldis.followup.service import reachable
from ldis.people import queries as people
from ldis.submissions import queries as submissions
from ldis.submissions import reports
from ldis.submissions.models import IncidentReport
from ldis.submissions.rules import Status

BY = "followup.tell"


def is_looked_at(session: Session, report: IncidentReport, *, now: datetime) -> None:
    """Note that the review has a report, and those that were merged into it, before it (again)."""
    reports.set_status(session, report, Status.LOOKED_AT)
    for one in _with_merged(session, report):
        session.add(ReportStep(report_id=one.id, at=now, status=Status.LOOKED_AT, to_be_told=False))
    session.flush()


def is_decided(session: Session, report: IncidentReport, came_to: CameTo, *, decision: str, now: datetime) -> None:
    """Note what came of a report, and of those that were merged into it, and have their reporters told.

    `decision` names the decision: each is noted once for a report, so that each is told once.
    """
    reports.set_status(session, report, Status.DECIDED)
    for one in _with_merged(session, report):
        _note(session, one, came_to, decision=decision, now=now)
    work.defer(session, "followup.tell")


def catches_up(session: Session, merged: IncidentReport, kept: IncidentReport, *, now: datetime) -> None:
    """Bring a report that has just been merged to where the one is that speaks for it, outcome and all."""
    step = queries.newest_step(session, kept)
    if step is None or merged.status is not step.status:
        return
    if step.came_to is None or step.decision is None:
        session.add(ReportStep(report_id=merged.id, at=now, status=step.status, to_be_told=False))
        session.flush()
        return
    _note(session, merged, step.came_to, decision=step.decision, now=now)
    work.defer(session, "followup.tell")


def _with_merged(session: Session, report: IncidentReport) -> Iterator[IncidentReport]:
    yield report
    yield from submissions.merged_into(session, [report]).get(report.id, [])


def _note(session: Session, report: IncidentReport, came_to: CameTo, *, decision: str, now: datetime) -> None:
    session.execute(
        insert(ReportStep)
        .values(
            report_id=report.id,
            at=now,
            status=Status.DECIDED,
            came_to=came_to,
            decision=decision,
            to_be_told=bool(reachable(report)),
        )
        .on_conflict_do_nothing(index_elements=["report_id", "decision"])
    )


def tell(session: Session, step_id: int, *, public_url: str, now: datetime) -> None:
    """Tell one reporter what came of their report: once, and not if the review has taken it up again since."""
    step = queries.held_step(session, step_id)
    if step is None:
        return
    newest = queries.newest_step(session, step.report)
    way = next(iter(reachable(step.report)), None)
    if newest is not step or way is None:
        step.to_be_told = False
        return
    deliveries.post(session, _letter(session, step, way, link=f"{public_url}/report/track"), now=now)
    step.told_at, step.told_by = now, way.medium
    audit.record(
        session,
        "reporter told",
        f"report/{step.report_id}",
        actor=BY,
        partnership_id=step.report.partnership_id,
        detail={"reference": step.report.reference, "step": step.id, "medium": way.medium.value},
    )


def _letter(session: Session, step: ReportStep, way: Address, *, link: str) -> Letter:
    assert step.came_to is not None
    report = step.report
    return Letter(
        medium=way.medium,
        address=way.address,
        words=outcome_words(
            step.came_to,
            again=queries.was_told_before(session, step),
            reference=report.reference,
            partnership=people.partnership_numbered(session, report.partnership_id).name,
            link=link,
            medium=way.medium,
        ),
        about=f"report-outcome/{step.id}",
        recipient=f"reporter/{report.id}",
        urgency=Urgency.ROUTINE,
        partnership_id=report.partnership_id,
    )
