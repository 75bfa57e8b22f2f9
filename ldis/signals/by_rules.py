"""What one report or result is enough for, and what a few together are: the rules without statistics."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from detection import rules
from detection.rules import Finding, Rule, Sighting
from ldis.signals import facts
from ldis.signals.looking import Looking
from ldis.signals.rules import Detector, Family, Found
from ldis.submissions.models import IncidentReport, LabResult
from ldis.substances.catalogue import SubstanceClass
from ldis.worktime import LONDON


class ByRules(Looking):
    """Ask the rules about what came in."""

    def look(self, reports: Sequence[IncidentReport], results: Sequence[LabResult]) -> list[Found]:
        """What one report or result is enough for, and what a few together are."""
        new = [*map(facts.of_report, reports), *map(facts.of_result, results)]
        return [
            *self._sightings(new),
            *self._severe(new),
            *self._markings(reports),
            *self._shares(results),
        ]

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
