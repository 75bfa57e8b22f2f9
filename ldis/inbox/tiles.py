"""A tile map: every place one square of the same size, roughly where it lies, so that a city is as plain as a county.

Squares are in the units of the drawing. What a square says is written in it; how dark it is only repeats the number.
Pure.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ldis.submissions.rules import HarmLevel

WIDE, HIGH, GAP = 148, 112, 6
LINE = 17
SIGNS_IN_A_LINE = 15
MOST_LINES = 3
IN_A_ROW = 6
SHADES = (0, 1, 3, 10, 30)
"""The least number of reports for each shade; the last is the darkest."""

Spot = tuple[int, int]


@dataclass(frozen=True)
class Square:
    """What a tile says: the name of its place, how many reports came from there, and the worst harm among them."""

    key: str
    name: str
    reports: int
    worst: HarmLevel | None


@dataclass(frozen=True)
class Tile:
    """A square where it is drawn."""

    square: Square
    x: int
    y: int

    @property
    def lines(self) -> Sequence[str]:
        """The name in short lines."""
        return broken(self.square.name)

    @property
    def shade(self) -> int:
        """0 for no report, up to 4 for very many."""
        return max(shade for shade, least in enumerate(SHADES) if self.square.reports >= least)


@dataclass(frozen=True)
class Board:
    """The whole drawing."""

    tiles: Sequence[Tile]
    width: int
    height: int
    square: tuple[int, int] = (WIDE, HIGH)


def laid_out(squares: Sequence[Square], spots: Mapping[str, Spot]) -> Board:
    """The squares where they belong, without the columns and rows that would be empty; those without a spot below.

    Places keep to the left or right of each other, and above or below, as they do on the map of the whole country.
    """
    placed = {square.key: spots[square.key] for square in squares if square.key in spots}
    columns = _closed_up(spot[0] for spot in placed.values())
    rows = _closed_up(spot[1] for spot in placed.values())
    at = {key: (columns[spot[0]], rows[spot[1]]) for key, spot in placed.items()}
    width = max(len(columns), IN_A_ROW if len(placed) < len(squares) else 1)
    for number, square in enumerate(one for one in squares if one.key not in at):
        at[square.key] = (number % width, len(rows) + number // width)
    tiles = [Tile(one, at[one.key][0] * (WIDE + GAP), at[one.key][1] * (HIGH + GAP)) for one in squares]
    return Board(
        tiles=sorted(tiles, key=lambda tile: (tile.y, tile.x)),
        width=max((tile.x for tile in tiles), default=0) + WIDE,
        height=max((tile.y for tile in tiles), default=0) + HIGH,
    )


def _closed_up(numbers: Iterable[int]) -> dict[int, int]:
    return {number: place for place, number in enumerate(sorted(set(numbers)))}


def broken(name: str) -> list[str]:
    """A name in lines that fit a square; what does not fit is cut off, and stands in full in the table beside."""
    lines = [""]
    for word in re.split(r"(?<=[-–]) ?|\s+", name):
        longer = f"{lines[-1]} {word}".strip() if not lines[-1].endswith("-") else lines[-1] + word
        if len(longer) <= SIGNS_IN_A_LINE or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    short = [line if len(line) <= SIGNS_IN_A_LINE + 2 else f"{line[:SIGNS_IN_A_LINE]}…" for line in lines]
    if len(short) > MOST_LINES:
        short = [*short[: MOST_LINES - 1], f"{short[MOST_LINES - 1]}…"]
    return short
