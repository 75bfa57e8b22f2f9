"""Following a report with a code, through the pages: whose it is stays unsaid to everybody else."""

import re
import time
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from alerts.messages import Medium
from alerts.sms_text import Encoding, measure
from ldis.audit.models import AuditEntry
from ldis.db import utc_now
from ldis.followup.models import TrackingCode
from ldis.people.rules import TRIES_PER_CODE
from ldis.submissions.models import IncidentReport
from ldis.submissions.rules import reference_for
from tests.integration.cases.table import CaseTable
from tests.integration.followup.conftest import EMAIL, MOBILE, claim, follow, letters_about, newest_code


def another(code: str) -> str:
    """A code that is not this one."""
    return f"{(int(code) + 1) % 1_000_000:06d}"


def seen(answer: TestResponse) -> str:
    """A page without what differs every time: what was typed, the form's token, the page's nonce."""
    typed = r"[A-Z]{3}-\w{4,5}-\w|[a-z.]+@example\.org|\+?[0-9]{11,13}"
    return re.sub(rf'{typed}|name="csrf_token" value="[^"]+"|nonce="[^"]+"', "", answer.text)


def unknown_reference(report: IncidentReport) -> str:
    """A reference that is right in itself and that no report has."""
    return reference_for(report.reference.split("-")[0], 900_000)


@pytest.mark.parametrize(
    "address", [EMAIL, " Robin.Vale@Example.org ", MOBILE, "+447700900123", "(07700) 900-123"]
)
def test_a_reporter_follows_their_report_with_a_code(
    client: FlaskClient, db: Session, report: IncidentReport, address: str
) -> None:
    page = client.get(follow(client, db, report, address))
    assert page.status_code == 200
    assert "Received" in page.text
    assert "blue tablets sold as Valium" in page.text


def test_the_code_goes_where_it_was_asked_for_and_holds_no_link(
    client: FlaskClient, db: Session, report: IncidentReport
) -> None:
    for address in (EMAIL, MOBILE):
        client.post("/report/track", data=claim(report, address))
    email, text = letters_about(db, "report-code/")
    assert (email.medium, email.address) == (Medium.EMAIL, EMAIL)
    assert (text.medium, text.address) == (Medium.SMS, "+447700900123")
    assert "http" not in email.text + text.text
    assert measure(text.text).encoding is Encoding.GSM_7
    assert measure(text.text).segments == 1


def test_a_reference_may_be_typed_as_it_was_heard(
    client: FlaskClient, db: Session, report: IncidentReport
) -> None:
    spoken = report.reference.lower().replace("-", " ")
    client.post("/report/track", data=claim(report) | {"reference": spoken})
    assert client.post("/report/track/code", data={"code": newest_code(db)}).status_code == 302


def test_a_reference_that_cannot_be_right_is_explained(client: FlaskClient, report: IncidentReport) -> None:
    wrong = report.reference[:-1] + ("A" if report.reference[-1] != "A" else "B")
    answer = client.post("/report/track", data=claim(report) | {"reference": wrong})
    assert answer.status_code == 422
    assert "its last letter or number checks the others" in answer.text


@pytest.mark.parametrize("address", ["023 9200 0000", "robin", "a@b", "", "x" * 300, "\x00"])
def test_what_no_code_can_be_sent_to_is_explained(
    client: FlaskClient, report: IncidentReport, address: str
) -> None:
    assert client.post("/report/track", data=claim(report, address)).status_code == 422


def test_nobody_can_tell_a_wrong_address_from_a_wrong_reference_or_a_right_one(
    app: Flask, db: Session, report: IncidentReport, table: CaseTable
) -> None:
    unreachable = table.report()
    db.commit()
    tries = [
        claim(report),
        claim(report, "somebody.else@example.org"),
        claim(report, "07700 900999"),
        claim(unreachable),
        claim(report) | {"reference": unknown_reference(report)},
    ]
    pages = []
    for typed in tries:
        device = app.test_client()
        asked = device.post("/report/track", data=typed)
        wrong = device.post("/report/track/code", data={"code": "000000"})
        assert (asked.status_code, asked.location, wrong.status_code) == (302, "/report/track/code", 422)
        pages.append((seen(device.get("/report/track/code")), seen(wrong)))
    assert len(set(pages)) == 1
    assert [letter.address for letter in letters_about(db, "report-code/")] == [EMAIL]


