"""The desk counts lanes and misses no call."""

from ldis.deliveries.dispatch import Desk


def test_the_first_call_opens_a_lane_and_the_next_does_not() -> None:
    desk = Desk()
    assert desk.call()
    assert not desk.call()


def test_no_more_lanes_open_than_there_are_connections() -> None:
    desk = Desk()
    desk.call()
    assert [desk.open_another(3) for _ in range(4)] == [True, True, False, False]


def test_a_call_that_comes_while_the_last_lane_looks_makes_it_look_again() -> None:
    desk = Desk()
    desk.call()
    seen = desk.calls
    assert not desk.call()  # nothing was due when the lane looked; now there is
    assert not desk.close_one(seen=seen)
    assert desk.close_one(seen=desk.calls)
    assert desk.call()  # the desk is empty again: the next call opens a lane


def test_a_lane_that_gave_up_closes_whoever_has_called() -> None:
    desk = Desk()
    desk.call()
    desk.call()
    assert desk.close_one(seen=None)
    assert desk.call()
