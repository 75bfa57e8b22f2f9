"""An alert's flyer as a PDF: one A4 page, drawn without a browser."""

from collections.abc import Sequence
from io import BytesIO

from fpdf import FPDF
from fpdf.enums import XPos, YPos

from alerts.flyer import Block, Flyer
from alerts.messages import Level
from ldis.venues.paper import BLACK, LETTERS, draw_code, plain

MARGIN = 14.0
GAP = 8.0
WIDTH = 210.0 - 2 * MARGIN
COLUMN = (WIDTH - GAP) / 2
FOOT = 40.0
FOOT_TOP = 297.0 - MARGIN - FOOT
SIZES = (1.0, 0.92, 0.84, 0.76, 0.68, 0.6)
PICTURE = 34.0
COLOURS = {Level.RED: (177, 14, 30), Level.WARNING: (148, 59, 0), Level.INFORMATION: (29, 112, 184)}
WHITE, GREY = (255, 255, 255), (243, 242, 241)


def as_pdf(flyer: Flyer, pictures: Sequence[bytes] = ()) -> bytes:
    """The flyer, ready for any printer, with at most two pictures; the letters give way where the words are many."""
    page, _ = fitted(flyer, pictures)
    return bytes(page.output())


def fitted(flyer: Flyer, pictures: Sequence[bytes] = ()) -> tuple[FPDF, float]:
    """The flyer in the largest letters in which it fits, and where its words end, in millimetres from the top."""
    for size in SIZES:
        page, bottom = _drawn(flyer, pictures[:2], size)
        if bottom <= FOOT_TOP:
            break
    return page, bottom


def _drawn(flyer: Flyer, pictures: Sequence[bytes], size: float) -> tuple[FPDF, float]:
    page = FPDF(format="A4")
    page.core_fonts_encoding = LETTERS
    page.set_title(f"{flyer.level.label}: {flyer.headline}")
    page.set_author(flyer.about.split(",", 1)[0])
    page.set_lang("en-GB")
    page.set_margins(MARGIN, MARGIN)
    page.set_auto_page_break(False)
    page.add_page()
    _band(page, flyer)
    _say(page, flyer.headline, 28 * size, bold=True)
    _say(page, flyer.where, 15 * size, after=3)
    _now(page, flyer.act_now, 19 * size)
    top = page.get_y()
    left = _column(page, flyer.left, MARGIN, top, size)
    right = _column(page, flyer.right, MARGIN + COLUMN + GAP, top, size)
    right = _pictures(page, flyer, pictures, right, size)
    _foot(page, flyer)
    return page, max(left, right)


def _band(page: FPDF, flyer: Flyer) -> None:
    page.set_fill_color(*COLOURS[flyer.level])
    page.rect(0, 0, 210, 18, style="F")
    page.set_xy(MARGIN, 5)
    _say(page, flyer.level.label.upper(), 20, bold=True, colour=WHITE)
    page.set_y(23)


def _now(page: FPDF, words: str, size: float) -> None:
    """What to do now, in a frame that nobody misses."""
    page.set_fill_color(*GREY)
    page.set_font("Helvetica", style="B", size=size)
    page.set_text_color(*BLACK)
    page.multi_cell(
        WIDTH, size * 0.46, plain(words), padding=4, fill=True, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT
    )
    page.ln(4)


def _column(page: FPDF, blocks: Sequence[Block], left: float, top: float, size: float) -> float:
    """Blocks below each other; gives where they end."""
    page.set_y(top)
    for block in blocks:
        _say(page, block.heading, 14 * size, bold=True, left=left, width=COLUMN, after=0.8)
        single = len(block.lines) == 1
        for line in block.lines:
            words = line if single else f"\N{BULLET} {line}"
            _say(page, words, 11.5 * size, left=left, width=COLUMN, after=0.8)
        page.ln(3 * size)
    return float(page.get_y())


def _pictures(page: FPDF, flyer: Flyer, pictures: Sequence[bytes], top: float, size: float) -> float:
    left = MARGIN + COLUMN + GAP
    if pictures:
        side = (COLUMN - 4) / 2
        for place, picture in enumerate(pictures):
            page.image(
                BytesIO(picture),
                x=left + place * (side + 4),
                y=top,
                w=side,
                h=PICTURE * size,
                keep_aspect_ratio=True,
                alt_text="Photo of a sample",
            )
        top += PICTURE * size + 2
    if flyer.caveat:
        page.set_y(top)
        _say(page, f"{flyer.caveat.rstrip('.')}.", 11.5 * size, bold=True, left=left, width=COLUMN)
        top = page.get_y()
    return float(top)


def _foot(page: FPDF, flyer: Flyer) -> None:
    """How to check that the flyer is genuine, how to report, who issued it."""
    page.set_draw_color(*BLACK)
    page.line(MARGIN, FOOT_TOP + 2, 210 - MARGIN, FOOT_TOP + 2)
    page.set_y(FOOT_TOP + 4)
    draw_code(page, flyer.address, left=210 - MARGIN - FOOT + 4, side=FOOT - 4)
    page.set_y(FOOT_TOP + 5)
    for words, bold in (
        (f"Is this genuine and still in force? Scan, or open {flyer.short}", True),
        (flyer.how_to_report, False),
        (flyer.about, False),
        (flyer.handling, True),
    ):
        _say(page, " ".join(words.split())[:220], 10, bold=bold, left=MARGIN, width=WIDTH - FOOT, after=1)


def _say(
    page: FPDF,
    words: str,
    size: float,
    *,
    bold: bool = False,
    colour: tuple[int, int, int] = BLACK,
    left: float = MARGIN,
    width: float = WIDTH,
    after: float = 1.5,
) -> None:
    page.set_font("Helvetica", style="B" if bold else "", size=size)
    page.set_text_color(*colour)
    page.set_x(left)
    page.multi_cell(width, size * 0.44, plain(words), align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    page.ln(after)
