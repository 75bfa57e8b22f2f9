"""An account's pace, shared by every lane: by the database's clock, with the most urgent first, and nothing held."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import text

from alerts.channels.protocol import Channel
from alerts.messages import Medium, Words
from alerts.pace import Counts, Pace
from ldis.db import utc_now
from ldis.deliveries import dispatch as sending
from ldis.deliveries.dispatch import dispatch
from ldis.deliveries.pacing import forecast
from ldis.deliveries.rules import State, Urgency
from ldis.deliveries.service import post_all
from ldis.demonstration.providers import TwilioServer
from ldis.work import Workplace
from tests.integration.deliveries.conftest import Outbox, Places, letter

OpenChannel = Callable[[], Channel]
PACE = Pace(20, 1, Counts.SEGMENTS)


def paced(place: Workplace, pace: Pace = PACE) -> Workplace:
    return replace(place, paces={"twilio": pace})


def free_in(outbox: Outbox) -> float:
    """For how long the account's allowance is used up, in seconds, by the database's clock."""
    with outbox.sessions() as session:
        return float(
            session.scalar(text("SELECT extract(epoch FROM free_at - clock_timestamp()) FROM sending_turns")) or 0
        )


def test_two_processes_of_many_lanes_together_keep_to_the_pace_of_their_account(
    outbox: Outbox, make_place: Places, texting: OpenChannel, twilio: TwilioServer
) -> None:
    outbox.post(60)
    began = time.monotonic()
    workers = [threading.Thread(target=dispatch, args=(paced(make_place(texting)), Medium.SMS)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    took = time.monotonic() - began
    assert len(twilio.texts) == 60
    assert twilio.doubled() == 0
    assert took >= 1.5, "60 segments at 20 a second, of which the first turn and the slack are free"


def test_what_a_turn_did_not_use_is_given_back_and_long_texts_pay_for_their_segments(
    outbox: Outbox, make_place: Places, texting: OpenChannel, twilio: TwilioServer
) -> None:
    slow = Pace(10, 100, Counts.SEGMENTS)
    long = letter(1)
    with outbox.sessions.begin() as session:
        post_all(session, [replace(long, words=Words("x" * 400))], now=utc_now())
    dispatch(paced(make_place(texting), slow), Medium.SMS)
    assert len(twilio.texts) == 1
    assert 20 < free_in(outbox) <= 30, "three segments at ten seconds each, whatever the turn had taken"


def test_a_red_alert_goes_before_a_long_queue_that_was_there_first(
    outbox: Outbox, make_place: Places, texting: OpenChannel, twilio: TwilioServer
) -> None:
    outbox.post(40, urgency=Urgency.ROUTINE)
    place = paced(make_place(texting, connections=2))
    worker = threading.Thread(target=dispatch, args=(place, Medium.SMS))
    worker.start()
    while not twilio.texts:
        time.sleep(0.01)
    outbox.post(1, about="letter/2", urgency=Urgency.RED_ALERT)
    before = len(twilio.texts)
    worker.join()
    dispatch(place, Medium.SMS)
    [position] = [place for place, one in enumerate(twilio.texts) if "/letter/2/" in one.body]
    assert position <= before + 20, "no more than the turns that were under way"
    assert position < 40
    assert len(twilio.texts) == 41


def test_a_lane_that_waits_for_its_turn_stops_when_it_is_asked_to(
    outbox: Outbox, make_place: Places, texting: OpenChannel, twilio: TwilioServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopping = threading.Event()
    monkeypatch.setattr(sending, "_stopping", stopping)
    outbox.post(3)
    place = paced(make_place(texting, connections=1), Pace(1, 3600, Counts.MESSAGES))
    worker = threading.Thread(target=dispatch, args=(place, Medium.SMS))
    worker.start()
    while not twilio.texts:
        time.sleep(0.01)
    stopping.set()
    worker.join(30)
    assert not worker.is_alive()
    assert len(twilio.texts) == 1
    assert outbox.states() == {State.SENT: 1, State.QUEUED: 2}, "whoever waits holds nothing"


def test_a_forecast_counts_what_waits_and_goes_first(outbox: Outbox) -> None:
    outbox.post(30, urgency=Urgency.RED_ALERT)
    outbox.post(50, about="letter/2", urgency=Urgency.ROUTINE)
    with outbox.sessions() as session:
        told = forecast(
            session,
            Medium.SMS,
            messages=100,
            units=200,
            urgency=Urgency.WARNING,
            pace=Pace(10, 1, Counts.SEGMENTS),
            now=utc_now(),
        )
    assert (told.ahead, told.seconds) == (30, 26.0)
