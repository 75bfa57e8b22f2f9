"""Kill the worker while it sends, again and again, with the provider gone for a while: `python -m tests.bench.faults`.

Real workers send to local providers that count. One is killed at a random point while the next is starting; then time
is let pass, so that what it had in hand is looked into. In the middle of the run both providers are gone for half an
hour, as the outbox tells the time. At the end every message has arrived once, or was flagged for a person because
nobody can know. What a crash can leave behind is bounded by what the connections of a process have in hand.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Interval, func, literal, select, text, update
from sqlalchemy.orm import Session, sessionmaker

from alerts.messages import Medium
from ldis import db, embedded, work
from ldis.deliveries.claims import LANE_LOCKS
from ldis.deliveries.models import Delivery
from ldis.deliveries.rules import CLAIM_IS_STALE_AFTER, State, Urgency
from ldis.deliveries.service import Letter, post_all
from ldis.demonstration.providers import MailServer, TwilioServer
from tests.bench.alert_messages import ACCOUNT_SID, AUTH_TOKEN, address, words
from tests.bench.deliveries import CONNECTIONS, ROOT, WORKER, prepare

CLAIM_SIZE = 10
EACH_TIME = 100  # messages of each medium
CUT = timedelta(minutes=30)
PATIENCE = 60


@dataclass
class Toll:
    """What came of it. `left` is what was first seen in hand of lanes that are gone after each kill.

    The server takes a moment to notice that a lane is gone, so some of it is seen only after the next.
    """

    messages: int = 0
    lost: int = 0
    doubled: int = 0
    in_doubt: int = 0
    arrived_in_doubt: int = 0
    left: list[int] = field(default_factory=list)

    @property
    def kills(self) -> int:
        """How many workers were killed."""
        return len(self.left)


def main() -> None:
    """Run it and say what came of it."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--kills", type=int, default=200)
    asked.add_argument("--seed", type=int, default=1)
    given = asked.parse_args()
    began = time.monotonic()
    with (
        tempfile.TemporaryDirectory() as name,
        embedded.start(Path(name) / "postgres") as server,
        Ordeal(server.url, Path(name), seed=given.seed) as ordeal,
    ):
        toll = ordeal.run(given.kills)
    in_hand = sum(count > 0 for count in toll.left)
    each = sum(toll.left) / toll.kills
    print(
        f"{toll.kills} kills, {in_hand} seen to leave messages in hand: {each:.1f} a kill of {ordeal.window} at most"
    )
    print(f"{toll.messages} messages: {toll.lost} lost, {toll.doubled} doubled")
    print(f"{toll.in_doubt} flagged for a person, of which {toll.arrived_in_doubt} had arrived")
    print(f"{time.monotonic() - began:.0f} s")
    print(json.dumps(asdict(toll) | {"kills": toll.kills}))
    sys.exit(1 if toll.lost or toll.doubled else 0)


