"""A file as a table: its headings matched with the columns that are asked for, its rows with their lines."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from ldis.errors import Invalid
from ldis.tables import csv_text, workbook
from ldis.tables.words import Cell, Unreadable

MOST_BYTES = 5 * 1024 * 1024
MOST_ROWS = 5_000
UNNAMED = "There is something in a column that has no heading"


@dataclass(frozen=True)
class Column:
    """A column that is read: what its cells are called further in, its heading, and what to write in it."""

    name: str
    heading: str
    required: bool = False
    hint: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Fault:
    """Something that is wrong in a file: on which line, in which column (none: the whole line), and what."""

    line: int
    column: str
    sentence: str


@dataclass(frozen=True)
class Row:
    """One line of a file: what it says by the columns' names. Empty cells are left out."""

    line: int
    answers: Mapping[str, str]


@dataclass(frozen=True)
class Table:
    """What a file holds: rows, cells that cannot be read, and headings that nobody asked for."""

    rows: tuple[Row, ...]
    faults: tuple[Fault, ...] = ()
    passed_over: tuple[str, ...] = ()


class TooLong(Invalid):
    """A file with more rows than are read at once."""


def read_table(content: bytes, columns: Sequence[Column]) -> Table:
    """The table in a CSV file or a workbook. Raises Invalid, with a sentence, for a file that is not one."""
    headings, places, rest = _begun(content, columns, at_most=MOST_ROWS + 2)  # the headings, and one row too many
    return _Reader(places, headings).read(rest)


def headings_beside(content: bytes, columns: Sequence[Column]) -> Sequence[str]:
    """The headings of a file that nobody asked for."""
    return _begun(content, columns, at_most=2)[0].passed_over


def pieces_of(content: bytes, columns: Sequence[Column], *, most_rows: int, size: int = 1_000) -> Iterator[Table]:
    """A long file some rows at a time, so that no more of it is held than that. Raises Invalid as `read_table`."""
    headings, places, rest = _begun(content, columns, at_most=most_rows + 2)
    read = 0
    while piece := list(islice(rest, size)):
        read += len(piece)
        if read > most_rows:
            raise TooLong({"file": [f"This file has more than {most_rows:,} rows. Send it in parts."]})
        yield _Reader(places, headings).read(piece)


def _begun(
    content: bytes, columns: Sequence[Column], *, at_most: int
) -> tuple["_Headings", dict[int, Column], Iterator[tuple[int, Sequence[Cell]]]]:
    """The headings of a file, their places, and the lines below them."""
    if len(content) > MOST_BYTES:
        raise Invalid({"file": ["This file is larger than 5 MB. Send it in parts."]})
    if not content.strip():
        raise Invalid({"file": ["This file is empty."]})
    headings = _Headings(columns)
    if workbook.is_workbook(content):
        lines = workbook.lines_of(content, at_most=at_most)
    else:
        lines = csv_text.lines_of(content, headings.known_among)
    rest = (line for line in lines if any(cell != "" for cell in line[1]))
    head = next(rest, None)
    if head is None:
        raise Invalid({"file": ["This file is empty."]})
    places = headings.read(head[1])
    return headings, places, rest


class _Headings:
    """The headings that are known, however they are cased and spaced."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self._columns = columns
        self._known = {_plain(words): column for column in columns for words in (column.name, column.heading)}
        self.passed_over: list[str] = []
        self.named: set[int] = set()

    def known_among(self, cells: Sequence[str]) -> int:
        """How many of these cells are headings that are known."""
        return sum(_plain(cell) in self._known for cell in cells)

    def read(self, cells: Sequence[Cell]) -> dict[int, Column]:
        """Which column stands at which place. Raises Invalid where one is missing or stands twice."""
        written = {place: cell for place, cell in enumerate(cells) if cell and isinstance(cell, str)}
        found = {place: self._known.get(_plain(heading)) for place, heading in written.items()}
        places = {place: column for place, column in found.items() if column is not None}
        self.named = set(written)
        self.passed_over = [heading for place, heading in written.items() if place not in places]
        wrong = self._wrong_with(list(places.values()), width=max(written, default=0) + 1)
        if wrong:
            raise Invalid({"file": wrong})
        return places

    def _wrong_with(self, columns: Sequence[Column], *, width: int) -> list[str]:
        if not columns:
            return ["We know none of the headings in the first line. Begin with the template."]
        missing = [column for column in self._columns if column.required and column not in columns]
        twice = [column for column in self._columns if columns.count(column) > 1]
        return [
            *(f"The column “{column.heading}” is missing." for column in missing),
            *(f"The column “{column.heading}” stands there twice." for column in twice),
            *([f"There are more than {workbook.MOST_COLUMNS} columns."] if width > workbook.MOST_COLUMNS else []),
        ]


@dataclass
class _Reader:
    """Takes the rows one by one, and notes what is wrong."""

    places: Mapping[int, Column]
    headings: _Headings
    rows: list[Row] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def read(self, lines: Iterable[tuple[int, Sequence[Cell]]]) -> Table:
        """Every row below the headings."""
        for line, cells in lines:
            if len(self.rows) == MOST_ROWS:
                raise TooLong({"file": [f"This file has more than {MOST_ROWS:,} rows. Send it in parts."]})
            self.rows.append(Row(line, dict(self._answers(line, cells))))
        if not self.rows:
            raise Invalid({"file": ["There are headings in this file, but no rows below them."]})
        return Table(tuple(self.rows), tuple(self.faults), tuple(self.headings.passed_over))

    def _answers(self, line: int, cells: Sequence[Cell]) -> Iterator[tuple[str, str]]:
        for place, cell in enumerate(cells):
            column = self.places.get(place)
            if column is None:
                if cell and place not in self.headings.named:
                    self.faults.append(Fault(line, "", f"{UNNAMED} (column {place + 1})."))
            elif isinstance(cell, Unreadable):
                self.faults.append(Fault(line, column.heading, cell.sentence))
            elif cell:
                yield column.name, cell


def _plain(heading: str) -> str:
    return "".join(sign for sign in heading.casefold() if sign.isalnum())
