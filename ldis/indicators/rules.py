"""The formulas of indicators: exact decimals in, exact decimals out, rounded once at the end by `rounded`. Pure.

Counts are people or things, shares and changes percentages, rates events for so many people. What cannot be worked out
raises NotWorkable with a sentence, and is never nought.

Source of the intervals: Wilson, J Am Stat Assoc 22 (1927) 209-212; Byar's approximation as in Breslow and Day,
Statistical methods in cancer research, vol. II (IARC 1987) 69; both as the Office for Health Improvement and
Disparities uses them (Technical guide: common public health statistics and their confidence intervals, 2018).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

HUNDRED = Decimal(100)
Z = Decimal("1.959963984540054")
"""The standard normal quantile of a two-sided 95 % interval."""

SMALL_BASE = Decimal(30)
"""A share or change of fewer is to be read with care."""

Number = Decimal | int


class NotWorkable(ValueError):
    """The figure cannot be worked out from what is there; the message says why, as a sentence."""


class Unit(StrEnum):
    """What a figure counts."""

    COUNT = "count"
    PERCENT = "%"
    RATE = "rate"
    CHANGE = "% change"


class Against(StrEnum):
    """How a figure lies to England's, as far as chance allows to say."""

    HIGHER = "higher than England"
    LOWER = "lower than England"
    NO_DIFFERENCE = "no different from England beyond chance"


@dataclass(frozen=True)
class Interval:
    """A 95 % confidence interval, in the unit of the figure."""

    low: Decimal
    high: Decimal


def rounded(value: Number, places: int) -> Decimal:
    """The figure to so many decimal places, halves away from nought: 2.5 is 3, -2.5 is -3. Never minus nought."""
    step = Decimal(1).scaleb(-places)
    result = Decimal(value).quantize(step, rounding=ROUND_HALF_UP)
    return result if result else abs(result)


def share(part: Number, whole: Number) -> Decimal:
    """part / whole in per cent, 0 to 100. Errors: NotWorkable without a whole, or where the part is larger."""
    if whole <= 0:
        raise NotWorkable("There is nobody to take a share of.")
    if not 0 <= part <= whole:
        raise NotWorkable("The part is larger than the whole.")
    return HUNDRED * Decimal(part) / Decimal(whole)


def completeness(filled: Number, asked: Number) -> Decimal:
    """Answers that were given over answers that were asked for, in per cent. Errors as for `share`."""
    return share(filled, asked)


def unmet_need(in_treatment: Number, prevalence: Number) -> Decimal:
    """(1 - in treatment / prevalence) x 100: the per cent of those in need who are not treated, never below 0.

    Errors: NotWorkable without an estimate of prevalence.
    """
    if prevalence <= 0:
        raise NotWorkable("There is no estimate of how many people need treatment.")
    if in_treatment < 0:
        raise NotWorkable("A number of people is not below nought.")
    return max((1 - Decimal(in_treatment) / Decimal(prevalence)) * HUNDRED, Decimal(0))


def change(value: Number, baseline: Number) -> Decimal:
    """(value / baseline - 1) x 100, in per cent. Errors: NotWorkable where the baseline is nought or below."""
    if baseline <= 0:
        raise NotWorkable("The baseline is nought, so that no change from it can be worked out.")
    return (Decimal(value) / Decimal(baseline) - 1) * HUNDRED


def rate(events: Number, people: Number, per: Number) -> Decimal:
    """Events for each `per` people. Errors: NotWorkable without people, or with events below nought."""
    if people <= 0:
        raise NotWorkable("There is no number of people to work a rate out for.")
    if events < 0:
        raise NotWorkable("A number of events is not below nought.")
    return Decimal(events) * Decimal(per) / Decimal(people)


def rolling(values: Sequence[Number | None], length: int) -> Decimal:
    """The sum of the last `length` months, oldest first. Errors: NotWorkable where one of them is missing.

    For things that happen, such as tests or deaths. People are counted once over a period by whoever knows them:
    months of people in treatment must not be added.
    """
    last = values[-length:]
    missing = length - sum(value is not None for value in last)
    if missing:
        raise NotWorkable(f"{missing} of {length} months {'is' if missing == 1 else 'are'} missing.")
    return sum((Decimal(value) for value in last if value is not None), Decimal(0))


def together(parts: Mapping[str, Number], cuts: Mapping[str, str]) -> Decimal:
    """The sum of parts of one cut. `cuts` names the cut of each part.

    Errors: NotWorkable where parts of different cuts are added: the same people would count twice.
    """
    of = {cuts[part] for part in parts}
    if len(of) > 1:
        raise NotWorkable(f"{' and '.join(sorted(of))} are different cuts of the same people and are not added.")
    return sum((Decimal(value) for value in parts.values()), Decimal(0))


def comparable(methods: Sequence[str]) -> None:
    """Refuse a trend across methods of estimation. Errors: NotWorkable where they differ."""
    known = sorted({method for method in methods if method})
    if len(known) > 1:
        raise NotWorkable(f"{' and '.join(known)} are not compared: the method changed.")


def has_small_base(base: Number) -> bool:
    """Whether so few people are behind a share or change that it is to be read with care."""
    return Decimal(base) < SMALL_BASE


def wilson(part: Number, whole: Number) -> Interval:
    """Wilson's 95 % score interval of a share, in per cent. Errors as for `share`."""
    share(part, whole)
    n, p = Decimal(whole), Decimal(part) / Decimal(whole)
    squared = Z * Z
    middle = p + squared / (2 * n)
    spread = Z * (p * (1 - p) / n + squared / (4 * n * n)).sqrt()
    below = 1 + squared / n
    low, high = (middle - spread) / below, (middle + spread) / below
    return Interval(max(HUNDRED * low, Decimal(0)), min(HUNDRED * high, HUNDRED))


def byar(events: Number, people: Number, per: Number) -> Interval:
    """Byar's approximate 95 % interval of a rate, for each `per` people; good from about 10 events.

    O (1 - 1/(9 O) - z / (3 sqrt(O)))^3 and (O + 1) (1 - 1/(9 (O + 1)) + z / (3 sqrt(O + 1)))^3, over the people.
    Errors as for `rate`.
    """
    rate(events, people, per)
    count, more = Decimal(events), Decimal(events) + 1
    low = count * (1 - 1 / (9 * count) - Z / (3 * count.sqrt())) ** 3 if count else Decimal(0)
    high = more * (1 - 1 / (9 * more) + Z / (3 * more.sqrt())) ** 3
    scale = Decimal(per) / Decimal(people)
    return Interval(max(low, Decimal(0)) * scale, high * scale)


def against(interval: Interval, england: Number) -> Against:
    """Whether England's figure lies outside the interval of the local one."""
    if interval.low > england:
        return Against.HIGHER
    if interval.high < england:
        return Against.LOWER
    return Against.NO_DIFFERENCE
