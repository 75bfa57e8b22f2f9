"""What a case is about: open one, let reports and results join it, split one out, put two cases together."""

from datetime import datetime

from sqlalchemy.orm import Session

from ldis import work
from ldis.cases import queries
from ldis.cases.models import Case, Evidence, Recusal
from ldis.cases.rules import Action, State
from ldis.cases.service import decided, locked, make, step
from ldis.errors import NotAllowed, NotFound, Stale
from ldis.followup import progress
from ldis.people.access import Actor
from ldis.submissions import queries as submissions
from ldis.submissions.models import IncidentReport, LabResult
from ldis.submissions.rules import RISK_TO_LIFE
from ldis.substances.catalogue import SubstanceClass

DEADLY = frozenset({SubstanceClass.NITAZENE, SubstanceClass.FENTANYL})


def open_case(
    session: Session, *, title: str, first: IncidentReport | LabResult, actor: Actor, now: datetime
) -> Case:
    """Open a case about a report or a result, and take it into triage."""
    case = make(session, title=title, actor=actor, now=now)
    _gather(session, case, first, actor=actor, now=now)
    step(session, case, Action.START_TRIAGE, actor=actor, now=now)
    return case


def add_evidence(
    session: Session, reference: str, thing: IncidentReport | LabResult, *, actor: Actor, now: datetime
) -> Case:
    """Let a report or a result join a case. What joins after the decision has come to what was decided, too."""
    case = locked(session, reference, actor=actor)
    step(session, case, Action.ADD_EVIDENCE, actor=actor, now=now, words=thing.reference)
    _gather(session, case, thing, actor=actor, now=now)
    if case.state is State.DECIDED:
        session.expire(case, ["evidence"])
        decided(session, case, case.decisions[-1])
    return case


def split_out(
    session: Session,
    reference: str,
    evidence_reference: str,
    *,
    title: str,
    reason: str,
    seen_version: int,
    actor: Actor,
    now: datetime,
) -> Case:
    """Take a report or a result out of a case that it does not belong to, into a case of its own; the new case.

    The numbers of cases are held before the case, as when a case is opened, so that nobody waits in a ring.
    """
    queries.hold_numbers(session, partnership_id=actor.partnership_id)
    case = locked(session, reference, actor=actor, seen_version=seen_version)
    evidence = next((one for one in case.evidence if _thing(one).reference == evidence_reference), None)
    if evidence is None:
        raise NotFound(f"{evidence_reference} is not part of this case.")
    if len(case.evidence) == 1:
        raise NotAllowed("It is all that this case is about. Give the case another title, or close it.")
    step(session, case, Action.SPLIT_OUT, actor=actor, now=now, words=_said(evidence_reference, reason))
    other = make(session, title=title, actor=actor, now=now)
    evidence.case_id, evidence.added_at, evidence.added_by = other.id, now, actor.label
    session.flush()
    session.expire(case, ["evidence"])
    _keep_aside(session, case, other)
    other.risk_to_life = is_deadly(_thing(evidence))
    step(session, other, Action.START_TRIAGE, actor=actor, now=now, words=f"Split out of {case.reference}")
    session.flush()
    return other


def merge_cases(
    session: Session,
    reference: str,
    into: str,
    *,
    reason: str,
    seen_version: int,
    actor: Actor,
    now: datetime,
) -> Case:
    """Put two cases about one thing together: one takes everything in, the other is closed and points to it.

    What was graded and voted on the case that is closed stays there; the panel judges the whole anew.
    """
    if reference == into:
        raise NotAllowed("A case cannot be merged into itself.", field="into")
    case, kept = (_held(session, words, (reference, into), actor=actor) for words in (reference, into))
    if seen_version != case.version:
        raise Stale
    step(session, case, Action.MERGE, actor=actor, now=now, words=_said(kept.reference, reason))
    step(session, kept, Action.TAKE_IN, actor=actor, now=now, words=case.reference)
    _keep_aside(session, case, kept)
    for evidence in list(case.evidence):
        evidence.case_id = kept.id
        _hold_beside_alerts(session, _thing(evidence))
    case.merged_into_id = kept.id
    kept.risk_to_life = kept.risk_to_life or case.risk_to_life
    session.flush()
    session.expire(case, ["evidence", "merged_into"])
    session.expire(kept, ["evidence"])
    return kept


def _said(reference: str, reason: str) -> str:
    return f"{reference}. {reason}" if reason.strip() else ""


def _keep_aside(session: Session, case: Case, other: Case) -> None:
    """Whoever stands aside from one case stands aside from what is made of it."""
    already = {recusal.person_id for recusal in other.recusals}
    for one in case.recusals:
        if one.person_id not in already:
            session.add(Recusal(case_id=other.id, person_id=one.person_id, reason=one.reason, at=one.at))
    session.flush()
    session.expire(other, ["recusals"])


def _held(session: Session, reference: str, both: tuple[str, str], *, actor: Actor) -> Case:
    """One of two cases, both held in the order of their references so that two people never wait for each other."""
    for one in sorted(both):
        locked(session, one, actor=actor)
    return queries.the_case(session, reference, partnership_id=actor.partnership_id)


def is_deadly(thing: IncidentReport | LabResult) -> bool:
    """Whether a report or a result by itself puts life at risk."""
    if isinstance(thing, IncidentReport):
        return thing.harm_level in RISK_TO_LIFE
    return thing.substance_class in DEADLY


def _thing(evidence: Evidence) -> IncidentReport | LabResult:
    found = evidence.report or evidence.lab_result
    assert found is not None
    return found


def _gather(
    session: Session, case: Case, thing: IncidentReport | LabResult, *, actor: Actor, now: datetime
) -> None:
    queries.hold(session, thing)
    speaker = submissions.speaking_for(session, thing) if isinstance(thing, IncidentReport) else None
    if speaker is not None:
        raise Stale(f"{thing.reference} is the same event as {speaker.reference}. Use that report.")
    already = queries.case_of(session, thing)
    if already is not None:
        raise Stale(f"{thing.reference} is already part of case {already.reference}.")
    evidence = Evidence(case_id=case.id, added_at=now, added_by=actor.label)
    if isinstance(thing, IncidentReport):
        evidence.report = thing
        progress.is_looked_at(session, thing, now=now)
    else:
        evidence.lab_result = thing
    case.risk_to_life = case.risk_to_life or is_deadly(thing)
    session.add(evidence)
    session.flush()
    _hold_beside_alerts(session, thing)


def _hold_beside_alerts(session: Session, thing: IncidentReport | LabResult) -> None:
    """Let a later stage see whether what has joined a case contradicts an alert from it."""
    results = [thing.id] if isinstance(thing, LabResult) else submissions.results_of(session, thing)
    for number in results:
        work.defer(session, "issuing.doubt", result_id=number)
