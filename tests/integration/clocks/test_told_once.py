"""Whatever happens to the watch, nobody hears the same thing twice and nobody hears nothing."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import event, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from ldis.cases.policy import Policy
from ldis.clocks import tasks
from ldis.clocks.models import Clock, ClockTelling
from ldis.clocks.rules import Event
from ldis.people.models import OnCallTurn, User
from ldis.submissions.rules import HarmLevel
from ldis.substances.names import Names
from ldis.work import Workplace
from tests.integration.cases.table import CaseTable
from tests.integration.cast import NOW, assemble, at_once, found_partnership
from tests.integration.clocks.conftest import told

NIGHT = NOW + timedelta(hours=16)


@pytest.fixture
def late(committed: sessionmaker[Session], names: Names, policy: Policy) -> str:
    """A case that broke its clock in the night, with somebody on call, really committed; who is on call."""
    with committed() as db:
        place = found_partnership(db, "north-shore", "NSH", "North Shore", {"E99000001": "Northby"})
        elsewhere = found_partnership(db, "south-vale", "SVL", "South Vale", {"E99000003": "Valeham"})
        cast = assemble(db, place, elsewhere)
        table = CaseTable(db=db, cast=cast, place=place, names=names, policy=policy)
        table.opened(table.report(harm_level=HarmLevel.FATAL))
        db.get_one(User, cast.public_health.id).mobile = "+447700900456"
        db.add(
            OnCallTurn(
                partnership_id=place.id,
                person_id=cast.public_health.id,
                starts_at=NOW,
                ends_at=NIGHT + timedelta(days=1),
                added_at=NOW,
            )
        )
        db.commit()
        return cast.public_health.label


@pytest.fixture
def place(committed: sessionmaker[Session], policy: Policy, monkeypatch: pytest.MonkeyPatch) -> Workplace:
    """What the watch is handed: real connections."""
    monkeypatch.setattr(tasks, "utc_now", lambda: NIGHT)
    return Workplace(
        sessions=committed, channels={}, connections={}, public_url="https://ldis.example.org", policy=policy
    )


@pytest.fixture
def cut_off() -> Iterator[list[str]]:
    """The connection is cut at the moment at which the messages are written and not yet kept; once."""
    cuts: list[str] = []

    def cut(session: Session) -> None:
        if cuts or not session.scalar(select(func.count()).select_from(ClockTelling)):
            return
        cuts.append("cut")
        session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    event.listen(Session, "before_commit", cut)
    yield cuts
    event.remove(Session, "before_commit", cut)


def test_a_watch_that_is_cut_off_before_it_is_done_begins_again_and_tells_once(
    late: str,
    place: Workplace,
    committed: sessionmaker[Session],
    cut_off: list[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    tasks.watch(place)
    assert cut_off == ["cut"]
    assert "nobody was told of clocks that ring" in caplog.text
    with committed() as db:
        assert told(db) == []
        assert db.scalars(select(Clock.broken_at)).all() == [None]
    tasks.watch(place)
    tasks.watch(place)
    with committed() as db:
        assert [by for who, by in told(db) if who == late] == ["sms"]


def test_two_watches_at_the_same_moment_tell_everybody_once(
    late: str, place: Workplace, committed: sessionmaker[Session]
) -> None:
    at_once(*[lambda: tasks.watch(place)] * 4)
    with committed() as db:
        assert [by for who, by in told(db) if who == late] == ["sms"]
        assert db.scalar(select(func.count()).select_from(Clock)) == 1
        assert len(told(db)) == len(set(told(db)))


def test_the_database_itself_refuses_to_note_the_same_telling_twice(
    late: str, place: Workplace, committed: sessionmaker[Session]
) -> None:
    tasks.watch(place)
    with committed() as db:
        clock = db.scalars(select(Clock)).one()
        on_call = db.scalars(select(ClockTelling).where(ClockTelling.person_id == int(late[7:]))).one()
        again = ClockTelling(
            clock_id=clock.id, person_id=on_call.person_id, event=Event.BROKE, told_as=on_call.told_as, at=NIGHT
        )
        db.add(again)
        with pytest.raises(DBAPIError, match="uq_clock_tellings_clock_id_person_id_event"):
            db.flush()
