"""Look at what has come in, and once a night at everything; tell the coordinators of what cannot wait."""

import logging
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from detection.settings import SignalSettings
from ldis.people import queries as people
from ldis.people.rules import Role
from ldis.people.telling import Said, tell
from ldis.signals import facts, live
from ldis.signals.by_counts import ByCounts
from ldis.signals.by_rules import ByRules
from ldis.signals.models import Signal, SignalSweep
from ldis.signals.register import register
from ldis.signals.rules import Disposition, Found
from ldis.signals.views import titles
from ldis.submissions.models import IncidentReport
from ldis.work import Workplace
from ldis.worktime import LONDON

OVERLAP = timedelta(minutes=15)
"""How far each look goes back behind the last: what was sent first may be kept last. Nothing is found twice."""

FIRST_LOOK = timedelta(days=1)
"""How far the very first look at a partnership goes back: what is older is history and no news."""

logger = logging.getLogger(__name__)


def look(place: Workplace, settings: SignalSettings, *, now: datetime) -> int:
    """Look at what came in to every partnership since the last look; how many signals are new."""
    return sum(_each(place, lambda session, one: _look(session, one, settings, place, now=now)))


def look_at_everything(place: Workplace, settings: SignalSettings, *, now: datetime) -> int:
    """The nightly look, once for each partnership and night; how many signals are new."""
    return sum(_each(place, lambda session, one: _night(session, one, settings, place, now=now)))


def _each(place: Workplace, look_at: Callable[[Session, int], int]) -> Sequence[int]:
    with place.sessions() as session:
        partnerships = [one.id for one in people.partnerships(session)]
    found = []
    for partnership_id in partnerships:
        try:
            with place.sessions.begin() as session:
                found.append(look_at(session, partnership_id))
        except Exception:
            logger.exception("partnership %s was not looked at; tried again at the next look", partnership_id)
    return found


def _look(
    session: Session, partnership_id: int, settings: SignalSettings, place: Workplace, *, now: datetime
) -> int:
    sweep = session.get(SignalSweep, partnership_id)
    after = (sweep.swept_to - OVERLAP) if sweep else now - FIRST_LOOK
    here: dict[str, Any] = {"partnership_id": partnership_id, "after": after, "to": now}
    reports, results = facts.new_reports(session, **here), facts.new_results(session, **here)
    if not reports and not results:
        return 0 if sweep else _swept(session, partnership_id, to=now)
    used = live.settings_of(session, settings, partnership_id=partnership_id)
    of: dict[str, Any] = {
        "partnership_id": partnership_id,
        "began": _began(session, partnership_id, now),
        "now": now,
    }
    found = [*ByRules(session, used, **of).look(reports, results), *ByCounts(session, used, **of).look(reports)]
    new = _enter(session, partnership_id, found, used, place, now=now)
    _swept(session, partnership_id, to=now)
    return new


def _night(
    session: Session, partnership_id: int, settings: SignalSettings, place: Workplace, *, now: datetime
) -> int:
    tonight = now.astimezone(LONDON).date()
    first = session.scalar(
        insert(SignalSweep)
        .values(partnership_id=partnership_id, swept_to=now - FIRST_LOOK, night=tonight)
        .on_conflict_do_update(
            index_elements=["partnership_id"],
            set_={"night": tonight},
            where=SignalSweep.night.is_distinct_from(tonight),
        )
        .returning(SignalSweep.partnership_id)
    )
    if first is None:
        return 0
    used = live.settings_of(session, settings, partnership_id=partnership_id)
    began = _began(session, partnership_id, now)
    look_at = ByCounts(session, used, partnership_id=partnership_id, began=began, now=now)
    areas = {
        area.code: (float(area.tile_column), float(area.tile_row))
        if area.tile_column is not None and area.tile_row is not None
        else None
        for area in people.partnership_numbered(session, partnership_id).areas
    }
    return _enter(session, partnership_id, look_at.of_a_night(areas), used, place, now=now)


def _enter(
    session: Session,
    partnership_id: int,
    found: Sequence[Found],
    settings: SignalSettings,
    place: Workplace,
    *,
    now: datetime,
) -> int:
    new = register(session, found, partnership_id=partnership_id, gap=settings.method.gap, now=now)
    for signal in new:
        if signal.urgent and signal.disposition is Disposition.NEW:
            _page(session, signal, public_url=place.public_url, now=now)
    return len(new)


def _page(session: Session, signal: Signal, *, public_url: str, now: datetime) -> None:
    """Tell the coordinators at once, by text message too. It names a class and an area, and nobody."""
    [title] = titles(session, [signal]).values()
    link = f"{public_url}/signals/{signal.id}"
    said = Said(
        subject=f"Signal: {title}",
        letter=f"{title}.\n\nRead why, and say what is to become of it: {link}\n\nLocal Drug Information System\n",
        text=f"Signal: {title}. Read why: {link}",
    )
    for person in people.people_with_role(session, Role.COORDINATOR, partnership_id=signal.partnership_id):
        tell(
            session,
            person,
            said,
            about=f"signal/{signal.id}",
            partnership_id=signal.partnership_id,
            risk_to_life=True,
            now=now,
        )


def _swept(session: Session, partnership_id: int, *, to: datetime) -> int:
    row = insert(SignalSweep).values(partnership_id=partnership_id, swept_to=to)
    session.execute(
        row.on_conflict_do_update(
            index_elements=["partnership_id"],
            set_={"swept_to": func.greatest(SignalSweep.swept_to, row.excluded.swept_to)},
        )
    )
    return 0


def _began(session: Session, partnership_id: int, now: datetime) -> date:
    """The day on which the first report came in."""
    first = session.scalar(
        select(func.min(IncidentReport.received_at)).where(IncidentReport.partnership_id == partnership_id)
    )
    return (first or now).astimezone(LONDON).date()
