"""The states of a delivery only ever move forward, and waiting grows from try to try."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.messages import Medium, ReceiptState
from ldis.deliveries.rules import (
    ASK_FOR,
    BACK_OFF,
    CLAIM_IS_STALE_AFTER,
    CLAIM_LASTS,
    FORWARD,
    GIVE_UP_AFTER,
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


def test_the_wait_grows_and_then_stays() -> None:
    waits = [next_try(attempts, now=NOW) - NOW for attempts in range(1, 12)]
    assert waits[: len(BACK_OFF)] == list(BACK_OFF)
    assert waits == sorted(waits)
    assert set(waits[len(BACK_OFF) :]) == {timedelta(minutes=10)}


def test_a_text_is_given_up_after_four_hours_and_an_email_after_a_day() -> None:
    assert {Medium.SMS: timedelta(hours=4), Medium.EMAIL: timedelta(hours=24)} == GIVE_UP_AFTER


def test_no_message_of_a_claim_can_be_under_way_when_the_claim_is_looked_into() -> None:
    slowest_send = timedelta(seconds=30)
    assert CLAIM_LASTS + slowest_send <= CLAIM_IS_STALE_AFTER < ASK_FOR
