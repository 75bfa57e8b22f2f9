"""What the service may ask of any channel, and the two ways in which sending can fail.

A channel is one connection to a provider, used by one thread at a time and kept open from message to message,
because a new connection for each costs several times the sending. Who wants four connections makes four channels.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Final, Protocol

from alerts.messages import Medium, Message, Receipt


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


class Channel(Protocol):
    """One connection out, for one medium. It opens when first used and mends itself when the connection breaks.

    `account` names whose allowance is used up (a provider's account, a mail server), so that a rate limit can be
    shared by every process that sends through it.
    """

    @property
    def medium(self) -> Medium:
        """What it carries."""

    @property
    def account(self) -> str:
        """Whose allowance it uses; no secret is in it."""

    def send(self, message: Message) -> Sent:
        """Hand the message over. Raises TryAgain or GiveUp."""

    def find(self, message: Message) -> Sent | Unknown | None:
        """Whether the provider already has this message: Sent, None (it does not), or UNKNOWN. Raises TryAgain.

        A provider lists what it took with some delay: ask about a message only when it has been in doubt for
        a minute or more.
        """

    def ask(self, reference: str, provider_reference: str) -> Receipt | Unknown:
        """What became of a message that the provider took: its word now, or UNKNOWN. Raises TryAgain."""

    def close(self) -> None:
        """Hang up. The channel opens again by itself if it is used again."""
