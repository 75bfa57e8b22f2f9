"""Hand a claim to a provider, message by message, and say what became of each. No database is open meanwhile."""

import logging
import time
from collections.abc import Callable, Sequence
from datetime import datetime

from alerts.channels.protocol import Channel, GiveUp, Sent, TryAgain, Unknown
from alerts.failover import Tally
from alerts.messages import Message
from ldis.deliveries.claims import Claimed, Outcome
from ldis.deliveries.models import Envelope
from ldis.deliveries.patience import patience
from ldis.deliveries.rules import ASK_FOR, CLAIM_LASTS, PROVIDER_IS_DOWN_AFTER, State, next_try
from ldis.secrecy import CannotBeOpened

logger = logging.getLogger(__name__)

NOBODY_KNOWS = "The sending broke off, and the provider cannot be asked whether the message went."
DID_NOT_GO = "The sending broke off before the provider had the message."


def message_of(claimed: Claimed, *, now: datetime) -> Message:
    """The message, opened, and for how long it is of use. Raises TryAgain where no key of ours opens it."""
    try:
        envelope = Envelope.opened(claimed.envelope)
    except CannotBeOpened as locked:
        raise TryAgain("The message cannot be read: its data key is missing from the settings.") from locked
    return Message(
        claimed.medium,
        envelope.address,
        envelope.words,
        reference=str(claimed.reference),
        useful_for_seconds=max(int((claimed.give_up_at - now).total_seconds()), 1),
    )


class Sender:
    """One lane's connection to a provider, and its patience with it."""

    def __init__(self, channel: Channel, *, clock: Callable[[], datetime]) -> None:
        self._channel = channel
        self._clock = clock
        self._failures_in_a_row = 0
        self._tried = self._failed = 0
        self._seconds = 0.0
        self.provider_is_up = False  # until it has answered; a refusal is an answer too

    @property
    def provider_is_down(self) -> bool:
        """Whether so much has failed in a row that it cannot be the recipients."""
        return self._failures_in_a_row >= PROVIDER_IS_DOWN_AFTER

    def send(self, claim: Sequence[Claimed], *, stopping: Callable[[], bool]) -> list[Outcome]:
        """Send what was claimed. What there was no time or no provider for goes back as it was."""
        end = time.monotonic() + CLAIM_LASTS.total_seconds()
        outcomes = []
        for claimed in claim:
            if stopping() or self.provider_is_down or time.monotonic() > end:
                outcomes.append(Outcome(id=claimed.id, state=State.QUEUED, at=self._clock(), tried=False))
            else:
                began = time.monotonic()
                outcomes.append(self._send_one(claimed))
                self._tried += 1
                self._seconds += time.monotonic() - began
        return outcomes

    def take_tally(self, now: datetime) -> Tally:
        """How it went since this was last asked."""
        tally = Tally(now, self._tried, self._failed, self._seconds)
        self._tried = self._failed = 0
        self._seconds = 0.0
        return tally

    def _send_one(self, claimed: Claimed) -> Outcome:
        try:
            sent = self._channel.send(message_of(claimed, now=self._clock()))
        except GiveUp as failure:
            self._it_answered()
            return Outcome(id=claimed.id, state=State.FAILED, at=self._clock(), reason=str(failure))
        except TryAgain as failure:
            self._it_failed()
            return self._later(claimed, str(failure), may_have_gone=failure.may_have_gone)
        except Exception:  # a fault of ours in a channel must not stop the others' messages
            logger.exception("a channel failed in a way of its own on delivery %s", claimed.id)
            self._it_failed()
            return self._later(claimed, "The sending broke off.", may_have_gone=True)
        self._it_answered()
        return self._sent(claimed, sent)

    def find(self, claimed: Claimed) -> Outcome:
        """Ask the provider about a message that may have gone."""
        now = self._clock()
        try:
            if self.provider_is_down:
                raise TryAgain("The provider does not answer.")
            found = self._channel.find(message_of(claimed, now=now))
        except TryAgain as failure:
            self._it_failed()
            return self._ask_again(claimed, str(failure))
        except Exception:  # a fault of ours in a channel must not keep the sweep from its other work
            logger.exception("a channel failed in a way of its own on delivery %s", claimed.id)
            self._it_failed()
            return self._ask_again(claimed, NOBODY_KNOWS)
        self._it_answered()
        if found is None:
            return Outcome(id=claimed.id, state=State.QUEUED, at=now, due_at=now, reason=DID_NOT_GO)
        if isinstance(found, Unknown):
            return Outcome(id=claimed.id, state=State.IN_DOUBT, at=now, tried=False, reason=NOBODY_KNOWS)
        return self._sent(claimed, found)

    def _ask_again(self, claimed: Claimed, reason: str) -> Outcome:
        now = self._clock()
        state = State.SENDING if now < claimed.due_at + ASK_FOR else State.IN_DOUBT
        return Outcome(id=claimed.id, state=state, at=now, tried=False, reason=reason)

    def _it_answered(self) -> None:
        self._failures_in_a_row = 0
        self.provider_is_up = True

    def _it_failed(self) -> None:
        self._failures_in_a_row += 1
        self._failed += 1
        self.provider_is_up = False

    def _sent(self, claimed: Claimed, sent: Sent) -> Outcome:
        return Outcome(
            id=claimed.id,
            state=State.SENT,
            at=self._clock(),
            provider=self._channel.account,
            provider_reference=sent.provider_reference,
        )

    def _later(self, claimed: Claimed, reason: str, *, may_have_gone: bool) -> Outcome:
        now = self._clock()
        if may_have_gone:
            return Outcome(id=claimed.id, state=State.SENDING, at=now, reason=reason)
        due_at = next_try(claimed.attempts + 1, waits=patience().waits, now=now)
        return Outcome(id=claimed.id, state=State.QUEUED, at=now, due_at=due_at, reason=reason)
