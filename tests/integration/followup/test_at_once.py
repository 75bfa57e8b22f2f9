"""Several people, or one who taps twice, at the same moment, on connections of their own."""

from collections.abc import Callable, Iterator
from functools import partial

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from ldis.audit import service as audit
from ldis.cases.models import Case, Decision
from ldis.cases.policy import Policy
from ldis.cases.rules import Action, State
from ldis.cases.tasks import hear
from ldis.db import utc_now
from ldis.deliveries.models import Delivery
from ldis.followup import tasks, tracking
from ldis.followup.models import ReportQuestion, ReportStep, ReportUpdate
from ldis.followup.rules import read_address
from ldis.followup.schemas import Follow
from ldis.people.models import User
from ldis.submissions.models import IncidentReport
from ldis.substances.names import Names
from ldis.work import Workplace
from tests.integration.cases.table import CaseTable
from tests.integration.cast import assemble, at_once, found_partnership, signed_in
from tests.integration.followup.conftest import EMAIL, MOBILE, follow, newest_code


@pytest.fixture
def table(busy_app: Flask, committed: sessionmaker[Session], policy: Policy, names: Names) -> Iterator[CaseTable]:
    """Cases and reports, in a database where every commit is real."""
    with committed() as session:
        place = found_partnership(session, "north-shore", "NSH", "North Shore", {"E99000001": "Northby"})
        elsewhere = found_partnership(session, "south-vale", "SVL", "South Vale", {"E99000003": "Valeham"})
        cast = assemble(session, place, elsewhere)
        yield CaseTable(db=session, cast=cast, place=place, names=names, policy=policy)
        session.rollback()
        assert audit.verify(session) is None


@pytest.fixture
def place(committed: sessionmaker[Session]) -> Workplace:
    """What tasks are handed."""
    return Workplace(sessions=committed, channels={}, connections={}, public_url="https://ldis.example.org")


def how_many(table: CaseTable, kind: type[object]) -> int:
    table.db.rollback()
    return table.db.scalar(select(func.count()).select_from(kind)) or 0


def copies(app: Flask, browser: FlaskClient, count: int) -> list[FlaskClient]:
    """The same browser several times over, as a double tap makes of it."""
    made = [app.test_client() for _ in range(count)]
    for one in made:
        with browser.session_transaction() as mine, one.session_transaction() as copied:
            copied.update(mine)
    return made


def test_an_update_tapped_three_times_at_once_is_one(
    busy_app: Flask, table: CaseTable, report: IncidentReport
) -> None:
    browser = busy_app.test_client()
    page = follow(browser, table.db, report)
    table.db.rollback()
    form = {"words": "A second person collapsed.", "submission_key": "first-sending"}
    taps: list[Callable[[], int]] = [
        lambda one=one: one.post(page, data=form).status_code for one in copies(busy_app, browser, 3)
    ]
    assert at_once(*taps) == [302] * 3
    assert how_many(table, ReportUpdate) == 1


def test_a_question_tapped_three_times_at_once_is_asked_once(
    busy_app: Flask, table: CaseTable, report: IncidentReport
) -> None:
    form = {"words": "What colour was it?", "submission_key": "first-asking", "_form": "ask"}
    address = f"/reports/{report.reference}/question"
    browsers = [signed_in(busy_app, table.db.get_one(User, table.cast.coordinator.id)) for _ in range(3)]
    table.db.rollback()
    taps: list[Callable[[], int]] = [lambda one=one: one.post(address, data=form).status_code for one in browsers]
    assert at_once(*taps) == [302] * 3
    assert how_many(table, ReportQuestion) == 1
    assert how_many(table, Delivery) == 2


def test_a_code_used_on_several_devices_at_once_opens_one(
    table: CaseTable, committed: sessionmaker[Session], report: IncidentReport
) -> None:
    address = read_address(EMAIL)
    assert address
    claim = Follow(report.reference, address)
    tracking.send_code(table.db, claim, now=utc_now())
    table.db.commit()
    code = newest_code(table.db)
    table.db.rollback()

    def enter() -> bool:
        with committed.begin() as session:
            return tracking.check_code(session, claim, code, now=utc_now()) is not None

    assert sorted(at_once(*[enter] * 4)) == [False, False, False, True]


def test_codes_asked_for_at_once_leave_one_that_works(
    table: CaseTable, committed: sessionmaker[Session], report: IncidentReport
) -> None:
    claims = [
        Follow(report.reference, address) for written in (EMAIL, MOBILE) if (address := read_address(written))
    ]

    def send(claim: Follow) -> None:
        with committed.begin() as session:
            tracking.send_code(session, claim, now=utc_now())

    at_once(*[partial(send, claim) for claim in claims])
    table.db.rollback()
    letters = table.db.scalars(select(Delivery)).all()
    codes = [letter.text.split(" is your code")[0].split()[-1] for letter in letters if letter.subject is None]
    codes += [(letter.subject or "").split()[0] for letter in letters if letter.subject]
    right = [code for code in codes if tracking.check_code(table.db, claims[0], code, now=utc_now())]
    table.db.commit()
    assert len(right) == 1


def test_a_case_decided_twice_and_told_by_several_workers_at_once_tells_each_reporter_once(
    busy_app: Flask, table: CaseTable, place: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    reports = [table.report(reporter_email=f"reporter{n}@example.org", may_contact=True) for n in range(4)]
    case = table.opened(reports[0])
    for report in reports[1:]:
        table.waiting = report
        table.doing(Action.ADD_EVIDENCE)(case, table.cast.coordinator)
    table.move(case, Action.CALL_PANEL)
    for member in (table.cast.medical, table.cast.police):
        table.judge(table.again(case), member)
    table.db.commit()
    form = {"outcome": "formal alert", "seen_version": table.seen(case)}
    browsers = [
        signed_in(busy_app, table.db.get_one(User, actor.id))
        for actor in (table.cast.coordinator, table.cast.second_coordinator)
    ]
    table.db.rollback()
    decisions: list[Callable[[], int]] = [
        lambda one=one: one.post(f"/cases/{case.reference}/decision", data=form).status_code for one in browsers
    ]
    assert at_once(*decisions).count(302) == 1
    failures: list[str] = []
    monkeypatch.setattr(tasks.logger, "exception", failures.append)
    at_once(*[partial(tasks.tell, place)] * 4)
    assert failures == []
    assert how_many(table, Decision) == 1
    assert how_many(table, ReportStep) == 2 * len(reports)
    told = table.db.scalars(select(Delivery.recipient).where(Delivery.about.startswith("report-outcome/"))).all()
    assert sorted(told) == sorted(f"reporter/{one.id}" for one in reports)


def test_what_reporters_add_at_once_moves_the_case_each_time(
    table: CaseTable, place: Workplace, report: IncidentReport
) -> None:
    case = table.opened(report)
    table.db.commit()
    before = table.seen(case)
    table.db.rollback()
    at_once(*[partial(hear, place, report_id=report.id)] * 3)
    table.db.rollback()
    assert table.db.scalar(select(Case.version).where(Case.id == case.id)) == before + 3
    assert table.db.scalar(select(Case.state).where(Case.id == case.id)) is State.TRIAGE
