"""Every benchmark in turn: `make bench`. Each compares with a bare loop in the same run; none can fail on a time."""

import subprocess
import sys

BENCHMARKS = (
    "tests.bench.reports",
    "tests.bench.deliveries",
    "tests.bench.intake",
    "tests.bench.cases",
    "tests.bench.watching",
    "tests.bench.figures",
)


def main() -> int:
    """Run each in a process of its own, so that none warms up for another."""
    codes = []
    for name in BENCHMARKS:
        print(f"\n== {name}", flush=True)
        codes.append(subprocess.run([sys.executable, "-m", name], check=False).returncode)
    return max(codes)


if __name__ == "__main__":
    sys.exit(main())
