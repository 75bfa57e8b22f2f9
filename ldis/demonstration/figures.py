"""Invented treatment figures of fourteen months, entered by the data officer; the year before is locked by the lead."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from config import indicators
from ldis.demonstration import world
from ldis.indicators import service
from ldis.indicators.dictionary import WHOLE, Dictionary, Release, read_dictionary
from ldis.indicators.figures import ENGLAND, HERE, Said, Spot, Status, month_end, months_earlier
from ldis.people.access import Actor

MONTHS = 14
SOURCE = "Invented for the demonstration"

MONTHLY = {
    ("tests_on_arrest", WHOLE): [61, 58, 64, 70, 66, 59, 72, 75, 71, 68, 74, 77, 80, 76],
    ("positive_on_arrest", WHOLE): [30, 27, 31, 36, 33, 28, 37, 38, 35, 33, 38, 39, 41, 38],
    ("positive_on_arrest", "opiates only"): [5, 4, 6, 7, 6, 5, 8, 7, 6, 6, 7, 8, 8, 7],
    ("positive_on_arrest", "cocaine only"): [22, 21, 22, 26, 24, 21, 26, 28, 26, 24, 28, 28, 30, 28],
    ("positive_on_arrest", "opiates and cocaine"): [3, 2, 3, 3, 3, 2, 3, 3, 3, 3, 3, 3, 3, 3],
    ("naloxone_supplied", WHOLE): [48, 52, 55, 49, 60, 63, 58, 66, 71, 69, 74, 78, 81, 84],
    ("naloxone_used", WHOLE): [3, 5, 2, 4, 6, 5, 7, 4, 6, 8, 5, 9, 7, 10],
    ("in_treatment", WHOLE): [2010, 2018, 2025, 2031, 2040, 2052, 2060, 2071, 2079, 2088, 2095, 2101, 2110, 2122],
    ("in_treatment", "any opiate"): [1010, 1008, 1005, 1004, 1001, 999, 996, 995, 991, 990, 987, 985, 983, 980],
    ("in_treatment_ocu", "opiates only"): [872, 870, 868, 866, 863, 861, 858, 856, 853, 850, 848, 846, 844, 842],
    ("deaths_in_treatment", WHOLE): [21, 21, 22, 22, 23, 22, 22, 21, 22, 23, 23, 24, 23, 24],
    ("completed", WHOLE): [402, 405, 409, 413, 416, 420, 423, 428, 431, 436, 440, 444, 449, 455],
    ("prison_leavers_referred", WHOLE): [84, 85, 87, 88, 90, 91, 91, 93, 94, 95, 95, 97, 98, 99],
    ("prison_leavers_started", WHOLE): [41, 42, 43, 45, 46, 47, 49, 50, 51, 53, 54, 55, 57, 58],
}
"""Oldest first. What is publishable here is the police's and the suppliers' own."""

PUBLISHABLE = {"tests_on_arrest", "positive_on_arrest", "naloxone_supplied", "naloxone_used"}
KITS_BY_AREA = (31, 29, 24)
OF_ENGLAND = {"prison_leavers_referred": 41_200, "prison_leavers_started": 22_600}


def enter(session: Session, *, officer: Actor, lead: Actor, now: datetime) -> None:
    """Enter everything, and lock what is older than three months."""
    dictionary = read_dictionary(indicators.read())
    last = months_earlier(now.date(), 1)
    days = [months_earlier(last, back) for back in range(MONTHS - 1, -1, -1)]
    figures = {
        Spot(code, HERE, part, day, dictionary.indicators[code].months): _said(dictionary, code, value, day, days)
        for (code, part), values in MONTHLY.items()
        for day, value in zip(days, values, strict=True)
    }
    figures |= _fixed(dictionary, last)
    service.write(session, figures, dictionary=dictionary, why="", actor=officer, now=now)
    service.set_target(
        session,
        "in_treatment",
        WHOLE,
        value=Decimal(2200),
        by=month_end(last.year + 1, 3),
        source="The partnership's plan",
        actor=lead,
        now=now,
    )
    service.lock(session, days[0], actor=lead, now=now)


def _said(dictionary: Dictionary, code: str, value: int, day: date, days: list[date]) -> Said:
    release = Release.PUBLISHABLE if code in PUBLISHABLE else dictionary.indicators[code].release
    status = Status.PROVISIONAL if day in days[-2:] else Status.FINAL
    return Said(value=Decimal(value), status=status, release=release, source=SOURCE)


def _fixed(dictionary: Dictionary, last: date) -> dict[Spot, Said]:
    prevalence = Said(
        value=Decimal(1266), status=Status.FINAL, release=Release.PUBLISHABLE, source=SOURCE, method="2022-23"
    )
    baseline = Said(value=Decimal(1930), status=Status.FINAL, source=SOURCE)
    england = {
        Spot(code, ENGLAND, WHOLE, last, dictionary.indicators[code].months): Said(
            value=Decimal(value), status=Status.FINAL, release=Release.PUBLISHABLE, source=SOURCE
        )
        for code, value in OF_ENGLAND.items()
    }
    return {
        Spot("prevalence_ocu", HERE, "opiates only", month_end(2023, 3), 12): prevalence,
        Spot("in_treatment", HERE, WHOLE, month_end(2022, 3), 12): baseline,
        **{
            Spot("naloxone_supplied", area, WHOLE, last, 1): Said(
                value=Decimal(value), release=Release.PUBLISHABLE, source=SOURCE
            )
            for area, value in zip(world.AREAS, KITS_BY_AREA, strict=True)
        },
        **england,
    }
