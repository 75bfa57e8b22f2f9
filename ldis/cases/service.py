"""What people do to a case. Each action checks the table of rules, moves the state and writes history and audit."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ldis.audit import service as audit
from ldis.cases import queries
from ldis.cases.models import Case, CaseEntry, Decision
from ldis.cases.rules import RULES, TOLD_AS, Action, Outcome, Rule, State, When
from ldis.errors import NotAllowed, Stale
from ldis.followup import progress
from ldis.people.access import Actor
from ldis.submissions import queries as submission_queries
from ldis.submissions.models import IncidentReport


def make(session: Session, *, title: str, actor: Actor, now: datetime) -> Case:
    """Make a case with the next number, held by whoever makes it. What it is about is gathered into it next."""
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
    """Move a case along the table: triage, panel, back, close, reopen."""
    case = locked(session, reference, actor=actor, seen_version=seen_version)
    if action not in MOVES:
        raise NotAllowed("This cannot be done with a button alone.")
    step(session, case, action, actor=actor, now=now, words=reason)
    if action is Action.CALL_PANEL:
        case.round += 1
    if action is Action.REOPEN:
        looks_again(session, case, now=now)
    if action in (Action.RAISE_RISK, Action.LOWER_RISK):
        case.risk_to_life = action is Action.RAISE_RISK
    session.flush()
    return case


MOVES = frozenset(
    {
        Action.START_TRIAGE,
        Action.CALL_PANEL,
        Action.SEND_BACK,
        Action.RAISE_RISK,
        Action.LOWER_RISK,
        Action.CLOSE,
        Action.REOPEN,
    }
)
"""The actions that are no more than a move. The others carry something: evidence, a question to partners, a
grading, a vote, a decision."""


def assign(
    session: Session, reference: str, person_id: int, *, seen_version: int, actor: Actor, now: datetime
) -> Case:
    """Give a case to a coordinator of the partnership, oneself or another."""
    case = locked(session, reference, actor=actor, seen_version=seen_version)
    holder = queries.coordinators(session, partnership_id=actor.partnership_id).get(person_id)
    if holder is None:
        raise NotAllowed("Choose one of the coordinators.", field="holder")
    step(session, case, Action.ASSIGN, actor=actor, now=now, words=holder)
    case.coordinator_id = person_id
    session.flush()
    session.expire(case, ["coordinator"])
    return case


def recall(session: Session, case: Case, *, because: str, by: str, now: datetime) -> None:
    """Bring a case back that ended in no further action, by the service itself. The caller holds the case."""
    rule = RULES.get((case.state, Action.RECALL))
    if rule is None or not is_so(case, rule.when):
        raise NotAllowed("This case does not wait to be brought back.")
    _go(session, case, Action.RECALL, rule, by=(by, BY_ITSELF), now=now, words=because)
    looks_again(session, case, now=now)


BY_ITSELF = "The service"
"""How the service is named in a case's history where nobody pressed a button."""

LEAVES_VERSION = frozenset({Action.GRADE, Action.VOTE, Action.RECUSE, Action.ASK_AGAIN})
"""What is done side by side with the members, without making the pages stale on which they grade and vote."""


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
        who = " or ".join(sorted(rule.by))
        raise NotAllowed(f"Only a {who} can {action}." if who else "Only the service itself does this.")
    if not is_so(case, rule.when):
        raise NotAllowed(f"A case that is “{case.state}” can be used to {action} only when {rule.when}.")
    if rule.second_person and case.decisions[-1].decided_by == actor.label:
        raise NotAllowed("You took this decision. Somebody else must do this.")
    if rule.needs_reason and not reason.strip():
        raise NotAllowed("Enter a reason.", field="reason")
    return rule


def may(case: Case, action: Action, *, actor: Actor) -> bool:
    """Whether the page offers the actor this action: its reason, if it needs one, is still to be given."""
    try:
        allowed(case, action, actor=actor, reason="not given yet")
    except NotAllowed:
        return False
    return True


def is_so(case: Case, when: When | None) -> bool:
    """Whether what a rule asks of a case besides its state is so."""
    latest = case.decisions[-1] if case.decisions else None
    stands = latest if latest is not None and latest.round == case.round else None
    due = stands is not None and stands.at_once
    return {
        None: True,
        When.RISK_TO_LIFE: case.risk_to_life,
        When.NO_RISK_TO_LIFE: not case.risk_to_life,
        When.REVIEW_DUE: due,
        When.NO_REVIEW_DUE: not due,
        When.NOT_MERGED: case.merged_into_id is None,
        When.NO_ACTION_STANDS: stands is not None
        and stands.outcome is Outcome.NO_ACTION
        and case.merged_into_id is None,
    }[when]


def step(session: Session, case: Case, action: Action, *, actor: Actor, now: datetime, words: str = "") -> None:
    """Take one step of the table. The caller holds the case."""
    rule = allowed(case, action, actor=actor, reason=words)
    _go(session, case, action, rule, by=(actor.label, actor.name), now=now, words=words)


def _go(
    session: Session, case: Case, action: Action, rule: Rule, *, by: tuple[str, str], now: datetime, words: str
) -> None:
    """The one place where a case changes its state."""
    before = case.state
    case.state = rule.then
    if action not in LEAVES_VERSION:
        case.version += 1
    _write_history(session, case, action=action.value, before=before, words=words, by=by, now=now)


def note(session: Session, case: Case, *, action: str, words: str, actor: Actor, now: datetime) -> None:
    """Write into a case's history what another stage did about it."""
    by = (actor.label, actor.name)
    _write_history(session, case, action=action, before=case.state, words=words, by=by, now=now)


def note_by_itself(session: Session, case: Case, *, action: str, words: str, by: str, now: datetime) -> None:
    """Write into a case's history what happened to it without anybody pressing a button; `by` names the task."""
    _write_history(session, case, action=action, before=case.state, words=words, by=(by, BY_ITSELF), now=now)


def _write_history(
    session: Session,
    case: Case,
    *,
    action: str,
    before: State,
    words: str,
    by: tuple[str, str],
    now: datetime,
) -> None:
    label, name = by
    entry = CaseEntry(
        case_id=case.id,
        at=now,
        actor=label,
        actor_name=name,
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
        actor=label,
        partnership_id=case.partnership_id,
        detail={"before": before.value, "after": case.state.value, "version": case.version, "entry": entry.id},
    )


def looks_again(session: Session, case: Case, *, now: datetime) -> None:
    """Let the reporters of a case see that it is being looked at again."""
    for report in reports_of(case):
        progress.is_looked_at(session, report, now=now)


def reports_of(case: Case) -> list[IncidentReport]:
    """The reports that a case has gathered."""
    return [evidence.report for evidence in case.evidence if evidence.report is not None]


def decided(session: Session, case: Case, decision: Decision) -> None:
    """Let the reporters of a case hear what was decided; those of merged reports too."""
    for report in reports_of(case):
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
