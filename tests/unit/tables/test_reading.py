"""Files as tables: whatever a program writes is read as it was meant, or refused with a sentence."""

import csv
import io
import zipfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from ldis.errors import Invalid
from ldis.tables import MOST_BYTES, MOST_ROWS, Column, as_day, csv_file, read_table, workbook_file
from ldis.tables.words import FORMULA

COLUMNS = (
    Column("sample", "Sample reference", required=True),
    Column("quantity", "Quantity"),
    Column("note", "Note"),
)


def workbook(*rows: Sequence[Any], write: Callable[[Any, Any], None] | None = None) -> bytes:
    """A workbook as Excel writes it; `write` adds what rows of plain values cannot say."""
    written = io.BytesIO()
    with xlsxwriter.Workbook(written, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        for line, row in enumerate(rows):
            sheet.write_row(line, 0, row)
        if write:
            write(book, sheet)
    return written.getvalue()


def refusal(content: bytes) -> str:
    with pytest.raises(Invalid) as refused:
        read_table(content, COLUMNS)
    return " ".join(refused.value.errors["file"])


WRITTEN = "Sample reference,Quantity,Note\nS-1,2.5,llwybr â Ŵ\n"


@pytest.mark.parametrize(
    "content",
    [
        WRITTEN.encode(),
        WRITTEN.encode("utf-8-sig"),
        WRITTEN.encode("utf-16"),
        WRITTEN.encode("utf-16-le"),
        WRITTEN.encode("utf-16-be"),
        b"\xff\xfe" + WRITTEN.encode("utf-16-le"),
        WRITTEN.replace(",", ";").encode(),
        WRITTEN.replace(",", "\t").encode("utf-16"),
        WRITTEN.replace("\n", "\r\n").encode(),
        WRITTEN.replace("\n", "\r").encode(),
        b"\n\n,,\n" + WRITTEN.encode(),
        WRITTEN.replace("Sample reference", "sample_REFERENCE ").encode(),
        '"Sample reference","Quantity","Note"\n"S-1","2.5","llwybr â Ŵ"'.encode(),
        workbook(["Sample reference", "Quantity", "Note"], ["S-1", 2.5, "llwybr â Ŵ"]),
        workbook(["Note", " Quantity", "sample"], ["llwybr â Ŵ", "2.5", " S-1 "]),
    ],
)
def test_a_table_is_read_in_every_encoding_and_with_every_separator(content: bytes) -> None:
    (row,) = read_table(content, COLUMNS).rows
    assert row.answers == {"sample": "S-1", "quantity": "2.5", "note": "llwybr â Ŵ"}


def test_the_code_page_of_windows_is_read() -> None:
    (row,) = read_table("sample,note\nS-1,£5 – “café”".encode("cp1252"), COLUMNS).rows
    assert row.answers["note"] == "£5 – “café”"


def test_lines_are_numbered_as_a_spreadsheet_program_numbers_them() -> None:
    text = 'sample,note\nS-1,"two\nlines"\n\nS-2,\n,,\nS-3,x'
    assert [row.line for row in read_table(text.encode(), COLUMNS).rows] == [2, 4, 6]
    book = workbook(["sample"], ["S-1"], [], ["S-2"], [None], ["S-3"])
    assert [row.line for row in read_table(book, COLUMNS).rows] == [2, 4, 6]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (12, "12"),
        (12.0, "12"),
        (0.1, "0.1"),
        (1e-7, "0.0000001"),
        (123456789012, "123456789012"),
        (True, "yes"),
        (datetime(2026, 3, 4), "2026-03-04"),
        (datetime(2026, 3, 4, 14, 5), "2026-03-04T14:05:00"),
        (date(2026, 3, 4), "2026-03-04"),
        (time(14, 5), "14:05:00"),
        (" 007 ", "007"),
        ("-", "-"),
        ("+44", "+44"),
    ],
)
def test_a_cell_of_a_workbook_says_what_one_would_type(value: Any, words: str) -> None:
    def write(book: Any, sheet: Any) -> None:
        if isinstance(value, (datetime, date, time)):
            kind = "hh:mm:ss" if isinstance(value, time) else "d/m/yyyy h:mm"
            sheet.write_datetime(1, 2, value, book.add_format({"num_format": kind}))
        else:
            sheet.write(1, 2, value)

    (row,) = read_table(workbook(["sample", "quantity", "note"], ["S-1"], write=write), COLUMNS).rows
    assert row.answers["note"] == words


