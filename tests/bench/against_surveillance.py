"""The detectors beside R's package surveillance: `python -m tests.bench.against_surveillance OUT`, after signals.R.

Prints how many weeks were compared, and how far the two lie apart. Run by hand: R is no part of the service.
"""

import csv
import sys
from pathlib import Path

import numpy as np
from scipy import stats

from detection import ears, farrington, predictive
from detection.farrington import Settings, Verdict
from detection.predictive import Baseline

NAMES = ("salmonella.agona", "shadar", "k1", "n1", "m1", "invented")
VALUES = {"NA": np.nan, "TRUE": 1.0, "FALSE": 0.0}


def read(file: Path) -> dict[str, np.ndarray]:
    """The columns of a table that R wrote."""
    with file.open() as opened:
        rows = list(csv.DictReader(opened))
    return {
        name: np.array([VALUES[row[name]] if row[name] in VALUES else float(row[name]) for row in rows])
        for name in rows[0]
    }


def ears_and_bayes(where: Path, name: str, counts: np.ndarray) -> None:
    """C1 and C2 to the last digit; the bounds of the predictive distribution exactly."""
    for method, lag in (("C1", 0), ("C2", 2)):
        theirs = read(where / f"{name}-{method}.csv")
        ours = ears.moving(counts[None], days=7, lag=lag).above(float(stats.norm.isf(0.001)))[0]
        apart = np.abs(ours[theirs["week"].astype(int) - 1] - theirs["bound"])
        print(f"{name} {method}: {apart.size} weeks, at most {np.nanmax(apart):.1e} apart")
    theirs = read(where / f"{name}-bayes.csv")
    weeks = theirs["week"].astype(int) - 1
    seen = predictive.windows(counts[None], weeks, (1,), Baseline(days=52, guard=0, least_days=1))
    ours = predictive.upper_bound(seen, 0.01)[0, :, 0]
    print(f"{name} gamma-Poisson: {weeks.size} weeks, {(ours != theirs['bound']).sum()} bounds differ")


def farrington_flexible(where: Path, name: str, counts: np.ndarray, *, method: str, trend: str) -> None:
    """Bounds and alarms of both where both fit."""
    theirs = read(where / f"{name}-{method}-{trend}-10.csv")
    weeks = theirs["week"].astype(int) - 1
    use = Settings(years=3, trend_under=float(trend), least_cases=0, least_mean=0)
    found = [farrington.assess(counts, int(week), use) for week in weeks]
    fitted = np.array([one.verdict is not Verdict.NOT_ASSESSED for one in found])
    same_trend = np.array([one.trend for one in found]) == theirs["trend"]
    ours = np.array([one.negative_binomial if method == "nbPlugin" else one.delta for one in found])
    both = fitted & same_trend & ~np.isnan(theirs["bound"])
    apart = np.abs(ours - theirs["bound"])[both]
    alarms = ((counts[weeks] > ours) != (counts[weeks] > theirs["bound"]))[both]
    print(
        f"{name} Farrington {method}, trend under {trend}: {both.sum()} of {weeks.size} weeks with the same trend, "
        f"{(apart > 1e-6).sum()} bounds differ, by {np.max(apart / theirs['bound'][both], initial=0):.1%} at most, "
        f"{alarms.sum()} alarms differ; another trend {(fitted & ~same_trend).sum()}, not assessed {(~fitted).sum()}"
    )


def main() -> None:
    """Every data set in turn."""
    where = Path(sys.argv[1])
    for name in NAMES:
        counts = read(where / f"{name}.csv")["count"].astype(int)
        ears_and_bayes(where, name, counts)
        for trend in ("1", "0.05"):
            for method in ("nbPlugin", "delta"):
                farrington_flexible(where, name, counts, method=method, trend=trend)


if __name__ == "__main__":
    main()
