"""Charts drawn as SVG, the same for a page, a PDF and Word: two greys and one accent, named in words. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import count

from markupsafe import Markup

from ldis.indicators.chart import HEIGHT, LEFT, RIGHT, WIDTH, Chart

INK, GRID, GREY, ACCENT = "#0b0c0c", "#d8dcde", "#737b80", "#1d70b8"
END = WIDTH - RIGHT
ROW = 34
NAMES = 200.0
FIGURES = 90.0
_numbers = count(1)

OPEN = Markup(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w:.0f} {h:.0f}" width="{w:.0f}" height="{h:.0f}" role="img"'
    ' aria-labelledby="{name}-title {name}-desc" font-family="Source Sans Pro, arial, sans-serif">'
    '<title id="{name}-title">{title}</title><desc id="{name}-desc">{desc}</desc>'
)
CLOSE = Markup("</svg>")
TEXT = Markup('<text x="{}" y="{}" font-size="{}" text-anchor="{}" fill="{}">{}</text>')
LINE = Markup('<line x1="{}" x2="{}" y1="{}" y2="{}" stroke="{}" stroke-width="{}"{}></line>')
WAY = Markup('<polyline points="{}" fill="none" stroke="{}" stroke-width="{}"{}></polyline>')
DOT = Markup('<circle cx="{}" cy="{}" r="3.5" fill="{}"></circle>')
BAR = Markup('<rect x="{}" y="{}" width="{}" height="{}" fill="{}"></rect>')


@dataclass(frozen=True)
class Bar:
    """One bar: its name, how long, how it is written, and its interval where it has one."""

    name: str
    value: Decimal
    text: str
    low: Decimal | None = None
    high: Decimal | None = None


def as_lines(chart: Chart, *, title: str) -> Markup:
    """A series as a line. What is provisional is dashed, England is a broken grey line, targets are level lines."""
    drawn = [_open(WIDTH, HEIGHT, title, words_for(chart))]
    for y, words in chart.scale:
        drawn += [LINE.format(LEFT, END, y, y, GRID, 1, ""), TEXT.format(LEFT - 6, y + 5, 14, "end", INK, words)]
    for y, words in chart.marks:
        drawn += [
            LINE.format(LEFT, END, y, y, INK, 1.5, _dashes("2 4")),
            TEXT.format(END + 4, y + 5, 12, "start", INK, words),
        ]
    if chart.england:
        drawn.append(WAY.format(chart.england, GREY, 2, _dashes("8 3")))
        at_x, at_y = chart.england.split(" ")[-1].split(",")
        drawn.append(TEXT.format(at_x, round(float(at_y) - 8, 1), 12, "end", GREY, "England"))
    drawn += [WAY.format(one.points, ACCENT, 3, _dashes("5 4") if one.dashed else "") for one in chart.lines]
    drawn += [DOT.format(x, y, ACCENT) for x, y in chart.dots]
    for (x, words), anchor in zip(chart.ticks, ("start", "end"), strict=True):
        drawn.append(TEXT.format(x, HEIGHT - 8, 14, anchor, INK, words))
    return Markup("").join([*drawn, CLOSE])


def words_for(chart: Chart) -> str:
    """What a chart of a series shows, in words."""
    return (
        f"A line from {chart.ticks[0][1]} to {chart.ticks[1][1]}."
        + (" Provisional figures are dashed." if any(one.dashed for one in chart.lines) else "")
        + (" England is the broken grey line." if chart.england else "")
        + " The figures are in the table with it."
    )


def as_bars(bars: Sequence[Bar], *, title: str, description: str) -> Markup:
    """Bars under each other, each with its name before and its figure behind, its interval as a thin line."""
    height = ROW * len(bars) + 10
    most = max((max(one.value, one.high or one.value) for one in bars), default=Decimal(1)) or Decimal(1)
    room = WIDTH - NAMES - FIGURES

    def x(value: Decimal) -> float:
        return round(NAMES + room * max(float(value / most), 0.0), 1)

    drawn = [_open(WIDTH, height, title, description)]
    for row, one in enumerate(bars):
        top = ROW * row + 8
        drawn.append(TEXT.format(NAMES - 8, top + 17, 14, "end", INK, one.name))
        drawn.append(BAR.format(NAMES, top, max(x(one.value) - NAMES, 1), 24, ACCENT))
        end = x(one.value)
        if one.low is not None and one.high is not None:
            drawn.append(LINE.format(x(one.low), x(one.high), top + 12, top + 12, INK, 2, ""))
            end = max(end, x(one.high))
        drawn.append(TEXT.format(end + 6, top + 17, 14, "start", INK, one.text))
    return Markup("").join([*drawn, CLOSE])


def _open(width: float, height: float, title: str, description: str) -> Markup:
    return OPEN.format(w=width, h=height, name=f"chart-{next(_numbers)}", title=title, desc=description)


def _dashes(pattern: str) -> Markup:
    return Markup(' stroke-dasharray="{}"').format(pattern)