def test_formulas_and_errors_are_refused_cell_by_cell_and_never_worked_out() -> None:
    def write(book: Any, sheet: Any) -> None:
        sheet.write_formula(1, 1, "=1+1", None, 2)
        sheet.write_formula(2, 1, '=WEBSERVICE("http://example.org/")', None, "x")
        sheet.write_array_formula(3, 1, 3, 1, "{=SUM(A1:A2)}", None, 3)
        sheet.write_string(4, 1, "=cmd|' /C calc'!A0")
        sheet.write_datetime(5, 1, timedelta(hours=5), book.add_format({"num_format": "[h]:mm"}))

    table = read_table(workbook(["sample", "quantity"], *([f"S-{n}"] for n in range(5)), write=write), COLUMNS)
    assert [(fault.line, fault.column) for fault in table.faults] == [(line, "Quantity") for line in range(2, 7)]
    assert {fault.sentence for fault in table.faults[:4]} == {FORMULA}
    assert all("quantity" not in row.answers for row in table.rows)
    text = read_table(b"sample,quantity\nS-1,=1+1\n@SUM(A1),2\n", COLUMNS)
    assert [(fault.line, fault.column) for fault in text.faults] == [(2, "Quantity"), (3, "Sample reference")]


def test_an_error_in_a_cell_is_named() -> None:
    book = workbook(["sample", "quantity"], ["S-1"])
    table = read_table(
        edited(
            book,
            "xl/worksheets/sheet1.xml",
            b"</row></sheetData>",
            b'<c r="B2" t="e"><v>#N/A</v></c></row></sheetData>',
        ),
        COLUMNS,
    )
    assert [(fault.line, fault.sentence) for fault in table.faults] == [
        (2, "This cell holds an error, #N/A. Correct it in the spreadsheet.")
    ]


def test_headings_that_nobody_asked_for_are_named_and_a_column_without_one_is_a_fault() -> None:
    table = read_table(b"sample,colour,\nS-1,blue,\nS-2,,lost\n", COLUMNS)
    assert table.passed_over == ("colour",)
    assert [(fault.line, fault.sentence) for fault in table.faults] == [
        (3, "There is something in a column that has no heading (column 3).")
    ]


