"""A paper as a PDF that a screen reader can follow: tagged, as PDF/UA asks."""

import json
from functools import cache
from pathlib import Path

import font_source_sans_pro
import typst

from ldis.papers.blocks import Paper, to_json

TEMPLATE = Path(__file__).with_name("paper.typ")
FONTS = Path(font_source_sans_pro.__file__).parent
PICTURE = b'#set page(width: auto, height: auto, margin: 0pt)\n#image(bytes(sys.inputs.svg), format: "svg")'
SHARP = 144.0  # dots to an inch


def as_pdf(paper: Paper) -> bytes:
    """The paper as a PDF. Its words are handed over as values, so that nothing typed is taken for a command."""
    return _set(_template(), "pdf", paper=json.dumps(to_json(paper)))


def as_png(svg: str) -> bytes:
    """A picture in dots, for programs that cannot draw SVG."""
    return _set(PICTURE, "png", svg=svg)


def _set(template: bytes, kind: str, **inputs: str) -> bytes:
    made = typst.compile(
        template,
        format=kind,
        sys_inputs=inputs,
        font_paths=[FONTS],
        ignore_system_fonts=True,
        ppi=SHARP,
        pdf_standards=["ua-1"] if kind == "pdf" else [],
    )
    return bytes(made[0] if isinstance(made, list) else made or b"")


@cache
def _template() -> bytes:
    return TEMPLATE.read_bytes()
