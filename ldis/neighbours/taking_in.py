"""Take in what a neighbour said: each document once, and what stands now whatever the order they came in."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from alerts.incoming import Entry, Key, Received, Standing, followed, standings
from ldis.cases import service as cases
from ldis.neighbours.models import Feed, NeighbourAlert
from ldis.neighbours.rules import Disposition, words_alone

BY = "neighbours.ask"
STANDS_NO_MORE = (Standing.REPLACED, Standing.CANCELLED)


def take_in(
    session: Session,
    feed: Feed,
    documents: Iterable[tuple[Received, str | None]],
    *,
    own_sender: str,
    now: datetime,
) -> Sequence[NeighbourAlert]:
    """Take in documents, each with the entry that brought it. What waits for a person that was not here before.

    What we published ourselves is left where it is.
    """
    new = []
    for received, entry in documents:
        if received.key.sender == own_sender:
            continue
        row = _row(feed, received, entry, now=now)
        added = session.scalar(
            insert(NeighbourAlert).values(row).on_conflict_do_nothing().returning(NeighbourAlert.id)
        )
        new += [added] if added is not None else []
    if not new:
        return ()
    alerts = session.scalars(select(NeighbourAlert).where(NeighbourAlert.id.in_(new))).all()
    for sender in {alert.sender for alert in alerts}:
        _settle(session, feed.partnership_id, sender, new=set(new), now=now)
    return [alert for alert in alerts if alert.disposition is Disposition.WAITING]


def of_words(entry: Entry, feed: Feed) -> Received:
    """An entry that has only words, as the alert that it speaks of."""
    return Received(
        key=Key(words_alone(feed.id), entry.identifier[:300], entry.updated_at),
        kind="Alert",
        is_real=True,
        headline=entry.title,
        description=entry.summary,
        web=entry.web,
    )


def entry_name(entry: Entry) -> str:
    """What an entry is remembered by, so that what it points to is not fetched twice."""
    return f"{entry.updated_at.isoformat()} {entry.identifier}"[:400]


def documents_of(alerts: Sequence[NeighbourAlert]) -> Mapping[int, Received]:
    """What was received, by the number of its row. A later entry with only words is an update of the earlier ones."""
    return {alert.id: _received(alert, alerts) for alert in alerts}


def all_from(session: Session, partnership_id: int, sender: str) -> Sequence[NeighbourAlert]:
    """Everything that one sender ever said, in order."""
    return session.scalars(
        select(NeighbourAlert)
        .where(NeighbourAlert.partnership_id == partnership_id, NeighbourAlert.sender == sender)
        .order_by(NeighbourAlert.sent, NeighbourAlert.id)
    ).all()


def _settle(session: Session, partnership_id: int, sender: str, *, new: set[int], now: datetime) -> None:
    alerts = all_from(session, partnership_id, sender)
    documents = documents_of(alerts)
    stand = standings(documents.values())
    for alert in alerts:
        alert.standing = stand[alert.key]
        if alert.disposition is Disposition.WAITING and alert.standing in STANDS_NO_MORE:
            alert.disposition, alert.settled_at = Disposition.OVERTAKEN, now
    for alert in alerts:
        if alert.id in new:
            _follow(session, alert, alerts, documents, now=now)


def _follow(
    session: Session,
    alert: NeighbourAlert,
    alerts: Sequence[NeighbourAlert],
    documents: Mapping[int, Received],
    *,
    now: datetime,
) -> None:
    """A cancellation waits for a person only where something was done about what it cancels; the case hears of it."""
    earlier = followed(documents.values(), alert.key) if alert.is_real else frozenset()
    acted_on = [one for one in alerts if one.key in earlier and one.disposition is Disposition.NOTED]
    if alert.kind == "Cancel" and not acted_on and alert.disposition is Disposition.WAITING:
        alert.disposition, alert.settled_at = Disposition.OVERTAKEN, now
    said = "cancelled" if alert.kind == "Cancel" else "changed"
    for case in {one.case for one in acted_on if one.case is not None}:
        words = f"{alert.feed.name}: {alert.headline or alert.identifier}"
        cases.note_by_itself(session, case, action=f"neighbour's alert {said}", words=words, by=BY, now=now)


def _row(feed: Feed, received: Received, entry: str | None, *, now: datetime) -> dict[str, object]:
    over = received.expires_at is not None and received.expires_at <= now
    waits = received.is_real and not over
    return {
        "partnership_id": feed.partnership_id,
        "feed_id": feed.id,
        "sender": received.key.sender[:300],
        "identifier": received.key.identifier[:300],
        "sent": received.key.sent,
        "entry": entry,
        "kind": received.kind,
        "is_real": received.is_real,
        "follows": [[key.sender, key.identifier, key.sent.isoformat()] for key in received.references],
        "headline": _clean(received.headline)[:300],
        "description": _clean(received.description),
        "instruction": _clean(received.instruction),
        "areas": [_clean(area)[:120] for area in received.areas],
        "web": received.web[:500] if received.web.startswith("https://") else "",
        "received_at": now,
        "standing": Standing.IN_FORCE,
        "disposition": Disposition.WAITING if waits else Disposition.OVERTAKEN,
    }


def _received(alert: NeighbourAlert, alerts: Sequence[NeighbourAlert]) -> Received:
    references = [Key(sender, name, datetime.fromisoformat(sent)) for sender, name, sent in alert.follows]
    kind = alert.kind
    if alert.sender == words_alone(alert.feed_id):
        references = [one.key for one in alerts if one.identifier == alert.identifier and one.sent < alert.sent]
        kind = "Update" if references else "Alert"
    return Received(key=alert.key, kind=kind, is_real=alert.is_real, references=tuple(references))


def _clean(text: str) -> str:
    return text.replace("\x00", "")
