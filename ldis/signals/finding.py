"""Ask the detectors about what came in, and about all series of a night; what they found, in the register's terms."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from detection import episodes, farrington, limits, predictive, rules, scan, surprise
from detection.farrington import Verdict
from detection.rules import Finding, Rule, Sighting
from detection.scan import Strength
from detection.settings import SignalSettings
from detection.surprise import Assessment
from ldis.signals import counting, facts
from ldis.signals.counting import Series, Table
from ldis.signals.rules import ALL_KINDS, VAPES_IN_SCHOOLS, Detector, Family, Found
from ldis.submissions.models import IncidentReport, LabResult
from ldis.submissions.rules import Form, Setting
from ldis.substances.catalogue import SubstanceClass
from ldis.worktime import LONDON

LOOK_BACK = 28
"""For so many days after an event a late report of it changes what was said of its days."""

CHANCE_OF_RANGE = 0.05
YEARS_OF_WEEKS = 6 * 52 + 1


class Finder:
    """One look at one partnership, with the settings that are live there."""

    def __init__(
        self, session: Session, settings: SignalSettings, *, partnership_id: int, began: date, now: datetime
    ) -> None:
        self._session = session
        self._settings = settings
        self._here: dict[str, Any] = {"partnership_id": partnership_id}
        self._began = began
        self._now = now
        self._today = now.astimezone(LONDON).date()

    def by_rules(self, reports: Sequence[IncidentReport], results: Sequence[LabResult]) -> list[Found]:
        """What one report or result is enough for, and what a few together are."""
        new = [*map(facts.of_report, reports), *map(facts.of_result, results)]
        return [
            *self._sightings(new),
            *self._severe(new),
            *self._markings(reports),
            *self._shares(results),
        ]

    def by_counts(self, reports: Sequence[IncidentReport]) -> list[Found]:
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

    def _sightings(self, new: Sequence[Sighting]) -> list[Found]:
        """First sightings, kinds that count in anything, and what was sold as something else: one for each class."""
        use = self._settings.rules
        since = rules.months_before(self._now, use.new_after_months)
        past = facts.earlier_sightings(self._session, new, since=since, **self._here)
        firsts = [one for one in rules.first_sightings(new, past, use) if self._may_be_first(one)]
        found = [*firsts, *rules.found_in_anything(new, use), *rules.not_as_sold(new, use)]
        known = {one.evidence: one for one in [*new, *past]}
        by_class: dict[tuple[str, str], list[Finding]] = defaultdict(list)
        for one in found:
            by_class[one.areas[0], self._class_of(one, known)].append(one)
        return [self._sighting(area, kind, several, known) for (area, kind), several in by_class.items()]

    def _may_be_first(self, finding: Finding) -> bool:
        """While the record is shorter than what makes something new, only what is of high risk is called so."""
        use = self._settings.rules
        whole = rules.months_before(self._now, use.new_after_months).date() >= self._began
        return whole or finding.about in use.anywhere | use.high_risk

    @staticmethod
    def _class_of(finding: Finding, known: Mapping[str, Sighting]) -> str:
        """The class that a finding is about: itself, or the gravest class of what it rests on."""
        if finding.about in set(SubstanceClass):
            return finding.about
        named = known[finding.evidence[-1]].kinds & {one.value for one in SubstanceClass}
        return next((one.value for one in SubstanceClass if one in named), finding.about)

    def _sighting(self, area: str, kind: str, several: Sequence[Finding], known: Mapping[str, Sighting]) -> Found:
        evidence = {name for one in several for name in one.evidence}
        urgent = (
            any(one.rule in self._settings.urgent for one in several) and kind in self._settings.rules.anywhere
        )
        named = {one.about for one in several} | {name for piece in evidence for name in known[piece].kinds}
        return self._found(
            Family.SIGHTING,
            kind,
            (area,),
            evidence,
            known,
            detectors=frozenset(Detector(one.rule.value) for one in several),
            kinds=tuple(sorted(named - {one.value for one in SubstanceClass})),
            urgent=urgent,
        )

    def _severe(self, new: Sequence[Sighting]) -> list[Found]:
        use = self._settings.rules
        areas = {one.area for one in new if one.severity >= use.severe_from}
        if not areas:
            return []
        hours = max(spell.hours for spell in use.spells)
        seen = facts.severe_lately(self._session, areas, now=self._now, hours=hours, **self._here)
        known = {one.evidence: one for one in seen}
        return [
            replace(
                self._found(Family.SEVERE, "", one.areas, one.evidence, known),
                detectors=frozenset({Detector.SEVERE}),
                numbers={"observed": len(one.evidence), "hours": int(one.about.split()[0])},
                urgent=Rule.SEVERE in self._settings.urgent,
            )
            for one in rules.severe_together(seen, self._now, use)
        ]

    def _markings(self, reports: Sequence[IncidentReport]) -> list[Found]:
        use = self._settings.rules
        seen = facts.marked_alike(self._session, reports, now=self._now, days=use.marking_days, **self._here)
        known = {one.evidence: one for one in seen}
        return [
            replace(
                self._found(Family.MARKING, one.about, (), one.evidence, known),
                areas=one.areas,
                detectors=frozenset({Detector.SAME_MARKING}),
            )
            for one in rules.same_marking(seen, self._now, use)
        ]

    def _shares(self, results: Sequence[LabResult]) -> list[Found]:
        use = self._settings
        areas = {result.area_code for result in results if result.area_code}
        if not areas:
            return []
        counted = facts.shares(self._session, areas, today=self._today, days=use.share_days, **self._here)
        since = self._today - timedelta(days=use.share_days - 1)
        found = []
        for one in rules.rising_shares(counted, use.rules):
            share = counted[one.areas[0], one.about]
            found.append(
                Found(
                    family=Family.SHARE,
                    about=one.about,
                    areas=one.areas,
                    first_day=since,
                    last_day=self._today,
                    detectors=frozenset({Detector.RISING_SHARE}),
                    evidence=facts.results_having(
                        self._session, one.areas[0], one.about, since=since, **self._here
                    ),
                    numbers={**vars(share), "chance": rules.share_chance(share), "days": use.share_days},
                )
            )
        return found

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

    def _found(
        self,
        family: Family,
        about: str,
        areas: tuple[str, ...],
        evidence: Iterable[str],
        known: Mapping[str, Sighting],
        *,
        detectors: frozenset[Detector] = frozenset(),
        kinds: tuple[str, ...] = (),
        urgent: bool = False,
    ) -> Found:
        names = list(evidence)
        days = [known[name].at.astimezone(LONDON).date() for name in names]
        return Found(
            family=family,
            about=about,
            areas=areas,
            first_day=min(days),
            last_day=max(days),
            detectors=detectors,
            evidence=frozenset(map(facts.piece, names)),
            kinds=kinds,
            urgent=urgent,
        )


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
