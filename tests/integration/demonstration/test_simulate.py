"""Synthetic history: the same for the same seed, plausible, and one entry in the audit record."""

import base64
from collections import Counter
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from config import substances
from ldis import secrecy
from ldis.audit.models import AuditEntry
from ldis.demonstration import market, world
from ldis.demonstration.history import History, Imagined
from ldis.demonstration.seed import AREAS_FILE
from ldis.demonstration.simulate import simulate
from ldis.errors import Invalid
from ldis.people.areas import load_areas
from ldis.people.service import create_partnership
from ldis.submissions import repeats
from ldis.submissions.models import IncidentReport, LabComponent, LabResult
from ldis.submissions.rules import tidy_reference
from ldis.substances.catalogue import read_catalogue

DATA_KEY = base64.urlsafe_b64encode(b"only-for-tests".ljust(32)).decode()
NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
CATALOGUE = read_catalogue(substances.read())


def imagined(seed: int, count: int = 300, days: int = 120) -> list[Imagined]:
    return list(History(CATALOGUE, world.AREAS, days=days, seed=seed, now=NOW).reports(count))


@pytest.fixture
def place(db: Session) -> Session:
    secrecy.configure((DATA_KEY,))
    load_areas(db, AREAS_FILE)
    create_partnership(db, slug="demo", prefix="DEM", name="Examplewick", area_codes=world.AREAS, actor="tests")
    return db


def test_the_same_seed_imagines_the_same_and_another_seed_something_else() -> None:
    assert imagined(1) == imagined(1)
    assert imagined(1) != imagined(2)


def test_nothing_is_imagined_before_its_time_or_after_now() -> None:
    for one in imagined(3):
        assert one.report.happened_on <= one.received_at.date()
        assert one.received_at <= NOW
        assert one.result_at is None or one.received_at < one.result_at <= NOW


def test_weekends_are_worse_and_every_drug_goes_round() -> None:
    past = imagined(4, count=4000, days=364)
    by_weekday = Counter(one.report.happened_on.weekday() for one in past)
    assert by_weekday[5] > 1.3 * by_weekday[1]
    assert {one.report.area_code for one in past} == set(world.AREAS)
    assert len({one.report.sold_as for one in past}) > 100


def test_every_drug_of_the_simulation_is_in_the_catalogue() -> None:
    assert {drug.code for drug in market.DRUGS} <= set(CATALOGUE.by_code)


def test_history_is_written_once_however_often_it_is_asked_for(place: Session) -> None:
    assert simulate(place, partnership="demo", reports=120, days=60, seed=7, now=NOW) == 120
    place.commit()
    assert simulate(place, partnership="demo", reports=120, days=60, seed=7, now=NOW) == 0
    assert place.scalar(select(func.count()).select_from(IncidentReport)) == 120


def test_what_is_written_is_what_the_service_would_have_written(place: Session) -> None:
    simulate(place, partnership="demo", reports=150, days=60, seed=8, now=NOW)
    reports = place.scalars(select(IncidentReport)).all()
    assert all(tidy_reference(report.reference) == report.reference for report in reports)
    assert len({report.reference for report in reports}) == len(reports)
    assert {report.substance_class for report in reports} > {"other opioid", "stimulant"}
    expected = {repeats.digest_of(one.report) for one in imagined(8, count=150, days=60)}
    assert {report.body_digest for report in reports} == expected
    results = place.scalars(select(LabResult)).all()
    assert results
    assert all(result.report_id and result.comparison["sentence"] for result in results)
    assert place.scalar(select(func.count()).select_from(LabComponent))


def test_the_audit_record_gets_one_entry_with_the_seed_and_not_one_for_each_report(place: Session) -> None:
    simulate(place, partnership="demo", reports=50, days=30, seed=9, now=NOW)
    place.commit()
    [entry] = place.scalars(select(AuditEntry).where(AuditEntry.actor == "simulation")).all()
    assert entry.detail["seed"] == 9
    assert entry.detail["reports"] == 50


def test_no_reports_over_no_days_are_refused(place: Session) -> None:
    with pytest.raises(Invalid):
        simulate(place, partnership="demo", reports=0, days=30, seed=1, now=NOW)
