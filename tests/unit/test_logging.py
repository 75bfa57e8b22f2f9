"""Logs: one line of JSON per event, and nothing that belongs to a person."""

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from config.logging import PRIVATE, configure


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    """Logging is the whole process's: put it back."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    """What was logged; every line must be JSON."""
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_an_event_is_one_line_with_its_time_level_process_and_ids(capsys: pytest.CaptureFixture[str]) -> None:
    configure("INFO", process="web")
    structlog.contextvars.bind_contextvars(request_id="r-1")
    structlog.get_logger("ldis.test").info("report\nreceived", report_id=7)
    (line,) = lines(capsys)
    assert line["event"] == "report\nreceived"
    assert (line["level"], line["process"], line["request_id"], line["report_id"]) == ("info", "web", "r-1", 7)
    assert str(line["timestamp"]).endswith("Z")


def test_libraries_are_logged_in_the_same_way(capsys: pytest.CaptureFixture[str]) -> None:
    configure("INFO", process="worker")
    logging.getLogger("some.library").warning("careful: %s", "hot")
    (line,) = lines(capsys)
    assert (line["event"], line["logger"], line["process"]) == ("careful: hot", "some.library", "worker")


@pytest.mark.parametrize("name", sorted(PRIVATE))
def test_what_belongs_to_a_person_is_blanked(capsys: pytest.CaptureFixture[str], name: str) -> None:
    configure("INFO", process="web")
    structlog.get_logger().info("sent", **{name: "07700 900123"})
    text = capsys.readouterr().err
    assert "07700" not in text
    assert json.loads(text)[name] == "[private]"


def test_an_exception_is_logged_with_where_it_happened(capsys: pytest.CaptureFixture[str]) -> None:
    configure("INFO", process="web")
    try:
        raise KeyError("nothing there")
    except KeyError:
        structlog.get_logger().exception("request failed")
    (line,) = lines(capsys)
    assert "test_logging.py" in str(line["exception"])
    assert "KeyError" in str(line["exception"])


def test_what_is_below_the_level_is_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    configure("WARNING", process="web")
    structlog.get_logger().info("quiet")
    logging.getLogger("procrastinate").info("chatty")
    assert lines(capsys) == []


def test_chatty_libraries_are_kept_short_even_so(capsys: pytest.CaptureFixture[str]) -> None:
    configure("DEBUG", process="web")
    for name in ("procrastinate", "apscheduler", "twilio", "alembic", "werkzeug"):
        logging.getLogger(name).info("chatter")
    assert lines(capsys) == []


def test_configuring_twice_does_not_say_everything_twice(capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        configure("INFO", process="web")
    structlog.get_logger().info("once")
    assert len(lines(capsys)) == 1
