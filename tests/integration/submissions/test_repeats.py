"""The same sending twice is one report: double taps, flaky signal, systems that try again."""

from collections.abc import Callable
from functools import partial
from typing import Any

import httpx
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker
from werkzeug.test import TestResponse

from ldis.audit import service as audit
from ldis.audit.models import AuditEntry
from ldis.db import utc_now
from ldis.people import service as people
from ldis.people.models import Partnership
from ldis.people.rules import Scope
from ldis.submissions.models import IncidentReport, LabResult
from ldis.submissions.queries import the_report
from ldis.submissions.reports import set_status
from ldis.submissions.rules import Status
from tests.integration.cast import answers, at_once, found_partnership
from tests.integration.serving import serving
from tests.integration.submissions.sendings import INCIDENT, LAB_RESULT

KEY = "one-sending-0001"
Headers = dict[str, str]
KeyFor = Callable[..., Headers]


def count(db: Session, kind: type[Any] = IncidentReport) -> int:
    return db.scalar(select(func.count()).select_from(kind)) or 0


def test_a_double_tap_is_one_report_with_one_reference(
    client: FlaskClient, db: Session, north_shore: Partnership
) -> None:
    sent = answers(submission_key=KEY)
    first, second = (client.post("/report/north-shore", data=sent) for _ in range(2))
    assert first.status_code == second.status_code == 302
    assert first.location == second.location
    assert count(db) == 1


def test_each_opened_form_has_a_key_of_its_own(client: FlaskClient, north_shore: Partnership) -> None:
    def key() -> str:
        return client.get("/report/north-shore").text.split('name="submission_key" value="')[1].split('"')[0]

    assert key() != key()


def test_a_form_sent_without_a_key_is_still_taken(
    client: FlaskClient, db: Session, north_shore: Partnership
) -> None:
    for _ in range(2):
        client.post("/report/north-shore", data=answers())
    assert count(db) == 2


def test_a_key_used_for_something_else_is_refused_and_what_was_typed_is_kept(
    client: FlaskClient, db: Session, north_shore: Partnership
) -> None:
    client.post("/report/north-shore", data=answers(submission_key=KEY))
    other = client.post("/report/north-shore", data=answers(submission_key=KEY, sold_as="white powder"))
    assert other.status_code == 422
    assert "This was sent before, with other answers." in other.text
    assert "white powder" in other.text
    assert count(db) == 1
    fresh = other.text.split('name="submission_key" value="')[1].split('"')[0]
    client.post("/report/north-shore", data=answers(submission_key=fresh, sold_as="white powder"))
    assert count(db) == 2, "the page offers a fresh key, so that sending once more is another report"


def test_two_partnerships_may_use_the_same_key(
    client: FlaskClient, db: Session, north_shore: Partnership, south_vale: Partnership
) -> None:
    client.post("/report/north-shore", data=answers(submission_key=KEY))
    client.post("/report/south-vale", data=answers(submission_key=KEY, area_code="E99000003"))
    assert count(db) == 2


def test_the_same_call_five_times_is_one_report_and_one_answer(
    client: FlaskClient, db: Session, north_shore: Partnership, key_for: KeyFor
) -> None:
    headers = key_for(north_shore, Scope.REPORTS_WRITE) | {"Idempotency-Key": KEY}
    replies = [client.post("/api/v1/incidents", json=INCIDENT, headers=headers) for _ in range(5)]
    assert {reply.status_code for reply in replies} == {201}
    assert len({reply.text for reply in replies}) == 1
    assert count(db) == 1
    received = select(func.count()).where(AuditEntry.action == "report received")
    assert db.scalar(received) == 1, "one report is one entry in the audit record"


def test_the_same_key_with_another_body_is_refused(
    client: FlaskClient, db: Session, north_shore: Partnership, key_for: KeyFor
) -> None:
    headers = key_for(north_shore, Scope.REPORTS_WRITE, Scope.LAB_WRITE) | {"Idempotency-Key": KEY}
    for address, body, change in (
        ("/api/v1/incidents", INCIDENT, {"naloxone": "not given"}),
        ("/api/v1/lab-results", LAB_RESULT, {"technique": "Raman"}),
    ):
        assert client.post(address, json=body, headers=headers).status_code == 201
        again = client.post(address, json=body | change, headers=headers)
        assert again.status_code == 422
        assert again.content_type == "application/problem+json"
        assert "sent before, with other answers" in again.text
    assert count(db) == count(db, LabResult) == 1


def test_the_order_of_the_fields_does_not_make_another_body(
    client: FlaskClient, north_shore: Partnership, key_for: KeyFor
) -> None:
    headers = key_for(north_shore, Scope.REPORTS_WRITE) | {"Idempotency-Key": KEY}
    first = client.post("/api/v1/incidents", json=INCIDENT, headers=headers)
    again = client.post("/api/v1/incidents", json=dict(reversed(INCIDENT.items())), headers=headers)
    assert again.status_code == 201
    assert again.json == first.json


def test_the_same_call_from_five_places_at_once_is_one_report(
    busy_app: Flask, committed: sessionmaker[Session]
) -> None:
    headers = shared_key(committed) | {"Idempotency-Key": KEY}
    replies = at_once(*[partial(call, busy_app, "/api/v1/incidents", INCIDENT, headers)] * 5)
    assert [reply.status_code for reply in replies] == [201] * 5, [reply.text for reply in replies]
    assert len({reply.text for reply in replies}) == 1
    with committed() as session:
        assert count(session) == 1
        assert audit.verify(session) is None


