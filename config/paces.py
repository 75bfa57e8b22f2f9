"""How fast the accounts of this installation may send, from its settings."""

from alerts.messages import Medium
from alerts.pace import Counts, Pace
from config.settings import Settings


def paces(settings: Settings) -> dict[Medium, Pace]:
    """By medium. What goes to the on-screen outbox is not held back."""
    found = {}
    if settings.twilio:
        found[Medium.SMS] = Pace(settings.twilio.segments_per_second, 1, Counts.SEGMENTS)
    if settings.smtp:
        found[Medium.EMAIL] = Pace(settings.smtp.per_minute, 60, Counts.MESSAGES)
    for medium, way in ((Medium.SMS, settings.sms), (Medium.EMAIL, settings.email)):
        if settings.notify and way == "notify":
            found[medium] = Pace(settings.notify.per_minute, 60, Counts.MESSAGES)
    return found
