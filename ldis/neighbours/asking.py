"""Ask one feed what is new."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urljoin

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from alerts import incoming
from alerts.incoming import Entry, Received, Unreadable
from ldis.neighbours import taking_in
from ldis.neighbours.letters import tell_of_failing, tell_of_new
from ldis.neighbours.models import Feed, NeighbourAlert
from ldis.neighbours.rules import ASKED_EVERY, MOST_DOCUMENTS, TOLD_OF_FAILING_AFTER, FeedState
from ldis.outward import Answer

Get = Callable[[str, Mapping[str, str]], Answer]
ACCEPT = "application/cap+xml, application/atom+xml, application/xml;q=0.8, text/xml;q=0.8"


def next_feed(session: Session, *, now: datetime) -> Feed | None:
    """The feed whose turn it is, held so that no other worker asks it as well."""
    return session.scalar(
        select(Feed)
        .where(Feed.state == FeedState.ON, or_(Feed.asked_at.is_(None), Feed.asked_at <= now - ASKED_EVERY))
        .order_by(Feed.asked_at.nulls_first(), Feed.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )


def ask(session: Session, feed: Feed, get: Get, *, own_sender: str, now: datetime) -> None:
    """Ask a feed, take in what is new, and tell the coordinators of it; or note why it could not be read."""
    feed.asked_at = now
    answer = get(feed.address, {"Accept": ACCEPT, **_conditions(feed)})
    if answer.status == 304:
        _was_read(feed, now=now)
        return
    try:
        found = _read(session, feed, answer, get)
    except Unreadable as fault:
        _failed(session, feed, str(fault), now=now)
        return
    _was_read(feed, now=now)
    feed.unreadable = found.unreadable
    feed.etag = answer.headers.get("etag", "")[:200] if found.is_whole else ""
    feed.last_modified = answer.headers.get("last-modified", "")[:80] if found.is_whole else ""
    new = taking_in.take_in(session, feed, found.documents, own_sender=own_sender, now=now)
    if new:
        tell_of_new(session, feed, new, now=now)


@dataclass
class _Found:
    """What a look brought. It is not whole while something that the feed points to is still to be fetched."""

    documents: list[tuple[Received, str | None]] = field(default_factory=list)
    unreadable: int = 0
    is_whole: bool = True


def _read(session: Session, feed: Feed, answer: Answer, get: Get) -> _Found:
    if answer.status is None:
        raise Unreadable(answer.words)
    if not answer.heard:
        raise Unreadable(f"It answered {answer.status}.")
    read = incoming.read(answer.body)
    if isinstance(read, Received):
        return _Found([(read, None)])
    found = _Found(unreadable=read.unreadable)
    fetched = 0
    for entry in _new_entries(session, feed, read.entries):
        if entry.inside is None and entry.cap_address:
            fetched += 1
            if fetched > MOST_DOCUMENTS:
                found.is_whole = False
                break
        document = _document(feed, entry, get)
        if document is None:
            found.is_whole = False
        else:
            found.documents.append((document, taking_in.entry_name(entry)))
    return found


def _new_entries(session: Session, feed: Feed, entries: Sequence[Entry]) -> Iterator[Entry]:
    names = [taking_in.entry_name(entry) for entry in entries]
    question = select(NeighbourAlert.entry).where(
        NeighbourAlert.feed_id == feed.id, NeighbourAlert.entry.in_(names)
    )
    known = set(session.scalars(question))
    return (entry for entry, name in zip(entries, names, strict=True) if name not in known)


def _document(feed: Feed, entry: Entry, get: Get) -> Received | None:
    """The alert of an entry; its words where the alert cannot be read; nothing where it is to be asked for again."""
    if entry.inside is not None:
        return entry.inside
    if not entry.cap_address:
        return taking_in.of_words(entry, feed)
    answer = get(urljoin(feed.address, entry.cap_address), {"Accept": ACCEPT})
    if answer.status is None or answer.status >= 500 or answer.status == 429:
        return None
    try:
        read = incoming.read(answer.body) if answer.heard else None
    except Unreadable:
        read = None
    return read if isinstance(read, Received) else taking_in.of_words(entry, feed)


def _conditions(feed: Feed) -> dict[str, str]:
    asked = {"If-None-Match": feed.etag, "If-Modified-Since": feed.last_modified}
    return {name: value for name, value in asked.items() if value}


def _was_read(feed: Feed, *, now: datetime) -> None:
    feed.read_at, feed.failing_since, feed.told_at, feed.fault = now, None, None, ""


def _failed(session: Session, feed: Feed, fault: str, *, now: datetime) -> None:
    feed.failing_since = feed.failing_since or now
    feed.fault = fault[:200]
    if feed.told_at is None and now >= feed.failing_since + TOLD_OF_FAILING_AFTER:
        feed.told_at = now
        tell_of_failing(session, feed, now=now)
