"""What the register is asked."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.orm import Session, joinedload, selectinload

from ldis.cases.models import Case
from ldis.errors import NotFound
from ldis.people.models import Area, Partnership
from ldis.signals.models import Signal, SignalEvidence
from ldis.signals.rules import Disposition

MOST_SHOWN = 100
NEIGHBOURS_WITHIN = 1.5
"""Tiles that touch, also at a corner, lie at most so far apart."""


def signals_of(
    session: Session, dispositions: Collection[Disposition], *, partnership_id: int, most: int = MOST_SHOWN
) -> Sequence[Signal]:
    """Signals of which this became, the urgent and then the newest first."""
    return session.scalars(
        select(Signal)
        .where(Signal.partnership_id == partnership_id, Signal.disposition.in_(dispositions))
        .options(selectinload(Signal.evidence), joinedload(Signal.case))
        .order_by(Signal.urgent.desc(), Signal.changed_at.desc(), Signal.id.desc())
        .limit(most)
    ).all()


def how_many_wait(session: Session, *, partnership_id: int) -> int:
    """How many signals nobody has said anything about."""
    question = select(func.count()).where(
        Signal.partnership_id == partnership_id, Signal.disposition == Disposition.NEW
    )
    return session.scalar(question) or 0


def the_signal(session: Session, signal_id: int, *, partnership_id: int, lock: bool = False) -> Signal:
    """A signal of a partnership; NotFound elsewhere."""
    question = select(Signal).where(Signal.id == signal_id, Signal.partnership_id == partnership_id)
    signal = session.scalar(question.with_for_update(of=Signal) if lock else question)
    if signal is None:
        raise NotFound("We cannot find this signal.")
    return signal


def signals_in(session: Session, case: Case) -> Sequence[Signal]:
    """The signals that a case was opened from, or that belong to it."""
    return session.scalars(
        select(Signal)
        .where(Signal.case_id == case.id)
        .options(selectinload(Signal.evidence))
        .order_by(Signal.found_at, Signal.id)
    ).all()


def things_of(session: Session, signal: Signal) -> Sequence[SignalEvidence]:
    """What a signal rests on, with the reports and results themselves, the newest first."""
    return session.scalars(
        select(SignalEvidence)
        .where(SignalEvidence.signal_id == signal.id)
        .options(joinedload(SignalEvidence.report), joinedload(SignalEvidence.lab_result))
        .order_by(SignalEvidence.id.desc())
    ).all()


def names_of(session: Session, codes: Collection[str]) -> Mapping[str, str]:
    """Areas by name."""
    rows = session.execute(select(Area.code, Area.name).where(Area.code.in_(list(codes))))
    return {row.code: row.name for row in rows}


def around(session: Session, place: Partnership, *, since: date) -> Sequence[tuple[Signal, list[str]]]:
    """Signals of other partnerships in areas that touch ours, each with the names of these areas.

    Only what kind of thing was noticed where and when is for us: not its reports, and not what became of it there.
    """
    tiles = [(area.tile_column, area.tile_row) for area in place.areas if area.tile_column is not None]
    touching = {
        area.code: area.name
        for area in session.scalars(select(Area).where(Area.tile_column.is_not(None)))
        if any(_touch((area.tile_column, area.tile_row), tile) for tile in tiles)
    }
    if not touching:
        return []
    rows = session.scalars(
        select(Signal)
        .where(
            Signal.partnership_id != place.id,
            Signal.last_day >= since,
            Signal.disposition != Disposition.DISMISSED,
            Signal.areas.has_any(array(list(touching))),
        )
        .order_by(Signal.last_day.desc(), Signal.id.desc())
        .limit(20)
    )
    return [(one, [touching[code] for code in one.areas if code in touching]) for one in rows]


def since_months(now: datetime, months: int) -> datetime:
    """About so many months ago."""
    return now - timedelta(days=30.44 * months)


def _touch(one: tuple[int | None, int | None], other: tuple[int | None, int | None]) -> bool:
    if None in one or None in other:
        return False
    across, down = (float(a or 0) - float(b or 0) for a, b in zip(one, other, strict=True))
    return bool(0 < across**2 + down**2 <= NEIGHBOURS_WITHIN**2)
