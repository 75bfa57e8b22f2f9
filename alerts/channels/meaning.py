"""What a provider's failure means for us; each provider's table of codes maps to these."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Meaning:
    """Whether a failure is for good, and the sentence people read."""

    for_good: bool
    reason: str


def for_now(reason: str) -> Meaning:
    """The same message may go another time."""
    return Meaning(for_good=False, reason=reason)


def for_good(reason: str) -> Meaning:
    """Trying again cannot help."""
    return Meaning(for_good=True, reason=reason)
