"""`ldis up` on the real processes: it answers, stops whole, leaves nothing behind and loses nothing."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg
import pytest

from ldis import embedded

ROOT = Path(__file__).parent.parent.parent
PATIENCE = 90

pytestmark = pytest.mark.processes


class Service:
    """One `ldis up` with a folder and a port of its own."""

    def __init__(self, var: Path, port: int) -> None:
        self.var = var
        self.port = port
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("LDIS_")}
        environment |= {
            "LDIS_DEMO": "1",
            "LDIS_VAR": str(self.var),
            "LDIS_PORT": str(self.port),
            "LDIS_WEB_PROCESSES": "1",
        }
        environment.pop("DATABASE_URL", None)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "ldis.cli", "up"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def wait_until_ready(self) -> list[str]:
        """What it said until it said that it was ready."""
        assert self.process
        assert self.process.stdout
        said = []
        for line in self.process.stdout:
            said.append(line.rstrip())
            if line.startswith("Ctrl-C stops it"):
                return said
        raise AssertionError("It ended before it was ready:\n" + "\n".join(said))

    def stop(self, number: int = signal.SIGINT) -> tuple[int, str]:
        """Send the signal; the exit code and what was said to the end."""
        assert self.process
        self.process.send_signal(number)
        said, _ = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, said

    def get(self, path: str) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        finally:
            connection.close()

    def remains(self) -> list[str]:
        """What still runs of it: processes with its folder in their surroundings, the database included."""
        found = []
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                mine = process.environ().get("LDIS_VAR") == str(self.var)
                if mine or process.cwd() == str(self.var / "postgres" / "data"):
                    found.append(f"{process.pid} {' '.join(process.cmdline())}")
        return found

    def children(self) -> dict[str, psutil.Process]:
        """The processes it started, by what they do."""
        assert self.process
        found = {}
        for child in psutil.Process(self.process.pid).children():
            with suppress(psutil.Error):
                words = child.cmdline()
                if "ldis.supervised" in words:
                    found["web" if "gunicorn" in words else words[-1]] = child
        return found


def eventually(true: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, f"never came: {what}"
        time.sleep(0.2)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    made = Service(tmp_path / "var", free_port())
    yield made
    if made.process and made.process.poll() is None:
        made.process.kill()
        made.process.communicate()
    with suppress(AssertionError):
        eventually(lambda: len(made.remains()) <= len(postgres_of(made)), "the children gone")
    kill(postgres_of(made))


def postgres_of(service: Service) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.cwd() == str(service.var / "postgres" / "data"):
                found.append(process)
    return found


def kill(processes: list[psutil.Process]) -> None:
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.kill()


def count(url: str, table: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
        assert row
        return int(row[0])


def test_up_answers_becomes_ready_replaces_what_dies_and_stops_whole(service: Service) -> None:
    service.start()
    said = service.wait_until_ready()
    assert any(f"http://localhost:{service.port}" in line for line in said)
    assert any("@example.org" in line for line in said), "it says who to sign in as"
    assert service.get("/healthz/live") == 200
    eventually(lambda: service.get("/healthz/ready") == 200, "readiness")

    killed = service.children()["worker"]
    killed.kill()
    eventually(lambda: service.children().get("worker", killed).pid != killed.pid, "another worker")

    code, _ = service.stop(signal.SIGINT)
    assert code == 0
    assert service.remains() == []


def test_a_hard_kill_leaves_no_children_and_the_next_start_finds_the_data(service: Service) -> None:
    service.start()
    service.wait_until_ready()
    with embedded.start(service.var / "postgres") as server:
        assert server.found
        people = count(server.url, "people")
        assert people > 0
        assert service.process
        service.process.kill()
        service.process.communicate()
        eventually(lambda: len(service.remains()) == len(postgres_of(service)), "the children gone")
        kill(postgres_of(service))

    service.start()
    service.wait_until_ready()
    with embedded.start(service.var / "postgres") as server:
        assert count(server.url, "people") == people, "found again, and not made twice"
    code, _ = service.stop(signal.SIGTERM)
    assert code == 0
    assert service.remains() == []


def test_a_taken_port_gives_one_sentence_and_how_to_choose_another(service: Service) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", service.port))
        taken.listen()
        service.start()
        assert service.process
        said, _ = service.process.communicate(timeout=PATIENCE)
    assert service.process.returncode == 1
    assert said.strip() == (
        f"Port {service.port} is taken by another program. "
        f"Choose another, for example: LDIS_PORT={service.port + 1} make run"
    )
    assert service.remains() == []
