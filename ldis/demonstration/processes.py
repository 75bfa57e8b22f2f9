"""The real processes of one demonstration, in a folder of their own that is thrown away afterwards.

Two are started here: the local providers, and `ldis up`, which starts the database, the web, the worker and the
scheduler as it does for `make run`. Both end with us, however we end (see `ldis/supervised.py`).
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import psutil

from ldis.demonstration.browser import Api, Unexpected
from ldis.demonstration.providers.mail import HOST, free_port

ROOT = Path(__file__).parent.parent.parent
OURS = ("LDIS_", "TWILIO_", "SMTP_", "DATABASE_URL")
ACCOUNT, TOKEN, SENDER = "AC" + "0" * 32, "demonstration", "LDIS"
READY_SECONDS = 120
STOP_SECONDS = 60
LAST_LINES = 40


class House:
    """Everything that runs. A context manager: leaving it stops all of it."""

    def __init__(self) -> None:
        self._leaving = ExitStack()
        self.folder = Path(self._leaving.enter_context(tempfile.TemporaryDirectory(prefix="ldis-demo-")))
        self.log = self.folder / "processes.log"
        self.port = free_port()
        self.url = f"http://{HOST}:{self.port}"
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._environment = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}

    def start(self) -> None:
        """Start the providers, then the service, and wait until every process of it is ready."""
        ports = self._start_providers()
        self.providers = Api(f"http://{HOST}:{ports['http_port']}")
        self._environment |= {
            "LDIS_DEMO": "1",
            "LDIS_VAR": str(self.folder / "var"),
            "LDIS_PORT": str(self.port),
            "LDIS_PUBLIC_URL": self.url,
            "LDIS_SMS": "twilio",
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "TWILIO_FROM": SENDER,
            "TWILIO_BASE_URL": f"http://{HOST}:{ports['http_port']}",
            "LDIS_EMAIL": "smtp",
            "SMTP_URL": f"smtp://{HOST}:{ports['smtp_port']}",
            "LDIS_EMAIL_FROM": "alerts@example.org",
            "TWILIO_SEGMENTS_PER_SECOND": "0",  # the local providers are in no hurry to be spared
            "SMTP_PER_MINUTE": "0",
        }
        self._hire("ldis.cli", "up", output=self._log())
        self._wait_until_ready()

    def run(self, *arguments: str) -> str:
        """Run a command of `ldis` as a person at the terminal would; what it prints."""
        done = subprocess.run(
            [sys.executable, "-m", "ldis.cli", *arguments],
            cwd=ROOT,
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=READY_SECONDS,
            check=False,
        )
        if done.returncode != 0:
            raise Unexpected(
                f"ldis {' '.join(arguments)} ended with {done.returncode}: {done.stdout}{done.stderr}"
            )
        return done.stdout.strip()

    def stop(self) -> list[str]:
        """Stop everything; the names of processes that are still there afterwards, which there must not be."""
        known = {child.pid: child for child in psutil.Process().children(recursive=True)}
        known |= {server.pid: server for server in self._database_processes()}
        for process in reversed(self._processes.values()):
            process.terminate()
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self._processes.clear()
        _, alive = psutil.wait_procs(known.values(), timeout=5)
        return [f"{left.pid}" for left in alive]

    def last_words(self) -> str:
        """The end of what the processes said, and which of them have ended, for when something failed."""
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        ended = {module: process.poll() for module, process in self._processes.items()}
        lines += [f"{module} has ended: {code}" for module, code in ended.items() if code is not None]
        return "\n".join(lines[-LAST_LINES:])

    def _start_providers(self) -> dict[str, int]:
        process = self._hire(
            "ldis.demonstration.providers",
            "--quiet",
            "--receipts=sent,delivered",
            f"--account-sid={ACCOUNT}",
            f"--auth-token={TOKEN}",
            output=subprocess.PIPE,
        )
        assert process.stdout
        first = process.stdout.readline()
        if not first:
            raise Unexpected("the local providers ended before they listened")
        ports: dict[str, int] = json.loads(first)
        return ports

    def _hire(self, module: str, *arguments: str, output: int | IO[bytes]) -> subprocess.Popen[bytes]:
        """Start a module that ends with us: it holds the other end of a pipe that we never write to."""
        process = subprocess.Popen(
            [sys.executable, "-m", "ldis.supervised", module, *arguments],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=self._log(),
            cwd=ROOT,
            env=self._environment,
            start_new_session=True,
        )
        self._processes[module] = process
        return process

    def _log(self) -> IO[bytes]:
        return self._leaving.enter_context(self.log.open("ab"))

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + READY_SECONDS
        why = "nothing yet"
        while time.monotonic() < deadline:
            if any(process.poll() is not None for process in self._processes.values()):
                raise Unexpected("a process ended before it was ready")
            try:
                Api(self.url).get("/healthz/ready")
            except (OSError, Unexpected) as not_yet:
                why = str(not_yet)
                time.sleep(0.25)
            else:
                return
        raise Unexpected(f"not ready within {READY_SECONDS} seconds: {why}")

    def _database_processes(self) -> list[psutil.Process]:
        """The embedded server: it is nobody's child, so that a hard kill of its starter cannot take it along."""
        note = self.folder / "var" / "postgres" / "data" / "postmaster.pid"
        try:
            server = psutil.Process(int(note.read_text().split(maxsplit=1)[0]))
            return [server, *server.children()]
        except (OSError, ValueError, IndexError, psutil.NoSuchProcess):
            return []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.stop()
        finally:
            self._leaving.close()
