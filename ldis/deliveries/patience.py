"""How long and how often sending is tried, as the policy says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from alerts.failover import Threshold
from alerts.messages import Medium
from alerts.pace import about


@dataclass(frozen=True)
class Patience:
    """`[sending]` of the policy.

    `waits` are how long to wait after the first, second, ... temporary failure; the last is repeated.
    `at_a_time` is how many messages one connection takes from the outbox at once, and so how many a crash of it
    can leave in doubt. `other_medium`: whether whoever cannot be reached by one medium is written to by the other.
    `ask_after` is when a provider is asked about a message of which nothing more was heard, and `flag_after` when a
    person is shown it.
    """

    waits: tuple[timedelta, ...] = tuple(timedelta(seconds=one) for one in (5, 15, 30, 60, 120, 300, 600))
    give_up_after: Mapping[Medium, timedelta] = field(
        default_factory=lambda: {Medium.SMS: timedelta(hours=4), Medium.EMAIL: timedelta(hours=24)}
    )
    at_a_time: int = 10
    other_medium: bool = True
    ask_after: timedelta = timedelta(hours=6)
    flag_after: timedelta = timedelta(hours=30)
    fail_over: Threshold = field(default_factory=Threshold)

    @property
    def in_words(self) -> list[tuple[str, str]]:
        """As questions and answers, for the page about the policy."""
        waits = ", ".join(_span(wait) for wait in self.waits)
        longest = {
            medium: about(span.total_seconds()).removeprefix("about ")
            for medium, span in self.give_up_after.items()
        }
        return [
            ("A message is tried", f"at once, then after {waits}, and so on"),
            ("A message is given up after", f"{longest[Medium.SMS]} by text, {longest[Medium.EMAIL]} by email"),
            ("A crash leaves in doubt, for each connection, at most", f"{self.at_a_time} messages"),
            (
                "Who cannot be reached by the medium chosen",
                "is sent the alert by the other, if they take it"
                if self.other_medium
                else "is not sent it by the other",
            ),
            (
                "Text messages go by the second provider, if there is one,",
                f"when of {self.fail_over.look_at} or more {self.fail_over.failing_share:.0%} fail or take "
                f"{self.fail_over.slow_seconds:g} seconds each; the first is tried again after "
                f"{_span(self.fail_over.stay_away)}",
            ),
            (
                "A message of which nothing more is heard",
                f"is asked about after {_span(self.ask_after)} and shown to a person after {_span(self.flag_after)}",
            ),
        ]


def read_patience(values: Mapping[str, Any]) -> Patience:
    """From the values of `[sending]`; a value that makes no sense is an error at start-up."""
    patience = Patience(
        waits=tuple(timedelta(seconds=one) for one in values["retry_after_seconds"]),
        give_up_after={
            medium: timedelta(minutes=values["give_up_after_minutes"][medium.value]) for medium in Medium
        },
        at_a_time=values["at_a_time"],
        other_medium=values["other_medium"],
        ask_after=timedelta(hours=values["ask_after_hours"]),
        flag_after=timedelta(hours=values["flag_after_hours"]),
        fail_over=Threshold(
            look_at=values["fail_over"]["look_at"],
            failing_share=values["fail_over"]["failing_share"],
            slow_seconds=values["fail_over"]["slow_seconds"],
            stay_away=timedelta(minutes=values["fail_over"]["stay_away_minutes"]),
        ),
    )
    if not patience.waits or list(patience.waits) != sorted(patience.waits) or min(patience.waits) <= timedelta():
        raise ValueError(
            "config/policy.toml: retry_after_seconds are one wait or more, each at least as long as the last."
        )
    if not 1 <= patience.at_a_time <= 100:
        raise ValueError("config/policy.toml: at_a_time is a number from 1 to 100.")
    if patience.fail_over.look_at < 1 or not 0 < patience.fail_over.failing_share <= 1:
        raise ValueError(
            "config/policy.toml: fail_over looks at one message or more, and failing_share is a share."
        )
    if not timedelta() < patience.ask_after <= patience.flag_after:
        raise ValueError("config/policy.toml: flag_after_hours is at least ask_after_hours.")
    return patience


_in_force = [Patience()]


def use(patience_: Patience) -> None:
    """Let this process follow the policy of the installation. Called once, where a process begins."""
    _in_force[0] = patience_


def patience() -> Patience:
    """As the policy says."""
    return _in_force[0]


def _span(span: timedelta) -> str:
    seconds = int(span.total_seconds())
    for size, name in ((3600, "hour"), (60, "minute"), (1, "second")):
        if seconds % size == 0:
            count = seconds // size
            return f"{count} {name}{'' if count == 1 else 's'}"
    raise AssertionError("a span is in whole seconds")
