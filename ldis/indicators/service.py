"""What is done to figures: entered and changed with a reason, locked by a second person, hidden where few are."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ldis.audit import service as audit
from ldis.errors import Invalid, NotAllowed
from ldis.indicators import publishing, queries
from ldis.indicators.dictionary import Dictionary
from ldis.indicators.figures import Said, Spot
from ldis.indicators.models import Figure, Hidden, Lock, Revision, Target
from ldis.people.access import Actor, Acts

WRITING = 0x1D1CA  # the first half of the lock under which a partnership's figures are written


class Author(Acts, Protocol):
    """Whoever enters figures: a person, or another system under the number nought."""

    @property
    def id(self) -> int:
        """The number of the person."""

    @property
    def name(self) -> str:
        """How they are named beside a figure."""


@dataclass(frozen=True)
class Written:
    """What came of some figures that were handed in."""

    new: int
    changed: int
    as_before: int


def write(
    session: Session,
    figures: Mapping[Spot, Said],
    *,
    dictionary: Dictionary,
    why: str,
    actor: Author,
    now: datetime,
) -> Written:
    """Enter figures, or change them with a reason. All of them or, with a sentence, none.

    What was known before stays as a revision. What may be published of everything is worked out anew.
    """
    partnership_id = actor.partnership_id
    hold_figures(session, partnership_id=partnership_id)
    refuse_locked(session, {spot.ends_on for spot in figures}, partnership_id=partnership_id)
    known = {one.spot: one for one in session.scalars(_where(figures, partnership_id))}
    new, changed = [], []
    for spot, said in figures.items():
        row = known.get(spot)
        if row is None:
            new.append(_begin(session, spot, said, actor=actor, now=now))
        elif row.said != said:
            changed.append((row, said))
    if changed and not why.strip():
        raise Invalid({"why": [f"Say why: figures change ({len(changed)} of them)."]})
    for row, said in changed:
        _change(session, row, said, why=why, actor=actor, now=now)
    session.flush()
    if new or changed:
        codes = {spot.indicator for spot in figures}
        hide(session, dictionary=dictionary, partnership_id=partnership_id, now=now, indicators=codes)
        _record(session, "figures written", actor=actor, new=len(new), changed=len(changed), why=why)
    return Written(len(new), len(changed), len(figures) - len(new) - len(changed))


def hold_figures(session: Session, *, partnership_id: int) -> None:
    """Let nobody else write figures of a partnership until this transaction is over."""
    session.execute(select(func.pg_advisory_xact_lock(WRITING, partnership_id)))


def hide(
    session: Session,
    *,
    dictionary: Dictionary,
    partnership_id: int,
    now: datetime,
    indicators: Collection[str],
) -> None:
    """Work out what of some indicators is hidden in everything that is published. What is hidden already stays so.

    One at a time: nothing adds up across them, and so no more than one is held.
    """
    before = queries.hidden_in(session, partnership_id=partnership_id)
    for code in sorted(indicators):
        figures = queries.figures_of(session, partnership_id=partnership_id, indicators=[code])
        for spot, why in publishing.mask(dictionary, figures, list(before)).items():
            if spot not in before:
                session.add(Hidden(partnership_id=partnership_id, **vars(spot), why=why.value, since=now))
        session.flush()


def lock(session: Session, ends_on: date, *, actor: Actor, now: datetime) -> Lock:
    """Approve every figure of a period. Whoever entered all of them cannot."""
    if queries.lock_on(session, ends_on, partnership_id=actor.partnership_id) is not None:
        raise NotAllowed("This period is locked already.")
    entered_by = set(
        session.scalars(
            select(Figure.entered_by_id).where(
                Figure.partnership_id == actor.partnership_id, Figure.ends_on == ends_on
            )
        )
    )
    if not entered_by:
        raise NotAllowed("There is no figure of this period.")
    if actor.id in entered_by:
        raise NotAllowed("You entered figures of this period. Somebody else approves them.")
    made = Lock(
        partnership_id=actor.partnership_id,
        ends_on=ends_on,
        locked_at=now,
        locked_by=actor.name,
        locked_by_id=actor.id,
    )
    session.add(made)
    session.flush()
    _record(session, "period locked", actor=actor, ends_on=ends_on.isoformat())
    return made


def unlock(session: Session, ends_on: date, *, why: str, actor: Actor, now: datetime) -> None:
    """Let the figures of a period be changed again, with a reason."""
    locked = queries.lock_on(session, ends_on, partnership_id=actor.partnership_id)
    if locked is None:
        raise NotAllowed("This period is not locked.")
    locked.unlocked_at, locked.unlocked_by, locked.why_unlocked = now, actor.name, why
    session.flush()
    _record(session, "period unlocked", actor=actor, ends_on=ends_on.isoformat(), why=why)


def set_target(
    session: Session,
    indicator: str,
    part: str,
    *,
    value: Decimal,
    by: date,
    source: str,
    actor: Actor,
    now: datetime,
) -> Target:
    """What a figure is to reach by a day; a second for the same day takes its place."""
    known = session.scalar(
        select(Target).where(
            Target.partnership_id == actor.partnership_id,
            Target.indicator == indicator,
            Target.part == part,
            Target.by == by,
        )
    )
    target = known or Target(partnership_id=actor.partnership_id, indicator=indicator, part=part, by=by)
    target.value, target.source, target.set_at, target.set_by = value, source, now, actor.name
    session.add(target)
    session.flush()
    _record(
        session, "target set", actor=actor, indicator=indicator, part=part, by=by.isoformat(), value=str(value)
    )
    return target


def _where(figures: Iterable[Spot], partnership_id: int) -> Any:
    spots = list(figures)
    return (
        select(Figure)
        .where(
            Figure.partnership_id == partnership_id,
            Figure.ends_on.in_({spot.ends_on for spot in spots}),
            Figure.indicator.in_({spot.indicator for spot in spots}),
        )
        .with_for_update()
    )


def refuse_locked(session: Session, days: Iterable[date], *, partnership_id: int) -> None:
    """Refuse to write figures of a period that is locked."""
    locked = session.scalars(
        select(Lock.ends_on)
        .where(Lock.partnership_id == partnership_id, Lock.ends_on.in_(list(days)), Lock.unlocked_at.is_(None))
        .order_by(Lock.ends_on)
    ).all()
    if locked:
        months = ", ".join(f"{day:%B %Y}" for day in locked)
        raise NotAllowed(f"{months} is locked. Unlock it first, with a reason.")


def _begin(session: Session, spot: Spot, said: Said, *, actor: Author, now: datetime) -> Figure:
    row = Figure(partnership_id=actor.partnership_id, **vars(spot), **vars(said), version=1)
    row.entered_at, row.entered_by, row.entered_by_id = now, actor.name, actor.id
    session.add(row)
    return row


def _change(session: Session, row: Figure, said: Said, *, why: str, actor: Author, now: datetime) -> None:
    before, after = _plain(row.said), _plain(said)
    session.add(Revision(figure_id=row.id, at=now, by=actor.name, before=before, after=after, why=why))
    for name, value in vars(said).items():
        setattr(row, name, value)
    row.version += 1
    row.entered_at, row.entered_by, row.entered_by_id = now, actor.name, actor.id


def _plain(said: Said) -> dict[str, Any]:
    return {name: None if value is None else str(value) for name, value in vars(said).items()}


def _record(session: Session, action: str, *, actor: Author, **detail: object) -> None:
    about = f"partnership/{actor.partnership_id}"
    audit.record(session, action, about, actor=actor.label, partnership_id=actor.partnership_id, detail=detail)
