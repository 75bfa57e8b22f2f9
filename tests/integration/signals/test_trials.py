"""History is replayed as it was known on each day; what was tried can be made to count, and nothing else can."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from ldis import signal_commands
from ldis.audit.models import AuditEntry
from ldis.cases import gathering
from ldis.db import utc_now
from ldis.people.access import Actor
from ldis.signals import live, trials
from ldis.signals.models import SignalTrial
from ldis.signals.rules import Family
from ldis.signals.schemas import Trial, TrialOf
from ldis.submissions.rules import HarmLevel
from tests.integration.cast import Cast
from tests.integration.signals.conftest import Watch


@pytest.fixture
def coordinator(browser_of: Callable[[Actor], FlaskClient], cast: Cast) -> FlaskClient:
    return browser_of(cast.coordinator)


def past_of_two_years(watch: Watch) -> None:
    """One report a fortnight, four within two days that became a case five days later, and four that became none."""
    for ago in range(20, 760, 14):
        watch.report(ago=ago)
    for ago in (300, 299, 299, 299):
        watch.report(ago=ago)
    in_case = [watch.report(ago=ago, known=ago - 1) for ago in (100, 99, 99, 99)]
    case = watch.table.opened(in_case[0])
    case.opened_at = watch.now - timedelta(days=94)
    for one in in_case[1:]:
        gathering.add_evidence(watch.db, case.reference, one, actor=watch.table.cast.coordinator, now=watch.now)
    watch.db.commit()


def run(watch: Watch, sessions: sessionmaker[Session], trial: Trial) -> SignalTrial:
    row = trials.begin(watch.db, trial, watch.settings, actor=watch.table.cast.coordinator, now=watch.now)
    watch.db.commit()
    trials.run(sessions, row.id, watch.settings, now=watch.now)
    watch.db.expire_all()
    return watch.db.get_one(SignalTrial, row.id)


def test_a_back_test_counts_what_was_for_nothing_and_the_days_gained(
    watch: Watch, sessions: sessionmaker[Session]
) -> None:
    past_of_two_years(watch)
    trial = run(watch, sessions, Trial(of=TrialOf.PREDICTIVE, history="own", days=365))
    assert trial.outcome is not None, trial.fault
    came = trial.outcome
    assert (came["episodes"], came["happenings"], came["seen"]) == (2, 1, 1)
    assert came["false_a_year"] == pytest.approx(1 / came["series"] * 365 / came["days"], abs=0.01)
    assert came["gained"] == [4], (
        "the alarm is on the day on which enough was known; the case came five days later"
    )
    assert trial.done_percent == 100


def test_each_day_sees_only_what_had_come_in_by_then(watch: Watch, sessions: sessionmaker[Session]) -> None:
    for ago in range(20, 760, 14):
        watch.report(ago=ago)
    for ago in (100, 100, 99, 99):
        watch.report(ago=ago, known=40)
    watch.db.commit()
    past = trials.stored(watch.db, partnership_id=watch.table.place.id, days=365, now=watch.now)
    came = trials.judge(past, TrialOf.PREDICTIVE, watch.settings)
    assert came.episodes == (), "sixty days late is later than anything that is looked at again"


@pytest.mark.parametrize("of", list(TrialOf))
def test_every_detector_can_be_replayed_on_invented_years(
    watch: Watch, sessions: sessionmaker[Session], of: TrialOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trials, "SIMULATED_SERIES", 60)
    trial = run(watch, sessions, Trial(of=of, history="simulated", weekly=0.5))
    assert trial.outcome is not None, trial.fault
    assert trial.outcome["happenings"] == 30
    assert trial.outcome["seen"] > 20


def test_an_empty_history_gives_an_answer(watch: Watch, sessions: sessionmaker[Session]) -> None:
    trial = run(watch, sessions, Trial(of=TrialOf.PREDICTIVE, history="own", days=365))
    assert trial.outcome is not None, trial.fault
    assert (trial.outcome["episodes"], trial.outcome["happenings"]) == (0, 0)


def test_a_page_asks_shows_progress_and_the_outcome_beside_the_others(
    coordinator: FlaskClient, watch: Watch, sessions: sessionmaker[Session]
) -> None:
    past_of_two_years(watch)
    assert "None yet." in coordinator.get("/signals/back-tests").text
    bad = coordinator.post("/signals/back-tests", data={"of": "EARS C2", "history": "own", "days": "3"})
    assert bad.status_code == 422
    assert "Enter a number from 30 to 1095." in bad.text
    said = {"of": "predictive test", "history": "own", "days": "365", "budget": "2"}
    answer = coordinator.post("/signals/back-tests", data=said)
    assert answer.status_code == 302, answer.text
    page = coordinator.get(answer.location).text
    assert "Running" in page
    number = int(answer.location.rsplit("/", 1)[1])
    trials.run(sessions, number, watch.settings, now=watch.now)
    watch.db.expire_all()
    page = coordinator.get(answer.location).text
    assert "cases or clusters that it saw" in page
    assert "Make this count" in page
    assert "Predictive test, 2 a year" in page
    queued = "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'signals.try_out'"
    assert watch.db.connection().exec_driver_sql(queued).scalar() == 1


def test_what_was_tried_counts_once_somebody_says_why_and_is_recorded(
    coordinator: FlaskClient, watch: Watch, sessions: sessionmaker[Session]
) -> None:
    past_of_two_years(watch)
    trial = run(watch, sessions, Trial(of=TrialOf.TOGETHER, history="own", in_24_hours=3, in_72_hours=5))
    trial.finished_at = utc_now()
    watch.db.commit()
    nothing = coordinator.post(f"/signals/back-tests/{trial.id}/make-live", data={"reason": ""})
    assert nothing.status_code == 422
    answer = coordinator.post(f"/signals/back-tests/{trial.id}/make-live", data={"reason": "Two a day is usual."})
    assert answer.status_code == 302, answer.text
    watch.db.expire_all()
    used = live.settings_of(watch.db, watch.settings, partnership_id=watch.table.place.id)
    assert [(one.events, one.hours) for one in used.rules.spells] == [(3, 24), (5, 72)]
    assert used.budget == watch.settings.budget
    entry = watch.db.scalars(select(AuditEntry).where(AuditEntry.action == "signal settings changed")).one()
    assert entry.detail["after"]["spells"] == [[3, 24], [5, 72]]
    for name in ("heroin", "cocaine"):
        watch.report(sold_as=name, harm_level=HarmLevel.SEVERE)
    watch.look()
    assert watch.signals(Family.SEVERE) == []
    watch.report(sold_as="ketamine", harm_level=HarmLevel.SEVERE)
    watch.look()
    assert len(watch.signals(Family.SEVERE)) == 1
    assert "Two a day is usual." in coordinator.get("/signals/back-tests").text


def test_what_was_not_tried_on_ones_own_history_or_long_ago_cannot_be_made_to_count(
    coordinator: FlaskClient, watch: Watch, sessions: sessionmaker[Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trials, "SIMULATED_SERIES", 20)
    invented = run(watch, sessions, Trial(of=TrialOf.PREDICTIVE, history="simulated", budget=4))
    old = run(watch, sessions, Trial(of=TrialOf.PREDICTIVE, history="own", budget=4))
    compared = run(watch, sessions, Trial(of=TrialOf.EARS, history="own"))
    old.finished_at = utc_now() - timedelta(days=31)
    watch.db.commit()
    for trial in (invented, old, compared):
        answer = coordinator.post(f"/signals/back-tests/{trial.id}/make-live", data={"reason": "Please."})
        assert answer.status_code in (403, 409), answer.text
    assert live.newest_change(watch.db, partnership_id=watch.table.place.id) is None


def test_a_back_test_that_breaks_off_says_so(
    coordinator: FlaskClient, watch: Watch, sessions: sessionmaker[Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trials, "judge", lambda *_args, **_more: 1 / 0)
    trial = run(watch, sessions, Trial(of=TrialOf.PREDICTIVE, history="own"))
    assert trial.finished_at is not None
    assert "It broke off." in coordinator.get(f"/signals/back-tests/{trial.id}").text


def test_back_tests_are_ones_own_and_only_coordinators_ask(
    watch: Watch, sessions: sessionmaker[Session], browser_of: Callable[[Actor], FlaskClient], cast: Cast
) -> None:
    trial = run(watch, sessions, Trial(of=TrialOf.PREDICTIVE, history="own"))
    assert browser_of(cast.stranger).get(f"/signals/back-tests/{trial.id}").status_code == 404
    said = {"of": "predictive test", "history": "own"}
    assert browser_of(cast.medical).post("/signals/back-tests", data=said).status_code == 403
    assert browser_of(cast.medical).get("/signals/back-tests").status_code == 200


def test_the_command_says_what_came_of_it_and_keeps_it(
    watch: Watch, sessions: sessionmaker[Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    past_of_two_years(watch)
    monkeypatch.setattr(signal_commands, "read_settings", lambda: None)
    monkeypatch.setattr(signal_commands, "open_session", lambda _settings: sessions())
    asked = ["backtest", "--partnership", watch.table.place.slug, "--budget", "1"]
    answer = CliRunner().invoke(signal_commands.signals, asked)
    assert answer.exit_code == 0, answer.output
    assert "Cases or clusters seen: 1 of 1" in answer.output
    assert len(trials.trials_of(watch.db, partnership_id=watch.table.place.id)) == 1
