"""Tell people of clocks: those who must see to it before one breaks, and others when it does. Each once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from ldis.audit import service as audit
from ldis.cases import service as cases
from ldis.clocks import queries
from ldis.clocks.letters import Line, said
from ldis.clocks.models import ClockTelling
from ldis.clocks.queries import Ringing
from ldis.clocks.rules import Duty, Event, Runs, ToldAs, who_is_told_it_broke, who_is_warned
from ldis.people import queries as people
from ldis.people.models import User
from ldis.people.telling import tell

BY = "clocks.watch"

Lines = dict[tuple[int, Event], list[tuple[int, Line]]]
"""What each person is told of, by what happened, with the numbers of the tellings."""


def tell_of(session: Session, *, partnership_id: int, public_url: str, now: datetime) -> int:
    """Tell of every clock of a partnership that has something to say; how many clocks spoke.

    Whoever is told of several gets one message. What is told is written down in the same transaction, each clock,
    person and event once, so that whoever is interrupted begins again and nobody hears twice.
    """
    ringing = queries.ringing(session, partnership_id=partnership_id, now=now)
    if not ringing:
        return 0
    duty = queries.duty_at(session, partnership_id=partnership_id, now=now)
    recused = queries.recused_from(session, [one.case for one in ringing if one.case is not None])
    audiences = [(one, *_audience(one, recused, duty, now=now)) for one in ringing]
    known = queries.people_numbered(session, {number for *_, who in audiences for number in who})
    lines: Lines = defaultdict(list)
    for one, event, who in audiences:
        _write_down(session, one, event, who, lines, public_url=public_url, now=now)
        _note(session, one, event, {known[number].name: told_as for number, told_as in who.items()}, now=now)
    _post(session, lines, known, partnership_id=partnership_id, public_url=public_url, now=now)
    return len(ringing)


def _audience(
    one: Ringing, recused: Mapping[int, Set[int]], duty: Duty, *, now: datetime
) -> tuple[Event, dict[int, ToldAs]]:
    """What there is to say of a clock, and to whom."""
    aside = recused.get(one.case.id, set()) if one.case else set()
    holder = one.case.coordinator_id if one.case else None
    if one.clock.due_at > now:
        return Event.WARNED, who_is_warned(holder, recused=aside, duty=duty)
    warned = one.clock.warned_at is not None
    return Event.BROKE, who_is_told_it_broke(holder, was_warned=warned, recused=aside, duty=duty)


def _write_down(
    session: Session,
    one: Ringing,
    event: Event,
    who: Mapping[int, ToldAs],
    lines: Lines,
    *,
    public_url: str,
    now: datetime,
) -> None:
    """Note that a clock spoke and whom it tells; whoever was told of it before is left out."""
    if event is Event.WARNED:
        one.clock.warned_at = now
    else:
        one.clock.broken_at = now
    for number, told_as in who.items():
        telling = session.scalar(
            insert(ClockTelling)
            .values(clock_id=one.clock.id, person_id=number, event=event, told_as=told_as, at=now)
            .on_conflict_do_nothing()
            .returning(ClockTelling.id)
        )
        if telling is not None:
            lines[number, event].append((telling, _line(one, told_as, public_url=public_url)))


def _line(one: Ringing, told_as: ToldAs, *, public_url: str) -> Line:
    path = f"reports/{one.reference}" if one.report else f"cases/{one.reference}"
    return Line(
        reference=f"Report {one.reference}" if one.report else f"Case {one.reference}",
        address=f"{public_url}/{path}",
        kind=one.clock.kind,
        due_at=one.clock.due_at,
        risk_to_life=one.clock.runs is Runs.ALWAYS,
        told_as=told_as,
    )


def _note(session: Session, one: Ringing, event: Event, told: Mapping[str, ToldAs], *, now: datetime) -> None:
    """Say in the history of the case, or in the record of the report, whom the clock told."""
    if one.clock.case is not None:
        names = (
            ", ".join(f"{name} ({told_as})" for name, told_as in told.items()) or "nobody: there is nobody to tell"
        )
        verb = "is due soon" if event is Event.WARNED else "is late"
        action = f"clock {event.value}"
        words = f"“{one.clock.kind.value.capitalize()}” {verb}. Told: {names}."
        cases.note_by_itself(session, one.clock.case, action=action, words=words, by=BY, now=now)
        return
    audit.record(
        session,
        f"clock {event.value}",
        one.clock.about,
        actor=BY,
        partnership_id=one.clock.partnership_id,
        detail={"kind": one.clock.kind.value, "reference": one.reference, "people": len(told)},
    )


def _post(
    session: Session,
    lines: Lines,
    known: Mapping[int, User],
    *,
    partnership_id: int,
    public_url: str,
    now: datetime,
) -> None:
    partnership = people.partnership_numbered(session, partnership_id).name
    for (number, event), several in sorted(lines.items()):
        pressing = sorted((line for _, line in several), key=lambda line: (not line.risk_to_life, line.due_at))
        tell(
            session,
            known[number],
            said(event, pressing, partnership=partnership, inbox=f"{public_url}/cases", now=now),
            about=f"clock-telling/{_first(several)}",
            partnership_id=partnership_id,
            risk_to_life=any(line.risk_to_life for line in pressing),
            now=now,
            text_alone=all(line.told_as is ToldAs.ON_CALL for line in pressing),
        )


def _first(several: Iterable[tuple[int, Line]]) -> int:
    return min(telling for telling, _ in several)
