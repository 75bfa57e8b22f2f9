"""Papers that people take into a meeting: blocks of text, tables and charts, as a page, a tagged PDF or for Word.

A stage says what stands in a paper; the same blocks make every form of it, so that none can say anything else. Text
that people typed is Markdown and becomes blocks: no HTML of theirs is ever passed on.

May import nothing else of ours.
"""

from ldis.papers.blocks import (
    Block,
    Bullets,
    Heading,
    Paper,
    Paragraph,
    Picture,
    Style,
    Table,
    Words,
    drawn,
    from_json,
    kind_of,
    plain,
    to_json,
)
from ldis.papers.markdown import blocks_of
from ldis.papers.pdf import as_pdf
from ldis.papers.word import WORD_TYPE, as_docx

PDF_TYPE = "application/pdf"

__all__ = [
    "PDF_TYPE",
    "WORD_TYPE",
    "Block",
    "Bullets",
    "Heading",
    "Paper",
    "Paragraph",
    "Picture",
    "Style",
    "Table",
    "Words",
    "as_docx",
    "as_pdf",
    "blocks_of",
    "drawn",
    "from_json",
    "kind_of",
    "plain",
    "to_json",
]
