"""Keep feeds, and settle what came by them. Every change is in the audit record."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from ldis import work
from ldis.audit import service as audit
from ldis.cases import queries as case_queries
from ldis.cases import service as cases
from ldis.errors import Invalid, NotAllowed, NotFound
from ldis.neighbours.models import Feed, NeighbourAlert
from ldis.neighbours.rules import Disposition, FeedState
from ldis.people.access import Actor

MOST_SHOWN = 100


def add_feed(session: Session, *, name: str, address: str, actor: Actor, now: datetime) -> Feed:
    """Ask a neighbour's address from now on."""
    feed = Feed(partnership_id=actor.partnership_id, name=name, address=address, state=FeedState.ON, added_at=now)
    session.add(feed)
    try:
        session.flush()
    except IntegrityError as error:
        raise Invalid({"address": ["This address is asked already."]}) from error
    work.defer(session, "neighbours.ask")
    _record(session, "feed added", f"feed/{feed.id}", actor=actor, name=name)
    return feed


def switch(session: Session, feed_id: int, state: FeedState, *, actor: Actor) -> Feed:
    """Ask a feed, ask it no more, or remove it. What came by it stays."""
    feed = the_feed(session, feed_id, partnership_id=actor.partnership_id)
    feed.state, feed.fault = state, ""
    feed.failing_since = feed.told_at = feed.asked_at = None
    session.flush()
    if state is FeedState.ON:
        work.defer(session, "neighbours.ask")
    _record(session, f"feed {state}", f"feed/{feed.id}", actor=actor, name=feed.name)
    return feed


def note(
    session: Session, alert_id: int, *, case: str, reason: str, actor: Actor, now: datetime
) -> NeighbourAlert:
    """Somebody has seen it and will remember it; in a case, where one is named."""
    alert = _waiting(session, alert_id, actor=actor)
    if case:
        found = case_queries.the_case(session, case, partnership_id=actor.partnership_id)
        alert.case_id = found.id
        words = f"{alert.feed.name}: {alert.headline or alert.identifier}. {reason}".strip()
        cases.note(session, found, action="noted a neighbour's alert", words=words, actor=actor, now=now)
    _settle(session, alert, Disposition.NOTED, reason=reason, actor=actor, now=now)
    return alert


def dismiss(session: Session, alert_id: int, *, reason: str, actor: Actor, now: datetime) -> NeighbourAlert:
    """It does not concern this partnership, and why."""
    alert = _waiting(session, alert_id, actor=actor)
    _settle(session, alert, Disposition.DISMISSED, reason=reason, actor=actor, now=now)
    return alert


def feeds_of(session: Session, *, partnership_id: int) -> Sequence[Feed]:
    """The feeds of a partnership that were not removed, by name."""
    question = select(Feed).where(Feed.partnership_id == partnership_id, Feed.state != FeedState.REMOVED)
    return session.scalars(question.order_by(Feed.name, Feed.id)).all()


def the_feed(session: Session, feed_id: int, *, partnership_id: int) -> Feed:
    """A feed of a partnership; NotFound elsewhere."""
    feed = session.get(Feed, feed_id)
    if feed is None or feed.partnership_id != partnership_id or feed.state is FeedState.REMOVED:
        raise NotFound("We cannot find this feed.")
    return feed


def the_alert(session: Session, alert_id: int, *, partnership_id: int, lock: bool = False) -> NeighbourAlert:
    """A neighbour's alert; NotFound elsewhere."""
    question = select(NeighbourAlert).where(
        NeighbourAlert.id == alert_id, NeighbourAlert.partnership_id == partnership_id
    )
    alert = session.scalar(question.with_for_update() if lock else question)
    if alert is None:
        raise NotFound("We cannot find this alert.")
    return alert


def how_many_wait(session: Session, *, partnership_id: int) -> int:
    """How many alerts of neighbours wait for a person."""
    question = select(func.count()).where(
        NeighbourAlert.partnership_id == partnership_id, NeighbourAlert.disposition == Disposition.WAITING
    )
    return session.scalar(question) or 0


def alerts_of(session: Session, *, partnership_id: int, waiting: bool) -> Sequence[NeighbourAlert]:
    """What waits, or else what was settled lately; the newest first."""
    is_waiting = NeighbourAlert.disposition == Disposition.WAITING
    return session.scalars(
        select(NeighbourAlert)
        .where(NeighbourAlert.partnership_id == partnership_id, is_waiting if waiting else ~is_waiting)
        .options(joinedload(NeighbourAlert.feed), joinedload(NeighbourAlert.case))
        .order_by(NeighbourAlert.sent.desc(), NeighbourAlert.id.desc())
        .limit(MOST_SHOWN)
    ).all()


def _waiting(session: Session, alert_id: int, *, actor: Actor) -> NeighbourAlert:
    alert = the_alert(session, alert_id, partnership_id=actor.partnership_id, lock=True)
    if alert.disposition is not Disposition.WAITING:
        raise NotAllowed(f"Somebody has settled this meanwhile: it is {alert.disposition}.")
    return alert


def _settle(
    session: Session,
    alert: NeighbourAlert,
    disposition: Disposition,
    *,
    reason: str,
    actor: Actor,
    now: datetime,
) -> None:
    alert.disposition, alert.reason = disposition, reason
    alert.settled_at, alert.settled_by = now, actor.name
    _record(session, f"neighbour's alert {disposition}", f"neighbour_alert/{alert.id}", actor=actor)


def _record(session: Session, action: str, about: str, *, actor: Actor, **detail: str) -> None:
    audit.record(session, action, about, actor=actor.label, partnership_id=actor.partnership_id, detail=detail)