def test_the_time_an_answer_takes_does_not_tell_whose_report_it_is(
    app: Flask, monkeypatch: pytest.MonkeyPatch, report: IncidentReport
) -> None:
    monkeypatch.setitem(app.extensions, "ldis.steady_seconds", 0.25)
    for address in (EMAIL, "nobody@example.org"):
        device = app.test_client()
        for where, typed in (
            ("/report/track", claim(report, address)),
            ("/report/track/code", {"code": "000000"}),
        ):
            began = time.monotonic()
            device.post(where, data=typed)
            assert time.monotonic() - began >= 0.25, (address, where)


def test_a_wrong_code_is_refused_with_a_sentence(client: FlaskClient, db: Session, report: IncidentReport) -> None:
    client.post("/report/track", data=claim(report))
    answer = client.post("/report/track/code", data={"code": another(newest_code(db))})
    assert answer.status_code == 422
    assert "That code is not right, or no longer works." in answer.text
    assert client.get(f"/report/track/{report.reference}").status_code == 302


def test_a_code_works_once(app: Flask, client: FlaskClient, db: Session, report: IncidentReport) -> None:
    client.post("/report/track", data=claim(report))
    thief = app.test_client()
    with client.session_transaction() as mine, thief.session_transaction() as copied:
        copied.update(mine)
    code = newest_code(db)
    assert client.post("/report/track/code", data={"code": code}).status_code == 302
    assert thief.post("/report/track/code", data={"code": code}).status_code == 422
    assert thief.get(f"/report/track/{report.reference}").status_code == 302


@pytest.mark.parametrize(
    ("waited", "status"), [(timedelta(minutes=9, seconds=59), 302), (timedelta(minutes=10), 422)]
)
def test_a_code_runs_out_after_ten_minutes(
    client: FlaskClient, db: Session, report: IncidentReport, waited: timedelta, status: int
) -> None:
    with time_machine.travel(utc_now(), tick=False) as clock:
        client.post("/report/track", data=claim(report))
        clock.shift(waited)
        assert client.post("/report/track/code", data={"code": newest_code(db)}).status_code == status


def test_a_newer_code_replaces_the_older(client: FlaskClient, db: Session, report: IncidentReport) -> None:
    client.post("/report/track", data=claim(report))
    older = newest_code(db)
    client.post("/report/track", data=claim(report))
    same = older == newest_code(db)
    assert client.post("/report/track/code", data={"code": older}).status_code == (302 if same else 422)


def test_a_code_wears_out_after_five_wrong_tries(client: FlaskClient, db: Session, report: IncidentReport) -> None:
    client.post("/report/track", data=claim(report))
    code = newest_code(db)
    for _ in range(TRIES_PER_CODE):
        assert client.post("/report/track/code", data={"code": another(code)}).status_code == 422
    assert client.post("/report/track/code", data={"code": code}).status_code == 422


def test_the_code_of_one_report_does_not_open_another(
    app: Flask, db: Session, report: IncidentReport, table: CaseTable
) -> None:
    other = table.report(reporter_email="kit.moor@example.org")
    db.commit()
    mine, theirs = app.test_client(), app.test_client()
    mine.post("/report/track", data=claim(report))
    code = newest_code(db)
    theirs.post("/report/track", data=claim(other, "kit.moor@example.org"))
    if code != newest_code(db):
        assert theirs.post("/report/track/code", data={"code": code}).status_code == 422
    mine.post("/report/track/code", data={"code": code})
    assert mine.get(f"/report/track/{other.reference}").status_code == 302


