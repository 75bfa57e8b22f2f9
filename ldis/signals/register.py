"""Write down what was found: one signal for each episode, which updates itself while it runs."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from ldis.audit import service as audit
from ldis.cases.models import Case, Evidence
from ldis.signals.models import Signal, SignalEvidence
from ldis.signals.rules import Disposition, Found, Piece, comes_back, same_episode

BY = "signals.watch"
REGISTERING = 0x51640  # the first half of the lock of each partnership's register
RECENT = 20


def register(
    session: Session, found: Iterable[Found], *, partnership_id: int, gap: int, now: datetime
) -> list[Signal]:
    """Enter what was found. The signals that are new; the others have grown, or are as they were.

    One look at a time in each partnership: two that find the same thing make one signal.
    """
    session.execute(select(func.pg_advisory_xact_lock(REGISTERING, partnership_id)))
    new = []
    for one in found:
        running = _running(session, one, partnership_id=partnership_id, gap=gap)
        if running is None:
            new.append(_begin(session, one, partnership_id=partnership_id, now=now))
        else:
            _go_on(session, running, one, now=now)
    return new


def pieces_of(session: Session, signal: Signal) -> frozenset[Piece]:
    """What a signal rests on."""
    rows = session.execute(
        select(SignalEvidence.report_id, SignalEvidence.lab_result_id).where(SignalEvidence.signal_id == signal.id)
    )
    return frozenset(
        Piece("report", report) if report else Piece("result", result or 0) for report, result in rows
    )


def _running(session: Session, found: Found, *, partnership_id: int, gap: int) -> Signal | None:
    question = select(Signal).where(Signal.partnership_id == partnership_id, Signal.key == found.key)
    for signal in session.scalars(question.order_by(Signal.last_day.desc(), Signal.id.desc()).limit(RECENT)):
        if same_episode(found, signal.first_day, signal.last_day, gap=gap):
            return signal
    return None


def _begin(session: Session, found: Found, *, partnership_id: int, now: datetime) -> Signal:
    signal = Signal(
        partnership_id=partnership_id,
        key=found.key,
        family=found.family,
        about=found.about[:120],
        areas=list(found.areas),
        kinds=list(found.kinds),
        detectors=sorted(found.detectors),
        numbers=dict(found.numbers),
        urgent=found.urgent,
        first_day=found.first_day,
        last_day=found.last_day,
        found_at=now,
        changed_at=now,
        disposition=Disposition.NEW,
        reason="",
        rested_on=0,
        version=1,
    )
    session.add(signal)
    session.flush()
    _rest_on(session, signal, found.evidence)
    _record(session, "signal found", signal, rests_on=len(found.evidence))
    _settle_what_a_case_has(session, signal, found.evidence, now=now)
    return signal


def _go_on(session: Session, signal: Signal, found: Found, *, now: datetime) -> None:
    """A running signal has been found again: it takes in what is new, and asks for a second look where it has grown."""
    fresh = found.evidence - pieces_of(session, signal)
    detectors = sorted({*signal.detectors, *found.detectors})
    later = found.last_day >= signal.last_day
    if not fresh and detectors == signal.detectors and found.numbers == signal.numbers:
        return
    _rest_on(session, signal, fresh)
    signal.detectors = detectors
    signal.kinds = sorted({*signal.kinds, *found.kinds})
    signal.urgent = signal.urgent or found.urgent
    signal.first_day, signal.last_day = (
        min(signal.first_day, found.first_day),
        max(signal.last_day, found.last_day),
    )
    if later or fresh:
        signal.numbers = dict(found.numbers)
    if fresh:
        signal.changed_at, signal.version = now, signal.version + 1
        _ask_again(session, signal, now=now)
    session.flush()


def _ask_again(session: Session, signal: Signal, *, now: datetime) -> None:
    rests_on = len(pieces_of(session, signal))
    if comes_back(signal.disposition, rested_on=signal.rested_on, rests_on=rests_on):
        _record(session, "signal grew", signal, rests_on=rests_on, before=signal.disposition.value)
        signal.disposition, signal.grew_at = Disposition.NEW, now


def _settle_what_a_case_has(
    session: Session, signal: Signal, evidence: frozenset[Piece], *, now: datetime
) -> None:
    """What lies in one open case altogether needs nobody to say so."""
    cases = {_case_of(session, piece) for piece in evidence}
    if len(cases) == 1 and (case := session.get(Case, cases.pop() or 0)) is not None:
        signal.case_id, signal.disposition = case.id, Disposition.IN_A_CASE
        signal.settled_at, signal.reason = now, "It was in this case already."
        signal.rested_on = len(evidence)
        session.flush()


def _case_of(session: Session, piece: Piece) -> int | None:
    column = Evidence.report_id if piece.kind == "report" else Evidence.lab_result_id
    return session.scalar(select(Evidence.case_id).where(column == piece.id))


def _rest_on(session: Session, signal: Signal, evidence: Iterable[Piece]) -> None:
    rows = [
        {
            "signal_id": signal.id,
            "report_id": piece.id if piece.kind == "report" else None,
            "lab_result_id": piece.id if piece.kind == "result" else None,
        }
        for piece in sorted(evidence)
    ]
    if rows:
        session.execute(insert(SignalEvidence).values(rows).on_conflict_do_nothing())
        session.expire(signal, ["evidence"])


def _record(session: Session, action: str, signal: Signal, **detail: object) -> None:
    audit.record(
        session,
        action,
        f"signal/{signal.id}",
        actor=BY,
        partnership_id=signal.partnership_id,
        detail={"key": signal.key, "detectors": signal.detectors, **detail},
    )
