"""Which of our lines the tests reach: `-p tests.measured`, as `make test` does.

SlipCover puts its probes into our modules as they are imported, and takes them out again where they have told all they
can: tracing every line, as is more usual, took two fifths of the whole time that the tests take, and telling branches
apart as well took a fifth. Each test process writes down what it saw; the one that began them adds it up.
"""

import json
import os
import shutil
import tempfile
from pathlib import Path

import pytest
import slipcover

FOLDER = "LDIS_TESTS_MEASURED"
OURS = ["alerts", "config", "detection", "ldis"]
NOT_MEASURED = ["ldis/demonstration/*"]

probes = slipcover.Slipcover(source=OURS, branch=False)
slipcover.ImportManager(probes, slipcover.FileMatcher(OURS, NOT_MEASURED)).__enter__()


def pytest_configure(config: pytest.Config) -> None:
    """Say where the processes write what they saw."""
    if not hasattr(config, "workerinput"):
        os.environ[FOLDER] = tempfile.mkdtemp(prefix="ldis-tests-measured-")


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write down what this process saw, unless it only gave the tests out to others."""
    if session.config.getoption("numprocesses", None) and not hasattr(session.config, "workerinput"):
        return
    Path(os.environ[FOLDER], f"{os.getpid()}.json").write_text(json.dumps(probes.get_coverage()))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Add up what all of them saw."""
    if hasattr(config, "workerinput"):
        return
    folder = Path(os.environ.pop(FOLDER))
    seen, *others = (json.loads(file.read_text()) for file in sorted(folder.iterdir()))
    shutil.rmtree(folder)
    for other in others:
        slipcover.merge_coverage(seen, other)
    terminalreporter.section("lines of ours that were reached")
    slipcover.print_coverage(seen, skip_covered=True)
    found = seen["summary"]
    terminalreporter.write_line(f"TOTAL {found['percent_covered']:.0f} % reached")
