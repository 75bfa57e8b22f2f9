"""`make demo`, run as people run it: every step, the table, exit 0, and nothing left behind."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from ldis.demonstration import drive
from ldis.demonstration.browser import Unexpected
from ldis.demonstration.drive import Step
from ldis.demonstration.story import Story
from ldis.web import ROOT


@pytest.fixture
def the_signals_as_they_were() -> Iterator[None]:
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.mark.processes
def test_one_incident_becomes_one_acknowledged_alert_on_the_real_processes() -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LDIS_")}
    done = subprocess.run(
        [sys.executable, "-m", "ldis.demonstration.drive"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    for step in drive.STEPS:
        assert f"{step.name}: " in done.stdout
    rows = dict(re.findall(r"^(\S[^|\n]*?) +\| (.+)$", done.stdout, re.MULTILINE))
    assert rows["Reports"].startswith("3 (DEM-")
    assert rows["Alert"] == "DEM-A01: Etonitazepyne found in tablets sold as oxy 30s"
    assert rows["Recipients"] == "16"
    assert rows["Delivered"] == "13 text messages, 13 e-mails"
    assert rows["Acknowledged"] == "14"
    assert re.fullmatch(r"[0-9.]+ seconds", rows["Report to first delivery"])


@pytest.mark.usefixtures("the_signals_as_they_were")
def test_a_step_that_fails_is_named_and_the_exit_is_not_zero(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_story: Story) -> str:
        raise Unexpected("it rained")

    monkeypatch.setattr(drive, "STEPS", (Step("The roof is mended", fail),))
    assert drive.main() == 1
    said = capsys.readouterr()
    assert "The roof is mended: FAILED" in said.out
    assert "The roof is mended: it rained" in said.err
