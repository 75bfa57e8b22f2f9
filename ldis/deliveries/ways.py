"""The ways out of one medium: the provider, and a second one for when the first fails, told by the database.

Which one is in use is shared by every lane of every worker. A message whose fate is unknown is never sent by the
other provider: it stays with the one that it was handed to, and that one is asked about it.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Identity, Index, delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from alerts.channels.protocol import Channel
from alerts.failover import Standing, Tally, Way, after
from alerts.messages import Medium
from ldis import work
from ldis.audit import service as audit
from ldis.db import Base, utc_now, words_enum
from ldis.deliveries.patience import patience
from ldis.deliveries.sending import Sender
from ldis.work import Workplace

ACTOR = "deliveries"
PROBES = 3
"""How many messages a provider that was ill is tried with."""
PROBE_EVERY = timedelta(minutes=1)
TALLIES_KEPT = timedelta(days=1)


class ProviderStanding(Base):
    """By which of its two providers a medium goes. No row: by the first."""

    __tablename__ = "provider_standings"

    medium: Mapped[Medium] = mapped_column(words_enum(Medium), primary_key=True)
    way: Mapped[Way] = mapped_column(words_enum(Way))
    since: Mapped[datetime]
    probe_at: Mapped[datetime]


class ProviderTally(Base):
    """How one claim went at one provider."""

    __tablename__ = "provider_tallies"
    __table_args__ = (Index("ix_provider_tallies_at", "medium", "at"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    medium: Mapped[Medium] = mapped_column(words_enum(Medium))
    way: Mapped[Way] = mapped_column(words_enum(Way))
    at: Mapped[datetime]
    tried: Mapped[int]
    failed: Mapped[int]
    seconds: Mapped[float]


class Ways:
    """One lane's connections to the providers of a medium, opened when first used. Close it when done."""

    def __init__(self, place: Workplace, medium: Medium) -> None:
        self._place = place
        self._medium = medium
        self._open: dict[Way, tuple[Channel, Sender]] = {}

    @property
    def has_two(self) -> bool:
        """Whether there is a second provider at all."""
        return self._medium in self._place.second_channels

    def choose(self) -> tuple[Way, int]:
        """By which provider the next claim goes, and how many messages it may be of at most."""
        if not self.has_two:
            return Way.FIRST, self._place.claim_size
        now = utc_now()
        with self._place.sessions.begin() as session:
            standing, _ = standing_of(session, self._medium, now=now)
            if standing.may_probe(now, patience().fail_over) and self._take_probe(session, now):
                return Way.FIRST, PROBES
        return standing.way, self._place.claim_size

    def sender(self, way: Way) -> Sender:
        """The sender on a provider."""
        return self._opened(way)[1]

    def account(self, way: Way) -> str:
        """Whose allowance a provider uses."""
        return self._opened(way)[0].account

    def at(self, provider: str | None) -> Sender:
        """The sender on the provider that a message was handed to; on the first where that is not known."""
        second = self.has_two and provider is not None and provider == self.account(Way.SECOND)
        return self.sender(Way.SECOND if second else Way.FIRST)

    def note(self, way: Way) -> None:
        """Write down how the last claim went, and change over if that is called for."""
        tally = self.sender(way).take_tally(utc_now())
        if self.has_two and tally.tried:
            with self._place.sessions.begin() as session:
                note(session, self._medium, way, tally)

    def close(self) -> None:
        """Hang up everywhere."""
        for channel, _ in self._open.values():
            channel.close()

    def _opened(self, way: Way) -> tuple[Channel, Sender]:
        if way not in self._open:
            make: Callable[[], Channel] = (
                self._place.channels if way is Way.FIRST else self._place.second_channels
            )[self._medium]
            channel = make()
            self._open[way] = (channel, Sender(channel, clock=utc_now))
        return self._open[way]

    def _take_probe(self, session: Session, now: datetime) -> bool:
        """One lane at a time tries the provider that was ill."""
        taken = session.execute(
            update(ProviderStanding)
            .where(ProviderStanding.medium == self._medium, ProviderStanding.probe_at <= now)
            .values(probe_at=now + PROBE_EVERY)
        )
        return bool(getattr(taken, "rowcount", 0))


def standing_of(session: Session, medium: Medium, *, now: datetime, lock: bool = False) -> tuple[Standing, bool]:
    """By which provider a medium goes, and whether that was ever written down."""
    question = select(ProviderStanding).where(ProviderStanding.medium == medium)
    found = session.scalar(question.with_for_update() if lock else question)
    if found is None:
        return Standing(Way.FIRST, now - timedelta(days=1)), False
    return Standing(found.way, found.since), True


def note(session: Session, medium: Medium, way: Way, tally: Tally) -> None:
    """Keep how a claim went; change over where the rule says so, once, however many lanes see it at once."""
    now = tally.at
    session.add(
        ProviderTally(
            medium=medium, way=way, at=now, tried=tally.tried, failed=tally.failed, seconds=tally.seconds
        )
    )
    session.flush()
    standing, _ = standing_of(session, medium, now=now)
    if not tally.failed and standing.way is Way.FIRST and tally.seconds < tally.tried:
        return
    _hold(session, medium, now)
    standing, _ = standing_of(session, medium, now=now, lock=True)
    changed = after(
        standing,
        first=_tallies(session, medium, Way.FIRST),
        second=_tallies(session, medium, Way.SECOND),
        now=now,
        threshold=patience().fail_over,
    )
    if changed.way is not standing.way:
        _change(session, medium, changed)


def _hold(session: Session, medium: Medium, now: datetime) -> None:
    """Have a row to lock."""
    first: dict[str, Any] = {"medium": medium, "way": Way.FIRST, "since": now - timedelta(days=1), "probe_at": now}
    session.execute(insert(ProviderStanding).values(first).on_conflict_do_nothing())


def _tallies(session: Session, medium: Medium, way: Way) -> list[Tally]:
    rows = session.scalars(
        select(ProviderTally)
        .where(ProviderTally.medium == medium, ProviderTally.way == way)
        .order_by(ProviderTally.id.desc())
        .limit(500)
    )
    return [Tally(one.at, one.tried, one.failed, one.seconds) for one in rows]


def _change(session: Session, medium: Medium, standing: Standing) -> None:
    session.execute(
        update(ProviderStanding)
        .where(ProviderStanding.medium == medium)
        .values(way=standing.way, since=standing.since, probe_at=standing.since)
    )
    audit.record(
        session,
        "provider changed",
        f"medium/{medium.value}",
        actor=ACTOR,
        partnership_id=None,
        detail={"to": standing.way.value},
    )
    since = standing.since.isoformat()
    work.defer(session, "reach.tell_of_provider", medium=medium.value, way=standing.way.value, since=since)


def forget_tallies(session: Session, *, now: datetime) -> None:
    """What is a day old says nothing any more."""
    session.execute(delete(ProviderTally).where(ProviderTally.at < now - TALLIES_KEPT))
