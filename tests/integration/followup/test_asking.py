"""A question to the reporter: it goes out with a link, and the answer comes back to the report."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.messages import Medium
from ldis.db import utc_now
from ldis.followup import progress
from ldis.followup.models import ReportQuestion, ReportUpdate
from ldis.followup.rules import LINK_LASTS, CameTo
from ldis.people.access import Actor, digest_of
from ldis.submissions.models import IncidentReport
from tests.integration.cases.table import CaseTable
from tests.integration.cast import Cast
from tests.integration.followup.conftest import EMAIL, MOBILE, follow, letters_about

ASKED = "What colour was the packet?"
ANSWER = "Green, with a crown on it."
Browsers = Callable[[Actor], FlaskClient]


@pytest.fixture
def coordinator(browser_of: Browsers, cast: Cast) -> FlaskClient:
    """A coordinator's browser."""
    return browser_of(cast.coordinator)


def ask(browser: FlaskClient, report: IncidentReport, words: str = ASKED, key: str = "first-asking") -> int:
    form = {"words": words, "submission_key": key, "_form": "ask"}
    return browser.post(f"/reports/{report.reference}/question", data=form).status_code


def links(db: Session) -> list[str]:
    """The address in each letter with a question."""
    found = [
        re.search(r"https?://\S+?(/report/answer/[\w-]+)", one.text)
        for one in letters_about(db, "report-question/")
    ]
    return [one[1] for one in found if one]


def link(db: Session) -> str:
    return links(db)[-1]


def answers(db: Session) -> list[ReportUpdate]:
    return list(
        db.scalars(select(ReportUpdate).order_by(ReportUpdate.id).execution_options(populate_existing=True))
    )


def test_a_question_goes_out_by_every_way_the_reporter_left(
    coordinator: FlaskClient, db: Session, report: IncidentReport
) -> None:
    assert ask(coordinator, report) == 302
    sent = letters_about(db, "report-question/")
    assert [(one.medium, one.address) for one in sent] == [(Medium.EMAIL, EMAIL), (Medium.SMS, "+447700900123")]
    assert all(ASKED in one.text for one in sent)
    assert len(set(links(db))) == 1
    page = coordinator.get(f"/reports/{report.reference}").text
    assert "Asked, not answered yet" in page
    assert "First heard from us" in page


def test_the_answer_by_the_link_lands_on_the_report_without_signing_in(
    coordinator: FlaskClient, client: FlaskClient, db: Session, report: IncidentReport
) -> None:
    ask(coordinator, report)
    assert ASKED in client.get(link(db)).text
    assert client.post(link(db), data={"words": ANSWER, "submission_key": "answer-one"}).location == link(db)
    assert ANSWER in client.get(link(db)).text
    page = coordinator.get(f"/reports/{report.reference}").text
    assert ANSWER in page
    assert "Asked, answered" in page
    assert "New information" in coordinator.get("/cases").text


def test_looking_at_the_link_changes_nothing(
    coordinator: FlaskClient, client: FlaskClient, db: Session, report: IncidentReport, audited: Callable[[], int]
) -> None:
    ask(coordinator, report)
    before = audited()
    for _ in range(3):
        client.get(link(db))
    assert audited() == before
    assert answers(db) == []


def test_an_answer_sent_twice_is_one_and_more_may_be_added(
    coordinator: FlaskClient, client: FlaskClient, db: Session, report: IncidentReport
) -> None:
    ask(coordinator, report)
    for words, key in ((ANSWER, "answer-one"), (ANSWER, "answer-one"), ("Blue, in fact.", "answer-two")):
        assert client.post(link(db), data={"words": words, "submission_key": key}).status_code == 302
    assert [one.words for one in answers(db)] == [ANSWER, "Blue, in fact."]


def test_the_same_question_sent_twice_is_asked_once_and_a_second_question_is_another(
    coordinator: FlaskClient, db: Session, report: IncidentReport
) -> None:
    assert [ask(coordinator, report), ask(coordinator, report)] == [302, 302]
    assert len(letters_about(db, "report-question/")) == 2
    assert ask(coordinator, report, "Where was it sold?", "second-asking") == 302
    assert len(letters_about(db, "report-question/")) == 4
    assert ask(coordinator, report, "And when?", "second-asking") == 409


@pytest.mark.parametrize(
    "left",
    [
        {},
        {"reporter_email": EMAIL},
        {"reporter_phone": "023 9200 0000", "may_contact": True},
    ],
)
def test_who_may_not_or_cannot_be_reached_is_not_asked(
    coordinator: FlaskClient, db: Session, table: CaseTable, left: dict[str, object]
) -> None:
    report = table.report(**left)
    db.commit()
    assert "Ask the reporter" not in coordinator.get(f"/reports/{report.reference}").text
    assert ask(coordinator, report) == 403
    assert letters_about(db, "report-question/") == []


