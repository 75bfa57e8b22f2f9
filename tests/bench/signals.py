"""What the detectors of sparse counts cost and see, in simulated years: `python -m tests.bench.signals`.

At each rate and overdispersion so many quiet series of one year, each with the year of history before it that it would
have had. Then in a second copy four cases within two days are put into each, and three into a single day. First, how
long it all takes. Prints the tables of docs/signals.md; none of it can fail.
"""

import argparse
import resource
import time
from collections.abc import Callable

import numpy as np

from detection import backtest, ears, ewma, farrington, limits, scan, simulation, surprise
from detection.backtest import Detector, Happening, History, Outcome
from detection.predictive import Counts

RATES = (0.25, 0.5, 1.0, 2.0, 5.0)
DISPERSIONS = (1.0, 1.5)
HISTORY = 385
DAYS = HISTORY + 365
STRUCK = DAYS - 60
GRACE = 7
GAP = 7


def daily(alarms: Callable[[Counts], np.ndarray]) -> Detector:
    """A detector that looks at all days at once."""
    return lambda counts, ends: alarms(counts)[:, ends]


def detectors() -> dict[str, Detector]:
    """By the name in the table."""
    table = limits.read()
    return {
        "predictive test": surprise.detector(table, budget=1.0),
        "mean + 2 SD, weekly": daily(ears.weekly_alarms),
        "EARS C1": daily(lambda counts: ears.alarms(counts, days=7, lag=0)),
        "EARS C2, 28 days": daily(ears.alarms),
        "EARS C3": daily(lambda counts: ears.c3(ears.statistic(counts, ears.moving(counts, days=28, lag=2))) > 2),
        "EWMA": daily(ewma.alarms),
    }


def judged(counts: Counts, detector: Detector, happenings: list[Happening], first: int) -> Outcome:
    """The back-test of the package itself."""
    spoke = backtest.replay(History.at_once(counts), detector, first=first)
    return backtest.judge(spoke, happenings, first=first, gap=GAP, grace=GRACE)


def table(years: int, seed: int) -> None:
    """False episodes, detection and delay by rate, overdispersion and detector."""
    print(
        "| rate a week | varies | detector | false episodes a year | 4 in 2 days: seen, median delay | +3 in a day |"
    )
    print("|---|---|---|---|---|---|")
    for number, dispersion in enumerate(DISPERSIONS):
        rng = np.random.default_rng(seed + number)
        for rate in RATES:
            quiet = simulation.quiet_years(rng, series=years, days=DAYS, weekly=rate, dispersion=dispersion)
            four = simulation.with_cases(rng, quiet, at=STRUCK, cases=4, within=2)
            three = simulation.with_cases(rng, quiet, at=STRUCK, cases=3, within=1)
            four_days = [Happening(row, STRUCK, STRUCK + 1) for row in range(years)]
            one_day = [Happening(row, STRUCK, STRUCK) for row in range(years)]
            for name, detector in detectors().items():
                false = judged(quiet, detector, [], HISTORY).false_a_year
                seen = judged(four[:, : STRUCK + 9], detector, four_days, STRUCK)
                small = judged(three[:, : STRUCK + 8], detector, one_day, STRUCK)
                delay = f"{seen.median_delay:.0f} days" if np.isfinite(seen.median_delay) else "-"
                varies = "as by chance" if dispersion == 1 else f"{dispersion:g} times that"
                seen_as = f"{seen.detected:.3f}, {delay} | {small.detected:.3f}"
                print(f"| {rate:g} | {varies} | {name} | {false:.2f} | {seen_as} |", flush=True)


def first_year(years: int, seed: int) -> None:
    """The predictive test in the first year of a system, from its first day."""
    rng = np.random.default_rng(seed)
    table = limits.read()
    print("\n| rate a week | false episodes in the first year |\n|---|---|")
    for rate in RATES:
        counts = simulation.quiet_years(rng, series=years, days=365, weekly=rate)
        found = judged(counts, surprise.detector(table, budget=1.0), [], 0)
        print(f"| {rate:g} | {found.false_a_year:.2f} |", flush=True)


def delayed(series: int, seed: int) -> None:
    """The predictive test where reports come late, half of them within three days: replayed day by day."""
    rng = np.random.default_rng(seed)
    counts = simulation.with_cases(
        rng,
        simulation.quiet_years(rng, series=series, days=DAYS, weekly=1.0),
        at=STRUCK,
        cases=4,
        within=2,
    )
    at_once = History.at_once(counts)
    known = simulation.late(rng, at_once.happened, median_days=3)
    late = History(series, DAYS, at_once.of, at_once.happened, known)
    spoke = backtest.replay(late, surprise.detector(limits.read(), budget=1.0), first=HISTORY)
    happenings = [Happening(row, STRUCK, STRUCK + 1) for row in range(series)]
    found = backtest.judge(spoke, happenings, first=HISTORY, gap=GAP, grace=28)
    print(
        f"\nLate reports, half within 3 days, 1 a week: false {found.false_a_year:.2f} a year, 4 in 2 days seen "
        f"{found.detected:.3f}, median delay {found.median_delay:.0f} days"
    )


def timed(what: str, work: Callable[[], object]) -> None:
    """Print how long it took."""
    start = time.perf_counter()
    work()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{what}: {time.perf_counter() - start:.3f} s, peak memory {peak:.0f} MiB", flush=True)


def speed() -> None:
    """How long a night takes, and one submission."""
    rng = np.random.default_rng(1)
    kept = limits.read()
    print()
    for areas in (35, 350):
        counts = simulation.quiet_years(rng, series=areas * 20, days=HISTORY, weekly=0.5)
        timed(
            f"nightly, {areas} areas x 20 classes x 3 windows",
            lambda counts=counts: surprise.assess(counts, [HISTORY - 1], kept, budget=1.0).against_all_series(),
        )
    one = simulation.quiet_years(rng, series=1, days=HISTORY, weekly=0.5)
    timed(
        "a thousand submissions, one series each",
        lambda: [surprise.assess(one, [HISTORY - 1], kept, budget=1.0) for _ in range(1000)],
    )
    weeks = rng.negative_binomial(10, 0.6, size=320)
    timed("a hundred Farrington points", lambda: [farrington.assess(weeks, at) for at in range(220, 320)])
    wards = rng.poisson(0.3, size=(24, 90))
    timed("scan of 24 wards x 90 days x 999", lambda: scan.scan(wards, rng.random((24, 2))))


def clusters(runs: int, seed: int) -> None:
    """How often the scan finds five cases put into one ward within three days, and how often it is wrong."""
    rng = np.random.default_rng(seed)
    found = false = 0
    for run in range(runs):
        wards, places = rng.poisson(0.03, size=(24, 90)), rng.random((24, 2))
        quiet = scan.scan(wards, places, seed=run)
        false += quiet is not None and quiet.recurrence > 100
        wards[5, 87:] += rng.multinomial(5, np.full(3, 1 / 3))
        struck = scan.scan(wards, places, seed=run)
        found += struck is not None and 5 in struck.areas and struck.recurrence > 100
    print(
        f"\nScan, 24 wards, 0.21 a week each: 5 in 3 days found in {found} of {runs}, "
        f"nothing taken for something in {false} quiet ones"
    )


def main() -> None:
    """Everything, in about ten minutes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--years", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=6)
    chosen = parser.parse_args()
    speed()
    clusters(200, chosen.seed)
    table(chosen.years, chosen.seed)
    first_year(chosen.years, chosen.seed)
    delayed(100, chosen.seed)


if __name__ == "__main__":
    main()
