"""Whether the service can do its work: heartbeats of its processes, readiness, and figures for Prometheus.

Times are the database's own, so that machines whose clocks differ agree about who is late.
"""

import hmac
import os
import socket
import threading
from contextlib import suppress
from datetime import datetime, timedelta
from functools import cache
from ipaddress import ip_address

import structlog
from alembic.runtime.migration import MigrationContext
from prometheus_client import Gauge
from sqlalchemy import String, delete, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Mapped, Session, mapped_column, sessionmaker
from werkzeug.datastructures import Authorization

from ldis import db
from ldis.errors import NotFound

BEAT_SECONDS = 10
LATE_SECONDS = 30
FORGOTTEN_AFTER = timedelta(days=1)
PROCESSES = ("worker", "scheduler")

ALIVE = Gauge("ldis_processes_alive", "Processes that beat lately, by what they do.", ["process"])
BEAT_AGE = Gauge(
    "ldis_heartbeat_age_seconds", "Seconds since the last beat, by what the process does.", ["process"]
)
WAITING = Gauge("ldis_work_waiting", "Deferred work that is due and not begun.")
OLDEST = Gauge("ldis_work_oldest_seconds", "Seconds that the oldest such work has waited.")

logger = structlog.get_logger(__name__)


class Heartbeat(db.Base):
    """The last sign of life of one process, named by what it does and where."""

    __tablename__ = "heartbeats"

    process: Mapped[str] = mapped_column(String(20), primary_key=True)
    place: Mapped[str] = mapped_column(String(300), primary_key=True)
    beaten_at: Mapped[datetime]


def beat_once(session: Session, process: str) -> None:
    """Say that this process lives, and forget those not heard of for a day."""
    now = func.clock_timestamp()
    beat = insert(Heartbeat).values(process=process, place=f"{socket.gethostname()}:{os.getpid()}", beaten_at=now)
    session.execute(
        beat.on_conflict_do_update(index_elements=["process", "place"], set_={"beaten_at": now}),
    )
    session.execute(delete(Heartbeat).where(Heartbeat.beaten_at < now - FORGOTTEN_AFTER))


def beat(sessions: sessionmaker[Session], process: str, stopping: threading.Event) -> None:
    """Beat until told to stop; a database that is away is tried again at the next beat."""
    while not stopping.is_set():
        try:
            with sessions.begin() as session:
                beat_once(session, process)
        except OperationalError:
            logger.warning("no heartbeat written: the database is away")
        stopping.wait(BEAT_SECONDS)


def ages(session: Session) -> dict[str, list[float]]:
    """Seconds since each remembered process last beat, freshest first, by what it does."""
    age = func.extract("epoch", func.clock_timestamp() - Heartbeat.beaten_at)
    found: dict[str, list[float]] = {process: [] for process in PROCESSES}
    for process, seconds in session.execute(select(Heartbeat.process, age).order_by(Heartbeat.process, age)):
        found.setdefault(process, []).append(float(seconds))
    return found


@cache
def _head() -> str:
    return db.head()


def readiness(session: Session) -> dict[str, str]:
    """One word or sentence for each thing the service needs: "ok", or what is wrong with it."""
    try:
        revision = MigrationContext.configure(session.connection()).get_current_revision()
        if revision != _head():
            return {"database": "ok", "migrations": f"at {revision or 'nothing'}, the code is at {_head()}"}
        beats = ages(session)
    except OperationalError:
        return {"database": "does not answer"}
    late = {process: not seconds or seconds[0] > LATE_SECONDS for process, seconds in beats.items()}
    return {"database": "ok", "migrations": "ok"} | {
        process: f"not heard of for {LATE_SECONDS} seconds" if late[process] else "ok" for process in PROCESSES
    }


def allow_metrics(address: str | None, authorization: Authorization | None, token: str | None) -> None:
    """The figures are for this machine, or for whoever brings the token; for others there is no such page."""
    with suppress(ValueError):  # a proxy may pass on any words for an address
        if ip_address(address or "").is_loopback:
            return
    brought = (authorization.token if authorization and authorization.type == "bearer" else None) or ""
    if not token or not hmac.compare_digest(brought.encode(), token.encode()):
        raise NotFound


def measure(session: Session) -> None:
    """Bring the figures up to date. They come from the database, so every web process tells the same."""
    for process, seconds in ages(session).items():
        ALIVE.labels(process).set(sum(age <= LATE_SECONDS for age in seconds))
        BEAT_AGE.labels(process).set(seconds[0] if seconds else float("inf"))
    waiting, oldest = session.execute(
        text(
            "SELECT count(*), extract(epoch FROM max(clock_timestamp() - coalesce(job.scheduled_at, event.at)))"
            " FROM procrastinate_jobs job"
            " LEFT JOIN procrastinate_events event ON event.job_id = job.id AND event.type = 'deferred'"
            " WHERE job.status = 'todo' AND (job.scheduled_at IS NULL OR job.scheduled_at <= clock_timestamp())"
        )
    ).one()
    WAITING.set(waiting)
    OLDEST.set(float(oldest or 0))
