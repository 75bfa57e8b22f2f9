"""An invented register of reviewed deaths with its learning, and a report that is being written."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from config import reporting as outlines
from ldis.demonstration import world
from ldis.indicators.figures import month_end, months_earlier
from ldis.people.access import Actor
from ldis.reporting import service as reports
from ldis.reporting.models import Report, Sort
from ldis.reviews import service as reviews
from ldis.reviews.models import Standing
from ldis.reviews.rules import AgeBand, Cause, Counted, Kind, Known, Sex

LAST_YEAR = (
    (1, 0, Sex.MALE, AgeBand.TO_44, Cause.DRUGS, Known.SIX, 7),
    (3, 1, Sex.MALE, AgeBand.TO_54, Cause.DRUGS, Known.NEVER, 9),
    (5, 2, Sex.FEMALE, AgeBand.TO_44, Cause.DRUGS, Known.TWELVE, 6),
    (8, 0, Sex.FEMALE, AgeBand.OLDER, Cause.ALCOHOL, Known.SIX, 8),
    (11, 1, Sex.MALE, AgeBand.TO_34, Cause.DRUGS, Known.EARLIER, 3),
)
"""Month, area, sex, age, cause, when last known to treatment, how many."""


def write(session: Session, *, coordinator: Actor, lead: Actor, now: datetime) -> Report:
    """Count and review last year's deaths, and begin the addendum of the quarter that ended last."""
    year = now.year - 1
    for month, area, sex, age, cause, known, number in LAST_YEAR:
        what = Counted(Kind.DEATH, month_end(year, month), world.AREAS[area], sex, age, cause, known)
        reviews.count(session, what, number, actor=lead, now=now)
    _review(session, coordinator=coordinator, now=now)
    ended = months_earlier(now.date(), (now.month - 1) % 3 + 1)
    report = reports.begin(
        session, Sort.ADDENDUM, ends_on=ended, outline=outlines.read()["addendum"], actor=coordinator, now=now
    )
    reports.comment(session, report.sections[0], "Say which hostels took most of the kits.", actor=lead, now=now)
    return report


def _review(session: Session, *, coordinator: Actor, now: datetime) -> None:
    held = reviews.write_review(
        session,
        held_on=now.date() - timedelta(days=40),
        about="Deaths of the last quarter",
        learning="Most had left treatment within six months before. Nobody had asked why they stayed away.",
        actor=coordinator,
        now=now,
    )
    for what, owner, days in (
        ("Call everybody who misses two appointments", "Treatment service", -10),
        ("Put naloxone on every floor of the hostels", "Housing lead", 30),
        ("Tell the coroner's officer whom to write to", "Public health", 5),
    ):
        made = reviews.recommend(
            session, held, what=what, owner=owner, due=now.date() + timedelta(days=days), actor=coordinator
        )
    reviews.follow(
        session,
        made,
        words="They have our address.",
        standing=Standing.DONE,
        seen_version=1,
        actor=coordinator,
        now=now,
    )
