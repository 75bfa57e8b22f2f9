"""The processes that one process starts: their output told apart, the dead replaced, all stopped together."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Self

SETTLED_SECONDS = 60
LONGEST_PAUSE = 30.0
STOP_SECONDS = 25.0


@dataclass
class Member:
    """One process by name, through all its lives."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes]
    born_at: float = field(default_factory=time.monotonic)
    early_deaths: int = 0
    due_at: float | None = None


class Crew:
    """Processes that live as long as this one. A context manager: leaving it stops them all."""

    def __init__(self, environment: Mapping[str, str], folder: Path) -> None:
        self._environment = dict(environment)
        self._folder = folder
        self._members: list[Member] = []

    def hire(self, name: str, module: str, *arguments: str) -> None:
        """Start a Python module as a process that ends when we do."""
        command = [sys.executable, "-m", "ldis.supervised", module, *arguments]
        self._members.append(Member(name, command, self._start(name, command)))

    def first_dead(self) -> str | None:
        """The name of a process that has ended, if one has."""
        return next((member.name for member in self._members if member.process.poll() is not None), None)

    def replace_the_dead(self) -> None:
        """Start again what has ended: soon if it had lived a while, more and more slowly if it keeps dying."""
        now = time.monotonic()
        for member in self._members:
            code = member.process.poll()
            if code is None:
                continue
            if member.due_at is None:
                member.early_deaths = member.early_deaths + 1 if now - member.born_at < SETTLED_SECONDS else 0
                pause = min(LONGEST_PAUSE, 2.0**member.early_deaths)
                member.due_at = now + pause
                relay(member.name, f"ended ({_reason(code)}); starting again in {pause:.0f} s")
            elif now >= member.due_at:
                _close(member.process)
                member.process = self._start(member.name, member.command)
                member.born_at, member.due_at = now, None

    def stop(self) -> None:
        """Ask all of them to stop at once; end those that have not after a while, with everything they started."""
        for member in self._members:
            with suppress(ProcessLookupError):
                member.process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for member in self._members:
            try:
                member.process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(member.process.pid, signal.SIGKILL)
                member.process.wait()
            _close(member.process)

    def _start(self, name: str, command: list[str]) -> subprocess.Popen[bytes]:
        """In a group of its own, so that a Ctrl-C in the terminal reaches only us and we stop it in order."""
        process = subprocess.Popen(  # noqa: S603
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=self._folder,
            env=self._environment,
            start_new_session=True,
        )
        assert process.stdout
        threading.Thread(target=_relay_all, args=(name, process.stdout), daemon=True).start()
        return process

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def _close(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin
    process.stdin.close()


def _reason(code: int) -> str:
    return f"exit {code}" if code >= 0 else signal.Signals(-code).name


def _relay_all(name: str, lines: IO[bytes]) -> None:
    with lines:
        for line in lines:
            relay(name, line.decode(errors="replace").rstrip())


def relay(name: str, line: str) -> None:
    """Pass on what a process says, under its name. It must not block even when nobody reads us any more."""
    with suppress(OSError, ValueError):
        sys.stdout.write(f"{name:<9} | {line}\n")
        sys.stdout.flush()
