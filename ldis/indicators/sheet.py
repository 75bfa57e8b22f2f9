"""A table of figures: in long form, one to a line, or in wide form, a series to a line and a column a month. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeVar

from ldis.indicators.dictionary import WHOLE, Dictionary, Indicator, Release
from ldis.indicators.figures import ENGLAND, HERE, Said, Spot, Status, month_end
from ldis.indicators.reading import Unreadable, as_amount, as_month
from ldis.tables import Column, Fault, Row, Table

COLUMNS = (
    Column("indicator", "Indicator", True, "Its code or its title in the dictionary."),
    Column(
        "area", "Area", False, "One of your areas by name or code, or England; empty for the whole partnership."
    ),
    Column("part", "Part", False, "A part of its breakdown; empty for all."),
    Column(
        "ends_on", "Period ends", False, "A month, like 2026-03; in wide form each month has a column instead."
    ),
    Column("months", "Months", False, "The length of the period; as in the dictionary unless said."),
    Column("value", "Value", False, "A number."),
    Column("numerator", "Numerator", False, "Where a share came with it."),
    Column("denominator", "Denominator", False, "Where a share came with it."),
    Column("status", "Status", False, "Provisional unless said.", tuple(one.value for one in Status)),
    Column("release", "Release", False, "As in the dictionary unless said.", tuple(one.value for one in Release)),
    Column("source", "Source", False, "As in the dictionary unless said."),
    Column("note", "Note"),
    Column("method", "Method", False, "How an estimate was made, such as 2022-23."),
)
HEADINGS = {column.name: column.heading for column in COLUMNS}
ADVICE = (
    "One row for each figure, with the month that its period ends with.",
    "Or one row for each series, with a column for each month, headed like 2026-03 or Mar 2026.",
    "What is known already is changed; an empty cell changes nothing. What is worked out here is not taken in.",
)
MONTH_COLUMN = "month "
MONTH_HEADING = re.compile(r"(\d{4})-(\d{2})(-\d{2})?( 00:00:00)?")


@dataclass(frozen=True)
class Line:
    """One figure of a file, and the line it stands on."""

    line: int
    spot: Spot
    said: Said


@dataclass(frozen=True)
class Places:
    """The areas that a file may name, by name and code in small letters."""

    codes: Mapping[str, str]

    @classmethod
    def of(cls, areas: Mapping[str, str]) -> "Places":
        """From the partnership's areas, names by code."""
        known = {name.casefold(): code for code, name in areas.items()} | {code.casefold(): code for code in areas}
        return cls(known | {"": HERE, HERE: HERE, "england": ENGLAND, ENGLAND.casefold(): ENGLAND})


def month_columns(headings: Sequence[str]) -> list[Column]:
    """Columns for the headings that are months."""
    found = []
    for heading in headings:
        day = _as_month_heading(heading)
        if day is not None:
            found.append(Column(f"{MONTH_COLUMN}{day.isoformat()}", heading))
    return found


def read_figures(table: Table, dictionary: Dictionary, places: Places) -> tuple[list[Line], list[Fault]]:
    """The figures of a table, and what is wrong with it, by line."""
    lines: list[Line] = []
    faults = list(table.faults)
    seen: dict[Spot, int] = {}
    for row in table.rows:
        try:
            for one in _figures(row, dictionary, places):
                if one.spot in seen:
                    raise _Wrong("indicator", f"Line {seen[one.spot]} is about the same figure.")
                seen[one.spot] = row.line
                lines.append(one)
        except _Wrong as wrong:
            faults.append(Fault(row.line, wrong.column, wrong.sentence))
    return lines, sorted(faults, key=lambda fault: fault.line)


class _Wrong(Exception):
    """Something is wrong with a cell."""

    def __init__(self, name: str, sentence: str) -> None:
        super().__init__(sentence)
        self.column = HEADINGS.get(name, name.removeprefix(MONTH_COLUMN)[:7])
        self.sentence = sentence


def _figures(row: Row, dictionary: Dictionary, places: Places) -> Iterator[Line]:
    said = row.answers
    indicator = _indicator(said.get("indicator", ""), dictionary)
    area = places.codes.get(said.get("area", "").strip().casefold())
    if area is None:
        raise _Wrong("area", "This is none of your areas.")
    part = said.get("part", WHOLE).strip() or WHOLE
    if part not in indicator.parts:
        raise _Wrong("part", f"It has no such part. One of: {', '.join(indicator.parts)}.")
    for ends_on, words, column in _values(said):
        spot = Spot(indicator.code, area, part, ends_on, _months(said, indicator))
        yield Line(row.line, spot, _said(said, words, column, indicator))


def _values(said: Mapping[str, str]) -> Iterator[tuple[date, str, str]]:
    wide = [(name, words) for name, words in said.items() if name.startswith(MONTH_COLUMN)]
    for name, words in wide:
        yield date.fromisoformat(name.removeprefix(MONTH_COLUMN)), words, name
    if "value" in said:
        if "ends_on" not in said:
            raise _Wrong("ends_on", "Say the month that the period ends with, like 2026-03.")
        yield _read(as_month, said["ends_on"], "ends_on"), said["value"], "value"
    elif not wide:
        raise _Wrong("value", "Enter a number, or leave the whole line out.")


def _said(said: Mapping[str, str], words: str, column: str, indicator: Indicator) -> Said:
    numerator, denominator = (
        _read(as_amount, said[name], name) if name in said else None for name in ("numerator", "denominator")
    )
    return Said(
        value=_read(as_amount, words, column),
        numerator=numerator,
        denominator=denominator,
        status=_one_of(Status, said, "status", Status.PROVISIONAL),
        release=_one_of(Release, said, "release", indicator.release),
        source=(said.get("source") or indicator.source)[:200],
        note=said.get("note", "")[:300],
        method=said.get("method", "")[:60],
    )


Choice = TypeVar("Choice", bound=StrEnum)


def _one_of(kind: type[Choice], said: Mapping[str, str], name: str, unless_said: Choice) -> Choice:
    words = said.get(name, "").strip().lower()
    if words and words not in set(kind):
        raise _Wrong(name, f"One of: {', '.join(kind)}.")
    return kind(words) if words else unless_said


def _indicator(words: str, dictionary: Dictionary) -> Indicator:
    wanted = words.strip().casefold()
    for one in dictionary.indicators.values():
        if wanted in (one.code, one.title.casefold()):
            if one.worked is not None:
                raise _Wrong("indicator", "This is worked out here and not taken in.")
            return one
    raise _Wrong("indicator", "There is no such indicator in the dictionary.")


def _months(said: Mapping[str, str], indicator: Indicator) -> int:
    if "months" not in said:
        return indicator.months
    months = said["months"].strip()
    if not months.isdigit() or not 1 <= int(months) <= 60:
        raise _Wrong("months", "Enter a whole number of months from 1 to 60.")
    return int(months)


def _read(reader: Any, words: str, column: str) -> Any:
    try:
        return reader(words)
    except Unreadable as error:
        raise _Wrong(column, str(error)) from error


def _as_month_heading(heading: str) -> date | None:
    words = heading.strip()
    if (found := MONTH_HEADING.fullmatch(words)) and 1 <= int(found[2]) <= 12:
        return month_end(int(found[1]), int(found[2]))
    for pattern in ("%b %Y", "%B %Y", "%b-%y"):
        try:
            at = datetime.strptime(words, pattern)  # noqa: DTZ007 - a month has no zone
        except ValueError:
            continue
        return month_end(at.year, at.month)
    return None
