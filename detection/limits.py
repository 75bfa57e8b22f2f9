"""How small a chance must be before we speak: calibrated so that each series is wrong about as often as agreed.

A chance of 1 in 1,000 is no rare thing where three windows are looked at on every day of a year, and counts are whole
numbers, so how often a limit is crossed for nothing depends on the rate of the series. So it is simulated once, and
kept as a table that is read at a series' own rate and overdispersion: `python -m detection.limits` makes it anew.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from detection import episodes, predictive, simulation
from detection.predictive import Baseline, Numbers

FILE = Path(__file__).parent / "limits.json"
YEAR = 365
RATES = (0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0)
DISPERSIONS = (1.0, 1.5, 2.0, 3.0)
BUDGETS = (0.25, 0.5, 1.0, 2.0, 4.0)
CHANCES = np.exp(np.linspace(np.log(0.05), np.log(1e-6), 160))


@dataclass(frozen=True)
class Method:
    """What a table of limits was made for: windows in days, the baseline, and the days over which alarms are joined."""

    windows: tuple[int, ...] = (1, 3, 7)
    baseline: Baseline = field(default_factory=Baseline)
    gap: int = 7


@dataclass(frozen=True)
class Limits:
    """The chance at or under which a series speaks, by its rate a week, its overdispersion and the budget.

    chances: shape (rates, dispersions, budgets). A budget is in false episodes for each series and year.
    """

    method: Method
    rates: Numbers
    dispersions: Numbers
    budgets: Numbers
    chances: Numbers

    def at(self, weekly: ArrayLike, dispersion: ArrayLike, budget: float) -> Numbers:
        """The limits of series with these rates a week and overdispersions (arrays that broadcast), for one budget.

        Linear between the logarithms of rates, dispersions, budgets and chances; outside the table its edge.
        Errors: ValueError for a budget that is not positive.
        """
        if budget <= 0:
            raise ValueError("A budget is a number of false episodes a year, above 0.")
        k, within = _place(self.budgets, np.asarray(budget, dtype=np.float64))
        logs = np.log(self.chances)
        table = logs[:, :, k] * (1 - within) + logs[:, :, k + 1] * within
        rate, spread = np.broadcast_arrays(np.asarray(weekly, np.float64), np.asarray(dispersion, np.float64))
        i, along = _place(self.rates, rate)
        j, across = _place(self.dispersions, spread)
        low = table[i, j] * (1 - across) + table[i, j + 1] * across
        high = table[i + 1, j] * (1 - across) + table[i + 1, j + 1] * across
        return np.asarray(np.exp(low * (1 - along) + high * along))

    def as_kept(self) -> dict[str, Any]:
        """The table as plain values."""
        return {
            "windows": list(self.method.windows),
            "baseline": vars(self.method.baseline),
            "gap": self.method.gap,
            "rates": self.rates.tolist(),
            "dispersions": self.dispersions.tolist(),
            "budgets": self.budgets.tolist(),
            "chances": np.array([float(f"{c:.4g}") for c in self.chances.ravel()])
            .reshape(self.chances.shape)
            .tolist(),
        }

    @classmethod
    def from_kept(cls, kept: dict[str, Any]) -> "Limits":
        """The table that was kept."""
        method = Method(tuple(kept["windows"]), Baseline(**kept["baseline"]), kept["gap"])
        axes = (
            np.asarray(kept[name], dtype=np.float64) for name in ("rates", "dispersions", "budgets", "chances")
        )
        return cls(method, *axes)


def read(file: Path = FILE) -> Limits:
    """The table that comes with the package."""
    return Limits.from_kept(json.loads(file.read_text(encoding="utf-8")))


def limits_for(method: Method) -> Limits:
    """The limits of a method: those that come with the package where they fit it, else calibrated now, in a minute."""
    kept = read()
    return kept if kept.method == method else calibrate(method)


def calibrate(
    method: Method,
    *,
    rates: Sequence[float] = RATES,
    dispersions: Sequence[float] = DISPERSIONS,
    years: int = 1000,
    seed: int = 20261125,
) -> Limits:
    """Simulate quiet series at each rate and overdispersion and find what keeps them within each budget.

    First the limit of each is the largest of 160 chances between 0.05 and one in a million at which the episodes in
    `years` series of one year are at most the budget. But a series is read at its estimated overdispersion, which may
    lie nearer to another's: so limits are then lowered until the same series keep to the budget when they are read so.
    """
    rng = np.random.default_rng(seed)
    chances = np.empty((len(rates), len(dispersions), len(BUDGETS)))
    for i, rate in enumerate(rates):
        quiet = [_quiet(rng, method, rate, spread, years) for spread in dispersions]
        counted = np.array([[_episodes(one, each, method.gap) for each in CHANCES] for one in quiet])
        for k, budget in enumerate(BUDGETS):
            first = CHANCES[np.argmax(counted <= budget, axis=1)]
            chances[i, :, k] = _lowered(first, quiet, np.asarray(dispersions), budget, method.gap)
    return Limits(method, np.asarray(rates), np.asarray(dispersions), np.asarray(BUDGETS), chances)


@dataclass(frozen=True)
class _Quiet:
    """A year of quiet series: the least chance on each day and the overdispersion then estimated, (series, days)."""

    least: Numbers
    spread: Numbers


def _quiet(rng: np.random.Generator, method: Method, weekly: float, dispersion: float, years: int) -> _Quiet:
    before = method.baseline.days + method.baseline.guard + max(method.windows)
    ends = np.arange(before, before + YEAR)
    parts = []
    for start in range(0, years, 250):  # what keeps memory flat
        size = min(250, years - start)
        counts = simulation.quiet_years(rng, series=size, days=before + YEAR, weekly=weekly, dispersion=dispersion)
        seen = predictive.windows(counts, ends, method.windows, method.baseline)
        spread = predictive.overdispersion(counts, ends, method.windows, method.baseline)
        parts.append((predictive.tail(seen, spread).min(axis=2), predictive.in_one(spread, method.windows)))
    least, spreads = zip(*parts, strict=True)
    return _Quiet(np.concatenate(least), np.concatenate(spreads))


def _episodes(quiet: _Quiet, limit: float | Numbers, gap: int) -> float:
    """False episodes a year at a limit."""
    return float(episodes.starts(quiet.least <= limit, gap).sum() / quiet.least.shape[0])


def _lowered(first: Numbers, quiet: list[_Quiet], dispersions: Numbers, budget: float, gap: int) -> Numbers:
    """The limits of one rate, lowered until each kind of series keeps to the budget at its estimates.

    Where a kind has too many episodes, the limits that those episodes were read at are lowered, each by its part.
    """
    limits, axis = np.minimum.accumulate(first), np.log(dispersions)
    for _ in range(12):
        steps = np.zeros_like(limits)
        for one in quiet:
            limit = np.exp(np.interp(np.log(one.spread), axis, np.log(limits)))
            begins = episodes.starts(one.least <= limit, gap)
            times_too_many = begins.sum() / one.least.shape[0] / budget
            if times_too_many > 1:
                read_at = np.log(one.spread[begins])
                parts = np.array([np.interp(read_at, axis, corner).mean() for corner in np.eye(axis.size)])
                steps = np.maximum(steps, np.log(times_too_many) * parts)
        limits = limits * np.exp(-steps)
    return limits


def _place(axis: Numbers, value: Numbers) -> tuple[Any, Numbers]:
    """Between which points of an axis a value lies, and how far along, on a logarithmic scale."""
    inside = np.clip(value, axis[0], axis[-1])
    at = np.clip(np.searchsorted(axis, inside, side="right") - 1, 0, axis.size - 2)
    return at, np.log(inside / axis[at]) / np.log(axis[at + 1] / axis[at])


if __name__ == "__main__":
    FILE.write_text(json.dumps(calibrate(Method()).as_kept(), indent=None) + "\n", encoding="utf-8")
