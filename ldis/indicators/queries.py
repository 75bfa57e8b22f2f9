"""What is known of a partnership's indicators."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from ldis.indicators.figures import Figures, Spot
from ldis.indicators.models import Figure, Hidden, Lock, Target


def figures_of(
    session: Session,
    *,
    partnership_id: int,
    indicators: Collection[str] | None = None,
    areas: Collection[str] | None = None,
    parts: Collection[str] | None = None,
) -> Figures:
    """The figures of a partnership: all of them, or those of some indicators, areas or parts."""
    wanted = select(Figure).where(Figure.partnership_id == partnership_id)
    for column, given in ((Figure.indicator, indicators), (Figure.area, areas), (Figure.part, parts)):
        if given is not None:
            wanted = wanted.where(column.in_(given))
    return {one.spot: one.said for one in session.scalars(wanted)}


def rows_of(session: Session, indicator: str, *, partnership_id: int) -> Sequence[Figure]:
    """The figures of one indicator with what they were before, the newest period first."""
    return session.scalars(
        select(Figure)
        .where(Figure.partnership_id == partnership_id, Figure.indicator == indicator)
        .options(selectinload(Figure.revisions))
        .order_by(Figure.ends_on.desc(), Figure.area, Figure.part)
    ).all()


def hidden_in(session: Session, *, partnership_id: int) -> Mapping[Spot, Hidden]:
    """What is hidden in everything that is published."""
    rows = session.scalars(select(Hidden).where(Hidden.partnership_id == partnership_id))
    return {Spot(one.indicator, one.area, one.part, one.ends_on, one.months): one for one in rows}


def targets_of(session: Session, *, partnership_id: int) -> Mapping[tuple[str, str], Sequence[Target]]:
    """The targets by indicator and part, the nearest first."""
    found: dict[tuple[str, str], list[Target]] = {}
    rows = session.scalars(select(Target).where(Target.partnership_id == partnership_id).order_by(Target.by))
    for one in rows:
        found.setdefault((one.indicator, one.part), []).append(one)
    return found


def lock_on(session: Session, ends_on: date, *, partnership_id: int) -> Lock | None:
    """The lock of a period, if it is locked."""
    return session.scalar(
        select(Lock).where(
            Lock.partnership_id == partnership_id, Lock.ends_on == ends_on, Lock.unlocked_at.is_(None)
        )
    )


def periods_of(session: Session, *, partnership_id: int) -> Sequence[tuple[date, int, int, Lock | None]]:
    """Every period with figures, the newest first: how many there are, how many are provisional, and its lock."""
    rows = session.execute(
        select(
            Figure.ends_on,
            func.count(),
            func.count().filter(Figure.status == "provisional"),
        )
        .where(Figure.partnership_id == partnership_id)
        .group_by(Figure.ends_on)
        .order_by(Figure.ends_on.desc())
    )
    locks = {
        one.ends_on: one
        for one in session.scalars(
            select(Lock).where(Lock.partnership_id == partnership_id, Lock.unlocked_at.is_(None))
        )
    }
    return [(ends_on, count, provisional, locks.get(ends_on)) for ends_on, count, provisional in rows]
