"""The clock has a job for each line of the schedule: every so often, or once a day at a time in London."""

from datetime import UTC, datetime
from typing import cast

from sqlalchemy.orm import Session, sessionmaker

from config.schedule import SCHEDULE, Timed
from ldis.scheduler import make_clock

SUMMER_NIGHT = datetime(2026, 7, 1, 0, 0, tzinfo=UTC)


def test_every_line_of_the_schedule_has_its_job() -> None:
    jobs = {job.id: job for job in make_clock(cast("sessionmaker[Session]", None)).get_jobs()}
    assert set(jobs) == {timed.work for timed in SCHEDULE}


def test_what_has_a_time_of_day_runs_at_that_time_in_london() -> None:
    clock = make_clock(cast("sessionmaker[Session]", None))
    timed = next(one for one in SCHEDULE if one.work == "deliveries.reconcile")
    assert timed == Timed("deliveries.reconcile", at="03:20")
    ticks = clock.get_job(timed.work).trigger.get_next_fire_time(None, SUMMER_NIGHT)
    assert ticks.astimezone(UTC).strftime("%H:%M") == "02:20"
