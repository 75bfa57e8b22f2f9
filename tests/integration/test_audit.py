"""The audit record: it only grows, and whatever is done to it behind the application's back is found."""

import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from psycopg.errors import LockNotAvailable
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from ldis.audit import queries, service
from ldis.audit.models import AuditEntry, AuditHead
from ldis.audit.rules import LANES
from ldis.db import Base
from tests.integration.cast import at_once

pytestmark = pytest.mark.nobody_yet

OPERATORS = Path(__file__).parents[2] / "docs" / "operators.md"
COLUMNS = [column.name for column in AuditEntry.__table__.columns]
ALTERED = {
    "lane": "(lane + 1) % 16",
    "position": "position + 1000",
    "at": "at + interval '1 microsecond'",
    "actor": "'person/666'",
    "action": "action || ' '",
    "about": "'case/666'",
    "partnership_id": "666",
    "detail": """detail || '{"more": true}'""",
    "digest": "repeat('0', 64)",
}


def write(session: Session, *abouts: str) -> None:
    """Record something about each, in one transaction."""
    for about in abouts:
        service.record(session, "looked at", about, actor="person/1", partnership_id=None, detail={"why": "é 🙂"})


@pytest.fixture
def seven(db: Session) -> Session:
    """A record of seven entries in one chain, written in three transactions."""
    for abouts in (("a/1", "a/2"), ("a/3",), ("a/4", "a/5", "a/6", "a/7")):
        write(db, *abouts)
        db.commit()
    return db


@pytest.fixture
def tamper(seven: Session) -> Callable[[str], None]:
    """Does something to the tables as somebody who owns the database can, with the triggers off."""

    def do(statement: str) -> None:
        seven.execute(text("ALTER TABLE audit_entries DISABLE TRIGGER USER"))
        seven.execute(text(statement))
        seven.execute(text("ALTER TABLE audit_entries ENABLE TRIGGER USER"))
        seven.commit()
        seven.expire_all()

    return do


def the_lane(db: Session) -> int:
    """The chain that the entries went to."""
    return db.scalars(select(AuditEntry.lane).distinct()).one()


def abouts(db: Session) -> list[str]:
    """What the record is about, in order."""
    return list(db.scalars(select(AuditEntry.about).order_by(AuditEntry.lane, AuditEntry.position)))


def test_an_untouched_record_is_whole(seven: Session) -> None:
    assert abouts(seven) == [f"a/{n}" for n in range(1, 8)]
    assert service.verify(seven) is None


def test_an_empty_record_is_whole(db: Session) -> None:
    assert service.verify(db) is None


def test_every_column_is_bound_by_the_chain() -> None:
    assert set(ALTERED) == set(COLUMNS)


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("position", [1, 4, 7])
def test_altering_any_column_of_any_row_is_found_at_that_row(
    seven: Session, tamper: Callable[[str], None], column: str, position: int
) -> None:
    lane = the_lane(seven)
    tamper(f"UPDATE audit_entries SET {column} = {ALTERED[column]} WHERE position = {position}")
    found = service.verify(seven)
    assert found is not None
    if column in ("lane", "position"):  # the row is gone from its place
        assert found in (
            f"Entry {lane}-{position} is missing.",
            f"Chain {lane} ends at entry {lane}-6, but 7 were written to it.",
        )
    else:
        assert found == f"Entry {lane}-{position} was altered."


@pytest.mark.parametrize("position", [1, 4])
def test_a_row_that_was_taken_out_is_missed(seven: Session, tamper: Callable[[str], None], position: int) -> None:
    tamper(f"DELETE FROM audit_entries WHERE position = {position}")
    assert service.verify(seven) == f"Entry {the_lane(seven)}-{position} is missing."


def test_the_last_row_is_missed_too(seven: Session, tamper: Callable[[str], None]) -> None:
    lane = the_lane(seven)
    tamper("DELETE FROM audit_entries WHERE position = 7")
    assert service.verify(seven) == f"Chain {lane} ends at entry {lane}-6, but 7 were written to it."


def test_taking_out_the_last_row_and_moving_the_end_back_is_found(
    seven: Session, tamper: Callable[[str], None]
) -> None:
    lane = the_lane(seven)
    tamper("DELETE FROM audit_entries WHERE position = 7")
    tamper(f"UPDATE audit_heads SET position = 6 WHERE lane = {lane}")
    assert service.verify(seven) is not None


def test_everything_gone_is_missed(seven: Session, tamper: Callable[[str], None]) -> None:
    lane = the_lane(seven)
    tamper("DELETE FROM audit_entries")
    assert service.verify(seven) == f"Chain {lane} ends at entry {lane}-0, but 7 were written to it."


def test_two_rows_that_changed_places_are_found(seven: Session, tamper: Callable[[str], None]) -> None:
    tamper(
        "UPDATE audit_entries one SET about = other.about, digest = other.digest FROM audit_entries other"
        " WHERE (one.position, other.position) IN ((3, 4), (4, 3))"
    )
    assert service.verify(seven) == f"Entry {the_lane(seven)}-3 was altered."


