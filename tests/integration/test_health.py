"""Readiness tells which part of the service cannot do its work, and the figures are for those who may see them."""

import threading
from datetime import timedelta

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import create_engine, func, select, text, update
from sqlalchemy.orm import Session, sessionmaker
from werkzeug.datastructures import Authorization

from ldis import health
from ldis.errors import NotFound


def age(db: Session, process: str, by: timedelta) -> None:
    moment = func.clock_timestamp() - by
    db.execute(update(health.Heartbeat).where(health.Heartbeat.process == process).values(beaten_at=moment))


def test_ready_when_worker_and_scheduler_have_beaten(db: Session) -> None:
    health.beat_once(db, "worker")
    health.beat_once(db, "scheduler")
    assert health.readiness(db) == {"database": "ok", "migrations": "ok", "worker": "ok", "scheduler": "ok"}


def test_a_process_that_never_beat_or_fell_silent_is_named(db: Session) -> None:
    health.beat_once(db, "worker")
    assert health.readiness(db)["scheduler"] == "not heard of for 30 seconds"
    age(db, "worker", timedelta(seconds=31))
    assert health.readiness(db)["worker"] == "not heard of for 30 seconds"


def test_one_live_worker_is_enough_beside_a_dead_one(db: Session) -> None:
    health.beat_once(db, "worker")
    age(db, "worker", timedelta(hours=1))
    db.execute(update(health.Heartbeat).values(place="elsewhere:1"))
    health.beat_once(db, "worker")
    assert health.readiness(db)["worker"] == "ok"


def test_a_process_not_heard_of_for_a_day_is_forgotten(db: Session) -> None:
    health.beat_once(db, "worker")
    age(db, "worker", timedelta(days=2))
    health.beat_once(db, "scheduler")
    assert db.scalars(select(health.Heartbeat.process)).all() == ["scheduler"]


def test_a_database_behind_the_code_is_not_ready(db: Session) -> None:
    db.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    assert health.readiness(db)["migrations"].startswith("at 0000, the code is at ")


def test_a_database_that_is_away_is_said_and_not_thrown() -> None:
    with Session(create_engine("postgresql+psycopg://nobody@127.0.0.1:1/nothing")) as session:
        assert health.readiness(session) == {"database": "does not answer"}


def test_beating_goes_on_until_told_to_stop(sessions: sessionmaker[Session], db: Session) -> None:
    stopping = threading.Event()
    stopping.set()
    health.beat(sessions, "worker", stopping)
    assert not health.ages(db)["worker"]


def test_beating_outlasts_a_database_that_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    stopping = threading.Event()
    monkeypatch.setattr(stopping, "wait", lambda _seconds: stopping.set())
    health.beat(sessionmaker(create_engine("postgresql+psycopg://nobody@127.0.0.1:1/nothing")), "worker", stopping)


def test_the_figures_tell_who_lives_and_what_waits(db: Session) -> None:
    health.beat_once(db, "worker")
    db.execute(
        text(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, lock, queueing_lock, scheduled_at)"
            " VALUES ('default', 'deliveries.sweep', NULL, NULL, clock_timestamp() - interval '90 seconds')"
        )
    )
    health.measure(db)
    assert REGISTRY.get_sample_value("ldis_processes_alive", {"process": "worker"}) == 1
    assert REGISTRY.get_sample_value("ldis_processes_alive", {"process": "scheduler"}) == 0
    assert REGISTRY.get_sample_value("ldis_work_waiting") == 1
    assert REGISTRY.get_sample_value("ldis_work_oldest_seconds") == pytest.approx(90, abs=30)


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_this_machine_may_read_the_figures(address: str) -> None:
    health.allow_metrics(address, None, None)


def test_others_bring_the_token_or_find_no_such_page() -> None:
    health.allow_metrics("192.0.2.7", Authorization("bearer", token="right"), "right")
    for authorization, token in [
        (None, None),
        (None, "right"),
        (Authorization("bearer", token="wrong"), "right"),
        (Authorization("bearer", token=""), None),
        (Authorization("basic", {"username": "a", "password": "right"}), "right"),
    ]:
        with pytest.raises(NotFound):
            health.allow_metrics("192.0.2.7", authorization, token)
