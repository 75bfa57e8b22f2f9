"""Reporters are told what came of their report: once for each decision, and only those who wished it."""

from collections.abc import Callable

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from alerts.messages import Medium
from alerts.sms_text import Encoding, measure
from ldis.cases import merging
from ldis.cases.models import Case
from ldis.cases.rules import TOLD_AS, Action, Outcome
from ldis.deliveries.models import Delivery
from ldis.followup import letters, progress
from ldis.followup.models import ReportStep
from ldis.followup.rules import CameTo, sentence
from ldis.followup.tasks import tell
from ldis.submissions.models import IncidentReport
from ldis.submissions.rules import Status
from ldis.work import Workplace
from tests.integration.cases.table import CaseTable
from tests.integration.cast import NOW, Cast
from tests.integration.followup.conftest import EMAIL, MOBILE, follow, letters_about


def decide(table: CaseTable, case: Case, outcome: Outcome) -> Case:
    """Call the panel about a case and let it decide."""
    table.move(case, Action.CALL_PANEL)
    for member in (table.cast.medical, table.cast.police):
        table.judge(table.again(case), member, outcome)
    table.decide(case, outcome)
    table.db.commit()
    return table.again(case)


def told(db: Session) -> list[Delivery]:
    return letters_about(db, "report-outcome/")


@pytest.mark.parametrize("outcome", list(Outcome))
def test_a_reporter_is_told_each_outcome_by_email(
    table: CaseTable, place: Workplace, report: IncidentReport, outcome: Outcome
) -> None:
    decide(table, table.opened(report), outcome)
    tell(place)
    [letter] = told(table.db)
    assert (letter.medium, letter.address) == (Medium.EMAIL, EMAIL)
    assert sentence(TOLD_AS[outcome], again=False) in letter.text
    assert "Thank you" in letter.text
    assert letter.recipient == f"reporter/{report.id}"


def test_who_left_a_mobile_alone_is_told_by_text(table: CaseTable, place: Workplace) -> None:
    report = table.report(reporter_phone=MOBILE, may_contact=True)
    decide(table, table.opened(report), Outcome.NO_ACTION)
    tell(place)
    [letter] = told(table.db)
    assert (letter.medium, letter.address) == (Medium.SMS, "+447700900123")
    assert (measure(letter.text).encoding, measure(letter.text).segments) == (Encoding.GSM_7, 1)


@pytest.mark.parametrize("left", [{}, {"reporter_email": EMAIL}, {"reporter_phone": MOBILE}])
def test_who_may_not_be_contacted_is_told_nothing_and_still_sees_the_outcome(
    client: FlaskClient, table: CaseTable, place: Workplace, left: dict[str, str]
) -> None:
    report = table.report(**left)
    decide(table, table.opened(report), Outcome.NO_ACTION)
    tell(place)
    assert told(table.db) == []
    if left:
        page = client.get(follow(client, table.db, report, next(iter(left.values()))))
        assert sentence(CameTo.KEPT, again=False) in page.text


def test_the_work_done_twice_tells_once(table: CaseTable, place: Workplace, report: IncidentReport) -> None:
    decide(table, table.opened(report), Outcome.ALERT)
    for _ in range(3):
        tell(place)
    assert len(told(table.db)) == 1


def test_the_decision_itself_puts_the_work_in_the_queue(table: CaseTable, report: IncidentReport) -> None:
    decide(table, table.opened(report), Outcome.ALERT)
    waiting = table.db.scalars(text("SELECT task_name FROM procrastinate_jobs")).all()
    assert "followup.tell" in waiting


def test_the_reporters_of_merged_reports_are_told_too(
    table: CaseTable, place: Workplace, report: IncidentReport
) -> None:
    kept = table.report(reporter_email="kit.moor@example.org", may_contact=True)
    case = table.opened(kept)
    merging.same_event(table.db, kept.reference, report.reference, actor=table.cast.coordinator, now=NOW)
    decide(table, table.again(case), Outcome.INFORMATION)
    tell(place)
    assert sorted(letter.address for letter in told(table.db)) == ["kit.moor@example.org", EMAIL]


def test_a_report_merged_after_the_decision_is_told_of_it_once(
    table: CaseTable, place: Workplace, report: IncidentReport
) -> None:
    kept = table.report()
    decide(table, table.opened(kept), Outcome.INFORMATION)
    for _ in range(2):
        merging.same_event(table.db, kept.reference, report.reference, actor=table.cast.coordinator, now=NOW)
        table.db.commit()
        tell(place)
    assert [letter.address for letter in told(table.db)] == [EMAIL]


