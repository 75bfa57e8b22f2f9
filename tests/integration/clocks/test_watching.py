"""The watch over the clocks: what runs, what stops, who is warned, and to whom a broken clock goes."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from alerts.messages import Medium
from ldis.cases import service as cases
from ldis.cases.models import Case, CaseEntry
from ldis.cases.rules import Action
from ldis.clocks.models import Clock
from ldis.clocks.rules import Kind, Runs
from ldis.deliveries.rules import Urgency
from ldis.people.access import Actor
from ldis.people.models import OnCallTurn, User
from ldis.submissions.rules import HarmLevel
from tests.integration.cases.table import CaseTable
from tests.integration.cast import NOW, Cast
from tests.integration.clocks.conftest import Watch, letters, told

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
MOBILE = "+447700900456"


def clocks(db: Session, kind: Kind = Kind.ASSESS) -> list[Clock]:
    """The clocks of a kind, in the order in which they were started."""
    return list(db.scalars(select(Clock).where(Clock.kind == kind).order_by(Clock.id)))


def people(*actors: Actor) -> list[str]:
    """How they are named as recipients of e-mails, in order of their numbers."""
    return [one.label for one in sorted(actors, key=lambda one: one.id)]


def test_a_report_has_a_clock_until_a_case_takes_it_and_then_the_case_has_one(
    table: CaseTable, db: Session, watch: Watch
) -> None:
    report = table.report()
    watch(NOW + MINUTE)
    [first] = clocks(db)
    assert (first.about, first.started_at, first.runs) == (f"report/{report.id}", NOW, Runs.WORKING)
    case = table.opened(report)
    watch(NOW + 2 * MINUTE)
    first, second = clocks(db)
    assert (first.stopped_at, second.about) == (NOW, f"case/{case.id}")
    assert second.stopped_at is None


def test_looking_again_starts_nothing_twice(table: CaseTable, db: Session, watch: Watch) -> None:
    table.opened()
    table.report()
    for minutes in range(3):
        watch(NOW + minutes * MINUTE)
    assert len(clocks(db)) == 2


def test_a_decision_stops_the_clock_at_its_own_moment(table: CaseTable, db: Session, watch: Watch) -> None:
    case = table.with_panel()
    watch(NOW + MINUTE)
    for member in table.cast.panel[:2]:
        table.judge(case, member)
    table.decide(case)
    watch(NOW + HOUR)
    [clock] = clocks(db)
    assert clock.stopped_at == NOW
    assert told(db) == []


def test_saying_that_life_is_at_risk_restarts_the_clock_and_taking_it_back_does_too(
    table: CaseTable, db: Session, watch: Watch, cast: Cast
) -> None:
    case = table.opened()
    watch(NOW + MINUTE)
    raised, lowered = NOW + HOUR, NOW + 2 * HOUR
    say(db, case, Action.RAISE_RISK, cast.coordinator, raised)
    watch(raised + MINUTE)
    say(db, case, Action.LOWER_RISK, cast.coordinator, lowered)
    watch(lowered + MINUTE)
    assert [(one.started_at, one.runs, one.stopped_at) for one in clocks(db)] == [
        (NOW, Runs.WORKING, raised),
        (raised, Runs.ALWAYS, lowered),
        (lowered, Runs.WORKING, None),
    ]
    assert clocks(db)[1].due_at == raised + 2 * HOUR


def say(db: Session, case: Case, action: Action, actor: Actor, at: datetime) -> None:
    db.refresh(case)
    cases.move(db, case.reference, action, reason="Because.", seen_version=case.version, actor=actor, now=at)


def test_evidence_that_somebody_nearly_died_restarts_the_clock_once(
    table: CaseTable, db: Session, watch: Watch
) -> None:
    case = table.opened()
    watch(NOW + MINUTE)
    table.waiting = table.report(harm_level=HarmLevel.LIFE_THREATENING)
    table.doing(Action.ADD_EVIDENCE)(case, table.cast.coordinator)
    for minutes in (2, 3, 4):
        watch(NOW + minutes * MINUTE)
    about_case = [one for one in clocks(db) if one.case_id]
    assert [one.runs for one in about_case] == [Runs.WORKING, Runs.ALWAYS]
    assert about_case[-1].stopped_at is None


def test_whoever_holds_the_case_is_warned_once_and_their_number_gets_a_text(
    table: CaseTable, db: Session, watch: Watch, cast: Cast
) -> None:
    db.get_one(User, cast.coordinator.id).mobile = MOBILE
    case = table.opened(table.report(harm_level=HarmLevel.FATAL))
    watch(NOW + HOUR)
    assert told(db) == []
    for minutes in (90, 91, 92):
        watch(NOW + minutes * MINUTE)
    assert told(db) == [(cast.coordinator.label, "sms"), (cast.coordinator.label, "email")]
    text, email = letters(db)
    assert text.address == MOBILE
    assert text.text == (
        f"Risk to life: Case {case.reference} must be assessed by today 12:30 (30 min left). You coordinate it. "
        f"https://ldis.example.org/cases/{case.reference}"
    )
    assert email.subject == f"Risk to life: Case {case.reference} is due soon"
    assert email.urgency == Urgency.RED_ALERT


def test_every_coordinator_is_warned_of_a_report_in_no_case(
    table: CaseTable, db: Session, watch: Watch, cast: Cast
) -> None:
    table.report(harm_level=HarmLevel.FATAL)
    watch(NOW + 90 * MINUTE)
    assert [who for who, _ in told(db)] == people(cast.coordinator, cast.second_coordinator)
    assert cast.stranger.label not in dict(told(db))


def test_a_clock_that_breaks_in_working_hours_goes_to_the_deputy(
    table: CaseTable, db: Session, watch: Watch, cast: Cast, browser_of: Callable[[Actor], FlaskClient]
) -> None:
    day = {"day": "1", "month": "10", "year": "2026"}
    form = {f"starts_on-{part}": value for part, value in day.items()}
    form |= {f"ends_on-{part}": value for part, value in (day | {"year": "2027"}).items()}
    answer = browser_of(cast.coordinator).post(
        "/people/me/deputies", data=form | {"deputy_id": cast.medical.id, "_form": "deputy"}
    )
    assert answer.status_code == 302, answer.text
    case = table.opened(table.report(harm_level=HarmLevel.FATAL))
    watch(NOW + 91 * MINUTE)
    watch(NOW + 2 * HOUR)
    watch(NOW + 2 * HOUR + MINUTE)
    assert [who for who, _ in told(db)] == [cast.coordinator.label, cast.medical.label]
    assert "You stand in for the coordinator." in letters(db)[-1].text
    page = browser_of(cast.coordinator).get(f"/cases/{case.reference}").text
    assert "Mo Field (deputy), told that it broke" in page
    assert "Told: Mo Field (deputy)." in page


def test_without_a_deputy_it_goes_to_the_other_coordinators(
    table: CaseTable, db: Session, watch: Watch, cast: Cast
) -> None:
    table.opened(table.report(harm_level=HarmLevel.FATAL))
    watch(NOW + 91 * MINUTE)
    watch(NOW + 2 * HOUR)
    assert [who for who, _ in told(db)] == [cast.coordinator.label, cast.second_coordinator.label]


def test_whoever_was_never_warned_hears_that_it_broke(
    table: CaseTable, db: Session, watch: Watch, cast: Cast
) -> None:
    table.opened(table.report(harm_level=HarmLevel.FATAL))
    watch(NOW + 3 * HOUR)
    assert {who for who, _ in told(db)} == {cast.coordinator.label, cast.second_coordinator.label}


def test_nobody_is_told_about_a_case_from_which_they_stand_aside(
    table: CaseTable, db: Session, watch: Watch, cast: Cast
) -> None:
    case = table.opened(table.report(harm_level=HarmLevel.FATAL))
    table.recuse(case, cast.medical)
    db.add(
        OnCallTurn(
            partnership_id=case.partnership_id,
            person_id=cast.medical.id,
            starts_at=NOW,
            ends_at=NOW + 48 * HOUR,
            added_at=NOW,
        )
    )
    night = datetime(2026, 10, 15, 2, 0, tzinfo=UTC)
    watch(night)
    assert cast.medical.label not in [who for who, _ in told(db)]
    assert [who for who, _ in told(db)] == people(cast.coordinator, cast.second_coordinator)


def test_at_three_in_the_morning_a_broken_clock_goes_to_whoever_is_on_call_by_text_alone(
    table: CaseTable,
    db: Session,
    watch: Watch,
    cast: Cast,
    browser_of: Callable[[Actor], FlaskClient],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert browser_of(cast.public_health).post("/people/me", data={"mobile": "07700 900 456"}).status_code == 302
    monkeypatch.setattr("ldis.people.duty.utc_now", lambda: NOW)
    turn = {
        "person_id": cast.public_health.id,
        "starts_on-day": "14",
        "starts_on-month": "10",
        "starts_on-year": "2026",
        "starts_at": "17:00",
        "ends_on-day": "15",
        "ends_on-month": "10",
        "ends_on-year": "2026",
        "ends_at": "9.00",
    }
    assert browser_of(cast.coordinator).post("/people/on-call", data=turn).status_code == 302
    case = table.opened()
    db.commit()
    one_in_the_morning = datetime(2026, 10, 15, 0, 0, tzinfo=UTC)
    monkeypatch.setattr("ldis.casefile.pages.utc_now", lambda: one_in_the_morning)
    raised = browser_of(cast.coordinator).post(
        f"/cases/{case.reference}/move",
        data={
            "action": Action.RAISE_RISK.value,
            "seen_version": case.version,
            "reason": "A second person died.",
            "_form": "raise_risk",
        },
    )
    assert raised.status_code == 302, raised.text
    watch(one_in_the_morning + MINUTE)
    watch(one_in_the_morning + 90 * MINUTE)
    assert told(db) == [(cast.coordinator.label, "email")]
    for minutes in (120, 121, 600):
        watch(one_in_the_morning + minutes * MINUTE)
    assert told(db)[1:] == [(cast.public_health.label, "sms")]
    text = letters(db)[-1]
    assert text.address == MOBILE
    assert text.medium is Medium.SMS
    assert text.text == (
        f"Risk to life: Case {case.reference} must be assessed by today 03:00 (over by 0 min). You are on call. "
        f"https://ldis.example.org/cases/{case.reference}"
    )
    noted = db.scalars(select(CaseEntry.words).where(CaseEntry.action == "clock broke")).all()
    assert noted == ["“Assess” is late. Told: Pat Hill (on call)."]


def test_what_was_decided_at_once_has_a_clock_until_the_panel_looked_back(
    table: CaseTable, db: Session, watch: Watch, cast: Cast
) -> None:
    case = table.opened(table.report(harm_level=HarmLevel.FATAL))
    table.decide_at_once(case, cast.medical)
    watch(NOW + MINUTE)
    [review] = clocks(db, Kind.REVIEW)
    assert (review.due_at, review.runs) == (NOW + 24 * HOUR, Runs.ALWAYS)
    watch(NOW + 18 * HOUR)
    assert "was decided at once and must be looked back at" in letters(db)[-1].text


def test_a_reporter_who_can_be_reached_is_waited_for_until_they_heard_from_us(
    table: CaseTable, db: Session, watch: Watch, cast: Cast, browser_of: Callable[[Actor], FlaskClient]
) -> None:
    waits = table.report(reporter_email="robin.vale@example.org", may_contact=True)
    table.report(reporter_email="robin.vale@example.org", may_contact=False)
    table.report(reporter_phone="023 9283 4092", may_contact=True)
    watch(NOW + MINUTE)
    assert [one.report_id for one in clocks(db, Kind.ANSWER) if one.stopped_at is None] == [waits.id]
    asked = browser_of(cast.coordinator).post(
        f"/reports/{waits.reference}/question", data={"words": "Was it a vape?", "submission_key": "k" * 20}
    )
    assert asked.status_code == 302, asked.text
    later = datetime.now(UTC) + timedelta(days=400)
    watch(later)
    assert [one for one in clocks(db, Kind.ANSWER) if one.stopped_at is None] == []


def test_many_late_clocks_are_one_message_to_each(table: CaseTable, db: Session, watch: Watch, cast: Cast) -> None:
    for _ in range(12):
        table.report(harm_level=HarmLevel.FATAL)
    watch(NOW + 30 * HOUR)
    assert [who for who, _ in told(db)] == people(cast.coordinator, cast.second_coordinator)
    email = letters(db)[0]
    assert "and 11 more are late" in (email.subject or "")
    assert "And 2 more:\nhttps://ldis.example.org/cases" in email.text


def test_the_inbox_shows_how_long_each_case_has_and_asks_no_more_for_more_of_them(
    table: CaseTable, watch: Watch, cast: Cast, browser_of: Callable[[Actor], FlaskClient], db: Session
) -> None:
    now = datetime.now(UTC)
    say(db, table.opened(), Action.RAISE_RISK, cast.coordinator, now - 5 * HOUR)
    watch(now)
    asked: list[str] = []
    count = event.listens_for(db.get_bind(), "before_cursor_execute")
    count(lambda _connection, _cursor, statement, *_rest: asked.append(statement))
    assert "over by 3 h 00" in browser_of(cast.coordinator).get("/cases?status=").text
    few = len(asked)
    for _ in range(6):
        table.opened()
    watch(now)
    asked.clear()
    browser_of(cast.coordinator).get("/cases?status=")
    assert len(asked) == few
