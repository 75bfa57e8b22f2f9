"""The space-time permutation scan: more cases in some places on the last days than the two by themselves explain.

Source: Kulldorff, Heffernan, Hartman, Assunção, Mostashari, A space-time permutation scan statistic for disease
outbreak detection, PLoS Medicine 2 (2005) e59. No population is needed, and an area that reports much or a week in
which everybody reports is no cluster.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from detection.predictive import Counts, Numbers

MOST_LOOKED_UP = 8_000_000  # ratios worked out beforehand: 64 MB


class Strength(StrEnum):
    """How rarely chance alone would show a cluster as strong, looking once a day."""

    STRONG = "less than once a year"
    MODERATE = "less than once in 100 days"
    WEAK = "less than once in 30 days"
    NONE = "more often than once in 30 days"


BANDS = ((365, Strength.STRONG), (100, Strength.MODERATE), (30, Strength.WEAK))


@dataclass(frozen=True)
class Cluster:
    """The most unusual cylinder: these areas (rows) on the last `days` days.

    `ratio` is the log-likelihood ratio, `chance` the share of the replications and the real counts that are at least as
    unusual, `recurrence` the days in which chance would show one as strong, looking once a day: 1 / chance.
    """

    areas: tuple[int, ...]
    days: int
    observed: int
    expected: float
    ratio: float
    chance: float

    @property
    def recurrence(self) -> float:
        """Days between clusters as strong, if nothing happened."""
        return 1 / self.chance

    @property
    def strength(self) -> Strength:
        """The recurrence in a band: over 365, 100 and 30 days."""
        return next((band for days, band in BANDS if self.recurrence > days), Strength.NONE)


class Zones(NamedTuple):
    """Circles of areas, each once: `order` (centres, areas), nearest first; `kept` (centres, sizes): which count."""

    order: NDArray[np.intp]
    kept: NDArray[np.bool_]


def zones(places: ArrayLike, cases: ArrayLike, *, share: float = 0.5) -> Zones:
    """The circles around each place that hold at most `share` of all cases.

    places: x and y of each area in one unit of distance, shape (areas, 2). cases: of each area over the whole time,
    shape (areas,). Areas at the same distance join in the order of their rows.
    Errors: ValueError where the two do not match.
    """
    at = np.asarray(places, dtype=np.float64)
    held = np.asarray(cases, dtype=np.int64)
    if at.shape != (held.size, 2):
        raise ValueError("Each area has two coordinates.")
    apart = np.hypot(*(at[:, None] - at[None]).transpose(2, 0, 1))
    order = np.argsort(apart, axis=1, kind="stable")
    inside = held[order].cumsum(axis=1)
    kept = (inside <= share * held.sum()) & (inside > 0)
    seen: set[frozenset[int]] = set()
    for centre, size in zip(*np.nonzero(kept), strict=True):
        members = frozenset(order[centre, : size + 1].tolist())
        kept[centre, size] = members not in seen
        seen.add(members)
    return Zones(order, kept)


def log_likelihood_ratio(observed: ArrayLike, expected: ArrayLike, cases: int) -> Numbers:
    """c log(c / m) + (C - c) log((C - c) / (C - m)) where c > m, else 0. Natural logarithms; arrays broadcast.

    observed c and expected m cases in the cylinder of C in all. The last term is 0 where c = C.
    """
    c, m = np.broadcast_arrays(np.asarray(observed, np.float64), np.asarray(expected, np.float64))
    more = (c > m) & (m > 0)
    rest = cases - c
    with np.errstate(divide="ignore", invalid="ignore"):
        inside = c * np.log(c / m)
        outside = np.where(rest > 0, rest * np.log(rest / (cases - m)), 0.0)
    return np.where(more, inside + outside, 0.0)


def scan(
    counts: Counts,
    places: ArrayLike,
    *,
    most_days: int = 14,
    share: float = 0.5,
    replications: int = 999,
    seed: int = 0,
) -> Cluster | None:
    """The most unusual cluster that is still alive on the last day; nothing where no cylinder has more than expected.

    counts: cases of each area on each day, shape (areas, days). A cylinder is a circle of areas with at most `share` of
    all cases on the last 1 to `most_days` days, at most half of all days. Its expected cases are those of its areas
    times those of its days over all cases. For each replication the days are dealt out anew among the cases.
    The same seed gives the same chance. Errors: ValueError as for `zones`.
    """
    cases = int(counts.sum())
    height = min(most_days, counts.shape[1] // 2)
    circles = zones(places, counts.sum(axis=1), share=share)
    if not circles.kept.any() or height < 1:
        return None
    recent = counts[:, ::-1][:, :height].cumsum(axis=1)  # recent[a, k]: cases of the last k + 1 days
    by_area = counts.sum(axis=1)[circles.order].cumsum(axis=1)[circles.kept]
    expected = by_area[:, None] * recent.sum(axis=0)[None] / cases
    observed = recent[circles.order].cumsum(axis=1)[circles.kept]
    ratios = log_likelihood_ratio(observed, expected, cases)
    best = int(ratios.argmax())
    if ratios.flat[best] <= 0:
        return None
    zone, last = np.unravel_index(best, ratios.shape)
    centre, size = (axis[zone] for axis in np.nonzero(circles.kept))
    rivals = _replicate(counts, circles, expected, replications, seed)
    at_least = int((rivals >= ratios.flat[best] - 1e-9).sum())
    return Cluster(
        areas=tuple(sorted(circles.order[centre, : size + 1].tolist())),
        days=int(last) + 1,
        observed=int(observed[zone, last]),
        expected=float(expected[zone, last]),
        ratio=float(ratios.flat[best]),
        chance=(1 + at_least) / (1 + replications),
    )


def _replicate(counts: Counts, circles: Zones, expected: Numbers, replications: int, seed: int) -> Numbers:
    """The largest ratio of each replication, shape (replications,)."""
    rng = np.random.default_rng(seed)
    areas, days = counts.shape
    height, cases = expected.shape[1], int(counts.sum())
    which_area = np.repeat(np.arange(areas), counts.sum(axis=1))
    ago = np.repeat(days - 1 - np.arange(days), counts.sum(axis=0))
    recent = ago[ago < height]
    most = np.empty(replications)
    looked_up = expected.size * (recent.size + 1) <= MOST_LOOKED_UP
    possible = np.arange(recent.size + 1 if looked_up else 0)
    table = log_likelihood_ratio(possible, expected[..., None], cases).ravel()
    cell = np.arange(expected.size).reshape(expected.shape) * possible.size
    for number in range(replications):
        dealt = rng.permutation(cases)[: recent.size]
        held = np.bincount(which_area[dealt] * height + recent, minlength=areas * height).reshape(areas, height)
        inside = held.cumsum(axis=1)[circles.order].cumsum(axis=1)[circles.kept]
        ratios = table[cell + inside] if looked_up else log_likelihood_ratio(inside, expected, cases)
        most[number] = ratios.max()
    return most
