"""What is unusual becomes one signal, soon, with what it rests on; what is usual becomes none."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from alerts.messages import Medium
from ldis.audit.models import AuditEntry
from ldis.people.models import Area, User
from ldis.signals import facts, watching
from ldis.signals.models import Signal, SignalEvidence
from ldis.signals.rules import Detector, Disposition, Family
from ldis.submissions import comparing
from ldis.submissions.rules import Form, HarmLevel, Setting
from tests.integration.signals.conftest import Watch

SEVERE = HarmLevel.SEVERE


def test_an_empty_system_says_nothing(watch: Watch) -> None:
    assert watch.look() == []
    assert watch.night() == []


def test_a_system_with_one_report_says_nothing(watch: Watch) -> None:
    watch.report()
    assert watch.look() == []
    assert watch.night() == []


def test_a_year_of_nothing_says_nothing(watch: Watch) -> None:
    watch.began(ago=380)
    assert watch.night() == []


def test_the_first_nitazene_in_a_city_is_one_urgent_signal_with_every_reason(watch: Watch) -> None:
    watch.began()
    result = watch.result("metonitazene")
    [signal] = watch.look()
    assert (signal.family, signal.about, signal.areas) == (Family.SIGHTING, "nitazene", ["E99000001"])
    assert set(signal.detectors) == {Detector.FIRST_SIGHTING, Detector.ANYWHERE, Detector.NOT_AS_SOLD}
    assert signal.kinds == ["Metonitazene"]
    assert signal.urgent
    [evidence] = watch.db.scalars(select(SignalEvidence))
    assert evidence.lab_result_id == result.id
    assert watch.look() == [signal], "looking again finds nothing new"


def test_of_what_is_urgent_coordinators_are_told_once_and_nobody_outside(watch: Watch) -> None:
    watch.began()
    watch.db.get_one(User, watch.table.cast.coordinator.id).mobile = "+447700900123"
    watch.result("metonitazene")
    watch.look()
    watch.look()
    watch.result("metonitazene")
    watch.look(after=timedelta(minutes=5))
    told = watch.told()
    assert {one.medium for one in told if one.recipient == watch.table.cast.coordinator.label} == set(Medium)
    assert {one.recipient for one in told} == {
        watch.table.cast.coordinator.label,
        watch.table.cast.second_coordinator.label,
    }
    assert len({(one.recipient, one.medium) for one in told}) == len(told)
    assert {one.medium for one in told} <= {Medium.EMAIL, Medium.SMS}


def test_what_is_common_here_is_no_first_sighting(watch: Watch) -> None:
    watch.began()
    watch.report(ago=200)
    watch.report(ago=150, sold_as="heroin")
    watch.look()
    watch.report(ago=0)
    assert watch.look() == []


def test_two_independent_reports_are_a_first_sighting_and_two_of_one_source_are_not(watch: Watch) -> None:
    watch.began()
    watch.report(sold_as="ketamine", reporter_organisation="Quay House")
    watch.report(sold_as="ketamine", reporter_organisation="Quay House")
    watch.look()
    assert watch.signals(Family.SIGHTING) == []
    watch.report(sold_as="ketamine", reporter_organisation="Pier Clinic")
    watch.look()
    [signal] = watch.signals(Family.SIGHTING)
    assert (signal.about, signal.detectors) == ("dissociative", [Detector.FIRST_SIGHTING])
    assert watch.rests_on(signal) == 3
    assert not signal.urgent


def test_what_was_seen_more_than_twelve_months_ago_is_new_again(watch: Watch) -> None:
    watch.began()
    watch.result("ketamine", ago=380, sold_as="ketamine")
    watch.result("ketamine", sold_as="ketamine")
    [signal] = watch.look()
    assert signal.detectors == [Detector.FIRST_SIGHTING]


def test_in_a_young_record_only_what_is_of_high_risk_is_called_new(watch: Watch) -> None:
    watch.began(ago=60)
    watch.result("ketamine", sold_as="ketamine")
    assert watch.look() == []
    watch.result("bromazolam", sold_as="")
    [signal] = watch.look()
    assert (signal.about, signal.detectors) == ("novel benzodiazepine", [Detector.FIRST_SIGHTING])


def test_severe_events_close_together_are_one_signal_that_grows(watch: Watch) -> None:
    watch.began()
    for name in ("heroin", "cocaine"):
        watch.report(sold_as=name, harm_level=SEVERE)
    [signal] = watch.look()
    assert (signal.family, signal.urgent, watch.rests_on(signal)) == (Family.SEVERE, True, 2)
    watch.report(sold_as="ketamine", harm_level=HarmLevel.FATAL)
    [same] = watch.look(after=timedelta(minutes=10))
    assert (same.id, watch.rests_on(same), same.numbers["observed"]) == (signal.id, 3, 3)


def test_severe_events_in_two_areas_or_far_apart_are_none(watch: Watch) -> None:
    watch.began()
    watch.report(harm_level=SEVERE)
    watch.report(harm_level=SEVERE, area_code="E99000002", sold_as="cocaine")
    watch.report(harm_level=SEVERE, ago=5, sold_as="cocaine")
    assert watch.look() == []


def test_the_same_marking_in_two_areas(watch: Watch) -> None:
    watch.began()
    watch.report(markings="Blue Punisher", sold_as="cocaine")
    assert watch.look() == []
    watch.report(markings="blue  punisher", sold_as="heroin", area_code="E99000002")
    [signal] = watch.look()
    assert (signal.family, signal.areas) == (Family.MARKING, ["E99000001", "E99000002"])
    assert watch.rests_on(signal) == 2


def test_a_rising_share_of_results(watch: Watch) -> None:
    watch.began()
    for ago in range(60, 160, 4):
        watch.result("diamorphine", ago=ago, sold_as="heroin")
    watch.result("xylazine", ago=300, sold_as="")
    watch.look()
    for ago in range(6):
        watch.result("xylazine", ago=ago, sold_as="")
    found = [one for one in watch.look() if one.family is Family.SHARE]
    assert [one.about for one in found] == ["sedative adulterant"]
    assert found[0].numbers["chance"] < 0.01
    assert watch.rests_on(found[0]) == 6


def quiet_year(watch: Watch, *, every: int = 13, **changes: object) -> None:
    """A report every so many days for more than a year, the last a fortnight ago."""
    for ago in range(14, 420, every):
        watch.report(ago=ago, **changes)  # type: ignore[arg-type]
    watch.look()


def test_four_in_two_days_where_one_a_fortnight_is_usual_is_seen_at_once(watch: Watch) -> None:
    watch.began()
    quiet_year(watch)
    assert watch.signals(Family.MORE) == []
    for ago in (1, 1, 0, 0):
        watch.report(ago=ago)
    watch.look()
    [signal] = watch.signals(Family.MORE)
    assert (signal.about, signal.areas, signal.detectors) == ("other opioid", ["E99000001"], [Detector.PREDICTIVE])
    assert signal.numbers["observed"] == watch.rests_on(signal) == 4
    assert signal.numbers["expected"] < 1
    assert signal.numbers["low"] <= signal.numbers["expected"] <= signal.numbers["high"] < 4
    assert signal.numbers["chance"] <= signal.numbers["limit"]


def test_the_night_carries_on_the_same_episode(watch: Watch) -> None:
    watch.began()
    quiet_year(watch)
    for ago in (1, 1, 0, 0):
        watch.report(ago=ago)
    watch.look()
    watch.night(after=timedelta(hours=14))
    watch.report()
    watch.look(after=timedelta(hours=2))
    watch.night(after=timedelta(days=1))
    [signal] = watch.signals(Family.MORE)
    assert watch.rests_on(signal) == 5


def test_after_the_gap_it_is_another_episode(watch: Watch) -> None:
    watch.began()
    quiet_year(watch)
    for _ in range(4):
        watch.report()
    watch.look()
    watch.now += timedelta(days=40)
    for _ in range(5):
        watch.report()
    watch.look()
    assert len(watch.signals(Family.MORE)) == 2


def test_reports_two_weeks_late_are_held_against_their_own_days(watch: Watch) -> None:
    watch.began()
    quiet_year(watch, every=17)
    for _ in range(4):
        watch.report(ago=15, known=0)
    watch.look()
    [signal] = watch.signals(Family.MORE)
    assert signal.last_day <= watch.today - timedelta(days=9)
    assert signal.first_day <= watch.today - timedelta(days=15) <= signal.last_day
    assert signal.found_at == watch.now


def test_what_is_later_than_a_month_changes_nothing_any_more(watch: Watch) -> None:
    watch.began()
    quiet_year(watch)
    for _ in range(5):
        watch.report(ago=45, known=0)
    watch.look()
    assert watch.signals(Family.MORE) == []


def test_vapes_in_schools_are_a_series_of_their_own(watch: Watch) -> None:
    watch.began()
    for ago in (300, 200, 100):
        watch.report(ago=ago, sold_as="vape", form=Form.VAPE, setting=Setting.SCHOOL)
    watch.look()
    for sold_as in ("THC vape", "spice", "vape", "vape"):
        watch.report(sold_as=sold_as, form=Form.VAPE, setting=Setting.SCHOOL)
    watch.look()
    assert "vapes in schools" in {one.about for one in watch.signals(Family.MORE)}


def test_reports_of_one_event_count_once(watch: Watch) -> None:
    watch.began()
    quiet_year(watch)
    kept, *others = [watch.report() for _ in range(4)]
    for one in others:
        comparing.merge(watch.db, one, into=kept, actor=watch.table.cast.coordinator, now=watch.now)
    watch.look()
    assert watch.signals(Family.MORE) == []


def test_a_day_of_five_hundred_reports_is_one_signal(watch: Watch) -> None:
    watch.began()
    quiet_year(watch)
    for _ in range(500):
        watch.report()
    watch.look()
    [signal] = watch.signals(Family.MORE)
    assert watch.rests_on(signal) == 500
    assert 0 <= signal.numbers["chance"] < 1e-6


def test_the_hour_that_does_not_exist_moves_nothing(watch: Watch) -> None:
    watch.now = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)  # half past midnight; at one the clocks go forward
    watch.began()
    watch.report(harm_level=SEVERE)
    watch.now = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)  # half past two in the morning in London
    watch.report(harm_level=SEVERE, sold_as="cocaine")
    [signal] = [one for one in watch.look() if one.family is Family.SEVERE]
    assert (signal.first_day, signal.last_day) == (date(2026, 3, 29), date(2026, 3, 29))
    assert watch.night(after=timedelta(minutes=5))


def test_a_cluster_in_space_and_time_is_found_at_night(watch: Watch) -> None:
    db = watch.db
    for number, code in enumerate(("E99000001", "E99000002")):
        db.execute(update(Area).where(Area.code == code).values(tile_column=5 * number, tile_row=0))
    for ago in range(20, 90, 3):
        watch.report(ago=ago, area_code="E99000002", sold_as="cannabis")
        watch.report(ago=ago + 1, area_code="E99000002", sold_as="cannabis")
    watch.report(ago=50, sold_as="cannabis")
    watch.look()
    for sold_as in ("heroin", "cocaine", "ketamine", "diazepam", "cannabis", "MDMA"):
        watch.report(sold_as=sold_as)
        watch.report(ago=1, sold_as=sold_as)
    watch.night()
    [signal] = watch.signals(Family.CLUSTER)
    assert signal.areas == ["E99000001"]
    assert signal.numbers["recurrence"] > 30
    assert watch.rests_on(signal) == signal.numbers["observed"] == 12


def test_a_night_is_looked_at_once(watch: Watch) -> None:
    watch.began()
    quiet_year(watch)
    for _ in range(4):
        watch.report()
    watch.night()
    watch.night()
    assert watch.db.scalar(select(func.count()).select_from(Signal)) == 1


def test_what_lies_in_one_case_already_needs_nobody_to_say_so(watch: Watch) -> None:
    watch.began()
    result = watch.result("metonitazene")
    case = watch.table.opened(result)
    [signal] = watch.look()
    assert (signal.disposition, signal.case_id) == (Disposition.IN_A_CASE, case.id)
    assert watch.told() == []


def test_a_partnership_that_breaks_does_not_keep_the_others_from_being_looked_at(
    watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch.began()
    watch.result("metonitazene")
    found = facts.new_reports

    def breaks(session: object, *, partnership_id: int, **more: object) -> object:
        if partnership_id != watch.table.place.id:
            raise RuntimeError("broken")
        return found(session, partnership_id=partnership_id, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(facts, "new_reports", breaks)
    assert len(watch.look()) == 1


def test_every_signal_is_in_the_audit_record(watch: Watch) -> None:
    watch.began()
    watch.result("metonitazene")
    [signal] = watch.look()
    entries = watch.db.scalars(select(AuditEntry.action).where(AuditEntry.about == f"signal/{signal.id}")).all()
    assert entries == ["signal found"]


def test_a_look_that_dies_is_taken_again(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    watch.began()
    watch.result("metonitazene")
    watch.db.commit()
    enter = watching._enter
    monkeypatch.setattr(watching, "_enter", lambda *_args, **_more: 1 / 0)
    assert watch.look() == []
    monkeypatch.setattr(watching, "_enter", enter)
    assert len(watch.look()) == 1
