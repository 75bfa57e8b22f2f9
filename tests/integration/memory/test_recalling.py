"""What ended in no further action comes back to mind when something like it comes in, once, and says why."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from ldis.cases.models import Case, Recall
from ldis.cases.policy import Policy
from ldis.cases.rules import Action, Outcome, State
from ldis.deliveries.models import Delivery
from ldis.memory import service, tasks
from ldis.memory.rules import Recalled
from ldis.people.access import Actor
from ldis.people.models import Partnership
from ldis.submissions import comparing
from ldis.submissions.models import IncidentReport, LabResult
from ldis.substances.names import Names
from ldis.work import Workplace
from tests.integration.cases.table import CaseTable
from tests.integration.cases.test_case_pages import words_of
from tests.integration.cast import NOW, Cast, assemble, at_once, found_partnership

LATER = NOW + timedelta(days=3)
SWEPT = LATER + timedelta(minutes=1)
ELSEWHERE = "E99000002"
BrowserOf = Callable[[Actor], FlaskClient]


@pytest.fixture
def ended(table: CaseTable) -> Case:
    """A case about tablets marked TEVA that ended in no further action."""
    case = table.with_panel(first=table.report(markings="TEVA 10"))
    for member in (table.cast.medical, table.cast.police):
        table.judge(case, member, Outcome.NO_ACTION)
    table.decide(case, Outcome.NO_ACTION, reason="One tablet, long gone.")
    table.heard_at = LATER
    return table.again(case)


def swept(table: CaseTable, place: Workplace, case: Case, now: datetime = SWEPT) -> Case:
    """The case after a sweep."""
    table.db.commit()
    tasks.sweep(place, now=now)
    return table.again(case)


def letters(db: Session) -> list[Delivery]:
    """The e-mails that memory sent."""
    about = Delivery.about.startswith("recall/") | Delivery.about.startswith("look again/")
    return list(db.scalars(select(Delivery).where(about).order_by(Delivery.id)))


def test_a_report_of_the_same_kind_of_drug_in_the_same_area_brings_a_case_back(
    table: CaseTable, place: Workplace, ended: Case
) -> None:
    report = table.report(sold_as="diazepam")
    case = swept(table, place, ended)
    assert case.state is State.TRIAGE
    entry = case.entries[-1]
    assert (entry.action, entry.actor_name) == (Action.RECALL, "The service")
    assert entry.words == (
        f"Report {report.reference} is like it: the same kind of drug in the same area (benzodiazepine, Northby)."
    )


ALIKE: dict[str, dict[str, Any]] = {
    "the same marking elsewhere": {"sold_as": "something", "markings": "teva-10", "area_code": ELSEWHERE},
    "the same marking in its own words": {
        "sold_as": "something",
        "details": "It was marked TEVA 10.",
        "area_code": ELSEWHERE,
    },
}


@pytest.mark.parametrize("answers", ALIKE.values(), ids=list(ALIKE))
def test_the_same_marking_brings_a_case_back_however_it_is_written(
    table: CaseTable, place: Workplace, ended: Case, answers: dict[str, Any]
) -> None:
    table.report(**answers)
    case = swept(table, place, ended)
    assert case.state is State.TRIAGE
    assert "the same marking" in case.entries[-1].words


UNLIKE: dict[str, dict[str, Any]] = {
    "another area": {"sold_as": "diazepam", "area_code": ELSEWHERE},
    "another kind of drug": {"sold_as": "heroin"},
    "another marking": {"sold_as": "something", "markings": "TEVA 5"},
    "nothing known of it": {"sold_as": "something nobody knows"},
}


@pytest.mark.parametrize("answers", UNLIKE.values(), ids=list(UNLIKE))
def test_what_is_not_like_it_leaves_a_case_alone(
    table: CaseTable, place: Workplace, ended: Case, answers: dict[str, Any]
) -> None:
    table.report(**answers)
    assert swept(table, place, ended).state is State.DECIDED


def test_a_laboratory_result_brings_a_case_back_too(table: CaseTable, place: Workplace, ended: Case) -> None:
    result = table.result("diazepam", area_code="E99000001")
    case = swept(table, place, ended)
    assert case.state is State.TRIAGE
    assert case.entries[-1].words.startswith(f"Laboratory result {result.reference} is like it")


def test_a_closed_case_comes_back_as_well_and_an_alert_does_not(
    table: CaseTable, place: Workplace, ended: Case
) -> None:
    closed, alerted = table.move(ended, Action.CLOSE), table.decided(Outcome.ALERT)
    table.report(sold_as="diazepam")
    assert swept(table, place, closed).state is State.TRIAGE
    assert table.again(alerted).state is State.DECIDED


def test_what_was_decided_longer_ago_than_the_policy_remembers_stays_closed(
    table: CaseTable, place: Workplace, ended: Case
) -> None:
    table.heard_at = NOW + timedelta(days=400)
    table.report(sold_as="diazepam")
    assert swept(table, place, ended, table.heard_at + timedelta(minutes=1)).state is State.DECIDED


def test_what_came_before_the_decision_brings_nothing_back(
    table: CaseTable, place: Workplace, ended: Case
) -> None:
    table.heard_at = NOW
    table.report(sold_as="diazepam")
    assert swept(table, place, ended, NOW + timedelta(minutes=1)).state is State.DECIDED


def test_a_report_of_an_event_that_is_in_the_case_already_does_not_bring_it_back(
    table: CaseTable, place: Workplace, ended: Case
) -> None:
    known = ended.evidence[0].report
    assert known is not None
    comparing.merge(table.db, table.report(), into=known, actor=table.cast.coordinator, now=LATER)
    assert swept(table, place, ended).state is State.DECIDED


def test_a_case_is_brought_back_once_for_each_report_whatever_is_decided_then(
    table: CaseTable, place: Workplace, ended: Case
) -> None:
    report = table.report(sold_as="diazepam")
    case = swept(table, place, ended)
    table.move(case, Action.CALL_PANEL)
    for member in (table.cast.medical, table.cast.police):
        table.judge(case, member, Outcome.NO_ACTION)
    table.decide(case, Outcome.NO_ACTION)
    assert swept(table, place, case).state is State.DECIDED
    assert [one.report_id for one in table.db.scalars(select(Recall))] == [report.id]
    table.report(sold_as="diazepam")
    assert swept(table, place, case).state is State.TRIAGE


def test_what_came_in_while_no_worker_ran_is_not_forgotten(
    table: CaseTable, place: Workplace, ended: Case
) -> None:
    swept(table, place, ended, NOW)
    table.report(sold_as="diazepam")
    assert swept(table, place, ended, LATER + timedelta(days=2)).state is State.TRIAGE


def test_a_case_that_cannot_be_brought_back_now_stops_no_other_and_is_tried_again(
    table: CaseTable, place: Workplace, ended: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    table.heard_at = NOW
    other = table.decided(Outcome.NO_ACTION)
    table.heard_at = LATER
    table.report(sold_as="diazepam")
    table.db.commit()
    failures: list[str] = []
    bring_back = service.bring_back

    def fails_for_the_first(session: Session, found: Recalled, **known: Any) -> bool:
        if found.case_id == ended.id and not failures:
            raise ConnectionError("gone")
        return bring_back(session, found, **known)

    monkeypatch.setattr(tasks.logger, "exception", failures.append)
    monkeypatch.setattr(service, "bring_back", fails_for_the_first)
    assert [tasks.sweep(place, now=SWEPT) for _ in range(3)] == [1, 1, 0]
    assert len(failures) == 1
    assert {table.again(one).state for one in (ended, other)} == {State.TRIAGE}


def test_the_coordinator_who_holds_the_case_is_told_by_email(
    table: CaseTable, place: Workplace, ended: Case
) -> None:
    report = table.report(sold_as="diazepam")
    swept(table, place, ended)
    [letter] = letters(table.db)
    assert letter.address == "cleo.winter@example.org"
    assert letter.subject == f"Case {ended.reference} is back: something like it has come in"
    assert f"Report {report.reference} is like it" in letter.text
    assert f"https://ldis.example.org/cases/{ended.reference}" in letter.text


def test_the_report_says_which_case_it_brought_back_and_offers_it_first(
    table: CaseTable, place: Workplace, ended: Case, browser_of: BrowserOf
) -> None:
    report = table.report(sold_as="diazepam")
    table.opened(title="A newer case")
    swept(table, place, ended)
    page = browser_of(table.cast.coordinator).get(f"/reports/{report.reference}").text
    words = words_of(page)
    assert f"This brought back case {ended.reference} Blue tablets , which ended in no further action on" in words
    assert "One tablet, long gone." in words
    assert f'<option value="{ended.reference}" selected' in page or f'value="{ended.reference}" checked' in page


def test_the_case_shows_what_was_decided_before(
    table: CaseTable, place: Workplace, ended: Case, browser_of: BrowserOf
) -> None:
    report = table.report(sold_as="diazepam")
    swept(table, place, ended)
    words = words_of(browser_of(table.cast.medical).get(f"/cases/{ended.reference}").text)
    assert "Brought back to mind" in words
    assert f"See {report.reference}" in words
    assert (
        "Before, this case ended in no further action on 14 October 2026, because: One tablet, long gone." in words
    )


def test_two_workers_bring_a_case_back_once(
    committed: sessionmaker[Session], names: Names, policy: Policy
) -> None:
    place = Workplace(sessions=committed, channels={}, connections={}, public_url="", policy=policy)
    with committed() as session:
        here, cast = _people(session)
        table = CaseTable(db=session, cast=cast, place=here, names=names, policy=policy)
        case = table.decided(Outcome.NO_ACTION)
        table.heard_at = LATER
        table.report(sold_as="diazepam")
        session.commit()
        at_once(*[partial(tasks.sweep, place, now=SWEPT)] * 3)
        assert [one.action for one in table.again(case).entries].count(Action.RECALL) == 1
        assert len(letters(session)) == 1


def _people(session: Session) -> tuple[Partnership, Cast]:
    here = found_partnership(session, "north-shore", "NSH", "North Shore", {"E99000001": "Northby"})
    elsewhere = found_partnership(session, "south-vale", "SVL", "South Vale", {"E99000003": "Valeham"})
    return here, assemble(session, here, elsewhere)


def test_when_the_day_comes_the_coordinator_is_told_once_and_the_pages_say_so(
    table: CaseTable, place: Workplace, ended: Case, browser_of: BrowserOf
) -> None:
    decision = ended.decisions[-1]
    table.db.commit()
    due = NOW + timedelta(days=90)
    assert tasks.say_what_is_due(place, now=due - timedelta(days=1)) == 0
    assert [tasks.say_what_is_due(place, now=due) for _ in range(2)] == [1, 0]
    [letter] = letters(table.db)
    assert letter.subject == f"Case {ended.reference}: look again at no further action"
    decision.review_on = date(2026, 10, 15)
    table.db.commit()
    browser = browser_of(table.cast.coordinator)
    assert "That day has come" in words_of(browser.get(f"/cases/{ended.reference}").text)
    inbox = words_of(browser.get("/cases?status=").text)
    assert f"due for another look: {ended.reference} Blue tablets" in inbox


def test_a_case_that_was_reopened_meanwhile_is_not_due(table: CaseTable, place: Workplace, ended: Case) -> None:
    table.move(ended, Action.REOPEN)
    table.db.commit()
    assert tasks.say_what_is_due(place, now=NOW + timedelta(days=90)) == 0
    assert letters(table.db) == []


def test_another_partnership_s_reports_bring_nothing_back_here(
    table: CaseTable, place: Workplace, ended: Case, south_vale: Partnership
) -> None:
    table.place = south_vale
    table.report(sold_as="diazepam", area_code="E99000003", markings="TEVA 10")
    assert swept(table, place, ended).state is State.DECIDED
    assert table.db.scalar(select(IncidentReport.id).where(IncidentReport.partnership_id == south_vale.id))
    assert not table.db.scalar(select(LabResult.id))
