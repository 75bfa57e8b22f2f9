"""Lanes side by side, on a real database, sending to providers that speak the real protocols."""

import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from alerts.channels.protocol import Channel, Sent
from alerts.messages import Medium, Message
from ldis.db import utc_now
from ldis.deliveries.dispatch import dispatch
from ldis.deliveries.patience import patience
from ldis.deliveries.rules import PROVIDER_IS_DOWN_AFTER, State, Urgency
from ldis.deliveries.service import MANY, post_all
from ldis.demonstration.providers import MailServer, TwilioServer
from tests.integration.deliveries.conftest import Outbox, Places, letter

OpenChannel = Callable[[], Channel]


class Listening:
    """A channel that calls a function before it takes each message."""

    medium = Medium.SMS
    account = "listening"

    def __init__(self, hear: Callable[[Message], object]) -> None:
        self._hear = hear

    def send(self, message: Message) -> Sent:
        self._hear(message)
        return Sent(f"heard-{message.reference}")

    def find(self, message: Message) -> None:
        """It keeps nothing."""

    def close(self) -> None:
        """Nothing was open."""


def run_at_once(*calls: Callable[[], None]) -> None:
    threads = [threading.Thread(target=call) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_eight_lanes_in_two_processes_send_every_text_exactly_once(
    outbox: Outbox, twilio: TwilioServer, texting: OpenChannel, make_place: Places
) -> None:
    outbox.post(300)
    places = [make_place(texting), make_place(texting)]
    run_at_once(*(lambda place=place: dispatch(place, Medium.SMS) for place in places))
    assert outbox.states() == {State.SENT: 300}
    assert (len(twilio.texts), twilio.doubled()) == (300, 0)
    assert {row.provider_reference for row in outbox.all()} == {text.sid for text in twilio.texts}


def test_every_email_arrives_once_over_few_connections(
    outbox: Outbox, mail: MailServer, mailing: OpenChannel, make_place: Places
) -> None:
    outbox.post(120, Medium.EMAIL)
    dispatch(make_place(mailing, connections=3), Medium.EMAIL)
    assert outbox.states() == {State.SENT: 120}
    assert (len(mail.letters), mail.doubled()) == (120, 0)
    assert mail.connections <= 3


def test_many_calls_at_once_open_no_more_lanes_than_there_are_connections(
    outbox: Outbox, make_place: Places
) -> None:
    open_now, most = Counter[str](), Counter[str]()
    lock = threading.Lock()

    class Counted(Listening):
        def __init__(self) -> None:
            super().__init__(lambda _message: None)
            with lock:
                open_now["lanes"] += 1
                most["lanes"] = max(most["lanes"], open_now["lanes"])

        def close(self) -> None:
            with lock:
                open_now["lanes"] -= 1

    outbox.post(400)
    place = make_place(Counted, connections=3)
    run_at_once(*[lambda: dispatch(place, Medium.SMS)] * 12)
    assert outbox.states() == {State.SENT: 400}
    assert 1 < most["lanes"] <= 3
    assert open_now["lanes"] == 0


def test_a_lane_that_is_slow_to_start_is_waited_for(
    outbox: Outbox, make_place: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    class SlowToStart(threading.Thread):
        def start(self) -> None:
            time.sleep(0.4)
            super().start()

    outbox.post(6)
    place = make_place(lambda: Listening(lambda _message: time.sleep(0.08)), connections=3, claim_size=2)
    monkeypatch.setattr("ldis.deliveries.dispatch.threading.Thread", SlowToStart)
    dispatch(place, Medium.SMS)
    assert outbox.states() == {State.SENT: 6}


def test_one_letter_needs_only_one_connection(outbox: Outbox, make_place: Places) -> None:
    opened: list[Listening] = []

    def open_one() -> Listening:
        opened.append(Listening(lambda _message: None))
        return opened[-1]

    outbox.post(1)
    dispatch(make_place(open_one), Medium.SMS)
    assert len(opened) == 1


def test_no_transaction_is_open_while_a_message_is_on_its_way(outbox: Outbox, make_place: Places) -> None:
    seen: list[int] = []
    question = text(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL"
    )

    def look(_message: Message) -> None:
        with outbox.sessions() as session:
            seen.append(session.scalar(question) or 0)

    outbox.post(5)
    dispatch(make_place(lambda: Listening(look), connections=1), Medium.SMS)
    assert seen == [0] * 5


def test_red_alerts_go_before_everything_else(outbox: Outbox, make_place: Places) -> None:
    went: list[str] = []
    outbox.post(15, about="routine/1", urgency=Urgency.ROUTINE)
    outbox.post(15, about="letter/1", urgency=Urgency.RED_ALERT)
    note = Listening(lambda message: went.append(message.words.text))
    dispatch(make_place(lambda: note, connections=1), Medium.SMS)
    assert all("letter/1" in words for words in went[:15])
    assert all("routine/1" in words for words in went[15:])


def test_each_medium_is_sent_by_its_own_call(outbox: Outbox, make_place: Places) -> None:
    outbox.post(2, Medium.SMS)
    outbox.post(2, Medium.EMAIL)
    assert outbox.jobs() == ["sms", "email"]
    dispatch(make_place(lambda: Listening(lambda _message: None)), Medium.SMS)
    assert {row.medium for row in outbox.all() if row.state is State.SENT} == {Medium.SMS}


def test_what_was_posted_in_a_transaction_that_failed_is_never_sent(outbox: Outbox, make_place: Places) -> None:
    outbox.post(1)
    with pytest.raises(IntegrityError, match="uq_deliveries_once"):
        outbox.post(2)  # contact 0 was written to before, so contact 1 is not written to either
    went: list[Message] = []
    dispatch(make_place(lambda: Listening(went.append)), Medium.SMS)
    assert [message.address for message in went] == ["+447700900000"]


def test_many_letters_are_written_as_few_are_and_one_that_is_doubled_takes_all_with_it(outbox: Outbox) -> None:
    outbox.post(MANY - 1)
    outbox.post(MANY + 1, about="letter/2")
    few, many = outbox.all()[0], outbox.all()[MANY - 1]
    assert (many.address, many.text[-1], many.state, many.urgency) == (few.address, "0", few.state, few.urgency)
    assert (many.give_up_at - many.due_at, many.attempts) == (few.give_up_at - few.due_at, 0)
    doubled = [letter(number, about="letter/3") for number in (*range(MANY), 0)]
    with pytest.raises(psycopg.errors.UniqueViolation), outbox.sessions.begin() as session:
        post_all(session, doubled, now=utc_now())
    assert outbox.states() == {State.QUEUED: 2 * MANY}


def test_a_refusal_for_good_is_kept_with_its_reason_and_stops_nobody_else(
    outbox: Outbox, twilio: TwilioServer, texting: OpenChannel, make_place: Places
) -> None:
    twilio.faults.refusals["+447700900001"] = 21610
    outbox.post(3)
    dispatch(make_place(texting), Medium.SMS)
    assert [row.state for row in outbox.all()] == [State.SENT, State.FAILED, State.SENT]
    refused = outbox.all()[1]
    assert refused.reason == "The person has replied STOP. (21610)"
    assert refused.settled_at is not None


def test_a_temporary_failure_goes_back_to_the_queue_for_later(
    outbox: Outbox, twilio: TwilioServer, texting: OpenChannel, make_place: Places
) -> None:
    twilio.faults.answer, twilio.faults.answer_times = (429, 20429), 1
    outbox.post(2)
    dispatch(make_place(texting, connections=1), Medium.SMS)
    later, sent = outbox.all()
    assert (later.state, later.attempts, later.claimed_by) == (State.QUEUED, 1, None)
    assert later.reason == "We sent faster than the SMS provider allows. (20429)"
    assert later.due_at > later.written_at
    assert sent.state is State.SENT


def test_a_provider_that_is_down_costs_each_lane_few_tries_and_loses_nothing(
    outbox: Outbox, mail: MailServer, mailing: OpenChannel, make_place: Places
) -> None:
    place = make_place(mailing)
    mail.down()
    outbox.post(100, Medium.EMAIL)
    dispatch(place, Medium.EMAIL)
    assert outbox.states() == {State.QUEUED: 100}
    assert sum(row.attempts for row in outbox.all()) <= 4 * PROVIDER_IS_DOWN_AFTER
    mail.up()
    dispatch(place, Medium.EMAIL)
    assert len(mail.letters) >= 100 - 4 * PROVIDER_IS_DOWN_AFTER  # the others wait for their next try
    assert mail.doubled() == 0


def test_outcomes_are_not_lost_when_the_database_goes_away_meanwhile(outbox: Outbox, make_place: Places) -> None:
    cut_lanes = text(
        "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2"
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    went: list[str] = []

    def cut_at_the_last(message: Message) -> None:
        went.append(message.reference)
        if len(went) == 3:
            with outbox.sessions.begin() as session:
                session.execute(cut_lanes)

    outbox.post(3)
    with pytest.raises(psycopg.OperationalError):
        dispatch(make_place(lambda: Listening(cut_at_the_last), connections=1), Medium.SMS)
    assert outbox.states() == {State.SENT: 3}


def test_a_lane_that_broke_off_keeps_no_later_call_from_sending(outbox: Outbox, make_place: Places) -> None:
    opened: list[Listening] = []

    def fail_once() -> Listening:
        if not opened:
            opened.append(Listening(lambda _message: None))
            raise ConnectionError("a fault of ours")
        return opened[0]

    outbox.post(2)
    place = make_place(fail_once)
    with pytest.raises(ConnectionError):
        dispatch(place, Medium.SMS)
    dispatch(place, Medium.SMS)
    assert outbox.states() == {State.SENT: 2}


def test_a_text_that_leaves_late_may_be_kept_at_the_provider_only_while_it_is_of_use(
    outbox: Outbox, twilio: TwilioServer, texting: OpenChannel, make_place: Places
) -> None:
    outbox.post(1)
    outbox.let_time_pass(patience().give_up_after[Medium.SMS] - timedelta(hours=1))
    dispatch(make_place(texting), Medium.SMS)
    assert 0 < int(twilio.texts[0].validity_period) <= 3600
