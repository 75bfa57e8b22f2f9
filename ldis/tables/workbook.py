"""Excel workbooks (.xlsx): the first sheet, read without running anything that is in it."""

import io
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook

from ldis.errors import Invalid
from ldis.tables.words import FORMULA, Cell, Unreadable, as_words

MOST_UNPACKED = 50 * 1024 * 1024
MOST_PARTS = 1_000
MOST_COLUMNS = 60

ZIPPED = b"PK\x03\x04"
OLD_OFFICE = b"\xd0\xcf\x11\xe0"

BROKEN = (
    "This workbook cannot be read. Open it, save it again as an Excel workbook (.xlsx) or as CSV, and try again."
)
OLD = "This is an older or a password-protected file. Save it as an Excel workbook (.xlsx) without a password."
NO_WORKBOOK = "This is not an Excel workbook. Save it as an Excel workbook (.xlsx) or as CSV."
TOO_MUCH = "This workbook unpacks to far more than a table holds. Copy the table into a new workbook."

UNREADABLE = (
    AttributeError,
    EOFError,
    IndexError,
    KeyError,
    NotImplementedError,
    OSError,
    OverflowError,
    ParseError,
    RuntimeError,
    TypeError,
    ValueError,
    zipfile.BadZipFile,
    zlib.error,
)
"""What openpyxl and the libraries below it raise over files that are broken, encrypted or made up."""


def is_workbook(content: bytes) -> bool:
    """Whether a file is one of Office's: a zip archive, or one of the kind before that."""
    return content.startswith((ZIPPED, OLD_OFFICE))


def lines_of(content: bytes, *, at_most: int) -> Iterator[tuple[int, Sequence[Cell]]]:
    """The lines of the first sheet that hold anything, each with its number; no more than asked for are read."""
    if content.startswith(OLD_OFFICE):
        raise Invalid({"file": [OLD]})
    try:
        _look_inside(content)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions that are not read
            book = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
            sheet = book.worksheets[0]
            sheet.reset_dimensions()
            yield from islice(_filled(sheet.iter_rows(max_col=MOST_COLUMNS + 1)), at_most)
    except UNREADABLE as error:
        raise Invalid({"file": [BROKEN]}) from error


def _look_inside(content: bytes) -> None:
    """Refuse, before anything is unpacked, what is no workbook or would fill the memory."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
        if "xl/workbook.xml" not in {part.filename for part in parts}:
            raise Invalid({"file": [NO_WORKBOOK]})
        if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
            raise Invalid({"file": [TOO_MUCH]})


def _filled(rows: Iterable[Sequence[Any]]) -> Iterator[tuple[int, Sequence[Cell]]]:
    for number, row in enumerate(rows, start=1):
        cells = [_words_of(cell) for cell in row]
        if any(cell != "" for cell in cells):
            yield number, cells


def _words_of(cell: Any) -> Cell:
    kind = getattr(cell, "data_type", "n")
    if kind == "f":
        return Unreadable(FORMULA)
    if kind == "e":
        return Unreadable(f"This cell holds an error, {cell.value}. Correct it in the spreadsheet.")
    return as_words(cell.value)
