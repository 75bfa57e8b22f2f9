"""Numbers and months as people write them. Pure."""

from datetime import date
from decimal import Decimal, InvalidOperation

from ldis.indicators.figures import month_end

LARGEST = Decimal(10) ** 9
NO_NUMBER = "Enter a number, like 842 or 31.1."
NO_MONTH = "Enter a month, like 2026-03."


class Unreadable(ValueError):
    """These words are none of what was asked for; the message says what is."""


def as_amount(words: str) -> Decimal:
    """A number: commas between thousands, a per cent sign behind. Errors: Unreadable."""
    try:
        number = Decimal(words.strip().removesuffix("%").replace(",", "").strip())
    except InvalidOperation as error:
        raise Unreadable(NO_NUMBER) from error
    if not number.is_finite() or abs(number) >= LARGEST:
        raise Unreadable(NO_NUMBER)
    if number != round(number, 4):
        raise Unreadable("Enter at most four decimal places.")
    return number


def as_month(words: str) -> date:
    """The last day of a month from words such as 2026-03 or 2026-03-31. Errors: Unreadable."""
    try:
        year, month = map(int, words.strip().split("-")[:2])
        date(year, month, 1)
        return month_end(year, month)
    except ValueError as error:
        raise Unreadable(NO_MONTH) from error
