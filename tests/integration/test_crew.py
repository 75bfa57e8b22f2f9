"""The processes that one process starts live with it, are replaced when they die, and end with it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from ldis import crew as crew_module
from ldis.crew import Crew

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the modules that the tests hire."""
    (tmp_path / "sleeper.py").write_text(
        "import os, time\nprint('at work', os.getpid(), flush=True)\ntime.sleep(120)\n"
    )
    (tmp_path / "failing.py").write_text("print('no')\nraise SystemExit(3)\n")
    (tmp_path / "stubborn.py").write_text(
        "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\ntime.sleep(120)\n"
    )
    return tmp_path


@pytest.fixture
def crew(folder: Path) -> Iterator[Crew]:
    with Crew({**os.environ, "PYTHONPATH": f"{ROOT}:{folder}"}, folder) as made:
        yield made


def eventually(true: Callable[[], object]) -> None:
    deadline = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def only_child() -> psutil.Process:
    """The one process hired; its command line takes a moment to appear."""
    found: list[psutil.Process] = []

    def appeared() -> bool:
        found[:] = [child for child in psutil.Process().children() if "ldis.supervised" in child.cmdline()]
        return bool(found)

    eventually(appeared)
    (child,) = found
    return child


def test_what_a_process_says_is_passed_on_under_its_name(crew: Crew, capsys: pytest.CaptureFixture[str]) -> None:
    said = ""

    def heard() -> bool:
        nonlocal said
        said += capsys.readouterr().out
        return "worker    | at work" in said

    crew.hire("worker", "sleeper")
    eventually(heard)


def test_a_process_that_ended_is_named_and_replaced(crew: Crew, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew_module, "LONGEST_PAUSE", 0.0)
    crew.hire("worker", "sleeper")
    first = only_child()
    assert crew.first_dead() is None
    first.kill()
    eventually(lambda: crew.first_dead() == "worker")
    crew.replace_the_dead()
    crew.replace_the_dead()
    second = only_child()
    assert second.pid != first.pid
    assert crew.first_dead() is None


def test_a_process_that_keeps_failing_is_started_more_and_more_slowly(
    crew: Crew, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now)
    crew.hire("worker", "failing")
    said = ""
    for _ in range(3):
        while crew.first_dead() is None:
            time.sleep(0.05)
        crew.replace_the_dead()
        said += capsys.readouterr().out
        now += 30.0
        crew.replace_the_dead()
    assert [line.split("; ")[1] for line in said.splitlines() if "ended (exit 3)" in line] == [
        "starting again in 2 s",
        "starting again in 4 s",
        "starting again in 8 s",
    ]


def test_one_that_will_not_stop_is_ended(crew: Crew, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew_module, "STOP_SECONDS", 0.5)
    crew.hire("worker", "stubborn")
    child = only_child()
    eventually(lambda: child.num_ctx_switches() and _ignores_the_polite_stop(child))
    crew.stop()
    assert not child.is_running()


def _ignores_the_polite_stop(process: psutil.Process) -> bool:
    status = Path(f"/proc/{process.pid}/status")
    if not status.exists():  # not Linux: give it the time to begin
        time.sleep(3)
        return True
    ignored = next(line for line in status.read_text().splitlines() if line.startswith("SigIgn:"))
    return bool(int(ignored.split()[1], 16) >> (signal.SIGTERM - 1) & 1)


def test_when_the_starter_is_killed_hard_what_it_started_ends(folder: Path) -> None:
    script = (
        "import os, sys, time; from pathlib import Path; from ldis.crew import Crew\n"
        "crew = Crew(os.environ, Path.cwd()); crew.hire('worker', 'sleeper'); time.sleep(120)"
    )
    starter = subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": f"{ROOT}:{folder}"},
        stdout=subprocess.PIPE,
        text=True,
    )
    with starter:
        assert starter.stdout
        child = psutil.Process(int(starter.stdout.readline().split()[-1]))
        starter.kill()
    eventually(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE)
