"""Events a day or a week as the tests for counts take them: one row for each series, one column for each day."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, literal, select, true
from sqlalchemy.orm import Session

from ldis.signals.rules import VAPES_IN_SCHOOLS, Piece
from ldis.submissions.models import IncidentReport, speaks_for_itself
from ldis.submissions.rules import Form, Setting
from ldis.worktime import LONDON

SERIES_DAYS = 365 + 7 + 7 + 28
"""What the test looks at: its baseline, guard and longest window, and the days that late reports may change."""


class Series(NamedTuple):
    """Reports of one kind from one area."""

    area: str
    about: str


@dataclass(frozen=True)
class Table:
    """Counts a day: shape (series, days), the last column being `today`. `since` is the first day of the record."""

    series: Sequence[Series]
    counts: NDArray[np.int64]
    first_day: date
    since: int

    def column(self, day: date) -> int:
        """Where a day stands."""
        return (day - self.first_day).days

    def day(self, column: int) -> date:
        """Which day a column is."""
        return self.first_day + timedelta(days=int(column))


def by_day(
    session: Session,
    *,
    partnership_id: int,
    today: date,
    days: int = SERIES_DAYS,
    only: Collection[Series] | None = None,
) -> Table:
    """Reports by the day on which it happened, as they are known now; those merged into others count once."""
    first = today - timedelta(days=days - 1)
    areas = None if only is None else {one.area for one in only}
    rows = _counted(session, partnership_id, first, today, areas)
    wanted = sorted({Series(row[0], row[1]) for row in rows})
    if only is not None:
        wanted = [one for one in wanted if one in only]
    place = {one: number for number, one in enumerate(wanted)}
    counts = np.zeros((len(wanted), days), dtype=np.int64)
    for area, about, day, number in rows:
        at = place.get(Series(area, about))
        if at is not None:
            counts[at, (day - first).days] += number
    return Table(wanted, counts, first, max((_began(session, partnership_id, today) - first).days, 0))


def by_week(table: Table) -> NDArray[np.int64]:
    """The same counts a week, all areas of a kind together, shape (kinds, weeks); what is left at the beginning falls.

    Rows are in the order of `kinds`.
    """
    weeks = table.counts.shape[1] // 7
    whole = table.counts[:, table.counts.shape[1] - 7 * weeks :].reshape(len(table.series), weeks, 7).sum(axis=2)
    return np.array(
        [
            whole[[n for n, one in enumerate(table.series) if one.about == kind]].sum(axis=0)
            for kind in kinds(table)
        ]
    ).reshape(len(kinds(table)), weeks)


def kinds(table: Table) -> list[str]:
    """The kinds of which there is a series."""
    return sorted({one.about for one in table.series})


def by_area(table: Table, areas: Sequence[str], *, days: int) -> NDArray[np.int64]:
    """Reports of every class together, of each area on each of the last days: shape (areas, days)."""
    recent = table.counts[:, -days:]
    rows = [
        recent[[n for n, one in enumerate(table.series) if one.area == area and one.about != VAPES_IN_SCHOOLS]]
        for area in areas
    ]
    return np.array([row.sum(axis=0) for row in rows]).reshape(len(areas), recent.shape[1])


def reports_between(
    session: Session, areas: Collection[str], about: str | None, *, partnership_id: int, first: date, last: date
) -> frozenset[Piece]:
    """The reports that a window of a series counts; of every class where `about` is nothing."""
    question = select(IncidentReport.id).where(
        IncidentReport.partnership_id == partnership_id,
        IncidentReport.area_code.in_(list(areas)),
        IncidentReport.happened_on.between(first, last),
        speaks_for_itself(),
    )
    if about == VAPES_IN_SCHOOLS:
        question = question.where(IncidentReport.form == Form.VAPE, IncidentReport.setting == Setting.SCHOOL)
    elif about is not None:
        question = question.where(IncidentReport.substance_class == about)
    return frozenset(Piece("report", one) for one in session.scalars(question))


def _counted(
    session: Session, partnership_id: int, first: date, last: date, areas: Collection[str] | None
) -> Sequence[tuple[str, str, date, int]]:
    here = (
        IncidentReport.partnership_id == partnership_id,
        IncidentReport.happened_on.between(first, last),
        speaks_for_itself(),
        true() if areas is None else IncidentReport.area_code.in_(areas),
    )
    columns = (IncidentReport.area_code, IncidentReport.happened_on)
    by_class = (
        select(columns[0], IncidentReport.substance_class, columns[1], func.count())
        .where(*here)
        .group_by(columns[0], IncidentReport.substance_class, columns[1])
    )
    in_schools = (
        select(columns[0], literal(VAPES_IN_SCHOOLS), columns[1], func.count())
        .where(*here, IncidentReport.form == Form.VAPE, IncidentReport.setting == Setting.SCHOOL)
        .group_by(*columns)
    )
    rows = session.execute(by_class.union_all(in_schools))
    return [(area, about, day, number) for area, about, day, number in rows]


def _began(session: Session, partnership_id: int, today: date) -> date:
    """The first day on which a report could have been known."""
    first = session.scalar(
        select(IncidentReport.received_at)
        .where(IncidentReport.partnership_id == partnership_id)
        .order_by(IncidentReport.received_at)
        .limit(1)
    )
    return first.astimezone(LONDON).date() if first else today
