"""What a cell says, in words, whatever kind of cell it is. Pure."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TypeAlias

FORMULA = "This cell holds a formula. Paste the column again as values, so that we read what you see."
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
TIME_OF_DAY = re.compile(r"[T ]+[0-9]{1,2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?Z?$")
DAY_FIRST = re.compile(r"([0-9]{1,2})[ ./-]+([0-9]{1,2}|[A-Za-z]{3,9})[ ./-]+([0-9]{4})")


@dataclass(frozen=True)
class Unreadable:
    """A cell that holds something which is not a value, and what to do about it."""

    sentence: str


Cell: TypeAlias = str | Unreadable


def as_words(value: object) -> Cell:
    """What a cell of a spreadsheet says, as one would type it."""
    match value:
        case None:
            words: Cell = ""
        case bool():
            words = "yes" if value else "no"
        case float():
            words = f"{Decimal(repr(value)).normalize():f}"
        case datetime() if value.time() == time():
            words = value.date().isoformat()
        case datetime() | date() | time():
            words = value.isoformat()
        case timedelta():
            words = Unreadable("This cell holds a length of time. Write it as a number.")
        case _:
            words = as_text(str(value))
    return words


def as_text(text: str) -> Cell:
    """What a cell of text says. Text that a spreadsheet program would take for a formula is refused."""
    trimmed = text.strip()
    return Unreadable(FORMULA) if trimmed.startswith(("=", "@")) else trimmed


def as_day(text: str) -> str:
    """A day as it is written here (27/03/2026, 27 March 2026, 2026-03-27 14:05) in ISO form, the day first.

    What is not a day is given back as it is, for a schema to refuse.
    """
    day_alone = TIME_OF_DAY.sub("", text.strip())
    written = DAY_FIRST.fullmatch(day_alone)
    if written is None:
        return day_alone
    day, month, year = written.groups()
    number = MONTHS.index(month.lower()[:3]) + 1 if month.lower()[:3] in MONTHS else month
    return f"{year}-{int(number):02d}-{int(day):02d}" if str(number).isdigit() else text
