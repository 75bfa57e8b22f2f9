"""What became of an alert as a file to take away: a line for each message, without anybody's address."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import chain

from sqlalchemy.orm import Session

from ldis.audit import service as audit
from ldis.issuing.models import Alert, about
from ldis.people.access import Actor
from ldis.reach import queries
from ldis.reach.queries import Message
from ldis.tables import FileKind, csv_file, sheet_file
from ldis.worktime import LONDON

COLUMNS = (
    "Organisation",
    "Name",
    "Job role",
    "By",
    "What",
    "State",
    "Reason",
    "Written",
    "Left",
    "Settled",
    "Acknowledged",
    "By what way",
    "Passed on to",
    "Note",
)


def file_of(session: Session, alert: Alert, kind: FileKind, *, actor: Actor) -> bytes:
    """Every message of an alert, by organisation and name; that it was taken away is in the audit record."""
    messages = queries.every_message(session, alert)
    audit.record(
        session,
        "deliveries exported",
        about(alert),
        actor=actor.label,
        partnership_id=actor.partnership_id,
        detail={"reference": alert.reference, "count": len(messages), "file": kind.value},
    )
    rows: Iterator[Sequence[object]] = chain([COLUMNS], (_line(one) for one in messages))
    return csv_file(rows) if kind is FileKind.CSV else sheet_file(alert.reference, rows)


def _line(one: Message) -> Sequence[object]:
    return (
        one.organisation,
        one.name,
        one.job_role,
        one.medium.label,
        one.what.capitalize(),
        one.state.value,
        one.reason,
        _moment(one.written_at),
        _moment(one.sent_at),
        _moment(one.settled_at),
        _moment(one.acknowledged_at),
        one.how.value if one.how else None,
        one.passed_on,
        one.note,
    )


def _moment(value: datetime | None) -> str:
    return f"{value.astimezone(LONDON):%Y-%m-%d %H:%M}" if value else ""
