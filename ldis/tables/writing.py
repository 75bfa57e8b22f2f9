"""Files to take away: CSV and workbooks in which nothing can be taken for a formula."""

import codecs
import csv
import io
from collections.abc import Iterable, Sequence
from enum import StrEnum

import xlsxwriter

from ldis.tables.reading import Column

DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
DEEP = 5_000
AS_TEXT = "@"
CHOICES_AT_MOST = 255  # Excel's own limit for a list of choices written into the sheet

MARK = codecs.BOM_UTF8  # by which Excel knows that accents are UTF-8


class FileKind(StrEnum):
    """What a file is to be opened with."""

    CSV = "csv"
    WORKBOOK = "xlsx"


CSV_TYPE = "text/csv; charset=utf-8"
WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CONTENT_TYPES = {FileKind.CSV: CSV_TYPE, FileKind.WORKBOOK: WORKBOOK_TYPE}


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


def sheet_file(name: str, rows: Iterable[Sequence[object]]) -> bytes:
    """A workbook of one sheet, its first row the headings. Every cell is text, and stays text when it is edited."""
    written = io.BytesIO()
    with xlsxwriter.Workbook(written, {"constant_memory": True}) as book:
        head = book.add_format({"bold": True, "bottom": 1, "num_format": AS_TEXT})
        plain = book.add_format({"num_format": AS_TEXT})
        sheet = book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        for line, row in enumerate(rows):
            for place, cell in enumerate(row):
                if cell not in (None, ""):
                    sheet.write_string(line, place, str(cell), plain if line else head)
    return written.getvalue()


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
