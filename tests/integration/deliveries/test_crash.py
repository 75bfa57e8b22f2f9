"""A real worker is killed while it sends. Nothing is lost, nothing doubled; what cannot be known is flagged."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from alerts.messages import Medium
from ldis import db, work
from ldis.deliveries.rules import CLAIM_IS_STALE_AFTER, State
from ldis.demonstration.providers.mail import free_port
from tests.integration.cast import DATA_KEY
from tests.integration.deliveries.conftest import PUBLIC_URL, SENDER, SID, TOKEN, Outbox

ROOT = Path(__file__).parents[3]
MESSAGES, CONNECTIONS, CLAIM_SIZE = 500, 4, 10
WINDOW = CONNECTIONS * CLAIM_SIZE
PATIENCE = 60

pytestmark = pytest.mark.processes


@dataclass(frozen=True)
class Ports:
    """Where the providers listen, or will."""

    smtp: int
    http: int


@contextmanager
def running(*module: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """A Python process of ours, until the block ends."""
    process = subprocess.Popen(
        [sys.executable, "-m", *module],
        cwd=ROOT,
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        assert process.stdout
        process.stdout.close()


@contextmanager
def providers(ports: Ports) -> Iterator[None]:
    """The local providers in a process of their own, so that they outlive every crash of ours."""
    options = ("--quiet", f"--account-sid={SID}", f"--auth-token={TOKEN}")
    where = (f"--smtp-port={ports.smtp}", f"--http-port={ports.http}")
    with running("ldis.demonstration.providers", *options, *where) as process:
        assert process.stdout
        process.stdout.readline()  # they are up
        yield


@contextmanager
def worker(url: str, ports: Ports, folder: Path) -> Iterator[subprocess.Popen[str]]:
    """A real worker that sends through the local providers."""
    with running(
        "ldis.cli",
        "worker",
        DATABASE_URL=url,
        LDIS_SECRET_KEY="only-for-tests-" * 4,
        LDIS_DATA_KEYS=DATA_KEY,
        LDIS_VAR=str(folder),
        LDIS_LOG_LEVEL="ERROR",
        LDIS_PUBLIC_URL=PUBLIC_URL,
        LDIS_SMS="twilio",
        LDIS_SMS_CONNECTIONS=str(CONNECTIONS),
        TWILIO_ACCOUNT_SID=SID,
        TWILIO_AUTH_TOKEN=TOKEN,
        TWILIO_FROM="Riverbank",
        TWILIO_SEGMENTS_PER_SECOND="0",
        TWILIO_BASE_URL=f"http://127.0.0.1:{ports.http}",
        LDIS_EMAIL="smtp",
        LDIS_EMAIL_CONNECTIONS=str(CONNECTIONS),
        LDIS_EMAIL_FROM=SENDER,
        SMTP_PER_MINUTE="0",
        SMTP_URL=f"smtp://127.0.0.1:{ports.smtp}",
    ) as process:
        yield process


def heard(ports: Ports, what: str) -> Any:
    """What the providers say that they were given."""
    with urlopen(f"http://127.0.0.1:{ports.http}/{what}", timeout=10) as answer:
        return json.load(answer)


def arrived(ports: Ports, medium: Medium) -> Counter[str]:
    """How often each recipient's message came."""
    found = heard(ports, "_heard" if medium is Medium.SMS else "_mail")
    return Counter(message["to"] for message in found)


def wait_until(happened: Callable[[], bool], process: subprocess.Popen[str], *, pause: float = 0.02) -> None:
    deadline = time.monotonic() + PATIENCE
    while not happened():
        assert process.poll() is None, "the worker ended by itself"
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(pause)


def tick(outbox: Outbox) -> None:
    """What the scheduler does every fifteen seconds."""
    with outbox.sessions.begin() as session:
        work.defer(session, "deliveries.sweep")


def all_settled(outbox: Outbox) -> bool:
    return outbox.states().keys() <= {State.SENT, State.IN_DOUBT}


@pytest.fixture
def own_outbox(fresh_database: str) -> Iterator[Outbox]:
    """An outbox in a database of this test's own."""
    engine = db.make_engine(fresh_database)
    yield Outbox(db.make_sessions(engine))
    engine.dispose()


@pytest.mark.parametrize("medium", Medium)
def test_a_worker_killed_while_it_sends_loses_nothing_and_doubles_nothing(
    medium: Medium, own_outbox: Outbox, fresh_database: str, tmp_path: Path
) -> None:
    ports = Ports(free_port(), free_port())
    with providers(ports):
        own_outbox.post(MESSAGES, medium)
        key = "texts" if medium is Medium.SMS else "letters"
        with worker(fresh_database, ports, tmp_path) as killed:
            wait_until(lambda: heard(ports, "_counts")[key] >= MESSAGES // 5, killed)
            killed.send_signal(signal.SIGKILL)
            killed.wait()
        left_behind = own_outbox.states().get(State.SENDING, 0)
        own_outbox.let_time_pass(CLAIM_IS_STALE_AFTER + timedelta(seconds=1))
        with worker(fresh_database, ports, tmp_path) as again:
            tick(own_outbox)
            wait_until(lambda: all_settled(own_outbox), again, pause=0.2)
        came = arrived(ports, medium)

    assert 0 < left_behind <= WINDOW
    flagged = {row.address for row in own_outbox.all() if row.state is State.IN_DOUBT}
    assert len(flagged) == (left_behind if medium is Medium.EMAIL else 0)  # Twilio can be asked, a mail server not
    assert {to for to, times in came.items() if times > 1} == set()
    assert {row.address for row in own_outbox.all()} - flagged <= came.keys()


@pytest.mark.parametrize("medium", Medium)
def test_a_provider_that_is_down_at_first_delays_everything_and_loses_nothing(
    medium: Medium, own_outbox: Outbox, fresh_database: str, tmp_path: Path
) -> None:
    ports = Ports(free_port(), free_port())
    own_outbox.post(MESSAGES, medium)
    with worker(fresh_database, ports, tmp_path) as process:
        for _quarter_of_a_minute in range(5):
            more_tries = partial(own_outbox.tried_more_than, own_outbox.tries())
            tick(own_outbox)
            wait_until(more_tries, process)
            own_outbox.let_time_pass(timedelta(seconds=15))
        wait_until(lambda: own_outbox.states() == {State.QUEUED: MESSAGES}, process)
        with providers(ports):
            own_outbox.let_time_pass(timedelta(minutes=5))
            tick(own_outbox)
            wait_until(lambda: all_settled(own_outbox), process, pause=0.2)
            came = arrived(ports, medium)

    assert own_outbox.states() == {State.SENT: MESSAGES}
    assert sorted(came.values()) == [1] * MESSAGES


@pytest.mark.parametrize("medium", Medium)
def test_a_worker_that_is_asked_to_stop_leaves_nothing_in_doubt(
    medium: Medium, own_outbox: Outbox, fresh_database: str, tmp_path: Path
) -> None:
    ports = Ports(free_port(), free_port())
    with providers(ports):
        own_outbox.post(MESSAGES, medium)
        key = "texts" if medium is Medium.SMS else "letters"
        with worker(fresh_database, ports, tmp_path) as asked:
            wait_until(lambda: heard(ports, "_counts")[key] >= MESSAGES // 10, asked)
            asked.send_signal(signal.SIGTERM)
            asked.wait(PATIENCE)
        states = own_outbox.states()
        came = arrived(ports, medium)

    assert states.keys() <= {State.QUEUED, State.SENT}
    assert sorted(came.values()) == [1] * states[State.SENT]
