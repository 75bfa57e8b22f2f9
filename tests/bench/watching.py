"""What watching for signals costs, with a year of 1,000 and of 10,000 reports: `python -m tests.bench.watching`.

A report is taken in by the API, and then the worker looks at it as it does every twenty seconds. The look is no part
of taking in: the first figure is the taking in alone, the second the look at one new report, the third a look when
nothing has come in, the last the night's look at every series. The bare loop beside them counts the same rows by day
with one statement and does nothing else.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import text

from ldis import embedded
from ldis.cases.policy import Policy
from ldis.db import utc_now
from ldis.signals import watching
from ldis.signals.models import SignalSweep
from ldis.work import Workplace
from tests.bench.intake import Filled, filled, made, send_report

SIZES = (1_000, 10_000)
COUNT = text("SELECT area_code, substance_class, happened_on, count(*) FROM incident_reports GROUP BY 1, 2, 3")


def median_of(rounds: int, do: Callable[[], object]) -> float:
    """The median time in milliseconds."""
    took = []
    for _ in range(rounds):
        began = time.perf_counter()
        do()
        took.append(1000 * (time.perf_counter() - began))
    return statistics.median(took)


def figures(of: Filled, rounds: int) -> dict[str, float]:
    """Each figure of one database, in milliseconds."""
    app = of.browser.application
    policy = app.extensions["ldis.policy"]
    assert isinstance(policy, Policy)
    place = Workplace(
        sessions=app.extensions["ldis.sessions"], channels={}, connections={}, public_url="http://localhost:8000"
    )

    def forget_the_night() -> None:
        with place.sessions.begin() as session:
            session.query(SignalSweep).update({"night": None})

    def look() -> int:
        return watching.look(place, policy.signals, now=utc_now())

    def night() -> int:
        return watching.look_at_everything(place, policy.signals, now=utc_now())

    def count() -> None:
        with place.sessions() as session:
            session.execute(COUNT).all()

    look()
    with place.sessions.begin() as session:  # what was just simulated is no news
        session.query(SignalSweep).update({"swept_to": utc_now() + watching.OVERLAP})
    idle = median_of(rounds, look)
    taken, seen = [], []
    for _ in range(rounds):
        with place.sessions.begin() as session:
            session.query(SignalSweep).update({"swept_to": utc_now() + watching.OVERLAP})
        taken.append(median_of(1, lambda: send_report(of)))
        seen.append(median_of(1, look))
    nights = []
    for _ in range(3):
        forget_the_night()
        nights.append(median_of(1, night))
    return {
        "a report is taken in": statistics.median(taken),
        "the look at one new report": statistics.median(seen),
        "a look when nothing has come in": idle,
        "the night's look": statistics.median(nights),
        "bare: counting by day": median_of(rounds, count),
    }


def main() -> None:
    """Print the figures of both sizes side by side."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rounds", type=int, default=15)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder, embedded.start(Path(folder) / "postgres") as server:
        of = {
            size: figures(filled(server.url_of(made(server, f"of{size}")), Path(folder), size), given.rounds)
            for size in SIZES
        }
    small, large = (of[size] for size in SIZES)
    print(f"| | {SIZES[0]:,} | {SIZES[1]:,} | ratio |\n|---|---|---|---|")
    for name in small:
        print(f"| {name} | {small[name]:.1f} ms | {large[name]:.1f} ms | {large[name] / small[name]:.1f} |")


if __name__ == "__main__":
    main()
