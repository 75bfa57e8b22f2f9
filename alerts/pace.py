"""How fast a provider's account may send, and how long that takes. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from alerts.messages import Medium


class Counts(StrEnum):
    """What a provider counts."""

    SEGMENTS = "segments"
    MESSAGES = "messages"


@dataclass(frozen=True)
class Pace:
    """So many units in so many seconds."""

    units: int
    seconds: int
    counts: Counts

    @property
    def per_second(self) -> float:
        """Units in a second."""
        return self.units / self.seconds

    @property
    def at_a_time(self) -> int:
        """How many units one turn takes: what a second allows, and one at least."""
        return max(int(self.per_second), 1)

    def seconds_for(self, units: float) -> float:
        """How long so many units take."""
        return units / self.per_second

    @property
    def in_words(self) -> str:
        """The pace as a person says it."""
        every = {1: "a second", 60: "a minute"}.get(self.seconds, f"in {self.seconds} seconds")
        return f"{self.units:,} {self.counts} {every}"


@dataclass(frozen=True)
class Forecast:
    """How long messages of one medium will take to leave.

    `ahead` counts those that wait and go first. `seconds` is how long it takes until the last has left, at the pace
    of the account; each of those ahead is taken to be as long as one of these.
    """

    medium: Medium
    messages: int
    ahead: int
    pace: Pace
    seconds: float

    @property
    def in_words(self) -> str:
        """The forecast as an approver reads it."""
        what = "text message" if self.medium is Medium.SMS else "email"
        behind = f", behind {self.ahead:,} that {'waits' if self.ahead == 1 else 'wait'}" if self.ahead else ""
        return (
            f"{self.messages:,} {what}{' leaves' if self.messages == 1 else 's leave'} in {about(self.seconds)}, "
            f"at {self.pace.in_words}{behind}."
        )


@dataclass(frozen=True)
class Leaving:
    """How an alert would leave: a forecast for each medium, and how soon the policy wants it delivered, in minutes."""

    forecasts: tuple[Forecast, ...]
    wanted_within: int

    @property
    def is_late(self) -> bool:
        """Whether the last message leaves later than the policy wants it delivered."""
        return any(one.seconds > 60 * self.wanted_within for one in self.forecasts)


def about(seconds: float) -> str:
    """A length of time in words, to the minute."""
    minutes = round(seconds / 60)
    if minutes < 1:
        return "less than a minute"
    hours, rest = divmod(minutes, 60)
    parts = [f"{hours} hour{'' if hours == 1 else 's'}"] * bool(hours)
    parts += [f"{rest} minute{'' if rest == 1 else 's'}"] * bool(rest)
    return "about " + " and ".join(parts)
