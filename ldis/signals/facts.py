"""Reports and laboratory results as the rules look at them. Questions to the database, and nothing is decided here."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from detection.rules import Share, Sighting
from ldis.signals.rules import Piece
from ldis.submissions.models import (
    MARKING_KEY,
    IncidentReport,
    LabComponent,
    LabResult,
    is_superseded,
    speaks_for_itself,
)
from ldis.substances.catalogue import SubstanceClass
from ldis.worktime import LONDON

NOTHING_NEW = frozenset(
    {
        SubstanceClass.UNKNOWN,
        SubstanceClass.OTHER,
        SubstanceClass.CUTTING_AGENT,
        SubstanceClass.ALCOHOL,
        SubstanceClass.NICOTINE,
    }
)
"""Classes of which a first sighting means nothing."""

ENOUGH = 5
"""So many earlier sightings of a kind in an area say that it is not new there."""

SOMETHING_ELSE = frozenset({"something else"})
NOON = time(12, tzinfo=LONDON)


def new_reports(
    session: Session, *, partnership_id: int, after: datetime, to: datetime
) -> Sequence[IncidentReport]:
    """Reports that came in between these moments and were not merged into others."""
    return session.scalars(
        select(IncidentReport)
        .where(
            IncidentReport.partnership_id == partnership_id,
            IncidentReport.received_at > after,
            IncidentReport.received_at <= to,
            speaks_for_itself(),
        )
        .order_by(IncidentReport.received_at, IncidentReport.id)
    ).all()


def new_results(session: Session, *, partnership_id: int, after: datetime, to: datetime) -> Sequence[LabResult]:
    """Results that came in between these moments and stand."""
    return session.scalars(
        select(LabResult)
        .where(
            LabResult.partnership_id == partnership_id,
            LabResult.received_at > after,
            LabResult.received_at <= to,
            LabResult.area_code.is_not(None),
            ~is_superseded(),
        )
        .order_by(LabResult.received_at, LabResult.id)
    ).all()


def of_report(report: IncidentReport) -> Sighting:
    """A report, with the class and the substances that it names."""
    named = [(match["class"], match["name"]) for match in report.read_as.get("matches", ())]
    return Sighting(
        evidence=f"report/{report.id}",
        area=report.area_code,
        at=_moment(report.happened_on, report.received_at),
        confirmed=False,
        source=_source(report),
        kinds=_kinds([(report.substance_class, None), *named]),
        severity=report.harm_level.rank,
        marking=report.markings,
    )


def of_result(result: LabResult) -> Sighting:
    """A laboratory result, with every class and substance found, and whether it was sold as something else."""
    assert result.area_code is not None
    kinds = _kinds((component.substance_class, component.read_as) for component in result.components)
    differs = bool(result.comparison.get("warns"))
    return Sighting(
        evidence=f"result/{result.id}",
        area=result.area_code,
        at=_moment(result.sampled_on or result.reported_on, result.received_at),
        confirmed=True,
        source=result.received_by,
        kinds=kinds,
        sold_as=(SOMETHING_ELSE if differs else kinds) if result.sold_as else frozenset(),
    )


def earlier_sightings(
    session: Session, new: Iterable[Sighting], *, partnership_id: int, since: datetime
) -> list[Sighting]:
    """A few of the sightings of each kind in each area before the new ones: enough to say that it is not new."""
    known = {one.evidence for one in new}
    found: dict[str, Sighting] = {}
    for area, kind in sorted({(one.area, kind) for one in new for kind in one.kinds}):
        for one in _earlier(session, area, kind, partnership_id=partnership_id, since=since, but=len(known)):
            found[one.evidence] = one
    return [one for name, one in found.items() if name not in known]


def _earlier(
    session: Session, area: str, kind: str, *, partnership_id: int, since: datetime, but: int
) -> list[Sighting]:
    results = session.scalars(
        select(LabResult)
        .where(
            LabResult.partnership_id == partnership_id,
            LabResult.area_code == area,
            func.coalesce(LabResult.sampled_on, LabResult.reported_on) >= since.date(),
            ~is_superseded(),
            LabResult.components.any((LabComponent.read_as == kind) | (LabComponent.substance_class == kind)),
        )
        .order_by(LabResult.id)
        .limit(ENOUGH + but)
    )
    seen = [of_result(one) for one in results]
    if len(seen) > but:
        return seen
    is_class = kind in set(SubstanceClass)
    names_it = (
        IncidentReport.substance_class == kind
        if is_class
        else IncidentReport.read_as.contains({"matches": [{"name": kind}]})
    )
    reports = session.scalars(
        select(IncidentReport)
        .where(
            IncidentReport.partnership_id == partnership_id,
            IncidentReport.area_code == area,
            IncidentReport.happened_on >= since.date(),
            names_it,
            speaks_for_itself(),
        )
        .order_by(IncidentReport.id)
        .limit(ENOUGH + but)
    )
    return seen + [of_report(one) for one in reports]


def severe_lately(
    session: Session, areas: Iterable[str], *, partnership_id: int, now: datetime, hours: int
) -> list[Sighting]:
    """Reports of the last hours from these areas; how severe they are is the rule's business."""
    first = (now - timedelta(hours=hours)).astimezone(LONDON).date()
    return _reports(
        session,
        IncidentReport.partnership_id == partnership_id,
        IncidentReport.area_code.in_(list(areas)),
        IncidentReport.happened_on >= first,
    )


