"""What the service may ask of any channel, and the two ways in which sending can fail.

A channel is shared by a whole process and holds only settings. Sending happens on a *lane*: one connection,
used by one thread at a time. Lanes are borrowed and kept open between uses, because a new connection for every
message costs several times the sending:

    with channel.lane() as lane:
        for message in batch:
            sent = lane.send(message)
"""

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from enum import Enum
from typing import Final, Generic, Protocol, TypeVar

from alerts.messages import Medium, Message


@dataclass(frozen=True)
class Sent:
    """The provider has taken the message; from here on it is theirs, and receipts say what became of it."""

    provider_reference: str


class Unknown(Enum):
    """The provider cannot be asked whether it has a message; a person must decide."""

    UNKNOWN = "unknown"


UNKNOWN: Final = Unknown.UNKNOWN


class SendingFailed(Exception):
    """A message did not leave, or may not have. `reason` is for people, `code` is the provider's own."""

    def __init__(self, reason: str, code: str | None = None) -> None:
        super().__init__(reason if code is None else f"{reason} ({code})")
        self.reason = reason
        self.code = code


class TryAgain(SendingFailed):
    """Not this time: the same message may well go later.

    `may_have_gone` is true where the connection broke, or the answer failed to come, after the message was
    handed over. Such a message must be asked about with `find` before it is sent again.
    """

    def __init__(self, reason: str, code: str | None = None, *, may_have_gone: bool = False) -> None:
        super().__init__(reason, code)
        self.may_have_gone = may_have_gone


class GiveUp(SendingFailed):
    """Never to this address, or never these words: trying again cannot help."""


class Lane(Protocol):
    """One connection to a provider, used by one thread at a time. It mends itself when the connection breaks."""

    def send(self, message: Message) -> Sent:
        """Hand the message over. Raises TryAgain or GiveUp."""

    def find(self, message: Message) -> Sent | Unknown | None:
        """Whether the provider already has this message: Sent, None (it does not), or UNKNOWN. Raises TryAgain."""

    def close(self) -> None:
        """Hang up. The lane opens again by itself if it is used again."""


class Channel(Protocol):
    """A way out for one medium.

    `account` names whose allowance is used up (a provider's account, a mail server), so that a rate limit can be
    shared by every process that sends through it.
    """

    medium: Medium
    account: str

    def lane(self) -> AbstractContextManager[Lane]:
        """Borrow a lane: an idle one if there is one, else a new one."""

    def close(self) -> None:
        """Hang up every idle lane."""


L = TypeVar("L", bound=Lane)


class KeptLanes(Generic[L]):
    """The lanes of one channel: as many as were ever used at the same time, kept open in between."""

    def __init__(self, open_lane: Callable[[], L]) -> None:
        self._open_lane = open_lane
        self._idle: deque[L] = deque()  # its append and pop need no lock

    @contextmanager
    def borrow(self) -> Iterator[L]:
        """Lend a lane to the caller's thread until the block ends."""
        try:
            lane = self._idle.pop()
        except IndexError:
            lane = self._open_lane()
        try:
            yield lane
        finally:
            self._idle.append(lane)

    def close(self) -> None:
        """Hang up the idle lanes."""
        while self._idle:
            self._idle.pop().close()
