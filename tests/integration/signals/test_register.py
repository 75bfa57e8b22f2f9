"""What people do about a signal: it stands in the case, in the audit record, and comes back when it grows."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from ldis.audit.models import AuditEntry
from ldis.cases.models import Case, Evidence
from ldis.db import utc_now
from ldis.deliveries.models import Delivery
from ldis.people.access import Actor
from ldis.people.models import Area
from ldis.signals.learning import learned
from ldis.signals.models import Signal
from ldis.signals.rules import Disposition
from tests.integration.cast import Cast
from tests.integration.signals.conftest import Watch


@pytest.fixture
def coordinator(browser_of: Callable[[Actor], FlaskClient], cast: Cast) -> FlaskClient:
    return browser_of(cast.coordinator)


@pytest.fixture
def signal(watch: Watch) -> Signal:
    """The first nitazene in a city, in two results."""
    watch.began()
    watch.result("metonitazene")
    watch.result("metonitazene")
    [found] = watch.look()
    return found


def test_the_queue_and_the_page_say_why_and_on_what(
    coordinator: FlaskClient, signal: Signal, watch: Watch
) -> None:
    queue = coordinator.get("/signals").text
    assert "Nitazene: metonitazene in Northby" in queue
    assert "Waiting for you (1)" in queue
    page = coordinator.get(f"/signals/{signal.id}").text
    for words in (
        "Nothing of it was seen here within 12 months.",
        "Any nitazene counts, whatever it was found in or sold as.",
        "It was not sold as nitazene.",
        "What it rests on (2)",
    ):
        assert words in page
    for evidence in signal.evidence:
        assert evidence.lab_result is not None
        assert evidence.lab_result.reference in page


def test_the_inbox_shows_what_waits(coordinator: FlaskClient, signal: Signal) -> None:
    page = coordinator.get("/cases").text
    assert "Nitazene: metonitazene in Northby" in page
    assert "Signals (1 new)" in page


def test_a_case_opened_from_a_signal_has_everything_it_rests_on_and_shows_it(
    coordinator: FlaskClient, signal: Signal, watch: Watch
) -> None:
    said = {"title": "Nitazene in Northby", "reason": "Never seen here.", "seen_version": "1"}
    answer = coordinator.post(f"/signals/{signal.id}/open-case", data=said)
    assert answer.status_code == 302, answer.text
    page = coordinator.get(answer.location).text
    assert "Signals (1)" in page
    assert "Nitazene: metonitazene in Northby" in page
    [case] = watch.db.scalars(select(Case))
    assert len(watch.db.scalars(select(Evidence).where(Evidence.case_id == case.id)).all()) == 2
    [settled] = watch.signals()
    assert (settled.disposition, settled.case_id, settled.reason) == (
        Disposition.IN_A_CASE,
        case.id,
        "Never seen here.",
    )
    assert "opened from a signal" in [entry.action for entry in case.entries]
    actions = watch.db.scalars(select(AuditEntry.action).where(AuditEntry.about == f"signal/{signal.id}")).all()
    assert actions == ["signal found", "signal in a case"]


def test_a_signal_joins_a_case_that_is_open(coordinator: FlaskClient, signal: Signal, watch: Watch) -> None:
    case = watch.table.opened(watch.report(sold_as="cocaine"))
    watch.db.commit()
    said = {"case": case.reference, "reason": "The same people.", "seen_version": "1"}
    answer = coordinator.post(f"/signals/{signal.id}/join-case", data=said)
    assert answer.location.endswith(case.reference)
    assert len(watch.db.scalars(select(Evidence).where(Evidence.case_id == case.id)).all()) == 3
    again = coordinator.post(f"/signals/{signal.id}/dismiss", data={"reason": "No.", "seen_version": "2"})
    assert again.status_code in (403, 409)
    assert "What becomes of it is decided there." in again.text


@pytest.mark.parametrize("act", ["dismiss", "watch"])
def test_without_a_reason_nothing_is_settled_and_what_was_typed_is_kept(
    coordinator: FlaskClient, signal: Signal, watch: Watch, act: str
) -> None:
    answer = coordinator.post(f"/signals/{signal.id}/{act}", data={"reason": " ", "seen_version": "1"})
    assert answer.status_code == 422
    assert "Say why, for whoever looks next." in answer.text
    assert watch.signals()[0].disposition is Disposition.NEW


def test_what_is_watched_comes_back_as_soon_as_it_grows(
    coordinator: FlaskClient, signal: Signal, watch: Watch
) -> None:
    coordinator.post(f"/signals/{signal.id}/watch", data={"reason": "One batch?", "seen_version": "1"})
    assert watch.look()[0].disposition is Disposition.WATCHED
    assert "Watched (1)" in coordinator.get("/signals").text
    watch.result("metonitazene")
    [grown] = watch.look(after=timedelta(hours=1))
    assert (grown.disposition, grown.grew_at) == (Disposition.NEW, watch.now)
    page = coordinator.get(f"/signals/{signal.id}").text
    assert "Grown since you looked" in page
    assert "One batch?" in page


def test_what_is_dismissed_comes_back_when_it_has_doubled_and_not_before(
    coordinator: FlaskClient, signal: Signal, watch: Watch
) -> None:
    coordinator.post(f"/signals/{signal.id}/dismiss", data={"reason": "A known batch.", "seen_version": "1"})
    watch.result("metonitazene")
    assert watch.look(after=timedelta(hours=1))[0].disposition is Disposition.DISMISSED
    watch.result("metonitazene")
    assert watch.look(after=timedelta(hours=1))[0].disposition is Disposition.NEW


def test_of_two_who_settle_it_at_once_the_second_is_told_that_the_page_is_old(
    coordinator: FlaskClient, signal: Signal, browser_of: Callable[[Actor], FlaskClient], cast: Cast
) -> None:
    said = {"reason": "Seen.", "seen_version": "1"}
    other = browser_of(cast.second_coordinator)
    answers = [
        coordinator.post(f"/signals/{signal.id}/watch", data=said),
        other.post(f"/signals/{signal.id}/dismiss", data=said),
    ]
    assert [answer.status_code for answer in answers] == [302, 409]


def test_nobody_outside_is_ever_told_of_a_signal(signal: Signal, watch: Watch) -> None:
    told = watch.db.scalars(select(Delivery)).all()
    assert all(one.recipient.startswith("person/") for one in told)


def test_people_see_their_own_partnerships_signals_and_panel_members_settle_none(
    signal: Signal, browser_of: Callable[[Actor], FlaskClient], cast: Cast
) -> None:
    stranger, member = browser_of(cast.stranger), browser_of(cast.medical)
    assert stranger.get(f"/signals/{signal.id}").status_code == 404
    assert "metonitazene" not in stranger.get("/signals").text
    assert "What is to become of it?" not in member.get(f"/signals/{signal.id}").text
    said = {"reason": "No.", "seen_version": "1"}
    assert member.post(f"/signals/{signal.id}/dismiss", data=said).status_code == 403


def test_what_touches_our_areas_shows_without_anything_of_its_reports(
    signal: Signal, watch: Watch, browser_of: Callable[[Actor], FlaskClient], cast: Cast
) -> None:
    for code, at in (("E99000001", 0), ("E99000002", 9), ("E99000003", 1)):
        watch.db.execute(update(Area).where(Area.code == code).values(tile_column=at, tile_row=0))
    signal.last_day = utc_now().date()
    watch.db.commit()
    page = browser_of(cast.stranger).get("/signals").text
    assert "Nitazene: metonitazene in Northby" in page
    for evidence in signal.evidence:
        assert evidence.lab_result is not None
        assert evidence.lab_result.reference not in page


def test_what_became_of_signals_is_counted_by_what_noticed_them(
    coordinator: FlaskClient, signal: Signal, watch: Watch
) -> None:
    empty = coordinator.get("/signals/learning")
    assert empty.status_code == 200
    coordinator.post(f"/signals/{signal.id}/dismiss", data={"reason": "A known batch.", "seen_version": "1"})
    watch.db.expire_all()
    found = learned(watch.db, partnership_id=signal.partnership_id, since=watch.now - timedelta(days=300))
    assert [(one.name, one.found, one.share) for one in found.detectors] == [
        ("First sighting", 1, 0.0),
        ("Counts in anything", 1, 0.0),
        ("Not what it was sold as", 1, 0.0),
    ]
    assert [one.found for one in found.months] == [1]


def test_the_season_says_what_it_cannot_assess(coordinator: FlaskClient, watch: Watch) -> None:
    assert "Nothing was reported yet." in coordinator.get("/signals/season").text
    watch.report()
    watch.db.commit()
    page = coordinator.get("/signals/season").text
    assert "other opioids: there are not 3 years of history" in page
