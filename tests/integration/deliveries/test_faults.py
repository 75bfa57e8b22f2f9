"""Workers that are killed at random points, one after another, with both providers gone for a while."""

from pathlib import Path

import pytest

from tests.bench.faults import Ordeal
from tests.integration.cast import DATA_KEY

pytestmark = pytest.mark.processes

KILLS = 3


def test_whatever_is_killed_and_whenever_nothing_is_lost_or_doubled_and_little_is_in_doubt(
    fresh_database: str, tmp_path: Path
) -> None:
    """The short form of `python -m tests.bench.faults`, which kills two hundred."""
    with Ordeal(fresh_database, tmp_path, seed=5, data_key=DATA_KEY, connections=1, each_time=30) as ordeal:
        toll = ordeal.run(KILLS)
    assert (toll.kills, toll.lost, toll.doubled) == (KILLS, 0, 0)
    assert sum(toll.left) <= KILLS * ordeal.window < toll.messages
    assert toll.in_doubt <= KILLS * ordeal.window
