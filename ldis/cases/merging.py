"""Two reports of one event: which of them speaks for both, and what that means for the case it is part of."""

from datetime import datetime

from sqlalchemy.orm import Session

from ldis.cases import queries, service
from ldis.cases.models import Case
from ldis.cases.rules import TAKES_EVIDENCE, Action
from ldis.errors import NotAllowed, Stale
from ldis.followup import progress
from ldis.people.access import Actor
from ldis.submissions import comparing
from ldis.submissions import queries as submissions
from ldis.submissions.models import IncidentReport
from ldis.submissions.reports import set_status
from ldis.submissions.rules import RISK_TO_LIFE, Status


def same_event(
    session: Session, reference: str, other_reference: str, *, actor: Actor, now: datetime
) -> tuple[IncidentReport, IncidentReport]:
    """Let one of two reports speak for both: the one that does so already, else the one in a case, else the first.

    Answers with the report that is kept and the one that was merged into it.
    """
    one, other = (
        submissions.the_report(session, words, partnership_id=actor.partnership_id)
        for words in (reference, other_reference)
    )
    _hold(session, one, other, actor=actor)
    for kept, merged in ((one, other), (other, one)):
        if submissions.speaking_for(session, merged) is kept:
            return kept, merged
    kept, merged = _which_is_kept(session, one, other)
    case = _the_one_case(session, kept, merged)
    comparing.merge(session, merged, into=kept, actor=actor, now=now)
    progress.catches_up(session, merged, kept, now=now)
    if case is not None:
        _tell_the_case(session, case, kept, merged, actor=actor, now=now)
    return kept, merged


def not_one_event_after_all(session: Session, reference: str, *, actor: Actor, now: datetime) -> IncidentReport:
    """Take a merge back: the report is by itself again, and waits in the inbox unless it is in a case of its own."""
    merged = submissions.the_report(session, reference, partnership_id=actor.partnership_id)
    kept = comparing.unmerge(session, merged, actor=actor, now=now)
    own = queries.case_of(session, merged)
    if own is None:
        set_status(session, merged, Status.RECEIVED)
    case = queries.case_of(session, kept)
    if case is not None:
        service.note(
            session,
            case,
            action="merge taken back",
            words=f"{merged.reference} is not of the same event as {kept.reference}",
            actor=actor,
            now=now,
        )
    return kept


def different_events(
    session: Session, reference: str, other_reference: str, *, actor: Actor, now: datetime
) -> None:
    """Remember that two reports are not of one event."""
    one, other = (
        submissions.the_report(session, words, partnership_id=actor.partnership_id)
        for words in (reference, other_reference)
    )
    comparing.tell_apart(session, one, other, actor=actor, now=now)


def _hold(session: Session, one: IncidentReport, other: IncidentReport, *, actor: Actor) -> None:
    """Hold both reports and the cases they are part of: the cases first, as those do who add evidence to one."""
    cases = [queries.case_of(session, report) for report in (one, other)]
    for case in sorted({case for case in cases if case is not None}, key=lambda case: case.id):
        service.locked(session, case.reference, actor=actor)
    comparing.hold(session, one, other)
    if cases != [queries.case_of(session, report) for report in (one, other)]:
        raise Stale(f"Somebody has just put {one.reference} or {other.reference} into a case. Look at them again.")


def _which_is_kept(
    session: Session, one: IncidentReport, other: IncidentReport
) -> tuple[IncidentReport, IncidentReport]:
    def standing(report: IncidentReport) -> tuple[bool, bool, float]:
        speaks = bool(submissions.merged_into(session, [report]))
        in_case = queries.case_of(session, report) is not None
        return not speaks, not in_case, report.received_at.timestamp()

    kept, merged = sorted((one, other), key=standing)
    return kept, merged


def _the_one_case(session: Session, kept: IncidentReport, merged: IncidentReport) -> Case | None:
    """The case of what is kept. Reports in two cases stay apart: their panels may have decided differently."""
    case, others = queries.case_of(session, kept), queries.case_of(session, merged)
    if others is None or others is case:
        return case
    if case is None:
        raise NotAllowed(
            f"{merged.reference} is part of case {others.reference}. Let {kept.reference}, which speaks for other "
            "reports, join that case first."
        )
    raise NotAllowed(
        f"{kept.reference} is part of case {case.reference}, and {merged.reference} of case {others.reference}. "
        "Reports in two cases cannot be put together."
    )


def _tell_the_case(
    session: Session, case: Case, kept: IncidentReport, merged: IncidentReport, *, actor: Actor, now: datetime
) -> None:
    """What was merged is evidence too: in the case's history, in its risk, and on pages that were open meanwhile."""
    words = f"{merged.reference}, the same event as {kept.reference}"
    if case.state in TAKES_EVIDENCE:
        service.step(session, case, Action.ADD_EVIDENCE, actor=actor, now=now, words=words)
        case.risk_to_life = case.risk_to_life or merged.harm_level in RISK_TO_LIFE
    else:
        service.note(session, case, action="same event", words=words, actor=actor, now=now)
    session.flush()
