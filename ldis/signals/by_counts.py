"""Whether there is more than usual: counts a day and a week, held against the past, the season and chance."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from detection import episodes, farrington, limits, predictive, scan, surprise
from detection.farrington import Verdict
from detection.scan import Strength
from detection.settings import SignalSettings
from detection.surprise import Assessment
from ldis.signals import counting
from ldis.signals.counting import Series, Table
from ldis.signals.looking import Looking
from ldis.signals.rules import ALL_KINDS, VAPES_IN_SCHOOLS, Detector, Family, Found
from ldis.submissions.models import IncidentReport
from ldis.submissions.rules import Form, Setting

LOOK_BACK = 28
"""For so many days after an event a late report of it changes what was said of its days."""

CHANCE_OF_RANGE = 0.05
YEARS_OF_WEEKS = 6 * 52 + 1


class ByCounts(Looking):
    """Ask the tests for counts about what came in, or about everything of a night."""

    def look(self, reports: Sequence[IncidentReport]) -> list[Found]:
        """Whether there are more of these than usual, today and on the days that they change."""
        changed = _series_of(reports)
        if not changed:
            return []
        table = counting.by_day(self._session, today=self._today, only=changed, **self._here)
        first = self._today - timedelta(days=LOOK_BACK)
        reach = max(self._settings.method.windows)
        days = {
            report.happened_on + timedelta(days=after)
            for report in reports
            if report.happened_on >= first
            for after in range(reach)
        }
        return self._unusual(table, sorted(day for day in days | {self._today} if day <= self._today))

    def of_a_night(self, areas: Mapping[str, tuple[float, float] | None]) -> list[Found]:
        """Every series as it is today, clusters among the areas, and weeks beside their time of year."""
        days = max(YEARS_OF_WEEKS * 7, counting.SERIES_DAYS)
        table = counting.by_day(self._session, today=self._today, days=days, **self._here)
        return [*self._unusual(table, [self._today]), *self._clusters(table, areas), *self._seasons(table)]

    def _unusual(self, table: Table, days: Sequence[date]) -> list[Found]:
        """The predictive test: for each series the most surprising day of each episode among these days."""
        if not table.series:
            return []
        ends = np.array([table.column(day) for day in days])
        said = assess(table.counts, ends, self._settings, since=table.since)
        q = said.against_all_series()
        spoke = np.zeros((len(table.series), ends.max() + 1), dtype=bool)
        spoke[:, ends] = speaks(said, self._settings)
        found = []
        for one in episodes.join(spoke, self._settings.method.gap):
            within = [n for n, end in enumerate(ends) if one.first <= end <= one.last and spoke[one.series, end]]
            best = min(within, key=lambda n: said.least[one.series, n])
            found.append(self._more(table, said, one.series, best, int(ends[best]), q=float(q[one.series])))
        return found

    def _more(self, table: Table, said: Assessment, series: int, end: int, column: int, *, q: float) -> Found:
        window = int(said.window[series, end])
        length = self._settings.method.windows[window]
        area, about = table.series[series]
        first, last = table.day(column - length + 1), table.day(column)
        numbers = numbers_of(said, series, end)
        return Found(
            family=Family.MORE,
            about=about,
            areas=(area,),
            first_day=first,
            last_day=last,
            detectors=frozenset({Detector.PREDICTIVE}),
            evidence=counting.reports_between(self._session, [area], about, first=first, last=last, **self._here),
            numbers=numbers | {"q": q},
        )

    def _clusters(self, table: Table, areas: Mapping[str, tuple[float, float] | None]) -> list[Found]:
        placed = [(code, at) for code, at in sorted(areas.items()) if at is not None]
        use = self._settings.scan
        if len(placed) < 2:
            return []
        counts = counting.by_area(table, [code for code, _ in placed], days=use.history_days)
        if counts.sum() == 0:
            return []
        best = scan.scan(
            counts,
            [at for _, at in placed],
            most_days=use.most_days,
            share=use.share,
            replications=use.replications,
            seed=self._today.toordinal(),
        )
        if best is None or best.strength is Strength.NONE:
            return []
        first = self._today - timedelta(days=best.days - 1)
        inside = tuple(placed[n][0] for n in best.areas)
        return [
            Found(
                family=Family.CLUSTER,
                about=ALL_KINDS,
                areas=inside,
                first_day=first,
                last_day=self._today,
                detectors=frozenset({Detector.SCAN}),
                evidence=counting.reports_between(
                    self._session, inside, None, first=first, last=self._today, **self._here
                ),
                numbers={
                    "observed": best.observed,
                    "expected": best.expected,
                    "days": best.days,
                    "chance": best.chance,
                    "recurrence": best.recurrence,
                },
            )
        ]

    def _seasons(self, table: Table) -> list[Found]:
        found = []
        areas = tuple(sorted({one.area for one in table.series}))
        first = self._today - timedelta(days=6)
        for kind, said in self.seasons(table):
            if said.verdict is Verdict.SIGNAL:
                numbers = {
                    "observed": said.observed,
                    "expected": said.expected,
                    "high": said.negative_binomial,
                    "chance": said.chance,
                    "days": 7,
                }
                evidence = counting.reports_between(
                    self._session, areas, kind, first=first, last=self._today, **self._here
                )
                found.append(
                    Found(
                        family=Family.WEEKLY,
                        about=kind,
                        areas=areas,
                        first_day=first,
                        last_day=self._today,
                        detectors=frozenset({Detector.FARRINGTON}),
                        evidence=evidence,
                        numbers=numbers,
                    )
                )
        return found

    def seasons(self, table: Table) -> list[tuple[str, farrington.Assessment]]:
        """The last seven days of each kind, all areas together, beside the same time in earlier years."""
        began = table.since // 7
        weekly = counting.by_week(table)[:, began:]
        return [
            (kind, farrington.assess(counts, counts.size - 1, self._settings.farrington))
            for kind, counts in zip(counting.kinds(table), weekly, strict=True)
            if counts.size
        ]


def assess(
    counts: NDArray[np.integer], ends: NDArray[np.integer], settings: SignalSettings, *, since: int = 0
) -> Assessment:
    """The predictive test of these series on these days."""
    limit = limits.limits_for(settings.method)
    return surprise.assess(counts, ends, limit, budget=settings.budget, since=since)


def speaks(said: Assessment, settings: SignalSettings) -> NDArray[np.bool_]:
    """Where the test speaks: by its limit, and on enough events that somebody could look for what they share."""
    observed = np.take_along_axis(said.seen.observed, said.window[..., None], axis=2)[..., 0]
    return np.asarray(said.speaks & (observed >= settings.least_events))


def numbers_of(said: Assessment, series: int, end: int) -> dict[str, float]:
    """What is kept of one assessment: seen, expected with the range of nine in ten, and how surprising it is."""
    window = int(said.window[series, end])
    seen = predictive.Windows(*(part[series : series + 1, end, window : window + 1] for part in said.seen))
    spread = said.dispersion[series : series + 1, end : end + 1]
    low, high = (
        predictive.upper_bound(seen, chance, spread)[0, 0] for chance in (1 - CHANCE_OF_RANGE, CHANCE_OF_RANGE)
    )
    return {
        "observed": int(seen.observed[0, 0]),
        "expected": _finite(said.expected[series, end, window]),
        "low": _finite(low),
        "high": _finite(high),
        "days": int(seen.length[0, 0]),
        "history": int(seen.exposure[0, 0]),
        "chance": float(said.least[series, end]),
        "limit": float(said.limit[series, end]),
        "dispersion": float(said.dispersion[series, end]),
    }


def _finite(value: float) -> float:
    return float(value) if np.isfinite(value) else -1.0


def _series_of(reports: Iterable[IncidentReport]) -> set[Series]:
    found = {Series(report.area_code, report.substance_class) for report in reports}
    in_schools = {
        Series(report.area_code, VAPES_IN_SCHOOLS)
        for report in reports
        if report.form is Form.VAPE and report.setting is Setting.SCHOOL
    }
    return found | in_schools
