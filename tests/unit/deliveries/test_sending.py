"""What a lane makes of each answer of a provider."""

import itertools
import uuid
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.fernet import Fernet

from alerts.channels.protocol import UNKNOWN, GiveUp, Sent, TryAgain, Unknown
from alerts.messages import Medium, Message, Words
from ldis import secrecy
from ldis.deliveries.claims import Claimed, Outcome
from ldis.deliveries.models import Envelope
from ldis.deliveries.rules import PROVIDER_IS_DOWN_AFTER, State
from ldis.deliveries.sending import Sender

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
Answer = Sent | Unknown | None | Exception
DOWN = TryAgain("The provider cannot be reached.")


class ScriptedChannel:
    """A channel that gives the answers it was told to, in order."""

    medium = Medium.SMS
    account = "script"

    def __init__(self, answers: Iterable[Answer]) -> None:
        self.answers = iter(answers)
        self.sent: list[Message] = []

    def send(self, message: Message) -> Sent:
        self.sent.append(message)
        answer = self._next()
        assert isinstance(answer, Sent)
        return answer

    def find(self, message: Message) -> Sent | Unknown | None:
        self.sent.append(message)
        return self._next()

    def _next(self) -> Sent | Unknown | None:
        answer = next(self.answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def close(self) -> None:
        """Nothing was open."""


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key of these tests' own; other tests in this process have theirs back afterwards."""
    for name in ("ciphers", "earlier", "root"):
        monkeypatch.setattr(secrecy._KeyRing, name, getattr(secrecy._KeyRing, name))
    secrecy.configure([Fernet.generate_key().decode()])


def claim(count: int, *, attempts: int = 0) -> list[Claimed]:
    words = Words("Nitazene in blue tablets. Do not use alone.")
    return [
        Claimed(
            id=number,
            reference=uuid.UUID(int=number),
            medium=Medium.SMS,
            envelope=Envelope("+447700900001", words).sealed(),
            attempts=attempts,
            urgency=0,
            due_at=NOW,
            give_up_at=NOW + timedelta(hours=4),
            provider=None,
        )
        for number in range(count)
    ]


def send(*answers: Answer, attempts: int = 0, stopping: Callable[[], bool] = lambda: False) -> list[Outcome]:
    sender = Sender(ScriptedChannel(answers), clock=lambda: NOW)
    return sender.send(claim(len(answers), attempts=attempts), stopping=stopping)


def find(*answers: Answer, now: datetime = NOW) -> list[Outcome]:
    sender = Sender(ScriptedChannel(answers), clock=lambda: now)
    return [sender.find(claimed) for claimed in claim(len(answers))]


def test_what_the_provider_took_is_sent_under_its_reference() -> None:
    [outcome] = send(Sent("SM1"))
    assert (outcome.state, outcome.provider, outcome.provider_reference) == (State.SENT, "script", "SM1")


def test_the_words_go_out_as_they_were_written() -> None:
    channel = ScriptedChannel([Sent("SM1")])
    Sender(channel, clock=lambda: NOW).send(claim(1), stopping=lambda: False)
    assert channel.sent[0].words == Words("Nitazene in blue tablets. Do not use alone.")
    assert channel.sent[0].reference == str(uuid.UUID(int=0))


def test_a_temporary_failure_waits_longer_each_time_and_keeps_its_reason() -> None:
    for attempts, seconds in ((0, 5), (1, 15), (2, 30), (30, 600)):
        [outcome] = send(TryAgain("The network is congested.", "30017"), attempts=attempts)
        assert outcome.state is State.QUEUED
        assert outcome.due_at == NOW + timedelta(seconds=seconds)
        assert outcome.reason == "The network is congested. (30017)"


def test_a_refusal_for_good_is_not_tried_again() -> None:
    [outcome] = send(GiveUp("The number is not in use.", "30005"))
    assert (outcome.state, outcome.reason) == (State.FAILED, "The number is not in use. (30005)")


def test_a_message_that_may_have_gone_is_not_put_back_in_the_queue() -> None:
    [outcome] = send(TryAgain("No answer came.", may_have_gone=True))
    assert outcome.state is State.SENDING


def test_a_fault_in_a_channel_is_taken_for_a_message_that_may_have_gone() -> None:
    broken, next_one = send(ValueError("a fault of ours"), Sent("SM2"))
    assert (broken.state, next_one.state) == (State.SENDING, State.SENT)


def test_a_provider_that_is_down_does_not_use_up_the_whole_claim() -> None:
    outcomes = send(*[DOWN] * PROVIDER_IS_DOWN_AFTER, Sent("never asked"), Sent("never asked"))
    tried, left = outcomes[:PROVIDER_IS_DOWN_AFTER], outcomes[PROVIDER_IS_DOWN_AFTER:]
    assert all(outcome.tried and outcome.due_at for outcome in tried)
    assert all(outcome.state is State.QUEUED and not outcome.tried and not outcome.due_at for outcome in left)


def test_one_success_shows_that_the_provider_is_up() -> None:
    almost = [DOWN] * (PROVIDER_IS_DOWN_AFTER - 1)
    outcomes = send(*almost, Sent("SM1"), *almost, Sent("SM2"))
    assert outcomes[-1].state is State.SENT


def test_a_process_that_is_stopping_gives_back_what_it_has_not_begun() -> None:
    calls = itertools.count()
    first, *others = send(Sent("SM1"), Sent("SM2"), Sent("SM3"), stopping=lambda: next(calls) > 0)
    assert first.state is State.SENT
    assert {(outcome.state, outcome.tried) for outcome in others} == {(State.QUEUED, False)}


def test_a_slow_lane_begins_no_message_after_its_claim_has_run_out(monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = itertools.count(0.0, 20.0)  # every look at the clock is twenty seconds later
    monkeypatch.setattr("ldis.deliveries.sending.time.monotonic", lambda: next(ticks))
    first, second, third = send(Sent("SM1"), Sent("SM2"), Sent("SM3"))
    assert first.state is State.SENT
    assert [(o.state, o.tried) for o in (second, third)] == [(State.QUEUED, False)] * 2


def test_words_that_no_key_opens_wait_for_their_key() -> None:
    claimed = claim(1)
    secrecy.configure([Fernet.generate_key().decode()])
    [outcome] = Sender(ScriptedChannel([]), clock=lambda: NOW).send(claimed, stopping=lambda: False)
    assert outcome.state is State.QUEUED
    assert outcome.reason is not None
    assert "data key" in outcome.reason


def test_what_the_provider_surely_does_not_have_goes_to_the_queue_again() -> None:
    [outcome] = find(None)
    assert (outcome.state, outcome.due_at) == (State.QUEUED, NOW)


def test_what_the_provider_has_was_sent() -> None:
    [outcome] = find(Sent("SM1"))
    assert (outcome.state, outcome.provider_reference) == (State.SENT, "SM1")


def test_where_the_provider_cannot_tell_a_person_is_asked() -> None:
    [outcome] = find(UNKNOWN)
    assert outcome.state is State.IN_DOUBT


def test_a_provider_that_cannot_be_reached_is_asked_again_for_half_an_hour_and_then_a_person() -> None:
    [soon] = find(DOWN, now=NOW + timedelta(minutes=29))
    [late] = find(DOWN, now=NOW + timedelta(minutes=31))
    assert (soon.state, late.state) == (State.SENDING, State.IN_DOUBT)


def test_a_provider_that_is_down_is_not_asked_about_every_message() -> None:
    outcomes = find(*[DOWN] * PROVIDER_IS_DOWN_AFTER, Sent("never asked"))
    assert outcomes[-1].state is State.SENDING


def test_a_fault_in_asking_leaves_the_message_in_doubt() -> None:
    broken, next_one = find(ValueError("a fault of ours"), None)
    assert (broken.state, next_one.state) == (State.SENDING, State.QUEUED)


def test_only_our_key_opens_an_envelope() -> None:
    words = Words("Kräftig – ‘quoted’ 🙂", subject="Betreff", html="<p>…</p>")
    envelope = Envelope("ward@example.org", words)
    sealed = envelope.sealed()
    assert b"example.org" not in sealed
    assert Envelope.opened(sealed) == envelope
