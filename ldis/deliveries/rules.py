"""The states of a delivery and the only ways from one to another."""

from enum import IntEnum, StrEnum


class State(StrEnum):
    """Where a message is. Order matters: receipts only ever move a delivery forward."""

    QUEUED = "queued"
    SENDING = "sending"
    IN_DOUBT = "may have been sent"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    SUPPRESSED = "suppressed"


class Urgency(IntEnum):
    """Which letters go first when many wait."""

    RED_ALERT = 0
    SIGN_IN = 1
    WARNING = 2
    ROUTINE = 5
