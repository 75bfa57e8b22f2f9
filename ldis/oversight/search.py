"""From what a person asks to entries of the audit record, put so that a person can read them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from ldis.audit import queries as audit
from ldis.audit import service as record
from ldis.audit.models import AuditEntry
from ldis.audit.queries import Search
from ldis.casefile.names import name_of_reference
from ldis.oversight.schemas import Asked
from ldis.people import queries as people
from ldis.tables import MARK, csv_lines
from ldis.worktime import LONDON

AT_ONCE = 50
PIECE = 1000
MOST_EXPORTED = 100_000
COLUMNS = ("Entry", "At", "Who", "Name", "What", "About", "Detail", "Digest")


@dataclass(frozen=True)
class Line:
    """An entry with the name of whoever it names."""

    entry: AuditEntry
    name: str


def understood(session: Session, asked: Asked, *, partnership_id: int) -> Search:
    """What is asked, with references as the record names things, and days as moments."""
    about = asked.about.strip()
    return Search(
        actor=asked.who,
        action=asked.action.strip(),
        about=name_of_reference(session, about, partnership_id=partnership_id) or about,
        since=_start_of(asked.from_day) if asked.from_day else None,
        until=_start_of(asked.to_day + timedelta(days=1)) if asked.to_day else None,
        after=_place(asked.after),
    )


def lines(session: Session, search: Search, *, partnership_id: int, at_most: int = AT_ONCE) -> Sequence[Line]:
    """The entries that are looked for, the newest first."""
    found = audit.search(session, search, partnership_id=partnership_id, at_most=at_most)
    names = names_here(session, partnership_id=partnership_id)
    return [Line(entry, names.get(entry.actor, "")) for entry in found]


def names_here(session: Session, *, partnership_id: int) -> Mapping[str, str]:
    """How the record names each person of the partnership, and what they are called."""
    return {one.label: one.name for one in people.people_of(session, partnership_id=partnership_id)}


def record_export(session: Session, asked: Asked, *, actor: str, partnership_id: int) -> None:
    """Write down who takes the record away, before anything is sent."""
    given = {name: str(value) for name, value in vars(asked).items() if value}
    record.record(
        session,
        "audit record exported",
        f"partnership/{partnership_id}",
        actor=actor,
        partnership_id=partnership_id,
        detail={"filters": given},
    )


def file_of(session: Session, search: Search, *, partnership_id: int) -> Iterator[bytes]:
    """The entries as a CSV file, piece by piece, the newest first."""
    yield MARK + csv_lines([COLUMNS])
    after, sent = search.after, 0
    while sent < MOST_EXPORTED:
        found = lines(session, search.from_place(after), partnership_id=partnership_id, at_most=PIECE)
        yield csv_lines(_cells(line) for line in found)
        sent += len(found)
        if len(found) < PIECE:
            return
        after = (found[-1].entry.lane, found[-1].entry.position)


def _cells(line: Line) -> Sequence[object]:
    entry = line.entry
    return (
        entry.place,
        entry.at.astimezone(LONDON).isoformat(timespec="seconds"),
        entry.actor,
        line.name,
        entry.action,
        entry.about,
        in_words(entry.detail),
        entry.digest,
    )


def in_words(detail: Mapping[str, object]) -> str:
    """What an entry holds besides, in a line."""
    return "; ".join(f"{name.replace('_', ' ')}: {value}" for name, value in detail.items())


def in_short(detail: Mapping[str, object]) -> str:
    """The same for a page, with as much of a digest as it takes to know it again."""
    return re.sub(r"\b([0-9a-f]{16})[0-9a-f]{48}\b", r"\1…", in_words(detail))


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=LONDON)


def _place(after: str) -> tuple[int, int] | None:
    lane, dash, position = after.partition("-")
    return (int(lane), int(position)) if dash else None
