"""How many reports the API takes in, beside a bare Flask and SQLAlchemy insert: `python -m tests.bench.reports`.

Both are served by gunicorn with the same workers and threads, on the same embedded PostgreSQL, and are sent the same
reports by the same clients over kept-open connections, in alternating runs. The bare one writes the very same row
with `session.add` and a commit, and does nothing else: no key, no check of the answers, no reading of the substance,
no once-only key, no look for similar reports, no audit record. The medians are compared.
"""

import argparse
import base64
import http.client
import json
import os
import secrets
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import psutil

from config.settings import read
from ldis import db, embedded, secrecy
from ldis.people import service as people
from ldis.people.areas import load_areas
from ldis.people.rules import Scope

ROOT = Path(__file__).parents[2]
AREA = "E06000045"
PROCESSES, THREADS, CLIENTS = 2, 8, 8

REPORT = {
    "happened_on": date.today().isoformat(),
    "area_code": AREA,
    "sold_as": "blue valium tablets",
    "harm_level": "severe",
    "naloxone": "given",
    "how_known": "saw it",
    "setting": "hostel or supported housing",
    "form": "tablet",
    "symptoms": ["slow or no breathing", "pinpoint pupils"],
}


def main() -> None:
    """Run both in turn and print the ratio."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--reports", type=int, default=2000)
    asked.add_argument("--runs", type=int, default=3)
    given = asked.parse_args()
    result = measure(reports=given.reports, runs=given.runs)
    print(f"{'':20}{'reports/s':>12}{'memory of a web process':>28}")
    for name in ("bare", "service"):
        print(f"{name:20}{result[name]:>12.0f}{result[name + '_mib']:>24.0f} MiB")
    print(f"ratio {result['ratio']:.2f}")
    print(json.dumps(result))


def measure(*, reports: int, runs: int) -> dict[str, float]:
    """The median rates of both, and how the one stands to the other."""
    with tempfile.TemporaryDirectory() as folder, embedded.start(Path(folder) / "postgres") as server:
        environment, token = prepare(server.url, Path(folder))
        with serving("wsgi:app", environment) as service, serving("tests.bench.bare_app:app", environment) as bare:
            headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
            rates: dict[str, list[float]] = {"service": [], "bare": []}
            for place, path in ((service, "/api/v1/incidents"), (bare, "/")):
                send(place.port, path, headers, count=reports // 10)
            for _ in range(runs):
                rates["bare"].append(send(bare.port, "/", headers, count=reports))
                rates["service"].append(send(service.port, "/api/v1/incidents", headers, count=reports))
            medians = {name: statistics.median(values) for name, values in rates.items()}
            return {
                **medians,
                "service_mib": service.memory(),
                "bare_mib": bare.memory(),
                "ratio": medians["service"] / medians["bare"],
            }


def prepare(url: str, folder: Path) -> tuple[dict[str, str], str]:
    """A database with one partnership and one key."""
    environment = {
        "DATABASE_URL": url,
        "LDIS_SECRET_KEY": secrets.token_urlsafe(48),
        "LDIS_DATA_KEYS": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "LDIS_LOG_LEVEL": "ERROR",
        "LDIS_VAR": str(folder),
    }
    secrecy.configure(read(environment).data_keys)
    db.upgrade(url)
    with db.make_sessions(db.make_engine(url)).begin() as session:
        load_areas(session, ROOT / "config" / "areas.csv")
        place = people.create_partnership(
            session, slug="bench", prefix="BEN", name="Benchford", area_codes=[AREA], actor="benchmark"
        )
        token = people.create_key(
            session,
            partnership_id=place.id,
            name="benchmark",
            scopes=[Scope.REPORTS_WRITE],
            per_minute=10_000_000,
            actor="benchmark",
            now=db.utc_now(),
        )
    return environment, token


class Served:
    """A running web server."""

    def __init__(self, port: int, process: subprocess.Popen[bytes]) -> None:
        self.port = port
        self.process = process

    def memory(self) -> float:
        """The resident memory of its largest worker, in MiB."""
        workers = psutil.Process(self.process.pid).children(recursive=True)
        return max(worker.memory_info().rss for worker in workers) / 2**20


@contextmanager
def serving(application: str, environment: dict[str, str]) -> Iterator[Served]:
    """gunicorn with an application, on a free port, until the block ends."""
    with embedded_port() as port:
        pass
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", application, f"--bind=127.0.0.1:{port}", f"--workers={PROCESSES}",
         "--worker-class=gthread", f"--threads={THREADS}", "--no-control-socket", "--log-level=error"],
        cwd=ROOT,
        env=os.environ | environment,
    )  # fmt: skip
    try:
        wait_for(port)
        yield Served(port, process)
    finally:
        process.terminate()
        process.wait(20)


@contextmanager
def embedded_port() -> Iterator[int]:
    """A port that nobody listens on."""

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        yield probe.getsockname()[1]


def wait_for(port: int) -> None:
    """Until the server answers."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/healthz/live")
            connection.getresponse().read()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise TimeoutError("The server did not start.")


def send(port: int, path: str, headers: dict[str, str], *, count: int) -> float:
    """Send reports from several clients at once; how many a second were taken in."""
    failures: list[Any] = []
    body = json.dumps(REPORT).encode()

    def client(share: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        for _ in range(share):
            connection.request("POST", path, body, {**headers, "Idempotency-Key": secrets.token_hex(12)})
            answer = connection.getresponse()
            text = answer.read()
            if answer.status != 201:
                failures.append((answer.status, text[:300]))
                return

    threads = [threading.Thread(target=client, args=(count // CLIENTS,)) for _ in range(CLIENTS)]
    begin = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise RuntimeError(f"Not taken in: {failures[0]}")
    return (count // CLIENTS) * CLIENTS / (time.perf_counter() - begin)


if __name__ == "__main__":
    main()
