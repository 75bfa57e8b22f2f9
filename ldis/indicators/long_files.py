"""Long files of figures, taken in by the worker: read a piece at a time, looked at, then written all at once or not.

What is read waits in a table of its own, so that no more than a piece is held in memory, and so that what is wrong in
the last line changes nothing.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, cast, delete, func, insert, literal, or_, select, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.types import String

from ldis.audit import service as audit
from ldis.errors import Refusal
from ldis.indicators import service
from ldis.indicators.dictionary import Dictionary
from ldis.indicators.figures import Said, Spot
from ldis.indicators.models import Figure, FigureFile, Incoming, Reading, Revision
from ldis.indicators.sheet import COLUMNS, Line, Places, month_columns, read_figures
from ldis.people import queries as people
from ldis.tables import Fault, Table, headings_beside, pieces_of

MOST_ROWS = 100_000
MOST_FAULTS = 200
OF = tuple(Spot.__dataclass_fields__)
SAYS = tuple(Said.__dataclass_fields__)


@dataclass(frozen=True)
class Author:
    """Who handed the file in."""

    id: int
    name: str
    label: str
    partnership_id: int


def read(
    sessions: sessionmaker[Session], file_id: int, dictionary: Dictionary, *, told: Callable[[int], object] = int
) -> None:
    """Read a file into the waiting room and say what it would change. `told` hears how many rows are read."""
    with sessions.begin() as session:
        file = session.get(FigureFile, file_id)
        if file is None or file.reading is not Reading.WAITING:
            return
        session.execute(delete(Incoming).where(Incoming.file_id == file_id))
        content = file.content
        place = people.partnership_numbered(session, file.partnership_id)
        places = Places.of(place.area_names)
    faults: list[Fault] = []
    rows_read = 0
    try:
        for table, lines, wrong in _pieces(content, dictionary, places):
            faults += wrong[: MOST_FAULTS - len(faults)]
            rows_read += len(table.rows)
            with sessions.begin() as session:
                _wait(session, file_id, lines)
                session.execute(update(FigureFile).where(FigureFile.id == file_id).values(rows_read=rows_read))
            told(rows_read)
    except Refusal as refusal:
        faults.append(Fault(0, "", refusal.message))
    with sessions.begin() as session:
        _looked_at(session, session.get_one(FigureFile, file_id), faults)


def _looked_at(session: Session, file: FigureFile, faults: list[Fault]) -> None:
    """What the file would do and what is wrong with it, for a person to look at."""
    found = sorted([*faults, *_twice(session, file.id)], key=lambda one: one.line)
    file.faults = [[one.line, one.column, one.sentence] for one in found]
    file.new, file.changed = _count(session, file, _is_new()), _count(session, file, _is_changed())
    file.reading = Reading.READ


def take_in(
    sessions: sessionmaker[Session],
    file_id: int,
    dictionary: Dictionary,
    *,
    author: Author,
    why: str,
    now: datetime,
) -> None:
    """Write what waits: all of it in one transaction, or none of it with a sentence on the file."""
    try:
        with sessions.begin() as session:
            file = session.get(FigureFile, file_id, with_for_update=True)
            if file is None or file.reading is not Reading.TAKING_IN:
                return
            _write(session, file, dictionary, author=author, why=why, now=now)
            file.reading, file.content = Reading.TAKEN_IN, b""
            session.execute(delete(Incoming).where(Incoming.file_id == file_id))
    except Refusal as refusal:
        with sessions.begin() as session:
            held = session.get_one(FigureFile, file_id)
            held.reading, held.refused = Reading.READ, refusal.message


def _pieces(
    content: bytes, dictionary: Dictionary, places: Places
) -> Iterator[tuple[Table, list[Line], list[Fault]]]:
    columns = (*COLUMNS, *month_columns(headings_beside(content, COLUMNS)))
    for table in pieces_of(content, columns, most_rows=MOST_ROWS):
        yield table, *read_figures(table, dictionary, places)


def _wait(session: Session, file_id: int, lines: Sequence[Line]) -> None:
    rows = [{"file_id": file_id, "line": one.line, **vars(one.spot), **vars(one.said)} for one in lines]
    if rows:
        session.execute(insert(Incoming), rows)


def _twice(session: Session, file_id: int) -> list[Fault]:
    """The lines that are about a figure of which an earlier line speaks already."""
    of_it = [getattr(Incoming, name) for name in OF]
    first = func.min(Incoming.line).over(partition_by=of_it).label("first")
    place = func.row_number().over(partition_by=of_it, order_by=Incoming.line).label("place")
    numbered = select(Incoming.line, first, place).where(Incoming.file_id == file_id).subquery()
    rows = session.execute(
        select(numbered.c.line, numbered.c.first).where(numbered.c.place > 1).limit(MOST_FAULTS)
    )
    return [Fault(line, "Indicator", f"Line {earlier} is about the same figure.") for line, earlier in rows]


def _same() -> ColumnElement[bool]:
    return and_(
        FigureFile.partnership_id == Figure.partnership_id,
        *(getattr(Figure, name) == getattr(Incoming, name) for name in OF),
    )


def _is_new() -> ColumnElement[bool]:
    return Figure.id.is_(None)


def _is_changed() -> ColumnElement[bool]:
    differs = [getattr(Figure, name).is_distinct_from(getattr(Incoming, name)) for name in SAYS]
    return and_(Figure.id.is_not(None), or_(*differs))


def _among(file: FigureFile, which: ColumnElement[bool], *columns: Any) -> Select[Any]:
    """What waits of a file, beside the figures that are known."""
    return (
        select(*columns)
        .select_from(Incoming)
        .join(FigureFile, FigureFile.id == Incoming.file_id)
        .outerjoin(Figure, _same())
        .where(Incoming.file_id == file.id, which)
    )


def _count(session: Session, file: FigureFile, which: ColumnElement[bool]) -> int:
    return int(session.scalars(_among(file, which, func.count())).one())


def _write(
    session: Session, file: FigureFile, dictionary: Dictionary, *, author: Author, why: str, now: datetime
) -> None:
    service.hold_figures(session, partnership_id=author.partnership_id)
    waits = select(Incoming).where(Incoming.file_id == file.id)
    days = session.scalars(waits.with_only_columns(Incoming.ends_on).distinct()).all()
    service.refuse_locked(session, days, partnership_id=author.partnership_id)
    codes = session.scalars(waits.with_only_columns(Incoming.indicator).distinct()).all()
    file.new, file.changed = _count(session, file, _is_new()), _count(session, file, _is_changed())
    entered = {"entered_at": now, "entered_by": author.name, "entered_by_id": author.id}
    _keep_what_was(session, file, author=author, why=why, now=now)
    session.execute(
        update(Figure)
        .where(FigureFile.id == Incoming.file_id, Incoming.file_id == file.id, _same(), _is_changed())
        .values(version=Figure.version + 1, **{name: getattr(Incoming, name) for name in SAYS}, **entered)
        .execution_options(synchronize_session=False)
    )
    incoming = [getattr(Incoming, name) for name in (*OF, *SAYS)]
    by = [literal(author.partnership_id), literal(1), literal(now), literal(author.name), literal(author.id)]
    names = [*OF, *SAYS, "partnership_id", "version", "entered_at", "entered_by", "entered_by_id"]
    session.execute(insert(Figure).from_select(names, _among(file, _is_new(), *incoming, *by)))
    service.hide(session, dictionary=dictionary, partnership_id=author.partnership_id, now=now, indicators=codes)
    audit.record(
        session,
        "figures written",
        f"partnership/{author.partnership_id}",
        actor=author.label,
        partnership_id=author.partnership_id,
        detail={"new": file.new, "changed": file.changed, "why": why, "file": file.file_name},
    )


def _keep_what_was(session: Session, file: FigureFile, *, author: Author, why: str, now: datetime) -> None:
    def as_json(kind: type[Figure | Incoming]) -> Any:
        pairs = [one for name in SAYS for one in (literal(name), cast(getattr(kind, name), String))]
        return cast(func.json_build_object(*pairs), JSONB)

    was = _among(
        file,
        _is_changed(),
        Figure.id,
        literal(now),
        literal(author.name),
        as_json(Figure),
        as_json(Incoming),
        literal(why),
    )
    session.execute(insert(Revision).from_select(["figure_id", "at", "by", "before", "after", "why"], was))
