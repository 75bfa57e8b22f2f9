"""The database's ground: the model base, the time column, engines, sessions and migrations."""

import math
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import DateTime, Engine, Enum, MetaData, create_engine, event, make_url
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator

RESTED_SECONDS = 2.0
MIGRATIONS = Path(__file__).parent.parent / "migrations"

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, kept as UTC. A naive value is a mistake of ours and is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("A time without a zone cannot be stored.")
        return value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Every table of the service."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy declares it so
        datetime: UtcDateTime,
        dict[str, Any]: JSONB,
        list[dict[str, Any]]: JSONB,
        list[str]: JSONB,
    }


def words_enum(kind: type[Any]) -> Enum:
    """A column for one of our word lists, stored as its word, so that SQL reads as the page does."""
    return Enum(
        kind,
        native_enum=False,
        length=40,
        create_constraint=False,
        values_callable=lambda e: [m.value for m in e],
    )


def utc_now() -> datetime:
    """The present moment; taken once at the edge and handed inwards."""
    return datetime.now(UTC)


def make_engine(url: str, *, pool_size: int = 10) -> Engine:
    """Connections to PostgreSQL through psycopg 3, each told who it is and to think in UTC."""
    address = make_url(url)
    if address.get_backend_name() not in ("postgresql", "postgres"):
        raise ValueError("DATABASE_URL must be a postgresql:// address.")
    engine = create_engine(
        address.set(drivername="postgresql+psycopg"),
        pool_size=pool_size,
        max_overflow=pool_size,
        hide_parameters=True,  # a failing statement is logged, whose words it held is not
        connect_args={"options": "-c timezone=UTC", "connect_timeout": 10},
    )
    event.listen(engine, "checkin", _note_the_time)
    event.listen(engine, "checkout", _ask_if_rested)
    return engine


def _note_the_time(_connection: Any, record: ConnectionPoolEntry) -> None:
    record.info["rested_since"] = time.monotonic()


def _ask_if_rested(connection: Any, record: ConnectionPoolEntry, _proxy: Any) -> None:
    """Ask a connection that has rested whether the server is still there; a busy one would have noticed."""
    if time.monotonic() - record.info.get("rested_since", math.inf) < RESTED_SECONDS:
        return
    try:
        connection.execute("SELECT 1")
        connection.rollback()
    except psycopg.OperationalError as error:
        raise DisconnectionError from error


def driver_of(session: Session) -> psycopg.Connection[Any]:
    """The driver's own connection, in the session's transaction: for the few statements that every request pays for,
    and for libraries that know nothing of SQLAlchemy."""
    connection = session.connection().connection.driver_connection
    assert isinstance(connection, psycopg.Connection)
    return connection


def make_sessions(engine: Engine) -> sessionmaker[Session]:
    """What each request, task or command opens its own session from."""
    return sessionmaker(engine, expire_on_commit=False)


def _alembic(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["url"] = url
    return config


def upgrade(url: str, revision: str = "head") -> None:
    """Bring a database to the given revision."""
    command.upgrade(_alembic(url), revision)


def downgrade(url: str, revision: str) -> None:
    """Take a database back to the given revision."""
    command.downgrade(_alembic(url), revision)


def head() -> str:
    """The newest revision of the code."""
    found = ScriptDirectory.from_config(_alembic("")).get_current_head()
    if found is None:
        raise RuntimeError("There are no migrations.")
    return found


def current_revision(engine: Engine) -> str | None:
    """The revision a database is at."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def differences(engine: Engine) -> list[Any]:
    """What the models say that the database does not, and the other way round; empty when they are one.

    The caller has imported every stage's models.
    """
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": ours, "compare_type": True})
        return list(compare_metadata(context, Base.metadata))


def ours(name: str | None, type_: str, parent_names: Any) -> bool:
    """Tables of the task engine and of Alembic are not described by our models."""
    return not (type_ == "table" and name is not None and name.startswith(("procrastinate_", "alembic_")))
