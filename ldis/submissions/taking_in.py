"""The one statement with which a report is taken in: it writes the row, and looks for others like it.

Every report pays for it, so it goes to the driver, and the row goes as one value in JSON: SQLAlchemy takes longer over
fifty columns than the database does.
"""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any, cast

from sqlalchemy import Column, Table
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeDecorator

from ldis.db import driver_of
from ldis.submissions.models import IncidentReport
from ldis.submissions.queries import ALIKE_DAYS, MOST_ALIKE


def given(column: Column[Any]) -> bool:
    """Whether a row says what stands in a column: the database fills the others, and finds out who looks alike."""
    return column.server_default is None and column.name != "looked_alike"


GIVEN = [column for column in cast(Table, IncidentReport.__table__).c if given(column)]
COLUMNS = ", ".join(column.name for column in GIVEN)
OF_OURS = {column.name: column.type for column in GIVEN if isinstance(column.type, TypeDecorator)}

TAKE_IN = f"""
    INSERT INTO incident_reports ({COLUMNS}, looked_alike)
    SELECT {COLUMNS}, to_jsonb(ARRAY(
        SELECT old.reference FROM incident_reports AS old
        WHERE old.partnership_id = new.partnership_id AND old.area_code = new.area_code
            AND old.substance_class = new.substance_class AND old.reference <> new.reference
            AND old.happened_on BETWEEN new.happened_on - {ALIKE_DAYS.days} AND new.happened_on + {ALIKE_DAYS.days}
        ORDER BY old.happened_on DESC, old.id DESC LIMIT {MOST_ALIKE}
    ))
    FROM jsonb_populate_record(NULL::incident_reports, CAST(%s AS jsonb)) AS new
    ON CONFLICT (partnership_id, submission_key) DO NOTHING
    RETURNING id, looked_alike
"""  # noqa: S608 - put together from our own constants only


def write(session: Session, row: Mapping[str, Any]) -> tuple[int, list[str]] | None:
    """Write a report: its id, and the references of those like it. Nothing where its key was used before."""
    return driver_of(session).execute(TAKE_IN, (in_json(row, session.get_bind().dialect),)).fetchone()


def in_json(row: Mapping[str, Any], dialect: Dialect) -> str:
    """A row as the database reads it: what it may only see encrypted is sealed, as the type of its column says."""
    bound = {name: kind.process_bind_param(row[name], dialect) for name, kind in OF_OURS.items()}
    return json.dumps({**row, **bound}, default=_as_text)


def _as_text(value: date | bytes) -> str:
    return f"\\x{value.hex()}" if isinstance(value, bytes) else value.isoformat()