class Ordeal:
    """One run over a database of its own."""

    def __init__(
        self,
        url: str,
        folder: Path,
        *,
        seed: int,
        data_key: str = "",
        connections: int = CONNECTIONS,
        each_time: int = EACH_TIME,
    ) -> None:
        self._url, self._folder, self._data_key = url, folder, data_key
        self._connections, self._each_time = connections, each_time
        self._chance = random.Random(seed)
        self._toll = Toll()
        self._known: set[int] = set()

    @property
    def window(self) -> int:
        """The most that one kill can leave in hand: a claim for each connection of each medium."""
        return len(Medium) * self._connections * CLAIM_SIZE

    def __enter__(self) -> "Ordeal":
        self._open = ExitStack()
        self._texts = self._open.enter_context(TwilioServer(ACCOUNT_SID, AUTH_TOKEN))
        self._mail = self._open.enter_context(MailServer())
        ports = {"http_port": self._texts.port, "smtp_port": self._mail.port}
        self._environment = prepare(self._url, self._folder, ports, data_key=self._data_key)
        for medium in ("SMS", "EMAIL"):
            self._environment[f"LDIS_{medium}_CONNECTIONS"] = str(self._connections)
        engine = db.make_engine(self._url)
        self._open.callback(engine.dispose)
        self._sessions: sessionmaker[Session] = db.make_sessions(engine)
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def run(self, kills: int) -> Toll:
        """Kill so many workers, let the last one finish, and count."""
        gone = range(kills // 2, kills // 2 + max(1, kills // 10))
        with self._workers() as next_worker:
            current = next_worker()
            for number in range(kills):
                following = next_worker()
                self._kill(current, number, cut_for=CUT / len(gone) if number in gone else None)
                current = following
            self._pass(CLAIM_IS_STALE_AFTER)
            self._until(self._all_settled, current, pause=0.2)
        return self._counted()

    def _kill(self, worker: subprocess.Popen[bytes], number: int, *, cut_for: timedelta | None) -> None:
        if cut_for:
            self._texts.down()
            self._mail.down()
        before, tries = self._arrived(), self._tries()
        self._post(number)
        self._tick()
        enough = self._chance.randint(1, len(Medium) * self._each_time)
        if cut_for:
            self._until(lambda: self._tries() > tries, worker)
        else:
            self._until(lambda: self._arrived() - before >= enough, worker)
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        left = self._left_in_hand()
        self._toll.left.append(len(left - self._known))
        self._known |= left
        self._pass(max(CLAIM_IS_STALE_AFTER, cut_for or CLAIM_IS_STALE_AFTER))
        if cut_for:
            self._texts.up()
            self._mail.up()

    @contextmanager
    def _workers(self) -> Iterator[Callable[[], "subprocess.Popen[bytes]"]]:
        with ExitStack() as alive:

            def start() -> "subprocess.Popen[bytes]":
                process = subprocess.Popen(WORKER, cwd=ROOT, env=os.environ | self._environment)
                alive.callback(process.wait)
                alive.callback(process.kill)
                return process

            yield start

    def _until(
        self, happened: Callable[[], bool], worker: "subprocess.Popen[bytes]", pause: float = 0.002
    ) -> None:
        """Wait; now and then the clock of the house ticks."""
        deadline = time.monotonic() + PATIENCE
        ticks = time.monotonic() + 2
        while not happened():
            if worker.poll() is not None:
                raise RuntimeError("A worker ended by itself.")
            if time.monotonic() > deadline:
                raise TimeoutError("The workers did not go on.")
            if time.monotonic() > ticks:
                self._tick()
                ticks = time.monotonic() + 2
            time.sleep(pause)

    def _post(self, number: int) -> None:
        letters = [
            Letter(
                medium=medium,
                address=address(medium, contact),
                words=words(medium, contact),
                about=f"letter/{number}",
                recipient=f"contact/{contact}",
                urgency=Urgency.RED_ALERT,
                partnership_id=None,
            )
            for contact in range(number * self._each_time, (number + 1) * self._each_time)
            for medium in Medium
        ]
        with self._sessions.begin() as session:
            self._toll.messages += post_all(session, letters, now=db.utc_now())

    def _tick(self) -> None:
        with self._sessions.begin() as session:
            work.defer(session, "deliveries.sweep")

    def _pass(self, span: timedelta) -> None:
        """Let so much time pass for what is in hand or waits; none of it grows too old."""
        earlier = literal(span + timedelta(seconds=1), Interval)
        moments = {moment: moment - earlier for moment in (Delivery.claimed_at, Delivery.due_at)}
        unsettled = Delivery.state.in_([State.QUEUED, State.SENDING])
        with self._sessions.begin() as session:
            session.execute(text("LOCK TABLE deliveries IN SHARE ROW EXCLUSIVE MODE"))  # or it meets the senders
            session.execute(update(Delivery).where(unsettled).values(moments))
        self._tick()

    def _arrived(self) -> int:
        return len(self._texts.texts) + len(self._mail.letters)

    def _tries(self) -> int:
        with self._sessions() as session:
            return session.scalar(select(func.sum(Delivery.attempts))) or 0

    def _left_in_hand(self) -> set[int]:
        """What is claimed by lanes that are gone, as far as the server has noticed."""
        held = text(f"SELECT objid::bigint FROM pg_locks WHERE locktype = 'advisory' AND classid = {LANE_LOCKS}")
        sending = select(Delivery.id, Delivery.claimed_by).where(Delivery.state == State.SENDING)
        with self._sessions() as session:
            alive = set(session.scalars(held))
            return {number for number, lane in session.execute(sending) if lane not in alive}

    def _count(self, *states: State) -> int:
        with self._sessions() as session:
            return session.scalar(select(func.count()).where(Delivery.state.in_(states))) or 0

    def _all_settled(self) -> bool:
        return self._count(State.QUEUED, State.SENDING) == 0

    def _counted(self) -> Toll:
        came = Counter(one.to for one in self._texts.texts)
        came += Counter(one.summary()["to"] for one in self._mail.letters)
        with self._sessions() as session:
            rows = [(one.address, one.state) for one in session.scalars(select(Delivery))]
        in_doubt = [to for to, state in rows if state is State.IN_DOUBT]
        self._toll.doubled = sum(times - 1 for times in came.values())
        self._toll.in_doubt = len(in_doubt)
        self._toll.arrived_in_doubt = sum(to in came for to in in_doubt)
        self._toll.lost = sum(to not in came for to, state in rows if state is not State.IN_DOUBT)
        return self._toll


if __name__ == "__main__":
    main()
