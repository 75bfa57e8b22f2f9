"""When text messages go by the second provider, and when they go back. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum


class Way(StrEnum):
    """Which of two providers."""

    FIRST = "first"
    SECOND = "second"

    @property
    def other(self) -> "Way":
        """The other one."""
        return Way.SECOND if self is Way.FIRST else Way.FIRST


@dataclass(frozen=True)
class Tally:
    """What became of one claim at a provider: how many were tried, how many failed for now, how long all took."""

    at: datetime
    tried: int
    failed: int
    seconds: float


@dataclass(frozen=True)
class Threshold:
    """When a provider is ill, and how it is tried again.

    It is ill when of at least `look_at` messages tried within `window` a share of `failing_share` failed, or one took
    `slow_seconds` on average. After `stay_away` it is tried again with a few messages. Between two changes lies
    `dwell` at least, so that two ill providers do not take turns by the second.
    """

    look_at: int = 5
    failing_share: float = 0.5
    slow_seconds: float = 10.0
    window: timedelta = timedelta(minutes=5)
    stay_away: timedelta = timedelta(minutes=10)
    dwell: timedelta = timedelta(minutes=2)


@dataclass(frozen=True)
class Standing:
    """By which provider messages go, and since when."""

    way: Way
    since: datetime

    def may_probe(self, now: datetime, threshold: Threshold) -> bool:
        """Whether it is time to try the first provider again."""
        return self.way is Way.SECOND and now >= self.since + threshold.stay_away


def is_ill(tallies: Iterable[Tally], threshold: Threshold) -> bool:
    """Whether so much failed, or took so long, that it cannot be the recipients."""
    tried = failed = 0
    seconds = 0.0
    for one in tallies:
        tried, failed, seconds = tried + one.tried, failed + one.failed, seconds + one.seconds
    if tried < threshold.look_at:
        return False
    return failed / tried >= threshold.failing_share or seconds / tried >= threshold.slow_seconds


def is_well(tallies: Iterable[Tally], threshold: Threshold) -> bool:
    """Whether the last that were tried all went, and quickly."""
    found = list(tallies)
    tried = sum(one.tried for one in found)
    quick = sum(one.seconds for one in found) < threshold.slow_seconds * tried
    return tried > 0 and quick and not any(one.failed for one in found)


def after(
    standing: Standing,
    *,
    first: Iterable[Tally],
    second: Iterable[Tally],
    now: datetime,
    threshold: Threshold,
) -> Standing:
    """The standing after what was seen of both providers. Only what was seen since it last changed counts."""
    if now < standing.since + threshold.dwell:
        return standing
    recent = max(standing.since, now - threshold.window)
    if standing.way is Way.FIRST:
        ill = is_ill((one for one in first if one.at >= recent), threshold)
        return Standing(Way.SECOND, now) if ill else standing
    probed = [one for one in first if one.at >= max(standing.since + threshold.stay_away, now - threshold.window)]
    if is_well(probed, threshold) or is_ill((one for one in second if one.at >= recent), threshold):
        return replace(standing, way=Way.FIRST, since=now)
    return standing
