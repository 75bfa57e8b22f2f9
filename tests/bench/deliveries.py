"""How fast the outbox sends, beside a bare loop that sends the same messages: `python -m tests.bench.deliveries`.

The real worker and the bare loop send e-mails and texts to local servers that speak SMTP and Twilio's protocol in a
process of their own, with the same clients and as many connections. What the worker does besides sending is measured
with it: claiming, opening the sealed words, rendering, recording, all of it durable. Runs alternate, and the median
counts.
"""

import argparse
import base64
import json
import os
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import Engine, text

from alerts.messages import Medium
from config.settings import read
from ldis import db, embedded, secrecy
from ldis.deliveries.rules import Urgency
from ldis.deliveries.service import Letter, post_all
from tests.bench.alert_messages import ACCOUNT_SID, AUTH_TOKEN, PUBLIC_URL, SENDER, address, words

ROOT = Path(__file__).parents[2]
CONNECTIONS = 4
WORKER = [sys.executable, "-m", "ldis.cli", "worker"]
PROVIDERS = [sys.executable, "-m", "ldis.demonstration.providers", "--quiet"]


def main() -> None:
    """Run both in turn and print the ratios."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--messages", type=int, default=5000)
    asked.add_argument("--runs", type=int, default=3)
    given = asked.parse_args()
    result = measure(messages=given.messages, runs=given.runs)
    print(f"{'':10}{'worker, messages/s':>22}{'bare loop, messages/s':>24}{'ratio':>8}{'posting, messages/s':>22}")
    for medium in Medium:
        of = result[medium.value]
        print(f"{medium:10}{of['worker']:>22.0f}{of['bare']:>24.0f}{of['ratio']:>8.2f}{of['posting']:>22.0f}")
    for process, mebibytes in result["mib"].items():
        print(f"memory of {process}: {mebibytes:.0f} MiB")
    print(json.dumps(result))


def measure(*, messages: int, runs: int) -> dict[str, Any]:
    """The median rates of both for each medium, and the memory of each process."""
    with (
        tempfile.TemporaryDirectory() as folder,
        embedded.start(Path(folder) / "postgres") as server,
        running(PROVIDERS, {}) as providers,
    ):
        assert providers.stdout is not None
        ports = json.loads(providers.stdout.readline())
        environment = prepare(server.url, Path(folder), ports)
        engine = db.make_engine(server.url)
        with running(WORKER, environment) as worker:
            rates: dict[Medium, Rates] = {medium: Rates([], [], []) for medium in Medium}
            memory: list[float] = []
            for run in range(runs):
                for medium in Medium:
                    alone = send_bare(medium, ports, messages)
                    memory.append(alone["mib"])
                    rates[medium].bare.append(messages / alone["seconds"])
                    posting, sending = send_through_worker(engine, medium, run, messages)
                    rates[medium].posting.append(messages / posting)
                    rates[medium].worker.append(messages / sending)
            assert worker.poll() is None
            used = {"worker": memory_of(worker), "bare loop": max(memory), "providers": memory_of(providers)}
        engine.dispose()
    return {medium.value: rates[medium].medians() for medium in Medium} | {"mib": used}


@dataclass(frozen=True)
class Rates:
    """Messages a second, run by run."""

    bare: list[float]
    posting: list[float]
    worker: list[float]

    def medians(self) -> dict[str, float]:
        """The middle run of each. The ratio is of runs beside each other, so that a machine that is slow for a while
        is slow for both."""
        found = {name: statistics.median(getattr(self, name)) for name in ("bare", "posting", "worker")}
        pairs = zip(self.worker, self.bare, strict=True)
        return found | {"ratio": statistics.median(worker / bare for worker, bare in pairs)}


def prepare(url: str, folder: Path, ports: dict[str, int], *, data_key: str = "") -> dict[str, str]:
    """A database and the settings for it, with the local providers as the real ones."""
    environment = {
        "DATABASE_URL": url,
        "LDIS_SECRET_KEY": secrets.token_urlsafe(48),
        "LDIS_DATA_KEYS": data_key or base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "LDIS_LOG_LEVEL": "ERROR",
        "LDIS_VAR": str(folder),
        "LDIS_PUBLIC_URL": PUBLIC_URL,
        "LDIS_SMS": "twilio",
        "TWILIO_ACCOUNT_SID": ACCOUNT_SID,
        "TWILIO_AUTH_TOKEN": AUTH_TOKEN,
        "TWILIO_FROM": "Riverbank",
        "TWILIO_SEGMENTS_PER_SECOND": "0",
        "TWILIO_BASE_URL": f"http://127.0.0.1:{ports['http_port']}",
        "LDIS_EMAIL": "smtp",
        "SMTP_URL": f"smtp://127.0.0.1:{ports['smtp_port']}",
        "LDIS_EMAIL_FROM": SENDER,
        "SMTP_PER_MINUTE": "0",
        "LDIS_SMS_CONNECTIONS": str(CONNECTIONS),
        "LDIS_EMAIL_CONNECTIONS": str(CONNECTIONS),
    }
    secrecy.configure(read(environment).data_keys)
    db.upgrade(url)
    return environment


def send_bare(medium: Medium, ports: dict[str, int], count: int) -> dict[str, float]:
    """One run of the bare loop, in a process of its own as the worker is."""
    command = [sys.executable, "-m", "tests.bench.bare_sending", medium.value, json.dumps(ports)]
    sizes = [f"--messages={count}", f"--connections={CONNECTIONS}"]
    done = subprocess.run([*command, *sizes], cwd=ROOT, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def send_through_worker(engine: Engine, medium: Medium, run: int, count: int) -> tuple[float, float]:
    """Seconds for posting, and from the first claim to the last message gone."""
    about = f"letter/{run}"
    began = time.perf_counter()
    with db.make_sessions(engine).begin() as session:
        letters = (
            Letter(
                medium=medium,
                address=address(medium, number),
                words=words(medium, number),
                about=about,
                recipient=f"contact/{number}",
                urgency=Urgency.RED_ALERT,
                partnership_id=None,
            )
            for number in range(count)
        )
        post_all(session, letters, now=db.utc_now())
    posting = time.perf_counter() - began
    found = wait_until_sent(engine, medium, about)
    if found["gone"] != count:
        raise RuntimeError(f"Only {found['gone']} of {count} were sent.")
    return posting, found["seconds"]


def wait_until_sent(engine: Engine, medium: Medium, about: str) -> dict[str, Any]:
    """Until nothing waits any more; asked seldom, so as not to be measured."""
    question = text(
        "SELECT count(*) FILTER (WHERE state IN ('queued', 'sending')) AS waiting,"
        " count(*) FILTER (WHERE state = 'sent') AS gone,"
        " extract(epoch FROM max(sent_at) - min(claimed_at))::float AS seconds"
        " FROM deliveries WHERE about = :about AND medium = :medium"
    )
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline:
        time.sleep(0.5)
        with engine.connect() as connection:
            found = connection.execute(question, {"about": about, "medium": medium.value}).mappings().one()
        if not found["waiting"]:
            return dict(found)
    raise TimeoutError("The worker did not send everything.")


@contextmanager
def running(command: list[str], environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """A process of ours, until the block ends."""
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ | environment, stdout=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(30)


def memory_of(process: subprocess.Popen[str]) -> float:
    """Resident memory now, in MiB."""
    return float(psutil.Process(process.pid).memory_info().rss) / 2**20


if __name__ == "__main__":
    main()
