"""Adding to a report: once however often sent, naming nobody, and seen by those who review it."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from ldis.audit.models import AuditEntry
from ldis.cases.models import Case
from ldis.cases.rules import Action
from ldis.cases.tasks import hear
from ldis.followup import queries
from ldis.followup.models import ReportUpdate
from ldis.people.access import Actor
from ldis.submissions import comparing
from ldis.submissions.models import IncidentReport
from ldis.work import Workplace
from tests.integration.cases.table import CaseTable
from tests.integration.cast import NOW, Cast
from tests.integration.followup.conftest import EMAIL, follow

WORDS = "A second person collapsed an hour later."
Browsers = Callable[[Actor], FlaskClient]


def updates(db: Session) -> list[ReportUpdate]:
    return list(db.scalars(select(ReportUpdate).order_by(ReportUpdate.id)))


def test_what_is_added_stands_on_the_page_and_in_the_audit_record(
    client: FlaskClient, db: Session, report: IncidentReport
) -> None:
    page = follow(client, db, report)
    answer = client.post(page, data={"words": WORDS, "submission_key": "first-sending"})
    assert (answer.status_code, answer.location) == (302, page)
    assert WORDS in client.get(page).text
    [added] = updates(db)
    assert (added.by, added.late) == ("reporter", False)
    entry = db.scalars(select(AuditEntry).where(AuditEntry.action == "report added to")).one()
    assert entry.about == f"report/{report.id}"
    assert WORDS not in str(entry.detail)


def test_a_double_tap_adds_once(client: FlaskClient, db: Session, report: IncidentReport) -> None:
    page = follow(client, db, report)
    for _ in range(2):
        assert client.post(page, data={"words": WORDS, "submission_key": "first-sending"}).status_code == 302
    assert len(updates(db)) == 1


def test_a_used_form_with_other_words_is_refused_and_nothing_is_lost(
    client: FlaskClient, db: Session, report: IncidentReport
) -> None:
    page = follow(client, db, report)
    client.post(page, data={"words": WORDS, "submission_key": "first-sending"})
    answer = client.post(page, data={"words": "Other words", "submission_key": "first-sending", "_form": "add"})
    assert answer.status_code == 422
    assert "Other words" in answer.text
    assert len(updates(db)) == 1


def test_the_same_words_from_a_fresh_form_are_added_again(
    client: FlaskClient, db: Session, report: IncidentReport
) -> None:
    page = follow(client, db, report)
    for key in ("first-sending", "second-sending"):
        client.post(page, data={"words": WORDS, "submission_key": key})
    assert len(updates(db)) == 2


@pytest.mark.parametrize(
    "words",
    [
        "Ring me on 07700 900456",
        "born on 3 May 1990",
        "She lives at AB1 2DE",
        "NHS 943 476 5919",
        "a@example.org",
        "",
    ],
)
def test_details_that_identify_somebody_are_refused(
    client: FlaskClient, db: Session, report: IncidentReport, words: str
) -> None:
    page = follow(client, db, report)
    answer = client.post(page, data={"words": words, "submission_key": "first-sending", "_form": "add"})
    assert answer.status_code == 422
    assert updates(db) == []


def test_nobody_adds_without_a_way_in(client: FlaskClient, db: Session, report: IncidentReport) -> None:
    page = f"/report/track/{report.reference}"
    assert client.post(page, data={"words": WORDS, "submission_key": "first-sending"}).status_code == 302
    assert client.get("/report/mine").status_code == 302
    assert updates(db) == []


@pytest.mark.parametrize("further", ["", "/photos", "/answer/1"])
def test_whatever_is_sent_to_a_report_that_is_not_open_leads_to_the_code(
    client: FlaskClient, db: Session, report: IncidentReport, further: str
) -> None:
    for reference in (report.reference, "NSH-AAAA-Z"):
        answer = client.post(
            f"/report/track/{reference}{further}", data={"words": WORDS, "submission_key": "first-sending"}
        )
        assert (answer.status_code, answer.location) == (302, f"/report/track/{reference}")
        assert client.get(answer.location).location.startswith("/report/track?reference=")
    assert updates(db) == []


def test_a_coordinator_sees_what_was_added_until_they_have_read_it(
    client: FlaskClient, db: Session, report: IncidentReport, browser_of: Browsers, cast: Cast
) -> None:
    page = follow(client, db, report)
    client.post(page, data={"words": WORDS, "submission_key": "first-sending"})
    browser = browser_of(cast.coordinator)
    address = f"/reports/{report.reference}"
    assert "New information" in browser.get("/cases").text
    assert WORDS in browser.get(address).text
    [added] = updates(db)
    assert browser.post(f"{address}/read", data={"up_to": added.id}).status_code == 302
    assert "New information" not in browser.get("/cases").text
    assert "I have read this" not in browser.get(address).text
    assert WORDS in browser.get(address).text


def test_what_comes_after_the_page_was_opened_is_not_marked_as_read(
    client: FlaskClient, db: Session, report: IncidentReport, browser_of: Browsers, cast: Cast
) -> None:
    page = follow(client, db, report)
    for key in ("first-sending", "second-sending"):
        client.post(page, data={"words": WORDS, "submission_key": key})
    first, second = updates(db)
    browser_of(cast.coordinator).post(f"/reports/{report.reference}/read", data={"up_to": first.id})
    db.expire_all()
    assert first.seen_at is not None
    assert second.seen_at is None


def test_the_case_shows_what_was_added_and_its_older_pages_are_stale(
    client: FlaskClient,
    db: Session,
    table: CaseTable,
    place: Workplace,
    report: IncidentReport,
    browser_of: Browsers,
    cast: Cast,
) -> None:
    case = table.opened(report)
    seen = table.seen(case)
    db.commit()
    client.post(follow(client, db, report), data={"words": WORDS, "submission_key": "first-sending"})
    hear(place, report_id=report.id)
    browser = browser_of(cast.coordinator)
    page = browser.get(f"/cases/{case.reference}")
    assert WORDS in page.text
    assert "New information" in browser.get("/cases").text
    late = browser.post(
        f"/cases/{case.reference}/move",
        data={"action": Action.RAISE_RISK.value, "reason": "Two more.", "seen_version": seen},
    )
    assert late.status_code == 409


def test_an_update_to_a_report_in_no_case_makes_nothing_stale(
    db: Session, place: Workplace, report: IncidentReport
) -> None:
    hear(place, report_id=report.id)
    assert db.scalars(select(Case)).all() == []


def test_what_was_added_to_a_merged_report_is_news_of_the_one_that_speaks_for_it(
    client: FlaskClient, db: Session, table: CaseTable, place: Workplace, report: IncidentReport, cast: Cast
) -> None:
    kept = table.report()
    case = table.opened(kept)
    comparing.merge(db, report, into=kept, actor=cast.coordinator, now=NOW)
    db.commit()
    seen = table.seen(case)
    client.post(follow(client, db, report), data={"words": WORDS, "submission_key": "first-sending"})
    hear(place, report_id=report.id)
    assert queries.reports_with_news(db, partnership_id=table.place.id) == {kept.id: 1}
    db.expire_all()
    assert table.seen(case) == seen + 1


def test_another_partnership_sees_and_marks_nothing(
    client: FlaskClient, db: Session, report: IncidentReport, browser_of: Browsers, cast: Cast
) -> None:
    client.post(follow(client, db, report), data={"words": WORDS, "submission_key": "first-sending"})
    browser = browser_of(cast.stranger)
    assert "New information" not in browser.get("/cases").text
    assert browser.get(f"/reports/{report.reference}").status_code == 404
    assert browser.post(f"/reports/{report.reference}/read", data={"up_to": 10**9}).status_code == 404
    assert browser.post(f"/reports/{report.reference}/question", data={"words": "Why?"}).status_code == 404
    assert browser.get(f"/report/track/{report.reference}").status_code == 302
    assert queries.reports_with_news(db, partnership_id=cast.stranger.partnership_id) == {}


def test_people_who_are_signed_in_see_their_own_reports_without_a_code(
    db: Session, table: CaseTable, browser_of: Browsers, cast: Cast
) -> None:
    by_address = table.report(sold_as="spice", reporter_email=cast.reporter.email.title())
    others = table.report(sold_as="ketamine", reporter_email=EMAIL)
    while_signed_in = table.report(sold_as="heroin")
    while_signed_in.received_by = cast.reporter.label
    db.commit()
    browser = browser_of(cast.reporter)
    page = browser.get("/report/mine").text
    assert "spice, Northby" in page
    assert "heroin, Northby" in page
    assert "ketamine" not in page
    for own in (by_address, while_signed_in):
        assert browser.get(f"/report/track/{own.reference}").status_code == 200
    assert browser.get(f"/report/track/{others.reference}").status_code == 302
    browser.post(f"/report/track/{by_address.reference}", data={"words": WORDS, "submission_key": "my-sending"})
    assert [one.by for one in updates(db)] == [cast.reporter.label]