def test_the_same_result_from_five_places_at_once_is_one_result(
    busy_app: Flask, committed: sessionmaker[Session]
) -> None:
    headers = shared_key(committed) | {"Idempotency-Key": KEY}
    replies = at_once(*[partial(call, busy_app, "/api/v1/lab-results", LAB_RESULT, headers)] * 5)
    assert [reply.status_code for reply in replies] == [201] * 5, [reply.text for reply in replies]
    assert len({reply.text for reply in replies}) == 1
    with committed() as session:
        assert count(session, LabResult) == 1


def test_five_clients_on_five_connections_get_one_report_and_one_answer(
    busy_app: Flask, committed: sessionmaker[Session]
) -> None:
    headers = shared_key(committed) | {"Idempotency-Key": KEY}
    for path, body, kind in (
        ("/api/v1/incidents", INCIDENT, IncidentReport),
        ("/api/v1/lab-results", LAB_RESULT, LabResult),
    ):
        with serving(busy_app, several_at_once=True) as address:
            replies = at_once(*[partial(httpx.post, address + path, json=body, headers=headers, timeout=60)] * 5)
        assert [reply.status_code for reply in replies] == [201] * 5, [reply.text for reply in replies]
        assert len({reply.text for reply in replies}) == 1
        with committed() as session:
            assert count(session, kind) == 1


def test_a_repeat_gets_the_first_answer_whatever_came_in_since(
    client: FlaskClient, db: Session, north_shore: Partnership, key_for: KeyFor
) -> None:
    headers = key_for(north_shore, Scope.REPORTS_WRITE)
    named = headers | {"Idempotency-Key": KEY}
    before = client.post("/api/v1/incidents", json=INCIDENT, headers=headers).json
    first = client.post("/api/v1/incidents", json=INCIDENT, headers=named).json
    assert first
    assert before
    assert first["possible_duplicates"] == [before["reference"]]
    client.post("/api/v1/incidents", json=INCIDENT, headers=headers)
    report = the_report(db, first["reference"], partnership_id=north_shore.id)
    set_status(db, report, Status.LOOKED_AT)
    db.commit()
    again = client.post("/api/v1/incidents", json=INCIDENT, headers=named)
    assert (again.status_code, again.json) == (201, first)


def test_two_systems_may_count_alike(
    client: FlaskClient, db: Session, north_shore: Partnership, south_vale: Partnership, key_for: KeyFor
) -> None:
    scopes = (Scope.REPORTS_WRITE, Scope.LAB_WRITE)
    senders = [(north_shore, "E99000001"), (north_shore, "E99000001"), (south_vale, "E99000003")]
    for place, area in senders:
        named = key_for(place, *scopes) | {"Idempotency-Key": KEY}
        for path, body in (("/api/v1/incidents", INCIDENT), ("/api/v1/lab-results", LAB_RESULT)):
            answer = client.post(path, json=body | {"area_code": area}, headers=named)
            assert answer.status_code == 201, answer.text
    assert (count(db), count(db, LabResult)) == (3, 3)


def test_a_form_cannot_take_the_name_of_a_systems_sending(
    client: FlaskClient, db: Session, north_shore: Partnership, key_for: KeyFor
) -> None:
    client.post("/report/north-shore", data=answers(submission_key=KEY))
    named = key_for(north_shore, Scope.REPORTS_WRITE) | {"Idempotency-Key": KEY}
    assert client.post("/api/v1/incidents", json=INCIDENT, headers=named).status_code == 201
    assert count(db) == 2


def test_two_confirmed_results_of_a_sample_at_once_follow_each_other(
    busy_app: Flask, committed: sessionmaker[Session]
) -> None:
    headers = shared_key(committed)
    call(busy_app, "/api/v1/lab-results", LAB_RESULT, headers)
    confirmed = LAB_RESULT | {"stage": "confirmed"}
    replies = at_once(*[partial(call, busy_app, "/api/v1/lab-results", confirmed, headers)] * 3)
    assert [reply.status_code for reply in replies] == [201] * 3, [reply.text for reply in replies]
    superseded = {reply.json["supersedes"] for reply in replies if reply.json}
    assert len(superseded) == 3, "each supersedes the one before it"


def test_reports_sent_at_once_all_have_references_of_their_own(
    busy_app: Flask, committed: sessionmaker[Session]
) -> None:
    headers = shared_key(committed)
    replies = at_once(*[partial(call, busy_app, "/api/v1/incidents", INCIDENT, headers)] * 8)
    assert len({reply.json["reference"] for reply in replies if reply.json}) == 8


def call(app: Flask, address: str, body: dict[str, Any], headers: Headers) -> TestResponse:
    return app.test_client().post(address, json=body, headers=headers)


def shared_key(committed: sessionmaker[Session]) -> Headers:
    with committed() as session:
        place = found_partnership(session, "north-shore", "NSH", "North Shore", {"E99000001": "Northby"})
        scopes = (Scope.REPORTS_WRITE, Scope.LAB_WRITE)
        token = people.create_key(
            session, partnership_id=place.id, name="A hospital", scopes=scopes, actor="test", now=utc_now()
        )
        session.commit()
    return {"Authorization": f"Bearer {token}"}
