"""Working time: Monday to Friday, 09:00 to 17:00 in London, England's bank holidays out. Pure."""

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from govuk_bank_holidays.bank_holidays import BankHolidays

LONDON = ZoneInfo("Europe/London")
OPENS, CLOSES = time(9), time(17)
HOURS_A_DAY = CLOSES.hour - OPENS.hour


@lru_cache(maxsize=1)
def _bank_holidays() -> frozenset[date]:
    known = BankHolidays(use_cached_holidays=True)
    return frozenset(day["date"] for day in known.get_holidays(division=BankHolidays.ENGLAND_AND_WALES))


def is_working_day(day: date) -> bool:
    """Whether offices are open that day."""
    return day.weekday() < 5 and day not in _bank_holidays()


def is_working_time(moment: datetime) -> bool:
    """Whether offices are open at that moment."""
    opens, closes = hours_of(moment.astimezone(LONDON).date())
    return opens <= moment < closes and is_working_day(moment.astimezone(LONDON).date())


def after_working_time(start: datetime, span: timedelta) -> datetime:
    """The moment at which this much working time has passed since `start`.

    A span that ends exactly at closing time ends then, not at the next opening.
    """
    left = span
    day = start.astimezone(LONDON).date()
    while True:
        opens, closes = hours_of(day)
        begin = max(start, opens)
        if is_working_day(day) and begin < closes:
            if left <= closes - begin:
                return begin + left
            left -= closes - begin
        day += timedelta(days=1)


def working_time_between(start: datetime, end: datetime) -> timedelta:
    """How much working time lies between two moments; nothing where the end is before the start."""
    total = timedelta(0)
    day, last = start.astimezone(LONDON).date(), end.astimezone(LONDON).date()
    while day <= last:
        opens, closes = hours_of(day)
        if is_working_day(day):
            total += max(timedelta(0), min(end, closes) - max(start, opens))
        day += timedelta(days=1)
    return total


def hours_of(day: date) -> tuple[datetime, datetime]:
    """When offices open and close on a day, if it is a working day."""
    utc = ZoneInfo("UTC")
    return (
        datetime.combine(day, OPENS, LONDON).astimezone(utc),
        datetime.combine(day, CLOSES, LONDON).astimezone(utc),
    )
