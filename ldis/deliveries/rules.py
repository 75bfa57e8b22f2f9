"""The states of a delivery, the only ways from one to another, and how long we keep trying."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum

from alerts.messages import ReceiptState


class State(StrEnum):
    """Where a message is. Order matters: receipts only ever move a delivery forward."""

    QUEUED = "queued"
    SENDING = "sending"
    IN_DOUBT = "may have been sent"
    SENT = "sent"
    FAILED = "failed"
    DELIVERED = "delivered"
    SUPPRESSED = "suppressed"


class Urgency(IntEnum):
    """Which letters go first when many wait."""

    RED_ALERT = 0
    SIGN_IN = 1
    WARNING = 2
    ROUTINE = 5


FORWARD = tuple(State)
"""From the start to the end. Delivered comes after failed: some networks report a failure and then deliver, and
that it arrived is the better-founded news."""

SETTLED = frozenset({State.FAILED, State.DELIVERED, State.SUPPRESSED})
NOT_YET_SENT = tuple(state for state in FORWARD if FORWARD.index(state) < FORWARD.index(State.SENT))

MEANS = {
    ReceiptState.QUEUED: State.SENT,  # it waits at the provider; it has left us
    ReceiptState.SENT: State.SENT,
    ReceiptState.DELIVERED: State.DELIVERED,
    ReceiptState.TEMPORARY_FAILURE: State.FAILED,  # the provider has tried for as long as it will
    ReceiptState.PERMANENT_FAILURE: State.FAILED,
}
"""What a provider's receipt makes of a delivery."""


def after_receipt(state: State, receipt: ReceiptState) -> State:
    """The state after a receipt. Whatever the order and however often receipts come, the end is the same."""
    return max(state, MEANS[receipt], key=FORWARD.index)


def next_try(attempts: int, *, waits: Sequence[timedelta], now: datetime) -> datetime:
    """When to try again after this many failed attempts. `waits` are the policy's; the last is repeated."""
    return now + waits[min(max(attempts, 1), len(waits)) - 1]


PROVIDER_IS_DOWN_AFTER = 5
"""Temporary failures in a row after which a lane leaves the rest in the queue: it is not the recipients."""

CLAIM_LASTS = timedelta(seconds=30)
"""A lane that has been busy with one claim for this long starts no further message of it."""

CLAIM_IS_STALE_AFTER = timedelta(seconds=60)
"""When a claim whose lane has gone is looked into. By then the provider lists what it took, and no message of the
claim can still be on its way: the last one began half a minute ago or more."""

ASK_FOR = timedelta(minutes=30)
"""How long a provider that cannot be reached is asked about a message before a person is told."""