def marked_alike(
    session: Session, reports: Sequence[IncidentReport], *, partnership_id: int, now: datetime, days: int
) -> list[Sighting]:
    """Reports of the last days, from anywhere here, with the markings of these."""
    if not any(report.markings for report in reports):
        return []
    first = (now - timedelta(days=days)).astimezone(LONDON).date()
    keys = select(MARKING_KEY).where(IncidentReport.id.in_([one.id for one in reports]))
    return _reports(
        session,
        IncidentReport.partnership_id == partnership_id,
        IncidentReport.markings != "",
        MARKING_KEY.in_(keys.scalar_subquery()),
        IncidentReport.happened_on >= first,
    )


def shares(
    session: Session, areas: Iterable[str], *, partnership_id: int, today: date, days: int
) -> dict[tuple[str, str], Share]:
    """Of how many results each class was found in each area: in the last days, and in the year before them."""
    first, began = today - timedelta(days=days - 1), today - timedelta(days=days + 364)
    day = func.coalesce(LabResult.sampled_on, LabResult.reported_on)
    here = (
        LabResult.partnership_id == partnership_id,
        LabResult.area_code.in_(list(areas)),
        day.between(began, today),
        ~is_superseded(),
    )
    each = LabResult.id.distinct()
    numbers = (func.count(each).filter(day < first), func.count(each).filter(day >= first))
    every = select(LabResult.area_code, *numbers).where(*here).group_by(LabResult.area_code)
    of = {area: (before, now) for area, before, now in session.execute(every)}
    by_class = (LabResult.area_code, LabComponent.substance_class)
    having = (
        select(*by_class, *numbers)
        .join(LabComponent, LabComponent.lab_result_id == LabResult.id)
        .where(*here)
        .group_by(*by_class)
    )
    return {
        (area or "", kind): Share(before=before, of_before=of[area][0], now=now, of_now=of[area][1])
        for area, kind, before, now in session.execute(having)
        if kind not in NOTHING_NEW
    }


def results_having(
    session: Session, area: str, kind: str, *, partnership_id: int, since: date
) -> frozenset[Piece]:
    """The results of an area since a day in which a class was found."""
    rows = session.scalars(
        select(LabResult.id).where(
            LabResult.partnership_id == partnership_id,
            LabResult.area_code == area,
            func.coalesce(LabResult.sampled_on, LabResult.reported_on) >= since,
            ~is_superseded(),
            LabResult.components.any(LabComponent.substance_class == kind),
        )
    )
    return frozenset(Piece("result", one) for one in rows)


def piece(evidence: str) -> Piece:
    """What a sighting is the sighting of."""
    kind, _, number = evidence.partition("/")
    return Piece(kind, int(number))


def _reports(session: Session, *conditions: object) -> list[Sighting]:
    rows = session.scalars(select(IncidentReport).where(*conditions, speaks_for_itself()))  # type: ignore[arg-type]
    return [of_report(one) for one in rows]


def _kinds(named: Iterable[tuple[str, str | None]]) -> frozenset[str]:
    """Classes and names together, but for those that mean nothing."""
    telling = [(kind, name) for kind, name in named if kind not in NOTHING_NEW]
    return frozenset(word for several in telling for word in several if word)


def _source(report: IncidentReport) -> str:
    """Who told: a person or system that is known, else whoever gave the same address or works at the same place."""
    if report.received_by.startswith(("person/", "key/")):
        return report.received_by
    return report.reporter_email_index or report.reporter_organisation.casefold() or report.reference


def _moment(day: date, received_at: datetime) -> datetime:
    """When it happened, as well as is known: not after it came in, else at noon of the day."""
    if received_at.astimezone(LONDON).date() == day:
        return received_at
    return datetime.combine(day, NOON).astimezone(UTC)
