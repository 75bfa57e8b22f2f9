"""What people do to a case. Each action checks the table of rules, moves the state and writes history and audit."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ldis.audit import service as audit
from ldis.cases import queries
from ldis.cases.models import Case, CaseEntry, Decision, Evidence
from ldis.cases.rules import RULES, TOLD_AS, Action, Rule, State
from ldis.errors import NotAllowed, Stale
from ldis.followup import progress
from ldis.people.access import Actor
from ldis.submissions import queries as submission_queries
from ldis.submissions.models import IncidentReport, LabResult
from ldis.submissions.rules import RISK_TO_LIFE
from ldis.substances.catalogue import SubstanceClass

DEADLY = frozenset({SubstanceClass.NITAZENE, SubstanceClass.FENTANYL})


def open_case(
    session: Session, *, title: str, first: IncidentReport | LabResult, actor: Actor, now: datetime
) -> Case:
    """Open a case about a report or a result, and take it into triage."""
    queries.hold_numbers(session, partnership_id=actor.partnership_id)
    number = 1 + (
        session.scalar(select(func.max(Case.number)).where(Case.partnership_id == actor.partnership_id)) or 0
    )
    case = Case(
        partnership_id=actor.partnership_id,
        number=number,
        reference=f"{actor.prefix}-{number:04d}",
        title=title,
        state=State.RECEIVED,
        version=1,
        round=0,
        risk_to_life=False,
        opened_at=now,
        coordinator_id=actor.id,
    )
    session.add(case)
    session.flush()
    note(session, case, action="opened", words=title, actor=actor, now=now)
    _gather(session, case, first, actor=actor, now=now)
    step(session, case, Action.START_TRIAGE, actor=actor, now=now)
    return case


def add_evidence(
    session: Session, reference: str, thing: IncidentReport | LabResult, *, actor: Actor, now: datetime
) -> Case:
    """Let a report or a result join a case."""
    case = locked(session, reference, actor=actor)
    step(session, case, Action.ADD_EVIDENCE, actor=actor, now=now, words=thing.reference)
    _gather(session, case, thing, actor=actor, now=now)
    return case


def move(
    session: Session,
    reference: str,
    action: Action,
    *,
    reason: str,
    seen_version: int,
    actor: Actor,
    now: datetime,
) -> Case:
    """Move a case along the table: triage, corroboration, panel, back, close, reopen."""
    case = locked(session, reference, actor=actor, seen_version=seen_version)
    if action not in MOVES:
        raise NotAllowed("This cannot be done with a button alone.")
    step(session, case, action, actor=actor, now=now, words=reason)
    if action is Action.CALL_PANEL:
        case.round += 1
    if action is Action.REOPEN:
        for report in _reports_of(case):
            progress.is_looked_at(session, report, now=now)
    session.flush()
    return case


MOVES = frozenset(
    {Action.START_TRIAGE, Action.CORROBORATE, Action.CALL_PANEL, Action.SEND_BACK, Action.CLOSE, Action.REOPEN}
)
"""The actions that are no more than a move. The others carry something: evidence, a grading, a vote, a decision."""

LEAVES_VERSION = frozenset({Action.GRADE, Action.VOTE, Action.RECUSE})
"""What members do side by side without making each other's pages stale."""


def locked(session: Session, reference: str, *, actor: Actor, seen_version: int | None = None) -> Case:
    """The case, held until the transaction ends; refused when the page showed an older version of it."""
    case = queries.the_case(session, reference, partnership_id=actor.partnership_id, lock=True)
    if seen_version is not None and seen_version != case.version:
        raise Stale()
    return case


def allowed(case: Case, action: Action, *, actor: Actor, reason: str) -> Rule:
    """The rule under which the actor may do this now; a refusal in words otherwise."""
    rule = RULES.get((case.state, action))
    if rule is None:
        raise NotAllowed(f"A case that is “{case.state}” cannot be used to {action}.")
    if not actor.holds(*rule.by):
        raise NotAllowed(f"Only a {' or '.join(sorted(rule.by))} can {action}.")
    if rule.needs_reason and not reason.strip():
        raise NotAllowed("Enter a reason.", field="reason")
    return rule


def step(session: Session, case: Case, action: Action, *, actor: Actor, now: datetime, words: str = "") -> None:
    """Take one step of the table: the one place where a case changes its state. The caller holds the case."""
    rule = allowed(case, action, actor=actor, reason=words)
    before = case.state
    case.state = rule.then
    if action not in LEAVES_VERSION:
        case.version += 1
    _write_history(session, case, action=action.value, before=before, words=words, actor=actor, now=now)


def note(session: Session, case: Case, *, action: str, words: str, actor: Actor, now: datetime) -> None:
    """Write into a case's history what a later stage did about it."""
    _write_history(session, case, action=action, before=case.state, words=words, actor=actor, now=now)


def _write_history(
    session: Session, case: Case, *, action: str, before: State, words: str, actor: Actor, now: datetime
) -> None:
    entry = CaseEntry(
        case_id=case.id,
        at=now,
        actor=actor.label,
        actor_name=actor.name,
        action=action,
        before=before,
        after=case.state,
        words=words,
    )
    session.add(entry)
    session.flush()
    audit.record(
        session,
        f"case {action}",
        f"case/{case.id}",
        actor=actor.label,
        partnership_id=case.partnership_id,
        detail={"before": before.value, "after": case.state.value, "version": case.version, "entry": entry.id},
    )


def _gather(
    session: Session, case: Case, thing: IncidentReport | LabResult, *, actor: Actor, now: datetime
) -> None:
    queries.hold(session, thing)
    speaker = submission_queries.speaking_for(session, thing) if isinstance(thing, IncidentReport) else None
    if speaker is not None:
        raise Stale(f"{thing.reference} is the same event as {speaker.reference}. Use that report.")
    already = queries.case_of(session, thing)
    if already is not None:
        raise Stale(f"{thing.reference} is already part of case {already.reference}.")
    evidence = Evidence(case_id=case.id, added_at=now, added_by=actor.label)
    if isinstance(thing, IncidentReport):
        evidence.report = thing
        progress.is_looked_at(session, thing, now=now)
        case.risk_to_life = case.risk_to_life or thing.harm_level in RISK_TO_LIFE
    else:
        evidence.lab_result = thing
        case.risk_to_life = case.risk_to_life or thing.substance_class in DEADLY
    session.add(evidence)
    session.flush()


def _reports_of(case: Case) -> list[IncidentReport]:
    return [evidence.report for evidence in case.evidence if evidence.report is not None]


def decided(session: Session, case: Case, decision: Decision) -> None:
    """Let the reporters of a case hear what was decided; those of merged reports too."""
    for report in _reports_of(case):
        progress.is_decided(
            session,
            report,
            TOLD_AS[decision.outcome],
            decision=f"decision/{decision.id}",
            now=decision.decided_at,
        )


def hear(session: Session, report_id: int) -> None:
    """Make pages of the case that a report is part of stale, because its reporter has added to it.

    Doing it twice does no harm: somebody looks once more.
    """
    report = session.get_one(IncidentReport, report_id)
    speaker = submission_queries.speaking_for(session, report) or report
    found = queries.case_of(session, speaker)
    if found is None:
        return
    case = queries.the_case(session, found.reference, partnership_id=found.partnership_id, lock=True)
    case.version += 1
    audit.record(
        session,
        "case heard from a reporter",
        f"case/{case.id}",
        actor="cases.hear",
        partnership_id=case.partnership_id,
        detail={"report": report.reference, "version": case.version},
    )
