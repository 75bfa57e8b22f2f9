"""The process in which a stranger's file is decoded: what it may do to us, which is nothing."""

import json
import subprocess
import sys
from collections.abc import Iterator

import pytest

from ldis.errors import TooMany
from ldis.photos import process
from ldis.photos.process import photo_in
from ldis.photos.rules import MOST_BYTES, Fault, NotTaken
from tests.photographs import SECRET, jpeg, new_photo


def fault_of(content: bytes) -> Fault:
    with pytest.raises(NotTaken) as refused:
        photo_in(content)
    return refused.value.fault


@pytest.fixture
def instead(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Lets a test run something else in place of the decoder."""
    yield monkeypatch
    assert process.TURN.acquire(blocking=False), "the turn was not given back"
    process.TURN.release()


def running(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def test_a_photo_comes_back_as_it_would_have_been_redrawn_here() -> None:
    assert photo_in(jpeg()) == new_photo(jpeg())


def test_what_is_wrong_with_a_file_comes_back_too() -> None:
    assert fault_of(b"words") is Fault.OTHER_KIND
    assert fault_of(jpeg(300, 200)[:-900]) is Fault.BROKEN


def test_nothing_is_begun_for_a_file_that_is_empty_or_too_large(instead: pytest.MonkeyPatch) -> None:
    instead.setattr(process, "COMMAND", ["/nowhere"])
    assert fault_of(b"") is Fault.EMPTY
    assert fault_of(b"\xff" * (MOST_BYTES + 1)) is Fault.TOO_LARGE


@pytest.mark.parametrize(
    "ending",
    ["import os; os.abort()", "raise MemoryError", "import os; os.kill(os.getpid(), 9)", "raise SystemExit(3)"],
)
def test_a_file_that_ends_the_decoder_ends_nothing_else(instead: pytest.MonkeyPatch, ending: str) -> None:
    instead.setattr(process, "COMMAND", running(ending))
    assert fault_of(jpeg()) is Fault.BROKEN


def test_a_file_that_would_be_decoded_for_ever_is_given_up(instead: pytest.MonkeyPatch) -> None:
    instead.setattr(process, "COMMAND", running("while True: pass"))
    instead.setattr(process, "LONGEST_SECONDS", 0.2)
    assert fault_of(jpeg()) is Fault.TOO_SLOW


def test_the_system_itself_stops_a_decoder_that_takes_too_much_time() -> None:
    limited = (
        "from ldis.photos import pictures; pictures.MOST_CPU_SECONDS = 1; pictures.limited()\nwhile True: pass"
    )
    done = subprocess.run(running(limited), check=False, timeout=60)
    assert done.returncode < 0


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS keeps no limit of memory")
def test_the_system_itself_stops_a_decoder_that_takes_too_much_memory() -> None:
    limited = "from ldis.photos import pictures; pictures.limited(); bytearray(3 * 1024 ** 3)"
    done = subprocess.run(running(limited), check=False, capture_output=True, timeout=60)
    assert b"MemoryError" in done.stderr


def test_the_decoder_is_told_none_of_our_secrets(instead: pytest.MonkeyPatch) -> None:
    instead.setenv("LDIS_DATA_KEYS", SECRET)
    telling = (
        "import os, json; print(json.dumps({'width': 1, 'height': 1, 'full': 9999})); print(dict(os.environ))"
    )
    instead.setattr(process, "COMMAND", running(telling))
    told = photo_in(jpeg()).picture.full.decode()
    assert "PATH" in told
    assert SECRET not in told


def test_photos_are_decoded_one_at_a_time_and_who_waits_too_long_is_told(instead: pytest.MonkeyPatch) -> None:
    instead.setattr(process, "PATIENCE_SECONDS", 0.05)
    with process.TURN, pytest.raises(TooMany, match="Wait a minute"):
        photo_in(jpeg())
    assert photo_in(jpeg()).picture.width == 60


def test_the_decoder_speaks_one_line_and_the_pictures() -> None:
    done = subprocess.run(process.COMMAND, input=jpeg(), capture_output=True, check=True, cwd=process.FOLDER)
    line, _, pictures = done.stdout.partition(b"\n")
    head = json.loads(line)
    assert (head["width"], head["height"]) == (60, 40)
    assert pictures[head["full"] :].startswith(b"\xff\xd8")
