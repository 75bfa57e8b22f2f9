"""The on-screen outbox: nothing leaves the machine.

The delivery's own row already holds the exact words, so there is nothing to do but to say that they are kept.
This is the channel until a real one is configured.
"""

from alerts.channels.protocol import UNKNOWN, Sent, Unknown
from alerts.messages import Medium, Message


class Outbox:
    """A channel without a provider."""

    def __init__(self, medium: Medium) -> None:
        self.medium = medium
        self.account = f"outbox:{medium}"

    def send(self, message: Message) -> Sent:
        """Keep the message where the outbox page shows it."""
        return Sent(provider_reference=f"outbox-{message.reference}")

    def find(self, message: Message) -> None:
        """Nothing ever left, so sending it again doubles nothing."""

    def ask(self, reference: str, provider_reference: str) -> Unknown:
        """Nothing left, so nothing more is known."""
        return UNKNOWN

    def close(self) -> None:
        """Nothing was open."""
