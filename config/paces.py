"""How fast the accounts of this installation may send, from its settings."""

from alerts.messages import Medium
from alerts.pace import Counts, Pace
from config.settings import Settings


def paces_by_provider(settings: Settings) -> dict[str, Pace]:
    """By the provider's name. The on-screen outbox, and an account set to 0, are not held back."""
    found = {}
    if settings.twilio:
        found["twilio"] = Pace(settings.twilio.segments_per_second, 1, Counts.SEGMENTS)
    if settings.smtp:
        found["smtp"] = Pace(settings.smtp.per_minute, 60, Counts.MESSAGES)
    if settings.notify:
        found["notify"] = Pace(settings.notify.per_minute, 60, Counts.MESSAGES)
    return {name: pace for name, pace in found.items() if pace.units}


def paces(settings: Settings) -> dict[Medium, Pace]:
    """By medium, of the provider that it goes by as long as that one is well."""
    known = paces_by_provider(settings)
    ways = {Medium.SMS: settings.sms, Medium.EMAIL: settings.email}
    return {medium: known[way] for medium, way in ways.items() if way in known}