def test_an_entry_made_up_by_somebody_without_the_key_is_found(
    seven: Session, tamper: Callable[[str], None]
) -> None:
    lane = the_lane(seven)
    tamper(
        "INSERT INTO audit_entries SELECT lane, 8, at, actor, action, about, partnership_id, detail,"
        " encode(sha256('made up'), 'hex') FROM audit_entries WHERE position = 7"
    )
    tamper(f"UPDATE audit_heads SET position = 8, digest = encode(sha256('made up'), 'hex') WHERE lane = {lane}")
    assert service.verify(seven) == f"Entry {lane}-8 was altered."


@pytest.mark.parametrize(
    "statement", ["DELETE FROM audit_heads WHERE lane = 3", "UPDATE audit_heads SET lane = 99 WHERE lane = 3"]
)
def test_a_missing_end_of_a_chain_is_found(seven: Session, tamper: Callable[[str], None], statement: str) -> None:
    tamper(statement)
    assert service.verify(seven) == "The heads of the chains were altered."


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entries SET actor = 'person/666'",
        "UPDATE audit_entries SET actor = actor WHERE position = 1",
        "DELETE FROM audit_entries",
        "DELETE FROM audit_entries WHERE position = 7",
        "TRUNCATE audit_entries",
        "TRUNCATE audit_entries CASCADE",
        "INSERT INTO audit_entries SELECT * FROM audit_entries ON CONFLICT (lane, position) DO UPDATE SET actor = 'x'",
        "MERGE INTO audit_entries USING (SELECT 1) one ON true WHEN MATCHED THEN DELETE",
    ],
)
def test_the_database_itself_refuses_to_change_or_remove_entries(seven: Session, statement: str) -> None:
    with pytest.raises(DBAPIError, match="The audit record can only be added to"), seven.begin_nested():
        seven.execute(text(statement))
    assert service.verify(seven) is None


@pytest.fixture
def as_service(seven: Session) -> Session:
    """The same record, reached as the role that docs/operators.md sets up, which owns nothing."""
    [grants] = re.findall(r"```sql\n(.*?)```", OPERATORS.read_text(), re.DOTALL)
    seven.execute(text("CREATE ROLE ldis_service"))
    for statement in filter(str.strip, grants.split(";")):
        seven.execute(text(statement))
    seven.execute(text("SET LOCAL ROLE ldis_service"))
    return seven


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entries SET actor = 'person/666'",
        "DELETE FROM audit_entries",
        "TRUNCATE audit_entries",
        "ALTER TABLE audit_entries DISABLE TRIGGER USER",
        "ALTER TABLE audit_entries DISABLE TRIGGER audit_entries_only_grow",
        "DROP TRIGGER audit_entries_only_grow ON audit_entries",
        "CREATE OR REPLACE FUNCTION audit_only_grows() RETURNS trigger LANGUAGE sql AS 'SELECT NULL'",
        "SET session_replication_role = replica",
        "DROP TABLE audit_entries",
        "ALTER TABLE audit_entries DROP COLUMN actor",
        "DELETE FROM audit_heads",
        "TRUNCATE policy_texts",
        "DELETE FROM policy_texts",
    ],
)
def test_a_role_that_owns_nothing_cannot_get_round_the_triggers(as_service: Session, statement: str) -> None:
    with (
        pytest.raises(DBAPIError, match=r"permission denied|must be owner|can only be added to"),
        as_service.begin_nested(),
    ):
        as_service.execute(text(statement))
    assert service.verify(as_service) is None


def test_a_role_that_owns_nothing_can_add_to_the_record_and_verify_it(as_service: Session) -> None:
    write(as_service, "a/8")
    service.join_chain(as_service)
    assert abouts(as_service)[-1] == "a/8"
    assert service.verify(as_service) is None


@pytest.mark.parametrize("column", COLUMNS)
def test_what_a_superuser_does_as_if_replicating_is_found(seven: Session, column: str) -> None:
    seven.execute(text("SET LOCAL session_replication_role = replica"))
    seven.execute(text(f"UPDATE audit_entries SET {column} = {ALTERED[column]} WHERE position = 4"))
    seven.execute(text("SET LOCAL session_replication_role = origin"))
    seven.expire_all()
    found = service.verify(seven)
    assert found is not None
    assert f"{the_lane_of_most(seven)}-4" in found


def the_lane_of_most(db: Session) -> int:
    """The chain that the entries went to, though one may have been moved elsewhere."""
    counted = select(AuditEntry.lane).group_by(AuditEntry.lane).order_by(func.count().desc())
    return db.scalars(counted).first() or 0


def test_work_that_was_rolled_back_leaves_no_entry(db: Session) -> None:
    write(db, "a/1")
    db.rollback()
    write(db, "a/2")
    db.commit()
    assert abouts(db) == ["a/2"]
    assert service.verify(db) is None


