"""Which counts are hidden in what is published, so that none of a few people can be worked out. Pure.

Counts of 1 to 4 are hidden. In each sum with one of them something larger is hidden too, the next smallest: also where
two small ones hide each other, because who knows this rule would know that both are small, and that two of them that
make 8 are 4 and 4. Then more is hidden until an attacker who knows every shown count, every sum and that no count is
below nought can bring no hidden one to a single value. What was once hidden stays hidden: two publications that hide
different cells could be held beside each other.
"""

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

import numpy as np
from scipy.optimize import linprog

from ldis.indicators.rules import Number

FEWEST_SHOWN = 5
WHOLE_UNDER = 1_000
"""A share or change of fewer, worked out from restricted counts, is published without decimals."""

DIRECTION_UNDER = 200
"""And of fewer than this only as a direction: one decimal of a change from a known baseline gives a count away."""

Cell = TypeVar("Cell", bound=Hashable)


class Why(StrEnum):
    """Why a figure is hidden."""

    FEW = "It counts fewer than five people."
    PROTECTS = "It would give a smaller figure away."
    BEFORE = "It was hidden when it was published before."
    PART_HIDDEN = "A figure that it is worked out from is hidden."


@dataclass(frozen=True)
class Sum(Generic[Cell]):
    """That some counts make another: parts of a breakdown, areas, or the months of a longer period."""

    total: Cell
    parts: tuple[Cell, ...]

    @property
    def cells(self) -> tuple[Cell, ...]:
        """Everything in it."""
        return (self.total, *self.parts)


def is_few(count: Number) -> bool:
    """Whether a count is hidden for itself: 1 to 4."""
    return 0 < count < FEWEST_SHOWN


def hides_share(part: Number, whole: Number) -> bool:
    """Whether a share is hidden for itself: where 1 to 4 people are in it, or are not."""
    return is_few(part) or is_few(whole - part)


def protect(
    counts: Mapping[Cell, int], sums: Iterable[Sum[Cell]], already: Collection[Cell] = ()
) -> dict[Cell, Why]:
    """The cells that are hidden, each with the reason.

    counts: every count that would be published, whole numbers from 0. sums: what an attacker knows to add up; those
    with a cell that is not among the counts tell nothing and are passed over. already: what was hidden before.
    """
    hidden: dict[Cell, Why] = {cell: Why.FEW for cell, count in counts.items() if is_few(count)}
    for cell in already:
        if cell in counts:
            hidden.setdefault(cell, Why.BEFORE)
    known = [one for one in sums if all(cell in counts for cell in one.cells)]
    safe: set[Cell] = set()
    while True:
        for one in known:
            hidden |= dict.fromkeys(_companions(counts, one, hidden), Why.PROTECTS)
        given_away = _given_away(counts, known, hidden, safe)
        if given_away is None:
            return hidden
        hidden[_next_smallest(counts, known, hidden, given_away)] = Why.PROTECTS


def _companions(counts: Mapping[Cell, int], one: Sum[Cell], hidden: Mapping[Cell, Why]) -> list[Cell]:
    """What is to be hidden beside the few of a sum: its smallest larger parts, all that are equal; else its noughts."""
    small = [cell for cell in one.parts if is_few(counts[cell])]
    if not small or one.total in hidden:
        return []
    larger = [cell for cell in one.parts if counts[cell] >= FEWEST_SHOWN]
    if any(cell in hidden for cell in larger):
        return []
    least = min((counts[cell] for cell in larger), default=0)
    return [cell for cell in one.parts if counts[cell] == least and cell not in hidden]


def _given_away(
    counts: Mapping[Cell, int], sums: Sequence[Sum[Cell]], hidden: Mapping[Cell, Why], safe: set[Cell]
) -> Cell | None:
    """The first hidden cell that the others give away, if any.

    Whoever hides more gives less away: a cell that is safe stays `safe`.
    """
    of: dict[Cell, list[Sum[Cell]]] = {}
    for one in sums:
        for cell in one.cells:
            if cell in hidden:
                of.setdefault(cell, []).append(one)
    for cell in hidden:
        if cell not in safe and cell in of:
            if not _moves_alone(counts, of, cell) and not _moves(counts, _tied(of, cell), hidden, cell):
                return cell
            safe.add(cell)
    return None


def _moves_alone(counts: Mapping[Cell, int], of: Mapping[Cell, Sequence[Sum[Cell]]], cell: Cell) -> bool:
    """Whether the cell can be one less: in each of its sums a hidden cell that is in no other makes up for it."""
    return counts[cell] > 0 and all(
        any(
            other != cell and len(of.get(other, ())) == 1 and (_rises(one, cell, other) or counts[other] > 0)
            for other in one.cells
        )
        for one in of[cell]
    )


def _rises(one: Sum[Cell], cell: Cell, other: Cell) -> bool:
    """Whether another cell of a sum is one more where this one is one less: where both are parts."""
    return one.total not in (cell, other)


def _tied(of: Mapping[Cell, Sequence[Sum[Cell]]], cell: Cell) -> list[Sum[Cell]]:
    """Every sum that is tied to a cell, straight or through other hidden cells."""
    found: dict[int, Sum[Cell]] = {}
    ahead = [cell]
    while ahead:
        for one in of.get(ahead.pop(), ()):
            if id(one) not in found:
                found[id(one)] = one
                ahead += [each for each in one.cells if each in of]
    return list(found.values())


def _moves(
    counts: Mapping[Cell, int], sums: Sequence[Sum[Cell]], hidden: Mapping[Cell, Why], wanted: Cell
) -> bool:
    """Whether the cell can be one less or one more while everything shown stays as it is: by a linear programme."""
    cells = list(dict.fromkeys(cell for one in sums for cell in one.cells if cell in hidden))
    place = {cell: n for n, cell in enumerate(cells)}
    matrix = np.zeros((len(sums), len(cells)))
    for row, one in enumerate(sums):
        for cell, sign in ((one.total, 1), *((part, -1) for part in one.parts)):
            if cell in place:
                matrix[row, place[cell]] += sign
    now = np.array([counts[cell] for cell in cells])
    right = matrix @ now  # as the shown figures leave it
    for step in (-1, 1):
        bounds: list[tuple[float, float | None]] = [(0, None)] * len(cells)
        bounds[place[wanted]] = (now[place[wanted]] + step,) * 2
        if (
            now[place[wanted]] + step >= 0
            and linprog(np.zeros(len(cells)), A_eq=matrix, b_eq=right, bounds=bounds, method="highs").success
        ):
            return True
    return False


def _next_smallest(
    counts: Mapping[Cell, int], sums: Sequence[Sum[Cell]], hidden: Mapping[Cell, Why], given_away: Cell
) -> Cell:
    """The smallest shown part of a sum with the cell that is given away; its total only where no part is left."""
    near = [one for one in sums if given_away in one.cells]
    parts = {cell for one in near for cell in one.parts if cell not in hidden}
    totals = {one.total for one in near if one.total not in hidden}
    candidates = parts or totals
    if not candidates:
        candidates = {cell for one in sums for cell in one.cells if cell not in hidden}
    return min((cell for cell in counts if cell in candidates), key=lambda cell: counts[cell])