def test_a_code_is_kept_as_a_digest_alone(client: FlaskClient, db: Session, report: IncidentReport) -> None:
    client.post("/report/track", data=claim(report))
    kept = db.scalars(select(TrackingCode)).one()
    assert newest_code(db) not in kept.digest
    assert len(kept.digest) == 64


def test_too_many_tries_from_one_address_are_held_off(client: FlaskClient, report: IncidentReport) -> None:
    for _ in range(10):
        client.post("/report/track", data=claim(report))
    answer = client.post("/report/track", data=claim(report))
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 900


def test_guessing_many_addresses_from_one_network_is_held_off(client: FlaskClient, report: IncidentReport) -> None:
    for number in range(100):
        assert client.post("/report/track", data=claim(report, f"guess{number}@example.org")).status_code == 302
    assert client.post("/report/track", data=claim(report, "guess100@example.org")).status_code == 429


def test_the_way_in_closes_after_half_an_hour(client: FlaskClient, db: Session, report: IncidentReport) -> None:
    with time_machine.travel(utc_now(), tick=False) as clock:
        page = follow(client, db, report)
        clock.shift(timedelta(minutes=29))
        assert client.get(page).status_code == 200
        clock.shift(timedelta(minutes=1))
        assert client.get(page).location == f"/report/track?reference={report.reference}"
        assert client.post(page, data={"words": "More"}).location == page


def test_the_way_in_can_be_closed_at_once(client: FlaskClient, db: Session, report: IncidentReport) -> None:
    page = follow(client, db, report)
    client.post("/report/track/finish")
    assert client.get(page).status_code == 302


def test_the_cookie_of_the_way_in_is_for_the_server_alone(
    client: FlaskClient, db: Session, report: IncidentReport
) -> None:
    client.post("/report/track", data=claim(report))
    answer = client.post("/report/track/code", data={"code": newest_code(db)})
    assert "HttpOnly" in answer.headers["Set-Cookie"]
    assert "SameSite=Lax" in answer.headers["Set-Cookie"]


def test_whether_a_report_exists_is_not_told_by_its_page(client: FlaskClient, report: IncidentReport) -> None:
    there = client.get(f"/report/track/{report.reference}")
    absent = client.get(f"/report/track/{unknown_reference(report)}")
    assert (there.status_code, absent.status_code) == (302, 302)
    assert client.get("/report/track/NONSENSE").location.startswith("/report/track")


def test_the_page_of_the_code_without_a_claim_goes_back_to_the_start(client: FlaskClient) -> None:
    assert client.get("/report/track/code").location == "/report/track"
    assert client.post("/report/track/code", data={"code": "123456"}).location == "/report/track"


def test_who_left_no_address_is_told_kindly_what_to_do(client: FlaskClient) -> None:
    page = client.get("/report/track").text
    assert "You left no email address or mobile number?" in page
    assert "send another report" in page


def test_every_try_is_in_the_audit_record_without_the_address(
    client: FlaskClient, db: Session, report: IncidentReport
) -> None:
    client.post("/report/track", data=claim(report, "nobody@example.org"))
    client.post("/report/track/code", data={"code": "123456"})
    follow(client, db, report)
    tries = db.scalars(
        select(AuditEntry).where(AuditEntry.action.in_(["following failed", "followed by its reporter"]))
    ).all()
    assert {(one.action, one.about) for one in tries} == {
        ("following failed", f"reference/{report.reference}"),
        ("followed by its reporter", f"report/{report.id}"),
    }
    assert not any("@" in str(one.detail) for one in tries)


def test_the_page_after_sending_leads_to_following_a_report_and_not_a_result(
    client: FlaskClient, report: IncidentReport
) -> None:
    page = f"/report/north-shore/received/{report.reference}"
    assert f"/report/track?reference={report.reference}" in client.get(page).text
    assert "/report/track" not in client.get(f"{page}?of=result").text