def edited(book: bytes, name: str, old: bytes, new: bytes) -> bytes:
    """A workbook with something in one of its parts replaced."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as before, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as after:
        for part in before.infolist():
            content = before.read(part)
            after.writestr(part.filename, content.replace(old, new) if part.filename == name else content)
    return written.getvalue()


def zipped(**parts: bytes) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return written.getvalue()


GOOD = workbook(["sample"], ["S-1"])
LAUGHS = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "' + b"&a;" * 100 + b'"><!ENTITY c "' + b"&b;" * 100 + b'">]>'

REFUSED: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "This file is empty."),
    "white space": (b" \r\n\t ", "This file is empty."),
    "commas": (b",,,\n,,\n", "This file is empty."),
    "headings alone": (b"sample,quantity\n", "no rows below"),
    "no heading we know": (b"name,colour\nx,y\n", "We know none of the headings"),
    "a missing column": (b"quantity,note\n1,x\n", "The column “Sample reference” is missing."),
    "a column twice": (b"sample,Sample reference\n1,2\n", "stands there twice"),
    "a picture": (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "not a table"),
    "a document of Word": (zipped(word__document_xml=b"<x/>"), "not an Excel workbook"),
    "a zip of something": (zipped(a_txt=b"sample"), "not an Excel workbook"),
    "the beginning of a workbook": (GOOD[:400], "cannot be read"),
    "a workbook with a hole": (GOOD[:1500] + b"\x00" * 200 + GOOD[1700:], "cannot be read"),
    "a workbook without its sheet": (
        edited(GOOD, "xl/_rels/workbook.xml.rels", b"worksheets/sheet1.xml", b"worksheets/none.xml"),
        "cannot be read",
    ),
    "a workbook with entities": (
        edited(GOOD, "xl/sharedStrings.xml", b"<sst", LAUGHS + b"<sst"),
        "cannot be read",
    ),
    "an old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 500, "older or a password-protected file"),
    "a workbook that unpacks to a gigabyte": (
        zipped(xl__workbook_xml=b"<x/>", xl__media__a_bin=b"\x00" * (51 * 1024**2)),
        "far more than a table holds",
    ),
    "a workbook of a thousand parts": (
        zipped(xl__workbook_xml=b"<x/>", **{f"p{n}": b"" for n in range(1001)}),
        "far more than a table holds",
    ),
    "half a quotation": (b'sample,note\nS-1,"half\n', "Line 2 cannot be read"),
    "NULs": (b"sample,note\nS-1,a\x00b\n", "not a table"),
    "more bytes than allowed": (b"sample\n" + b"x\n" * (MOST_BYTES // 2), "larger than 5 MB"),
    "more rows than allowed": (b"sample\n" + b"x\n" * (MOST_ROWS + 1), "more than 5,000 rows"),
    "more rows than allowed in a workbook": (
        workbook(["sample"], *(["x"] for _ in range(MOST_ROWS + 1))),
        "more than 5,000 rows",
    ),
    "more columns than allowed": (
        workbook(["sample", *(f"c{n}" for n in range(70))], ["x"]),
        "more than 60 columns",
    ),
}


@pytest.mark.parametrize(("content", "words"), REFUSED.values(), ids=REFUSED)
def test_a_file_that_is_no_table_is_refused_with_a_sentence(content: bytes, words: str) -> None:
    assert words in refusal(content)


def test_the_largest_table_that_is_allowed_is_read() -> None:
    assert len(read_table(b"sample\n" + b"x\n" * MOST_ROWS, COLUMNS).rows) == MOST_ROWS


@given(st.binary(max_size=300))
def test_no_bytes_do_more_than_be_refused(content: bytes) -> None:
    for start in (b"", b"sample,note\n", b"PK\x03\x04", b"\xff\xfe"):
        with suppress(Invalid):
            read_table(start + content, COLUMNS)


@given(st.integers(0, len(GOOD) - 1), st.binary(min_size=1, max_size=8))
def test_no_damage_to_a_workbook_does_more_than_have_it_refused(place: int, damage: bytes) -> None:
    with suppress(Invalid):
        read_table(GOOD[:place] + damage + GOOD[place + len(damage) :], COLUMNS)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("27/03/2026", "2026-03-27"),
        ("3/4/2026", "2026-04-03"),
        ("27.3.2026 14:05", "2026-03-27"),
        ("27-03-2026", "2026-03-27"),
        ("27 March 2026", "2026-03-27"),
        ("27 Mar 2026", "2026-03-27"),
        ("2026-03-27", "2026-03-27"),
        ("2026-03-27T14:05:00", "2026-03-27"),
        ("2026-03-27T14:05:00.123Z", "2026-03-27"),
        ("3/27/2026", "2026-27-03"),
        ("27/03/26", "27/03/26"),
        ("27 Brumaire 2026", "27 Brumaire 2026"),
        ("soon", "soon"),
        ("", ""),
    ],
)
def test_a_day_is_read_the_day_first_and_nothing_is_guessed(written: str, meant: str) -> None:
    assert as_day(written) == meant


def test_what_is_handed_out_holds_no_formula() -> None:
    rows = [["=1+1", "+44", "-1", "@x", "\tx", "plain", -1, None, "é"]]
    written = csv_file(rows)
    assert written.startswith(b"\xef\xbb\xbf")
    (row,) = csv.reader(io.StringIO(written.decode("utf-8-sig")))
    assert row == ["'=1+1", "'+44", "'-1", "'@x", "'\tx", "plain", "-1", "", "é"]


def test_the_template_is_a_table_with_every_column_and_no_rows() -> None:
    columns = (*COLUMNS, Column("stage", "Stage", choices=("one", "two")))
    assert "no rows below" in refusal(workbook_file("Results", columns, advice=["Read this."]))
    assert b"Read this." in zipfile.ZipFile(
        io.BytesIO(workbook_file("Results", columns, advice=["Read this."]))
    ).read("xl/sharedStrings.xml")