def test_a_rolled_back_savepoint_takes_its_entries_with_it_and_no_others(db: Session) -> None:
    write(db, "before")
    savepoint = db.begin_nested()
    write(db, "undone")
    savepoint.rollback()
    write(db, "after")
    db.commit()
    assert abouts(db) == ["before", "after"]
    assert service.verify(db) is None


def test_a_savepoint_within_a_rolled_back_savepoint_leaves_nothing(db: Session) -> None:
    write(db, "before")
    outer = db.begin_nested()
    write(db, "undone 1")
    with db.begin_nested():
        write(db, "undone 2")
    inner = db.begin_nested()
    write(db, "undone 3")
    inner.rollback()
    write(db, "undone 4")
    outer.rollback()
    db.commit()
    assert abouts(db) == ["before"]
    assert service.verify(db) is None


def test_a_kept_savepoint_keeps_its_entries(db: Session) -> None:
    with db.begin_nested():
        write(db, "inside")
    write(db, "outside")
    db.commit()
    assert abouts(db) == ["inside", "outside"]
    assert service.verify(db) is None


def test_ending_a_transaction_under_an_open_savepoint_is_an_error_and_not_a_silent_loss(
    sessions: sessionmaker[Session],
) -> None:
    with sessions() as session:
        whole = session.begin()
        write(session, "a/1")
        session.begin_nested()
        with pytest.raises(RuntimeError, match="audit entries were not written"):
            whole.commit()


def test_a_failing_statement_leaves_no_entry(db: Session) -> None:
    write(db, "undone")
    with pytest.raises(DBAPIError):
        db.execute(text("SELECT 1 / 0"))
    db.rollback()
    db.commit()
    assert abouts(db) == []


def test_a_session_closed_without_a_commit_leaves_no_entry(sessions: sessionmaker[Session]) -> None:
    session = sessions()
    session.execute(text("SELECT 1"))
    write(session, "undone")
    session.close()
    session.execute(text("SELECT 1"))
    session.commit()
    assert abouts(session) == []
    session.close()


def test_what_was_done_to_one_thing_is_found_in_order_within_its_partnership(db: Session) -> None:
    for action, partnership in (("opened", 1), ("closed", 1), ("opened", 2)):
        service.record(db, action, "case/1", actor="person/1", partnership_id=partnership)
        db.commit()
    assert [entry.action for entry in queries.entries_about(db, "case/1", partnership_id=1)] == [
        "opened",
        "closed",
    ]


@pytest.fixture
def real(committed: sessionmaker[Session]) -> Iterator[sessionmaker[Session]]:
    """Sessions that really commit; the record is whole when the test is over."""
    yield committed
    with committed() as session:
        assert service.verify(session) is None


def lengths(real: sessionmaker[Session]) -> tuple[int, int]:
    """How many entries there are, and how many the ends of the chains say there are."""
    with real() as session:
        entries = session.scalar(select(func.count()).select_from(AuditEntry)) or 0
        return entries, session.scalar(select(func.sum(AuditHead.position))) or 0


def test_writers_at_once_leave_unbroken_chains(real: sessionmaker[Session]) -> None:
    def writes(who: int) -> None:
        for turn in range(5):
            with real.begin() as session:
                write(session, f"a/{who}", f"b/{turn}")

    at_once(*[partial(writes, who) for who in range(6)])
    assert lengths(real) == (60, 60)


def test_a_record_that_grows_while_it_is_verified_is_whole(real: sessionmaker[Session]) -> None:
    def writes() -> None:
        for turn in range(40):
            with real.begin() as session:
                write(session, f"a/{turn}")

    def verifies() -> set[str | None]:
        with real() as session:
            found = set()
            for _ in range(15):
                found.add(service.verify(session))
                session.rollback()
            return found

    *_, found = at_once(writes, writes, verifies)
    assert found == {None}


def test_more_writers_than_chains_wait_for_each_other(real: sessionmaker[Session]) -> None:
    with real.begin() as greedy:
        greedy.execute(select(AuditHead).order_by(AuditHead.lane).with_for_update())
        write(greedy, "a/1")
        with real() as other:
            other.execute(text("SET lock_timeout = '200ms'"))
            write(other, "a/2")
            with pytest.raises(LockNotAvailable):
                other.commit()
    assert lengths(real) == (1, 1), "nobody writes past an end that somebody holds"


def test_there_are_as_many_chains_as_the_code_says(db: Session) -> None:
    assert list(db.scalars(select(AuditHead.lane).order_by(AuditHead.lane))) == list(range(LANES))


def test_nothing_else_refers_to_the_record_so_that_nothing_can_hold_it_up() -> None:
    for table in Base.metadata.tables.values():
        assert not [key for key in table.foreign_keys if key.column.table.name == "audit_entries"], table
