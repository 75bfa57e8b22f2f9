"""A paper as a file for Word: real headings, tables with a repeated heading row, pictures with their words."""

import io
from datetime import UTC, datetime
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from ldis.papers.blocks import Block, Bullets, Heading, Line, Paper, Paragraph, Picture, Style, Table
from ldis.papers.pdf import as_png

WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
LETTERS, INK = "Arial", RGBColor(0x0B, 0x0C, 0x0C)
MARGIN = Cm(2)


def as_docx(paper: Paper) -> bytes:
    """The paper as a Word file."""
    document = Document()
    _style(document, paper)
    document.add_heading(paper.title, level=0)
    for name, said in paper.facts:
        paragraph = document.add_paragraph()
        paragraph.add_run(f"{name}: ").bold = True
        paragraph.add_run(said)
    for block in paper.blocks:
        _add(document, block)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def _style(document: Any, paper: Paper) -> None:
    about = document.core_properties
    about.title, about.author, about.language = paper.title, paper.author, "en-GB"
    about.created = about.modified = datetime(2000, 1, 1, tzinfo=UTC)  # the same paper is the same file
    for name in (
        "Normal",
        "Title",
        "Heading 1",
        "Heading 2",
        "Heading 3",
        "List Bullet",
        "List Number",
        "Caption",
    ):
        style = document.styles[name]
        style.font.name, style.font.color.rgb = LETTERS, INK
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:ascii"), LETTERS)
    document.styles["Normal"].font.size = Pt(11)
    document.styles["Title"].font.size = Pt(24)
    section = document.sections[0]
    width, height = (Cm(29.7), Cm(21)) if paper.landscape else (Cm(21), Cm(29.7))
    section.orientation = WD_ORIENT.LANDSCAPE if paper.landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = width, height
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = MARGIN


def _add(document: Any, block: Block) -> None:
    match block:
        case Heading():
            document.add_heading(block.text, level=block.level - 1)
        case Paragraph():
            _write(document.add_paragraph(), block.words)
        case Bullets():
            for depth, words in block.lines:
                paragraph = document.add_paragraph(style="List Number" if block.ordered else "List Bullet")
                paragraph.paragraph_format.left_indent = Cm(0.8 * (depth + 1))
                _write(paragraph, words)
        case Table():
            _add_table(document, block)
        case Picture():
            document.add_paragraph(block.title, style="Caption").paragraph_format.keep_with_next = True
            document.add_picture(io.BytesIO(as_png(block.svg)), width=Cm(16))
            named = document.inline_shapes[-1]._inline.docPr
            named.set("descr", block.description)
            named.set("title", block.title)


def _write(paragraph: Any, words: Line) -> None:
    for one in words:
        if one.href:
            _link(paragraph, one.text, one.href)
        else:
            run = paragraph.add_run(one.text)
            run.bold, run.italic = one.style is Style.STRONG or None, one.style is Style.EMPHASIS or None


def _link(paragraph: Any, text: str, href: str) -> None:
    run = paragraph.add_run(text)
    run.underline = True
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), paragraph.part.relate_to(href, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    link.append(run._r)
    paragraph._p.append(link)


def _add_table(document: Any, block: Table) -> None:
    if block.caption:
        document.add_paragraph(block.caption, style="Caption").paragraph_format.keep_with_next = True
    table = document.add_table(rows=0, cols=len(block.head), style="Table Grid")
    for number, row in enumerate((block.head, *block.rows)):
        cells = table.add_row().cells
        for place, text in enumerate(row):
            paragraph = cells[place].paragraphs[0]
            run = paragraph.add_run(text)
            run.bold, run.font.size = number == 0 or None, Pt(9.5)
            if place in block.numeric:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    repeated = OxmlElement("w:tblHeader")
    table.rows[0]._tr.get_or_add_trPr().append(repeated)
    document.add_paragraph()
