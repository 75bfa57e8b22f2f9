"""Files to take away: CSV and workbooks in which nothing can be taken for a formula."""

import codecs
import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from enum import StrEnum

import odswriter
import xlsxwriter

from ldis.tables.reading import Column

DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
DEEP = 5_000
AS_TEXT = "@"
LONGEST_NAME = 31
NO_SHEET_NAME = re.compile(r"[\[\]:*?/\\]")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
CHOICES_AT_MOST = 255  # Excel's own limit for a list of choices written into the sheet

MARK = codecs.BOM_UTF8  # by which Excel knows that accents are UTF-8


class FileKind(StrEnum):
    """What a file is to be opened with."""

    CSV = "csv"
    WORKBOOK = "xlsx"
    OPEN_DOCUMENT = "ods"


CSV_TYPE = "text/csv; charset=utf-8"
WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OPEN_DOCUMENT_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
CONTENT_TYPES = {
    FileKind.CSV: CSV_TYPE,
    FileKind.WORKBOOK: WORKBOOK_TYPE,
    FileKind.OPEN_DOCUMENT: OPEN_DOCUMENT_TYPE,
}


def csv_file(rows: Iterable[Sequence[object]]) -> bytes:
    """A CSV file that Excel opens with its accents right and with no cell run as a formula."""
    return MARK + csv_lines(rows)


def csv_lines(rows: Iterable[Sequence[object]]) -> bytes:
    """Some lines of such a file, which begins with `MARK`: for one that is written while it is sent."""
    written = io.StringIO(newline="")
    csv.writer(written).writerows([_harmless(cell) for cell in row] for row in rows)
    return written.getvalue().encode()


def _harmless(cell: object) -> str:
    text = "" if cell is None else str(cell)
    return f"'{text}" if isinstance(cell, str) and text.startswith(DANGEROUS) else text


def workbook_file(name: str, columns: Sequence[Column], *, advice: Sequence[str]) -> bytes:
    """An empty table to fill in: its headings and choices on the first sheet, how to fill it in on the second."""
    written = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(written, options) as book:
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        table = book.add_worksheet(name)
        table.freeze_panes(1, 0)
        for place, column in enumerate(columns):
            table.set_column(place, place, max(12, len(column.heading) + 3))
            table.write_string(0, place, column.heading, head)
            if column.choices and len(",".join(column.choices)) <= CHOICES_AT_MOST:
                table.data_validation(1, place, DEEP, place, {"validate": "list", "source": list(column.choices)})
        _advise(book, head, columns, advice)
    return written.getvalue()


Rows = Iterable[Sequence[object]]


def file_of(kind: FileKind, sheets: Mapping[str, Rows]) -> bytes:
    """A file of some tables, each by its name, the first row of each its headings. A CSV file holds the first alone."""
    if kind is FileKind.CSV:
        return csv_file(next(iter(sheets.values())))
    return book_file(sheets) if kind is FileKind.WORKBOOK else open_document_file(sheets)


def sheet_file(name: str, rows: Rows) -> bytes:
    """A workbook of one sheet, its first row the headings. Every cell is text, and stays text when it is edited."""
    return book_file({name: rows})


def book_file(sheets: Mapping[str, Rows]) -> bytes:
    """A workbook. Numbers are numbers; every other cell is text, and stays text when it is edited."""
    written = io.BytesIO()
    with xlsxwriter.Workbook(written, {"constant_memory": True}) as book:
        head = book.add_format({"bold": True, "bottom": 1, "num_format": AS_TEXT})
        plain = book.add_format({"num_format": AS_TEXT})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(sheet_name(name))
            sheet.freeze_panes(1, 0)
            for line, row in enumerate(rows):
                for place, cell in enumerate(row):
                    if isinstance(cell, Decimal) and line:
                        sheet.write_number(line, place, float(cell))
                    elif cell not in (None, ""):
                        sheet.write_string(line, place, str(cell), plain if line else head)
    return written.getvalue()


def open_document_file(sheets: Mapping[str, Rows]) -> bytes:
    """The same as an OpenDocument spreadsheet."""
    written = io.BytesIO()
    with odswriter.writer(written) as book:
        for name, rows in sheets.items():
            sheet = book.new_sheet(sheet_name(name))
            for row in rows:
                sheet.writerow([cell if isinstance(cell, Decimal) else _or_empty(cell) for cell in row])
    return written.getvalue()


def sheet_name(name: str) -> str:
    """A name that Excel takes for a sheet: short, and without the signs that mean something to it."""
    return NO_SHEET_NAME.sub(" ", name).strip("' ")[:LONGEST_NAME].strip() or "Sheet"


def _or_empty(cell: object) -> str | None:
    """Text a spreadsheet may hold: XML has no place for control signs."""
    return CONTROL.sub(" ", str(cell)) if cell not in (None, "") else None


def _advise(
    book: xlsxwriter.Workbook, head: "xlsxwriter.format.Format", columns: Sequence[Column], advice: Sequence[str]
) -> None:
    sheet = book.add_worksheet("How to fill it in")
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 14)
    sheet.set_column(2, 2, 90)
    for line, sentence in enumerate(advice):
        sheet.write_string(line, 0, sentence)
    first = len(advice) + 1
    for place, words in enumerate(("Column", "Needed", "What to write")):
        sheet.write_string(first, place, words, head)
    for line, column in enumerate(columns, start=first + 1):
        hint = " ".join(
            filter(None, (column.hint, f"One of: {', '.join(column.choices)}." if column.choices else ""))
        )
        for place, words in enumerate((column.heading, "Yes" if column.required else "", hint)):
            sheet.write_string(line, place, words, wrapped)
