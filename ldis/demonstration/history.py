"""Imagined reports and results of the past: the same luck, the same history. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import accumulate
from random import Random

from ldis.demonstration import market
from ldis.demonstration.market import DRUGS, Drug
from ldis.submissions.rules import (
    RISK_TO_LIFE,
    Finding,
    HarmLevel,
    HowKnown,
    Naloxone,
    Purpose,
    Stage,
    Technique,
)
from ldis.submissions.schemas import ComponentForm, IncidentForm, LabResultForm
from ldis.substances.catalogue import Catalogue

LABORATORY = "Simulated laboratory"
BY_WEEKDAY = (0.9, 0.85, 0.9, 1.0, 1.35, 1.6, 1.4)  # Monday first: weekends are worse
BY_HOUR = (9, 8, 6, 4, 3, 2, 1, 1, 2, 3, 3, 4, 4, 4, 4, 5, 5, 6, 7, 8, 9, 10, 11, 11)
DAYS_BETWEEN_CLUSTERS = 45
IN_CLUSTERS = 0.1
CLUSTER_DAYS = 4.0
SAMPLED = 0.07
HEARD_LATER_DAYS = 0.8
NOTHING_KNOWN = 0.04


@dataclass(frozen=True)
class Imagined:
    """A report and when it was received; the result of its sample and when that came, where there was one."""

    report: IncidentForm
    received_at: datetime
    result: LabResultForm | None
    result_at: datetime | None


@dataclass(frozen=True)
class _Cluster:
    """A bad batch: one drug in one area, around one day, worse than usual."""

    drug: Drug
    area_code: str
    centre: int


class History:
    """A past of so many days, in some areas, up to a moment."""

    def __init__(self, catalogue: Catalogue, areas: Sequence[str], *, days: int, seed: int, now: datetime) -> None:
        self._catalogue = catalogue
        self._areas = areas
        self._days = days
        self._now = now
        self._luck = Random(seed)
        self._first = now.date() - timedelta(days=days)
        self._day_weights = list(accumulate(self._weight_of(day) for day in range(days)))
        self._area_weights = list(accumulate(1 / place for place in range(1, len(areas) + 1)))
        self._drug_weights = list(accumulate(drug.share for drug in DRUGS))
        self._clusters = [self._cluster() for _ in range(max(1, days // DAYS_BETWEEN_CLUSTERS))]

    def reports(self, count: int) -> Iterator[Imagined]:
        """So many reports, in no order."""
        for number in range(count):
            yield self._in_cluster(number) if self._luck.random() < IN_CLUSTERS else self._ordinary(number)

    def _weight_of(self, day: int) -> float:
        """Weekends are worse, and things grow by half over the whole time."""
        return BY_WEEKDAY[(self._first + timedelta(days=day)).weekday()] * (1 + 0.5 * day / self._days)

    def _cluster(self) -> _Cluster:
        luck = self._luck
        return _Cluster(luck.choice(DRUGS), luck.choice(list(self._areas)), luck.randrange(self._days))

    def _ordinary(self, number: int) -> Imagined:
        [day] = self._luck.choices(range(self._days), cum_weights=self._day_weights)
        [area] = self._luck.choices(self._areas, cum_weights=self._area_weights)
        [drug] = self._luck.choices(DRUGS, cum_weights=self._drug_weights)
        return self._imagine(number, drug, area, day, market.harm_for(drug, self._luck))

    def _in_cluster(self, number: int) -> Imagined:
        cluster = self._luck.choice(self._clusters)
        day = round(self._luck.gauss(cluster.centre, CLUSTER_DAYS))
        harm = max(
            market.harm_for(cluster.drug, self._luck),
            market.harm_for(cluster.drug, self._luck),
            key=lambda level: level.rank,
        )
        day = min(max(day, 0), self._days - 1)
        return self._imagine(number, cluster.drug, cluster.area_code, day, harm)

    def _imagine(self, number: int, drug: Drug, area: str, day: int, harm: HarmLevel) -> Imagined:
        luck = self._luck
        happened_on = self._first + timedelta(days=day)
        [hour] = luck.choices(range(24), weights=BY_HOUR)
        at = datetime.combine(happened_on, time(hour, luck.randrange(60)), tzinfo=self._now.tzinfo)
        received_at = min(at + timedelta(days=luck.expovariate(1 / HEARD_LATER_DAYS)), self._now)
        report = self._report(drug, area, happened_on, harm)
        if not drug.contents or luck.random() >= SAMPLED:
            return Imagined(report, received_at, None, None)
        result_at = received_at + timedelta(days=1 + luck.expovariate(1 / 5))
        if result_at > self._now:
            return Imagined(report, received_at, None, None)
        return Imagined(report, received_at, self._result(number, drug, report, result_at.date()), result_at)

    def _report(self, drug: Drug, area: str, happened_on: date, harm: HarmLevel) -> IncidentForm:
        luck = self._luck
        unknown = luck.random() < NOTHING_KNOWN
        sold_as = luck.choice(market.UNKNOWN_WORDS) if unknown else market.words_for(drug, self._catalogue, luck)
        [known] = luck.choices(tuple(HowKnown), weights=(48, 24, 20, 8))
        seen = luck.sample(drug.symptoms, k=min(luck.randrange(3), len(drug.symptoms)))
        return IncidentForm(
            happened_on=happened_on,
            area_code=area,
            sold_as=sold_as,
            harm_level=harm,
            naloxone=self._naloxone(drug, harm),
            how_known=known,
            setting=luck.choice(drug.settings) if luck.random() < 0.85 else None,
            form=luck.choice(drug.forms) if luck.random() < 0.9 else None,
            symptoms=tuple(seen) if harm is not HarmLevel.NONE else (),
        )

    def _naloxone(self, drug: Drug, harm: HarmLevel) -> Naloxone:
        if not drug.opioid:
            return Naloxone.NOT_APPLICABLE
        weights = (70, 15, 15) if harm in RISK_TO_LIFE else (15, 65, 20)
        [answer] = self._luck.choices((Naloxone.GIVEN, Naloxone.NOT_GIVEN, Naloxone.NOT_KNOWN), weights=weights)
        return answer

    def _result(self, number: int, drug: Drug, report: IncidentForm, reported_on: date) -> LabResultForm:
        luck = self._luck
        found = market.contents_of(drug, luck)
        [finding] = luck.choices(tuple(Finding), weights=(93, 3, 4))
        return LabResultForm(
            sample_reference=f"S-{number}",
            laboratory=LABORATORY,
            purpose=Purpose.INTELLIGENCE,
            stage=luck.choice(tuple(Stage)),
            technique=luck.choice((Technique.GC_MS, Technique.LC_MS, Technique.FTIR, Technique.RAMAN)),
            sold_as=report.sold_as,
            form=report.form,
            sampled_on=report.happened_on,
            reported_on=reported_on,
            finding=finding,
            components=tuple(ComponentForm(substance=name, part=part) for name, part in found)
            if finding is Finding.FOUND
            else (),
        )