@pytest.mark.parametrize("words", ["", "Was it 07700 900456?", "x" * 201])
def test_a_question_that_may_not_go_out_is_refused(
    coordinator: FlaskClient, db: Session, report: IncidentReport, words: str
) -> None:
    assert ask(coordinator, report, words) == 422
    assert letters_about(db, "report-question/") == []


def test_an_answer_that_identifies_somebody_is_refused(
    coordinator: FlaskClient, client: FlaskClient, db: Session, report: IncidentReport
) -> None:
    ask(coordinator, report)
    answer = client.post(link(db), data={"words": "Ask 07700 900456", "submission_key": "answer-one"})
    assert answer.status_code == 422
    assert "Take out" in answer.text
    assert answers(db) == []


def test_a_link_takes_answers_for_fourteen_days(
    coordinator: FlaskClient, client: FlaskClient, db: Session, report: IncidentReport
) -> None:
    with time_machine.travel(utc_now(), tick=False) as clock:
        ask(coordinator, report)
        clock.shift(LINK_LASTS)
        assert client.post(link(db), data={"words": ANSWER, "submission_key": "answer-one"}).status_code == 302
        clock.shift(timedelta(seconds=1))
        refused = client.post(link(db), data={"words": "More", "submission_key": "answer-two"})
        assert refused.status_code == 403
        assert "Follow your report" in refused.text
    assert len(answers(db)) == 1


def test_a_late_answer_through_the_reports_page_is_kept_and_marked(
    coordinator: FlaskClient, client: FlaskClient, db: Session, report: IncidentReport
) -> None:
    ask(coordinator, report)
    question = db.scalars(select(ReportQuestion)).one()
    question.expires_at = utc_now() - timedelta(minutes=1)
    db.commit()
    page = follow(client, db, report)
    assert ASKED in client.get(page).text
    client.post(f"{page}/answer/{question.id}", data={"words": ANSWER, "submission_key": "answer-one"})
    assert [one.late for one in answers(db)] == [True]
    assert "too late" in coordinator.get(f"/reports/{report.reference}").text


def test_an_answer_after_the_decision_is_marked(
    coordinator: FlaskClient, client: FlaskClient, db: Session, table: CaseTable, report: IncidentReport
) -> None:
    ask(coordinator, report)
    question = db.scalars(select(ReportQuestion)).one()
    progress.is_decided(
        db, report, CameTo.KEPT, decision="decision/1", now=question.asked_at + timedelta(seconds=1)
    )
    db.commit()
    with time_machine.travel(question.asked_at + timedelta(minutes=1)):
        client.post(link(db), data={"words": ANSWER, "submission_key": "answer-one"})
    assert [one.late for one in answers(db)] == [True]


def test_a_link_that_was_cut_short_or_made_up_leads_nowhere(
    coordinator: FlaskClient, client: FlaskClient, db: Session, report: IncidentReport
) -> None:
    ask(coordinator, report)
    for wrong in (link(db)[:-1], "/report/answer/x", "/report/answer/" + "A" * 22):
        assert client.get(wrong).status_code == 404
        assert client.post(wrong, data={"words": ANSWER, "submission_key": "answer-one"}).status_code == 404
    assert answers(db) == []


def test_a_link_opens_its_question_and_not_the_report(
    coordinator: FlaskClient, client: FlaskClient, db: Session, report: IncidentReport
) -> None:
    ask(coordinator, report)
    page = client.get(link(db)).text
    assert report.sold_as not in page
    assert client.get(f"/report/track/{report.reference}").status_code == 302


def test_a_link_is_kept_as_a_digest_alone(coordinator: FlaskClient, db: Session, report: IncidentReport) -> None:
    ask(coordinator, report)
    token = link(db).rsplit("/", 1)[1]
    assert db.scalars(select(ReportQuestion)).one().token_digest == digest_of(token)


def test_a_question_about_another_report_is_not_answered_here(
    coordinator: FlaskClient, client: FlaskClient, db: Session, report: IncidentReport, table: CaseTable
) -> None:
    other = table.report(reporter_phone=MOBILE, may_contact=True)
    db.commit()
    ask(coordinator, other)
    question = db.scalars(select(ReportQuestion)).one()
    page = follow(client, db, report)
    sent = client.post(f"{page}/answer/{question.id}", data={"words": ANSWER, "submission_key": "answer-one"})
    assert sent.status_code == 404
    assert answers(db) == []


def test_only_a_coordinator_asks(browser_of: Browsers, cast: Cast, db: Session, report: IncidentReport) -> None:
    for other in (cast.medical, cast.lead, cast.administrator, cast.reporter):
        assert ask(browser_of(other), report) == 403
    assert letters_about(db, "report-question/") == []
