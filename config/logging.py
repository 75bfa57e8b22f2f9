"""One line of JSON per event, with the id of its request: ids only, never names, numbers, addresses or free text."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

PRIVATE = frozenset(
    {
        "email",
        "phone",
        "mobile",
        "address",
        "text",
        "html",
        "subject",
        "code",
        "token",
        "password",
        "authorization",
    }
)


DETAIL = re.compile(
    r"^(DETAIL: ).*?(?=^\[SQL: |^The above exception |^During handling |\Z)", re.DOTALL | re.MULTILINE
)


def configure(level: str, *, process: str) -> None:
    """Send every logger of this process to standard error as JSON lines."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        redact,
    ]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                without_the_row,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for chatty in ("procrastinate", "apscheduler", "twilio", "notifications_python_client", "alembic", "werkzeug"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(process=process)


def redact(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Blank anything whose name says that it belongs to a person."""
    for name in PRIVATE & event.keys():
        event[name] = "[private]"
    return event


def without_the_row(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Take out what PostgreSQL adds to a refusal: it quotes the whole row, words and names of people included."""
    if isinstance(event.get("exception"), str):
        event["exception"] = DETAIL.sub(r"\1[private]\n", event["exception"])
    return event
