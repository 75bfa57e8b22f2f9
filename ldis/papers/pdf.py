"""A paper as a PDF that a screen reader can follow: tagged, as PDF/UA asks."""

import json
from pathlib import Path

import font_source_sans_pro
import typst

from ldis.papers.blocks import Paper, to_json

PAPER, PICTURE = (Path(__file__).with_name(name) for name in ("paper.typ", "picture.typ"))
FONTS = Path(font_source_sans_pro.__file__).parent
SHARP = 144.0  # dots to an inch


def as_pdf(paper: Paper) -> bytes:
    """The paper as a PDF. Its words are handed over as values, so that nothing typed is taken for a command."""
    return typst.compile(
        PAPER,
        format="pdf",
        sys_inputs={"paper": json.dumps(to_json(paper))},
        font_paths=[FONTS],
        ignore_system_fonts=True,
        pdf_standards="ua-1",
    )


def as_png(svg: str) -> bytes:
    """A picture in dots, for programs that cannot draw SVG."""
    return typst.compile(
        PICTURE,
        format="png",
        sys_inputs={"svg": svg},
        font_paths=[FONTS],
        ignore_system_fonts=True,
        ppi=SHARP,
    )
