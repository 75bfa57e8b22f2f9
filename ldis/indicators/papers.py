"""Indicators as they leave the system: tables for spreadsheets, and papers for a board. Published figures alone."""

from collections.abc import Mapping, Sequence
from datetime import date

from ldis.indicators import views
from ldis.indicators.dictionary import WHOLE, Indicator
from ldis.indicators.figures import ENGLAND, HERE, Status
from ldis.indicators.publishing import RESTRICTED, Shown
from ldis.indicators.views import Known, Line, unit_of
from ldis.papers import Block, Heading, Paper, Table, plain

Rows = list[Sequence[object]]

LONG = ("Indicator", "Area", "Part", "Period", "Ends on", "Months", "Value", "Unit", "Status", "Note")
SCORECARD = ("Indicator", "Now", "Period", "In a year", "Target", "England")
SUPPRESSION = (
    "Figures as they may be published. Restricted figures are left out. Counts of one to four people are hidden, and "
    "what would give them away."
)


def rows_of(known: Known, indicator: Indicator, places: Mapping[str, str]) -> Rows:
    """Every area and part of an indicator as lines of a file, the first of them the headings."""
    lines: Rows = [LONG]
    for area in (*places, ENGLAND):
        for part in indicator.parts:
            for point in known.points(indicator, area=area, part=part):
                one = known.shown(indicator, point)
                lines.append(
                    (
                        indicator.title,
                        places.get(area, "England"),
                        part,
                        point.spot.period,
                        point.spot.ends_on.isoformat(),
                        point.spot.months,
                        one.words if one.value is None else one.value,
                        indicator.unit.value,
                        one.status.value,
                        one.why or one.note,
                    )
                )
    return lines


def scorecard_rows(lines: Sequence[Line]) -> Rows:
    """The scorecard as lines of a file."""
    return [SCORECARD, *map(_cells, _told(lines))]


def cover(place: str, *, on: date, about: str) -> Rows:
    """The first sheet of a workbook: what it is, of when, and what is not in it."""
    return [
        ("About this file", ""),
        ("What", about),
        ("Partnership", place),
        ("Made on", on.isoformat()),
        ("Status", "Provisional figures say so in their row."),
        ("Hidden", SUPPRESSION),
    ]


def indicator_paper(known: Known, indicator: Indicator, *, place: str, on: date) -> Paper:
    """One indicator: its chart, its figures, and what it means."""
    blocks: list[Block] = []
    for part in indicator.parts:
        blocks += section(known, indicator, part=part)
    blocks += [Heading(2, "About this indicator"), *_about(indicator), plain(SUPPRESSION)]
    facts = (("Partnership", place), ("Made on", f"{on:%-d %B %Y}"))
    return Paper(indicator.title, place, facts, tuple(blocks))


def section(known: Known, indicator: Indicator, *, part: str) -> list[Block]:
    """One series with its chart and table; nothing where it is empty."""
    made = table(known, indicator, part=part)
    if made is None:
        return []
    drawn = views.picture(known, indicator, part=part)
    heading = "All" if part == WHOLE else part[:1].upper() + part[1:]
    return [Heading(2, heading), *([drawn] if drawn else []), made]


def table(
    known: Known, indicator: Indicator, *, area: str = HERE, part: str = WHOLE, until: date = date.max
) -> Table | None:
    """The figures of a series, the newest first; nothing where there are none."""
    points = [one for one in known.points(indicator, area=area, part=part) if one.spot.ends_on <= until]
    if not points:
        return None
    rows = tuple(
        (one.spot.period, written(indicator, one), one.status.capitalize(), one.why or one.note)
        for one in (known.shown(indicator, point) for point in reversed(points))
    )
    return Table(
        f"{views.titled(indicator, part)}: figures", ("Period", "Figure", "Status", "Note"), rows, numeric=(1,)
    )


def written(indicator: Indicator, shown: Shown) -> str:
    """A figure with what stands behind it."""
    return shown.text + (unit_of(indicator) if shown.value is not None else "")


def scorecard_paper(lines: Sequence[Line], *, place: str, on: date) -> Paper:
    """Every indicator with figures in one line, on two pages for a board."""
    facts = (("Partnership", place), ("Made on", f"{on:%-d %B %Y}"))
    return Paper("Treatment scorecard", place, facts, (scorecard_table(lines), plain(SUPPRESSION)), landscape=True)


def scorecard_table(lines: Sequence[Line]) -> Table:
    """The scorecard as one table."""
    return Table("", SCORECARD, tuple(map(_cells, _told(lines))), numeric=(1,))


def _told(lines: Sequence[Line]) -> list[Line]:
    """Those that say something: restricted figures are left out, where a person would read nothing but that."""
    return [line for line in lines if line.shown and line.shown.words != RESTRICTED]


def _cells(line: Line) -> tuple[str, ...]:
    assert line.shown is not None
    provisional = " (provisional)" if line.shown.status is Status.PROVISIONAL else ""
    return (
        line.indicator.title,
        written(line.indicator, line.shown),
        f"{line.shown.spot.period}{provisional}",
        " ".join(filter(None, (line.arrow, line.change))) + _verdict(line),
        line.target,
        line.england,
    )


def _verdict(line: Line) -> str:
    return "" if line.is_better is None or not line.change else ": better" if line.is_better else ": worse"


def _about(indicator: Indicator) -> list[Block]:
    said = (
        ("Definition", indicator.definition),
        ("Why it was chosen", indicator.why),
        ("Limitations", indicator.limits),
        ("Source", indicator.source),
    )
    return [block for name, words in said for block in (Heading(3, name), plain(words))]
