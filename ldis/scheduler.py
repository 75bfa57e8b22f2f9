"""The clock: one elected process defers the timed work of config/schedule.py; the worker does it."""

import threading
from typing import Any

import structlog
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker

from config.logging import configure as configure_logging
from config.schedule import SCHEDULE, TIME_ZONE
from config.settings import Settings
from ldis import health, work
from ldis.db import make_engine, make_sessions

ELECTION = 0x1D15  # the advisory lock that only one scheduler holds

logger = structlog.get_logger(__name__)


def run(settings: Settings, stopping: threading.Event) -> None:
    """Wait to be the only clock, then tick until told to stop or until the election is lost."""
    configure_logging(settings.log_level, process="scheduler")
    if not settings.database_url:
        raise ValueError("The scheduler needs the address of its database.")
    engine = make_engine(settings.database_url)
    sessions = make_sessions(engine)
    while not stopping.is_set():
        try:
            with engine.connect() as connection:
                if _elected(connection):
                    _tick_while_elected(connection, sessions, stopping)
        except OperationalError:
            logger.warning("database away; trying again")
        stopping.wait(2)
    engine.dispose()


def _elected(connection: Connection) -> bool:
    won = connection.scalar(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": ELECTION})
    connection.commit()
    return bool(won)


def _tick_while_elected(
    connection: Connection, sessions: sessionmaker[Session], stopping: threading.Event
) -> None:
    clock = make_clock(sessions)
    clock.start()
    logger.info("scheduler started", jobs=[timed.work for timed in SCHEDULE])
    try:
        while True:
            connection.execute(text("SELECT 1"))  # the lock lives as long as this connection
            connection.commit()
            with sessions.begin() as session:
                health.beat_once(session, "scheduler")
            if stopping.wait(health.BEAT_SECONDS):
                break
    finally:
        clock.shutdown(wait=False)


def make_clock(sessions: sessionmaker[Session]) -> BackgroundScheduler:
    """The timed jobs; each only defers work. A late tick is made up once, not many times."""
    clock = BackgroundScheduler(
        timezone=TIME_ZONE, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": 300}
    )
    for timed in SCHEDULE:
        if timed.at is None:
            when: dict[str, Any] = {"trigger": "interval", "seconds": timed.seconds}
        else:
            hour, minute = timed.at.split(":")
            when = {"trigger": "cron", "hour": hour, "minute": minute}
        clock.add_job(_defer, args=(sessions, timed.work), id=timed.work, **when)
    return clock


def _defer(sessions: sessionmaker[Session], name: str) -> None:
    with sessions.begin() as session:
        work.defer(session, name)
