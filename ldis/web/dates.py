"""Moments and days as people say them. Stored in UTC, spoken in London."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def now_utc() -> datetime:
    """The present, for a page that is being drawn."""
    return datetime.now(UTC)


def today() -> date:
    """The day it is in London."""
    return now_utc().astimezone(LONDON).date()


def day(value: date | datetime) -> str:
    """27 March 2026"""
    if isinstance(value, datetime):
        value = value.astimezone(LONDON).date()
    return f"{value.day} {value:%B %Y}"


def day_by_name(value: datetime) -> str:
    """Friday 27 March: a day that is near, as one says it to somebody who waits for it."""
    local = value.astimezone(LONDON)
    return f"{local:%A} {local.day} {local:%B}"


def when(value: datetime, now: datetime | None = None) -> str:
    """today 14:05, yesterday 09:30, Thursday 19 March 14:05, 3 June 2025 14:05"""
    local = value.astimezone(LONDON)
    here = (now or now_utc()).astimezone(LONDON)
    days = (local.date() - here.date()).days
    near = {0: "today", -1: "yesterday", 1: "tomorrow"}.get(days)
    if near is None and abs(days) < 60:
        near = day_by_name(value)
    return f"{near or day(local)} {local:%H:%M}"


def ago(value: datetime, now: datetime | None = None) -> str:
    """38 minutes ago, in 2 hours, just now"""
    seconds = ((now or now_utc()) - value).total_seconds()
    length = _roughly(abs(seconds))
    if not length:
        return "just now" if seconds >= 0 else "in a moment"
    return f"{length} ago" if seconds >= 0 else f"in {length}"


def time_left(deadline: datetime, now: datetime | None = None) -> str:
    """1 h 20 left, or: over by 40 min"""
    left = deadline - (now or now_utc())
    return f"{length(left)} left" if left > timedelta(0) else f"over by {length(-left)}"


def length(span: timedelta) -> str:
    """40 min, 1 h 20, 2 days 3 h: short enough for a tag"""
    minutes = int(span.total_seconds() // 60)
    days, hours = minutes // 1440, minutes % 1440 // 60
    if days:
        return f"{_many(days, 'day')}{f' {hours} h' if hours else ''}"
    if hours:
        return f"{hours} h {minutes % 60:02d}"
    return f"{minutes} min"


def _roughly(seconds: float) -> str:
    for size, unit in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            return _many(int(seconds // size), unit)
    return ""


def _many(count: int, unit: str) -> str:
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"
