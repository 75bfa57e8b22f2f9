"""Send what waits: lanes side by side, each claiming a few, sending them, and recording them with its next claim.

No transaction is open while a message is on its way, so a slow provider holds nothing up, and a crash leaves at
most one claim per lane to be asked about.
"""

import logging
import threading
import time
from contextlib import closing
from weakref import WeakKeyDictionary

import psycopg
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from alerts.messages import Medium
from ldis.db import utc_now
from ldis.deliveries.claims import Claimed, Lane, Outcome, engine_of, open_lane
from ldis.deliveries.pacing import Turns
from ldis.deliveries.sending import Sender
from ldis.deliveries.ways import Ways
from ldis.work import Workplace

DATABASE_IS_AWAY = (psycopg.OperationalError, psycopg.InterfaceError)
RECORD_FOR_SECONDS = 60.0  # how long a lane holds on to its outcomes while the database is away

logger = logging.getLogger(__name__)


class Desk:
    """Counts the lanes of one medium in this process, and sees to it that no call to send is missed.

    Work is deferred by many, often at the same time. A call while lanes are open is noted, and the last of them
    looks once more before it closes.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lanes = 0
        self._calls = 0

    @property
    def calls(self) -> int:
        """How often this desk has been called; read before looking for work."""
        return self._calls

    def call(self) -> bool:
        """Note a call. True where no lane is open, so that the caller is to open the first."""
        with self._lock:
            self._calls += 1
            if self._lanes:
                return False
            self._lanes = 1
            return True

    def open_another(self, limit: int) -> bool:
        """Whether there is room for one more lane; if so, it is counted."""
        with self._lock:
            if self._lanes >= limit:
                return False
            self._lanes += 1
            return True

    def close_one(self, *, seen: int | None) -> bool:
        """Whether a lane may close: no call has come since `seen`, or there is no use in looking (None)."""
        with self._lock:
            if seen is not None and seen != self._calls:
                return False
            self._lanes -= 1
            return True


_desks: WeakKeyDictionary[sessionmaker[Session], dict[Medium, Desk]] = WeakKeyDictionary()
_desks_lock = threading.Lock()
_stopping = threading.Event()


def stop() -> None:
    """The process is about to end: finish the message in hand, give back the rest of the claim, claim no more."""
    _stopping.set()


def dispatch(place: Workplace, medium: Medium) -> None:
    """Send until nothing is due. Harmless however often it is called, in however many processes."""
    with _desks_lock:
        desk = _desks.setdefault(place.sessions, {}).setdefault(medium, Desk())
    if desk.call():
        _Dispatch(place, medium, desk).run()


class _Dispatch:
    """One run: from the first lane, in the caller's thread, to the end of the last."""

    def __init__(self, place: Workplace, medium: Medium, desk: Desk) -> None:
        self._place = place
        self._medium = medium
        self._desk = desk
        self._engine = engine_of(place)
        self._helpers: list[threading.Thread] = []
        self._provider_is_up = False  # as the lane that last sent has seen it

    def run(self) -> None:
        """Work a lane here; the others work in threads of their own and are waited for."""
        try:
            self._run_lane()
        finally:
            while self._helpers:
                self._helpers.pop().join()

    def _run_lane(self) -> None:
        seen = None
        try:
            seen = self._work()
            while not self._desk.close_one(seen=seen):
                seen = self._work()
        except Exception:
            self._desk.close_one(seen=None)
            raise

    def _help(self) -> None:
        try:
            self._run_lane()
        except Exception:  # the rows it had are left to the sweep
            logger.exception("a lane broke off")

    def _work(self) -> int | None:
        """One lane, until nothing is due. How many calls had come when it last looked, or None if it gave up."""
        outcomes: list[Outcome] = []
        with closing(Ways(self._place, self._medium)) as ways, open_lane(self._engine) as lane:
            while True:
                seen = self._desk.calls
                way, size = ways.choose()
                sender, turns = ways.sender(way), self._turns_at(ways.account(way))
                size = 0 if self._over(sender) else size
                if turns and size:
                    size = min(self._wait_for_a_turn(turns, lane, outcomes), size)
                claimed = self._record_and_claim(lane, outcomes, size, provider=ways.account(way))
                if turns and size:
                    turns.pay(lane, claimed)
                if not claimed:
                    return None if self._over(sender) else seen
                if len(claimed) == size and self._provider_is_up:
                    self._call_for_help()
                outcomes = sender.send(claimed, stopping=_stopping.is_set)
                self._provider_is_up = sender.provider_is_up
                ways.note(way)

    def _turns_at(self, account: str) -> Turns | None:
        pace = self._place.paces.get(account.partition(":")[0])
        return Turns(pace, account, most=self._place.claim_size) if pace else None

    def _wait_for_a_turn(self, turns: Turns, lane: Lane, outcomes: list[Outcome]) -> int:
        """Record first: whoever waits leaves nothing in doubt."""
        if outcomes:
            self._record_and_claim(lane, outcomes, 0)
            outcomes.clear()
        return turns.wait(lane, self._medium, sleep=_stopping.wait, stopping=_stopping.is_set)

    @staticmethod
    def _over(sender: Sender) -> bool:
        return _stopping.is_set() or sender.provider_is_down

    def _record_and_claim(
        self, lane: Lane, outcomes: list[Outcome], size: int, *, provider: str | None = None
    ) -> list[Claimed]:
        try:
            return lane.record_and_claim(
                outcomes, medium=self._medium, size=size, now=utc_now(), provider=provider
            )
        except DATABASE_IS_AWAY:
            if outcomes:
                logger.warning("the database is away; holding on to %s outcomes", len(outcomes))
                _record_when_it_is_back(self._engine, lane.number, outcomes)
            raise

    def _call_for_help(self) -> None:
        """A full claim means that more waits: open one more lane, up to as many as there are connections.

        Only while the provider answers. Otherwise fresh lanes, each with its own patience, would try every message.
        """
        if self._desk.open_another(self._place.connections[self._medium]):
            helper = threading.Thread(target=self._help, name=f"deliveries-{self._medium}", daemon=True)
            helper.start()  # before it is listed: the first lane may be at its end, and waits for all that are
            self._helpers.append(helper)


def _record_when_it_is_back(engine: Engine, lane: int, outcomes: list[Outcome]) -> None:
    end = time.monotonic() + RECORD_FOR_SECONDS
    while True:
        try:
            with open_lane(engine) as another:
                another.record_for(lane, outcomes)
        except DATABASE_IS_AWAY:
            if time.monotonic() > end:
                raise
            time.sleep(0.5)
        else:
            return
