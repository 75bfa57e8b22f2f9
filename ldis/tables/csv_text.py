"""CSV files, in the encodings and with the separators that laboratories' programs write."""

import csv
import io
from collections.abc import Callable, Iterator, Sequence

from ldis.errors import Invalid
from ldis.tables.words import Cell, as_text

MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
SEPARATORS = ",;\t|"

NO_TABLE = "This file is not a table that we can read. Save it as an Excel workbook (.xlsx) or as CSV."

Lines = Iterator[tuple[int, Sequence[Cell]]]


def lines_of(content: bytes, knows: Callable[[Sequence[str]], int]) -> Lines:
    """Each line with its number, as a spreadsheet program would number it.

    `knows` says how many headings of a line are known: the separator that makes most of them is the one.
    """
    text = decoded(content)
    first = next((line for line in text.splitlines() if line.strip(SEPARATORS + " ")), "")
    separator = max(SEPARATORS, key=lambda sign: knows(first.replace('"', "").split(sign)))
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    number = 0
    try:
        for number, row in enumerate(rows, start=1):
            yield number, [as_text(cell) for cell in row]
    except csv.Error as error:
        what = "holds far too long a cell" if "limit" in str(error) else "cannot be read"
        check = "Check its quotation marks, or save the file as an Excel workbook (.xlsx)."
        raise Invalid({"file": [f"Line {number + 1} {what}. {check}"]}) from error


def decoded(content: bytes) -> str:
    """The text of a file in UTF-8, UTF-16 or the code page of Windows."""
    for encoding in _encodings(content):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise Invalid({"file": [NO_TABLE]})


def _encodings(content: bytes) -> Iterator[str]:
    marked = [encoding for mark, encoding in MARKS if content.startswith(mark)]
    if marked:
        return iter(marked)
    if b"\x00" in content[:2]:  # an ASCII sign of UTF-16 without its mark
        return iter(["utf-16-be" if content[0] == 0 else "utf-16-le"])
    return iter(["utf-8", "cp1252"])