def test_every_report_of_a_case_is_told_once(table: CaseTable, place: Workplace, report: IncidentReport) -> None:
    second = table.report(reporter_email=EMAIL, may_contact=True)
    case = table.opened(report)
    table.waiting = second
    table.doing(Action.ADD_EVIDENCE)(case, table.cast.coordinator)
    decide(table, table.again(case), Outcome.ALERT)
    tell(place)
    assert sorted(letter.recipient for letter in told(table.db)) == sorted(
        f"reporter/{one.id}" for one in (report, second)
    )


def test_a_case_decided_again_is_told_again_in_other_words(
    table: CaseTable, place: Workplace, report: IncidentReport
) -> None:
    case = decide(table, table.opened(report), Outcome.NO_ACTION)
    tell(place)
    table.move(case, Action.REOPEN)
    table.db.commit()
    assert report.status is Status.LOOKED_AT
    decide(table, table.again(case), Outcome.NO_ACTION)
    tell(place)
    first, second = told(table.db)
    assert sentence(CameTo.KEPT, again=False) in first.text
    assert sentence(CameTo.KEPT, again=True) in second.text
    assert first.subject != second.subject


def test_a_decision_that_was_taken_up_again_before_anybody_was_told_is_not_told(
    table: CaseTable, place: Workplace, report: IncidentReport
) -> None:
    case = decide(table, table.opened(report), Outcome.NO_ACTION)
    table.move(case, Action.REOPEN)
    table.db.commit()
    tell(place)
    assert told(table.db) == []
    decide(table, table.again(case), Outcome.ALERT)
    tell(place)
    [letter] = told(table.db)
    assert sentence(CameTo.WARNED, again=False) in letter.text


def test_words_that_cannot_be_composed_stop_neither_the_decision_nor_the_others(
    table: CaseTable, place: Workplace, report: IncidentReport, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = table.report(reporter_email="kit.moor@example.org", may_contact=True)
    case = table.opened(report)
    table.waiting = second
    table.doing(Action.ADD_EVIDENCE)(case, table.cast.coordinator)
    with monkeypatch.context() as patched:

        def broken(*given: object, **more: object) -> object:
            if more["reference"] == report.reference:
                raise RuntimeError("broken")
            return letters.outcome_words(*given, **more)  # type: ignore[arg-type]

        patched.setattr(progress, "outcome_words", broken)
        decide(table, table.again(case), Outcome.ALERT)
        tell(place)
    assert [letter.address for letter in told(table.db)] == ["kit.moor@example.org"]
    tell(place)
    assert [letter.address for letter in told(table.db)] == ["kit.moor@example.org", EMAIL]


def test_nothing_of_the_panel_is_told(table: CaseTable, place: Workplace, report: IncidentReport) -> None:
    decide(table, table.opened(report), Outcome.NO_ACTION)
    tell(place)
    [letter] = told(table.db)
    for never in ("Because.", "vote", "police", "medical", "no further action", "no action", "Mo Field"):
        assert never not in letter.text + (letter.subject or ""), never


def test_the_page_of_a_reporter_names_the_days_until_which_they_wait(
    client: FlaskClient, table: CaseTable, report: IncidentReport
) -> None:
    with time_machine.travel(NOW):
        page = client.get(follow(client, table.db, report)).text
    assert "It is looked at by Monday 19 October. You can expect an answer by Thursday 22 October." in page


def test_the_page_of_a_reporter_tells_the_whole_story(
    client: FlaskClient, table: CaseTable, report: IncidentReport
) -> None:
    page = follow(client, table.db, report)
    case = table.opened(report)
    table.db.commit()
    assert "Being looked at" in client.get(page).text
    case = decide(table, case, Outcome.NO_ACTION)
    assert sentence(CameTo.KEPT, again=False) in client.get(page).text
    table.move(case, Action.REOPEN)
    table.db.commit()
    again = client.get(page).text
    assert "Taken up again" in again
    decide(table, table.again(case), Outcome.ALERT)
    assert sentence(CameTo.WARNED, again=True) in client.get(page).text


def test_the_report_says_when_its_reporter_was_answered(
    browser_of: Callable[..., FlaskClient], cast: Cast, table: CaseTable, place: Workplace, report: IncidentReport
) -> None:
    browser = browser_of(cast.coordinator)
    assert "Has not heard from us yet. To be answered by" in browser.get(f"/reports/{report.reference}").text
    decide(table, table.opened(report), Outcome.NO_ACTION)
    tell(place)
    page = browser.get(f"/reports/{report.reference}").text
    assert "Told by email: kept on record" in page
    assert "First heard from us" in page


def test_no_step_is_written_twice_for_one_decision(table: CaseTable, report: IncidentReport) -> None:
    case = decide(table, table.opened(report), Outcome.ALERT)
    progress.is_decided(table.db, report, CameTo.WARNED, decision=f"decision/{case.decisions[-1].id}", now=NOW)
    steps = table.db.scalars(select(ReportStep).where(ReportStep.came_to.is_not(None))).all()
    assert len(steps) == 1
