"""The states of a delivery only ever move forward, and waiting grows from try to try."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.messages import Medium, ReceiptState
from config import policy
from ldis.deliveries.patience import patience, read_patience
from ldis.deliveries.rules import (
    ASK_FOR,
    CLAIM_IS_STALE_AFTER,
    CLAIM_LASTS,
    FORWARD,
    MEANS,
    State,
    after_receipt,
    next_try,
)

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
ANY_STATE = st.sampled_from(State)
RECEIPTS = st.lists(st.sampled_from(ReceiptState), max_size=8)


def after_all(state: State, receipts: list[ReceiptState]) -> State:
    for receipt in receipts:
        state = after_receipt(state, receipt)
    return state


@settings(deadline=None)
@given(ANY_STATE, RECEIPTS, st.data())
def test_receipts_in_any_order_and_repeated_end_in_the_same_state(
    state: State, receipts: list[ReceiptState], data: st.DataObject
) -> None:
    repeats = data.draw(st.lists(st.sampled_from(receipts), max_size=8)) if receipts else []
    shuffled = data.draw(st.permutations(receipts + repeats))
    assert after_all(state, shuffled) is after_all(state, receipts)


@settings(deadline=None)
@given(ANY_STATE, st.sampled_from(ReceiptState))
def test_a_receipt_never_takes_a_delivery_back(state: State, receipt: ReceiptState) -> None:
    assert FORWARD.index(after_receipt(state, receipt)) >= FORWARD.index(state)


@settings(deadline=None)
@given(ANY_STATE, st.sampled_from(ReceiptState))
def test_a_receipt_proves_that_the_message_left(state: State, receipt: ReceiptState) -> None:
    assert FORWARD.index(after_receipt(state, receipt)) >= FORWARD.index(State.SENT)


def test_every_receipt_a_provider_can_send_has_a_meaning() -> None:
    assert MEANS.keys() == set(ReceiptState)


def test_what_arrived_has_arrived_whatever_else_was_reported() -> None:
    assert after_all(State.FAILED, [ReceiptState.DELIVERED]) is State.DELIVERED
    assert after_all(State.DELIVERED, [ReceiptState.PERMANENT_FAILURE]) is State.DELIVERED


def test_a_suppressed_message_stays_suppressed() -> None:
    assert after_all(State.SUPPRESSED, list(ReceiptState)) is State.SUPPRESSED


def test_the_first_try_is_at_once_and_the_wait_grows_and_then_stays() -> None:
    policys = patience().waits
    waits = [next_try(attempts, waits=policys, now=NOW) - NOW for attempts in range(1, 12)]
    assert waits[: len(policys)] == list(policys)
    assert waits == sorted(waits)
    assert set(waits[len(policys) :]) == {policys[-1]}


def test_a_text_is_given_up_after_four_hours_and_an_email_after_a_day() -> None:
    assert patience().give_up_after == {Medium.SMS: timedelta(hours=4), Medium.EMAIL: timedelta(hours=24)}


SENDING = policy.read()["sending"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"retry_after_seconds": []},
        {"retry_after_seconds": [30, 10]},
        {"retry_after_seconds": [0, 10]},
        {"at_a_time": 0},
        {"ask_after_hours": 48},
    ],
)
def test_a_policy_of_sending_that_makes_no_sense_is_refused_at_the_start(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"config/policy\.toml: "):
        read_patience(SENDING | wrong)


def test_the_policy_of_sending_is_read_as_sentences() -> None:
    words = dict(read_patience(SENDING).in_words)
    assert words["A message is tried"].startswith(
        "at once, then after 5 seconds, 15 seconds, 30 seconds, 1 minute"
    )
    assert words["A message is given up after"] == "4 hours by text, 24 hours by email"


def test_no_message_of_a_claim_can_be_under_way_when_the_claim_is_looked_into() -> None:
    slowest_send = timedelta(seconds=30)
    assert CLAIM_LASTS + slowest_send <= CLAIM_IS_STALE_AFTER < ASK_FOR
