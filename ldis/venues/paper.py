"""A venue's poster as a PDF: one A4 page, drawn without a browser."""

import unicodedata

from fpdf import FPDF
from fpdf.enums import Align, XPos, YPos

from alerts.qr import qr_code
from ldis.venues.poster import Poster

MARGIN = 18.0
WIDTH = 210.0 - 2 * MARGIN
CODES = (108.0, 86.0, 64.0)
FOOT = 290.0
BAND = 18.0
BLACK, BLUE, YELLOW = (0, 0, 0), (15, 56, 92), (255, 221, 0)
LETTERS = "cp1252"  # what PDF calls WinAnsiEncoding: the letters of the fonts that no file needs to carry


def as_pdf(poster: Poster) -> bytes:
    """The poster, ready for any printer; the code gives way where the words are many."""
    for side in CODES:
        page = _drawn(poster, side)
        if page.get_y() < FOOT:
            break
    return bytes(page.output())


def _drawn(poster: Poster, side: float) -> FPDF:
    page = FPDF(format="A4")
    page.core_fonts_encoding = LETTERS
    page.set_title(f"{poster.title}: {poster.organisation}")
    page.set_author(poster.partnership)
    page.set_lang("en-GB")
    page.set_margins(MARGIN, MARGIN)
    page.set_auto_page_break(False)
    page.add_page()
    _band(page, poster.danger)
    _line(page, poster.title, size=38, bold=True, colour=BLUE)
    _line(page, f"For staff at {poster.organisation}", size=20)
    draw_code(page, poster.address, left=(210 - side) / 2, side=side)
    _line(page, f"Or type {poster.short}", size=18, bold=True, after=3)
    _line(page, poster.how, size=15, after=6)
    _line(page, "What to report", size=19, bold=True, align=Align.L)
    for each in poster.what:
        _line(page, f"\N{BULLET}  {each}", size=15, after=0.5, align=Align.L)
    page.ln(4)
    _line(page, poster.no_names, size=15, bold=True, after=4, align=Align.L)
    _line(page, f"{poster.partnership}. {poster.no_substitute}", size=12, align=Align.L)
    return page


def plain(words: str) -> str:
    """Words in the letters whose shapes every PDF reader has; a letter beyond those loses its accent."""
    return "".join(_nearest(letter) for letter in words)


def _nearest(letter: str) -> str:
    for candidate in (letter, unicodedata.normalize("NFKD", letter)[:1]):
        if candidate.encode(LETTERS, "ignore"):
            return candidate
    return "?"


def _band(page: FPDF, words: str) -> None:
    page.set_fill_color(*YELLOW)
    page.rect(0, 0, 210, BAND, style="F")
    page.set_y(BAND / 2 - 4)
    _line(page, words, size=20, bold=True)
    page.set_y(BAND + 8)


def _line(
    page: FPDF,
    words: str,
    *,
    size: float,
    bold: bool = False,
    after: float = 2,
    colour: tuple[int, int, int] = BLACK,
    align: Align = Align.C,
) -> None:
    """Words as wide as the page allows, then a gap of so many millimetres."""
    page.set_font("Helvetica", style="B" if bold else "", size=size)
    page.set_text_color(*colour)
    page.multi_cell(WIDTH, size * 0.45, plain(words), align=align, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    page.ln(after)


def draw_code(page: FPDF, address: str, *, left: float, side: float) -> None:
    """The QR code as black squares, with the white border that cameras look for; a link for whoever reads on screen."""
    rows = [list(row) for row in qr_code(address).matrix_iter(border=4)]
    square = side / len(rows)
    top = page.get_y()
    page.set_fill_color(*BLACK)
    for down, row in enumerate(rows):
        for start, end in _runs(row):
            page.rect(left + start * square, top + down * square, (end - start) * square, square, style="F")
    page.link(left, top, side, side, address)
    page.set_y(top + side + 2)


def _runs(row: list[int]) -> list[tuple[int, int]]:
    """Where dark squares stand side by side: drawn as one, so that no hairline shows between them."""
    framed = [0, *row, 0]
    edges = [place for place in range(len(row) + 1) if bool(framed[place]) != bool(framed[place + 1])]
    return list(zip(edges[::2], edges[1::2], strict=True))
