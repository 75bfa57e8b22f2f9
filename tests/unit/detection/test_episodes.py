"""Days of alarm joined into episodes, and back-tests over history as it was known."""

import numpy as np
import pytest

from detection import backtest, episodes, simulation
from detection.backtest import Happening, History
from detection.episodes import Episode


def days(*numbers: int, of: int = 40) -> np.ndarray:
    spoke = np.zeros((1, of), dtype=bool)
    spoke[0, list(numbers)] = True
    return spoke


def test_days_a_week_apart_are_one_episode_and_eight_days_apart_are_two() -> None:
    assert episodes.join(days(3, 10, 17), 7) == [Episode(0, 3, 17)]
    assert episodes.join(days(3, 11), 7) == [Episode(0, 3, 3), Episode(0, 11, 11)]


def test_series_do_not_run_into_each_other() -> None:
    spoke = np.array([[False, True], [True, False]])
    assert episodes.join(spoke, 7) == [Episode(0, 1, 1), Episode(1, 0, 0)]


def test_no_alarm_is_no_episode_and_no_gap_makes_every_alarm_one() -> None:
    assert episodes.join(days(), 7) == []
    assert len(episodes.join(days(1, 2, 3), 0)) == 3
    with pytest.raises(ValueError, match="from 0 upwards"):
        episodes.join(days(), -1)


def test_a_signal_runs_on_while_alarms_are_close() -> None:
    assert episodes.continues([3, 2, 12], 10, 7).tolist() == [True, False, False]


def threshold(counts: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """Two or more on a day."""
    return counts[:, ends] >= 2


def test_history_is_replayed_by_the_day_on_which_it_was_known() -> None:
    history = History(1, 20, np.zeros(2, int), np.array([5, 5]), np.array([5, 9]))
    assert history.as_known(8)[0].sum() == 1
    assert history.as_known(9)[0, 5] == 2
    assert np.nonzero(backtest.replay(history, threshold, first=0)[0])[0].tolist() == [9]


def test_a_replay_day_by_day_says_what_a_replay_at_once_says() -> None:
    counts = simulation.quiet_years(np.random.default_rng(2), series=3, days=60, weekly=5)
    at_once = History.at_once(counts)
    assert np.array_equal(at_once.as_known(59), counts)
    one_late = History(
        3,
        60,
        np.append(at_once.of, 0),
        np.append(at_once.happened, 0),
        np.append(at_once.known, 59),
    )
    whole = backtest.replay(at_once, threshold, first=10)
    by_day = backtest.replay(one_late, threshold, first=10)
    assert np.array_equal(whole[:, 10:59], by_day[:, 10:59])


def test_nothing_is_known_before_it_happened() -> None:
    with pytest.raises(ValueError, match="before it happened"):
        History(1, 9, np.zeros(1, int), np.array([5]), np.array([4]))
    with pytest.raises(ValueError, match="belongs to a series"):
        History(1, 9, np.ones(1, int), np.array([5]), np.array([5]))


def test_a_history_without_events_is_quiet() -> None:
    nothing = np.zeros(0, dtype=np.int64)
    spoke = backtest.replay(History(2, 30, nothing, nothing, nothing), threshold, first=0)
    outcome = backtest.judge(spoke, first=0, gap=7)
    assert (outcome.false_a_year, outcome.review_load) == (0, 0)
    assert np.isnan(outcome.detected)


def test_what_was_said_is_held_against_what_happened() -> None:
    spoke = np.zeros((2, 365), dtype=bool)
    spoke[0, [50, 101, 102, 300]] = True
    happenings = [Happening(0, 100, 105, case_on=108), Happening(1, 100, 105)]
    outcome = backtest.judge(spoke, happenings, first=0, gap=7)
    assert outcome.false_a_year == pytest.approx(2 / 2)
    assert outcome.review_load == pytest.approx(3 / 12)
    assert outcome.delays == (1, None)
    assert outcome.gained == (7,)
    assert outcome.detected == 0.5
    assert outcome.median_delay == 1


def test_days_of_grace_count_for_what_is_seen_late_and_the_panel_may_be_first() -> None:
    happenings = [Happening(0, 10, 11, case_on=12)]
    assert backtest.judge(days(14), happenings, first=0, gap=7).delays == (None,)
    late = backtest.judge(days(14), happenings, first=0, gap=7, grace=5)
    assert late.delays == (4,)
    assert late.gained == (-2,)
    assert late.false_a_year == 0
