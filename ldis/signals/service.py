"""What people do about a signal. Each needs a reason, and stands in the history of the case and the audit record."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ldis.audit import service as audit
from ldis.cases import gathering
from ldis.cases import queries as case_queries
from ldis.cases import service as cases
from ldis.cases.models import Case
from ldis.errors import NotAllowed, Stale
from ldis.people.access import Actor
from ldis.signals import queries
from ldis.signals.models import Signal
from ldis.signals.register import pieces_of
from ldis.signals.rules import Disposition
from ldis.submissions.models import IncidentReport, LabResult


def dismiss(
    session: Session, signal_id: int, *, reason: str, seen_version: int, actor: Actor, now: datetime
) -> Signal:
    """It means nothing. It comes back where it rests on twice as much."""
    return _settle(session, signal_id, Disposition.DISMISSED, reason, seen_version, actor=actor, now=now)


def watch(
    session: Session, signal_id: int, *, reason: str, seen_version: int, actor: Actor, now: datetime
) -> Signal:
    """Wait and see. It comes back as soon as it rests on more."""
    return _settle(session, signal_id, Disposition.WATCHED, reason, seen_version, actor=actor, now=now)


def open_case(
    session: Session,
    signal_id: int,
    *,
    title: str,
    reason: str,
    seen_version: int,
    actor: Actor,
    now: datetime,
) -> Case:
    """Open a case about everything that the signal rests on and that is in no case yet."""
    signal = _held(session, signal_id, seen_version, actor=actor)
    things = free_things(session, signal)
    if not things:
        raise NotAllowed("Everything that this signal rests on is in a case already. Join that case.")
    case = gathering.open_case(session, title=title, first=things[0], actor=actor, now=now)
    for thing in things[1:]:
        gathering.add_evidence(session, case.reference, thing, actor=actor, now=now)
    _into(session, signal, case, "opened from a signal", reason=reason, actor=actor, now=now)
    return case


def join_case(
    session: Session,
    signal_id: int,
    *,
    case_reference: str,
    reason: str,
    seen_version: int,
    actor: Actor,
    now: datetime,
) -> Case:
    """Let everything that the signal rests on, and that is in no case yet, join a case."""
    signal = _held(session, signal_id, seen_version, actor=actor)
    case = case_queries.the_case(session, case_reference, partnership_id=actor.partnership_id)
    for thing in free_things(session, signal):
        gathering.add_evidence(session, case.reference, thing, actor=actor, now=now)
    _into(session, signal, case, "joined by a signal", reason=reason, actor=actor, now=now)
    return case


def free_things(session: Session, signal: Signal) -> list[IncidentReport | LabResult]:
    """What a signal rests on that is in no case yet, the earliest first."""
    pieces = pieces_of(session, signal)
    found: list[IncidentReport | LabResult] = []
    for kind, model in (("report", IncidentReport), ("result", LabResult)):
        ids = [piece.id for piece in pieces if piece.kind == kind]
        found += session.scalars(select(model).where(model.id.in_(ids)))
    free = [thing for thing in found if case_queries.case_of(session, thing) is None]
    return sorted(free, key=lambda thing: (thing.received_at, thing.reference))


def _settle(
    session: Session,
    signal_id: int,
    disposition: Disposition,
    reason: str,
    seen_version: int,
    *,
    actor: Actor,
    now: datetime,
) -> Signal:
    signal = _held(session, signal_id, seen_version, actor=actor)
    before = signal.disposition
    signal.disposition, signal.reason = disposition, reason
    signal.settled_at, signal.settled_by, signal.grew_at = now, actor.name, None
    signal.rested_on = len(pieces_of(session, signal))
    signal.version += 1
    session.flush()
    audit.record(
        session,
        f"signal {disposition}",
        f"signal/{signal.id}",
        actor=actor.label,
        partnership_id=actor.partnership_id,
        detail={"before": before.value, "rested_on": signal.rested_on, "reason": reason},
    )
    return signal


def _into(
    session: Session, signal: Signal, case: Case, action: str, *, reason: str, actor: Actor, now: datetime
) -> None:
    signal.case_id = case.id
    _settle(session, signal.id, Disposition.IN_A_CASE, reason, signal.version, actor=actor, now=now)
    cases.note(session, case, action=action, words=f"Signal {signal.id}. {reason}", actor=actor, now=now)


def _held(session: Session, signal_id: int, seen_version: int, *, actor: Actor) -> Signal:
    signal = queries.the_signal(session, signal_id, partnership_id=actor.partnership_id, lock=True)
    if signal.version != seen_version:
        raise Stale
    if signal.disposition is Disposition.IN_A_CASE:
        raise NotAllowed("This signal is in a case. What becomes of it is decided there.")
    return signal
