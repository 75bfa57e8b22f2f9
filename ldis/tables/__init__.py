"""Tables that people hand in and take away: CSV files and spreadsheets, as rows of plain words.

It knows nothing of what a column means: a stage says which columns it reads, and gets each row with its line, and
each cell that cannot be read with a sentence. Nothing of a file is ever run: a formula is refused, not worked out.

May import `ldis.errors` and nothing else of ours.
"""

from ldis.tables.reading import (
    MOST_BYTES,
    MOST_ROWS,
    Column,
    Fault,
    Row,
    Table,
    TooLong,
    headings_beside,
    pieces_of,
    read_table,
)
from ldis.tables.words import as_day
from ldis.tables.writing import (
    CONTENT_TYPES,
    CSV_TYPE,
    MARK,
    WORKBOOK_TYPE,
    FileKind,
    csv_file,
    csv_lines,
    file_of,
    sheet_file,
    workbook_file,
)

__all__ = [
    "CONTENT_TYPES",
    "CSV_TYPE",
    "MARK",
    "MOST_BYTES",
    "MOST_ROWS",
    "WORKBOOK_TYPE",
    "Column",
    "Fault",
    "FileKind",
    "Row",
    "Table",
    "TooLong",
    "as_day",
    "csv_file",
    "csv_lines",
    "file_of",
    "headings_beside",
    "pieces_of",
    "read_table",
    "sheet_file",
    "workbook_file",
]
