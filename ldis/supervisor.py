"""`ldis up`: the database, the web, the worker and the scheduler, started together and stopped together.

What dies is started again. What `ldis up` started ends with it, however it ends: on Ctrl-C and a polite stop it is
stopped in order; on a hard kill the children notice (see `ldis/supervised.py`).
"""

import http.client
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import NoReturn

from gunicorn.app.wsgiapp import WSGIApplication
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from config import policy
from config.settings import Settings
from ldis import db, embedded
from ldis.crew import Crew
from ldis.procedure import service as procedure

HOST = "127.0.0.1"
ROOT = Path(__file__).parent.parent
PREPARING = 0x1D16  # the advisory lock of whoever migrates and seeds
START_SECONDS = 90
LEFTOVER_SECONDS = 3
WATCH_SECONDS = 0.5
REVIVE_SECONDS = 5
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

Prepare = Callable[[Session], Sequence[str]]
"""Fills an empty database and answers with the lines to show when everything runs."""


class CannotStart(Exception):
    """Why everything cannot be started, as a sentence for the person who tried."""


class _Stopped(BaseException):
    """Somebody asked us to stop."""


def web_arguments(settings: Settings) -> list[str]:
    """How gunicorn is told to serve the pages and the API."""
    return [
        "wsgi:app",
        f"--chdir={ROOT}",
        f"--bind={HOST}:{settings.port}",
        "--worker-class=gthread",
        f"--workers={settings.web_processes}",
        "--threads=8",
        "--graceful-timeout=10",
        "--no-control-socket",
        "--log-level=warning",
    ]


def serve_web(settings: Settings) -> None:
    """Be the web process until stopped."""
    assert settings.database_url
    engine = db.make_engine(settings.database_url)
    note_policy(engine)
    engine.dispose()
    os.environ["DATABASE_URL"] = settings.database_url
    sys.argv = ["gunicorn", *web_arguments(settings)]
    WSGIApplication("%(prog)s [OPTIONS] [APP_MODULE]", prog="gunicorn").run()


def up(settings: Settings, *, prepare: Prepare | None = None) -> int:
    """Start everything, look after it until asked to stop, and stop it. The exit code of the command."""
    for number in STOP_SIGNALS:
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # nohup means it
            signal.signal(number, _stop)
    try:
        with ExitStack() as leaving:
            _run(settings, prepare, leaving)
    except _Stopped:
        _say("Stopped.")
        return 0
    except (CannotStart, embedded.EmbeddedError) as error:
        sys.stderr.write(f"{error}\n")
        return 1


def _stop(_number: int, _frame: object) -> NoReturn:
    """Once is enough: what follows is the stopping itself, which further signals must not tear apart."""
    for number in STOP_SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    raise _Stopped


def _run(settings: Settings, prepare: Prepare | None, leaving: ExitStack) -> NoReturn:
    refuse_taken_port(settings.port)
    server = None
    url = settings.database_url
    if not url:
        _say("Starting the database ...")
        server = leaving.enter_context(embedded.start(settings.var / "postgres"))
        url = server.url
        if server.found:
            _say("Found the database already running.")
    lines = _prepared(url, prepare)
    _say("Starting web, worker and scheduler ...")
    crew = leaving.enter_context(Crew({**os.environ, "DATABASE_URL": url, "PYTHONUNBUFFERED": "1"}, ROOT))
    crew.hire("web", "gunicorn", *web_arguments(settings))
    crew.hire("worker", "ldis.cli", "worker")
    crew.hire("scheduler", "ldis.cli", "scheduler")
    _wait_until_live(settings.port, crew)
    _say(f"\nLDIS is ready: {settings.public_url}", *lines, "Ctrl-C stops it.\n")
    revived_at = time.monotonic()
    while True:
        time.sleep(WATCH_SECONDS)
        crew.replace_the_dead()
        if server and time.monotonic() - revived_at > REVIVE_SECONDS:
            revived_at = time.monotonic()
            if server.revive():
                _say("The database had stopped. It runs again.")


def refuse_taken_port(port: int) -> None:
    """Say so at once if the port is not free; wait a moment for what a killed start has left behind to end."""
    deadline = time.monotonic() + LEFTOVER_SECONDS
    while _is_taken(port):
        if time.monotonic() > deadline:
            other = port + 1 if port < 65535 else port - 1
            raise CannotStart(
                f"Port {port} is taken by another program. Choose another, for example: LDIS_PORT={other} make run"
            )
        time.sleep(0.2)


def _is_taken(port: int) -> bool:
    """A program may listen on either address that "localhost" stands for, or hold the port without listening."""
    for family, host in ((socket.AF_INET, HOST), (socket.AF_INET6, "::1")):
        with suppress(OSError), socket.socket(family) as probe:
            probe.settimeout(0.5)
            if probe.connect_ex((host, port)) == 0:
                return True
    with socket.socket(socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except PermissionError as error:
            raise CannotStart(f"Port {port} needs more rights than you have. Try LDIS_PORT=8000.") from error
        except OSError:
            return True
    return False


def _prepared(url: str, prepare: Prepare | None) -> Sequence[str]:
    """Migrate and fill the database, one starter at a time."""
    engine = db.make_engine(url)
    try:
        with engine.connect() as turn:
            turn.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": PREPARING})
            turn.commit()
            db.upgrade(url)
            note_policy(engine)
            if prepare is None:
                return ()
            with db.make_sessions(engine).begin() as session:
                return prepare(session)
    finally:
        engine.dispose()


def note_policy(engine: Engine) -> None:
    """Keep the text of the policy in force, where it is not kept yet."""
    with db.make_sessions(engine).begin() as session:
        procedure.note_in_force(session, policy.text(), now=db.utc_now())


def _wait_until_live(port: int, crew: Crew) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not _is_live(port):
        if gone := crew.first_dead():
            raise CannotStart(f"The {gone} process ended before it was ready; what it said stands above.")
        if time.monotonic() > deadline:
            raise CannotStart(f"The web process did not answer within {START_SECONDS} seconds.")
        time.sleep(0.2)


def _is_live(port: int) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", "/healthz/live")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _say(*lines: str) -> None:
    with suppress(OSError, ValueError):
        for line in lines:
            print(line, flush=True)
