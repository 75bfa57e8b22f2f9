"""Reports from other systems: what the API promises, and how it refuses."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from ldis.people.models import Partnership
from ldis.people.rules import Scope
from ldis.submissions.models import IncidentReport
from tests.integration.submissions.sendings import INCIDENT, LAB_RESULT

INCIDENTS = "/api/v1/incidents"
Headers = dict[str, str]


@pytest.fixture
def headers(north_shore: Partnership, key_for: Callable[..., Headers]) -> Headers:
    """A key that may do everything here."""
    return key_for(north_shore, Scope.REPORTS_WRITE, Scope.REPORTS_READ, Scope.LAB_WRITE)


def is_problem(answer: TestResponse, status: int) -> dict[str, Any]:
    """The problem document (RFC 9457) that a refusal must be."""
    assert answer.status_code == status, answer.text
    assert answer.content_type == "application/problem+json"
    document = answer.json
    assert document is not None
    assert document["status"] == status
    assert {"type", "title", "detail"} <= set(document)
    return dict(document)


def reports(db: Session) -> list[IncidentReport]:
    return list(db.scalars(select(IncidentReport)))


def test_the_six_answers_suffice(client: FlaskClient, db: Session, headers: Headers) -> None:
    answer = client.post(INCIDENTS, json=INCIDENT, headers=headers)
    assert answer.status_code == 201
    assert answer.json is not None
    (report,) = reports(db)
    assert answer.json["reference"] == report.reference
    assert answer.json["status"] == "received"
    assert answer.json["possible_duplicates"] == []
    assert report.received_by.startswith("key/")
    assert report.area_code == "E99000001"


def test_the_link_in_the_answer_leads_to_the_report(client: FlaskClient, headers: Headers) -> None:
    sent = client.post(INCIDENTS, json=INCIDENT, headers=headers).json
    assert sent is not None
    shown = client.get(sent["links"]["self"], headers=headers)
    assert shown.status_code == 200
    assert shown.json == sent | {"updates": [], "outcome": None}


def test_a_report_that_looks_like_another_says_so(client: FlaskClient, headers: Headers) -> None:
    first = client.post(INCIDENTS, json=INCIDENT, headers=headers).json
    second = client.post(INCIDENTS, json=INCIDENT | {"sold_as": "smack"}, headers=headers).json
    third = client.post(INCIDENTS, json=INCIDENT | {"sold_as": "ketamine"}, headers=headers).json
    assert first
    assert second
    assert third
    assert second["possible_duplicates"] == [first["reference"]]
    assert third["possible_duplicates"] == []


@pytest.mark.parametrize("field", sorted(INCIDENT))
def test_each_missing_answer_has_its_own_sentence(
    client: FlaskClient, db: Session, headers: Headers, field: str
) -> None:
    body = {name: value for name, value in INCIDENT.items() if name != field}
    errors = is_problem(client.post(INCIDENTS, json=body, headers=headers), 422)["errors"]
    assert list(errors) == [field]
    assert errors[field][0].endswith((".", "?”"))
    assert reports(db) == []


REFUSED: list[tuple[Any, str]] = [
    (INCIDENT | {"nickname": "blue"}, "nickname"),
    (INCIDENT | {"submission_key": "abcdefgh"}, "submission_key"),
    (INCIDENT | {"happened_on": "yesterday"}, "happened_on"),
    (INCIDENT | {"happened_on": "2026-02-31"}, "happened_on"),
    (INCIDENT | {"happened_on": "2999-01-01"}, "happened_on"),
    (INCIDENT | {"happened_on": 20260101}, "happened_on"),
    (INCIDENT | {"happened_on": None}, "happened_on"),
    (INCIDENT | {"area_code": "E99000003"}, "area_code"),
    (INCIDENT | {"area_code": ["E99000001"]}, "area_code"),
    (INCIDENT | {"sold_as": "white\x00powder"}, "sold_as"),
    (INCIDENT | {"sold_as": "half a pair \ud83d"}, "sold_as"),
    (INCIDENT | {"sold_as": {"name": "heroin"}}, "sold_as"),
    (INCIDENT | {"sold_as": 7}, "sold_as"),
    (INCIDENT | {"harm_level": "FATAL"}, "harm_level"),
    (INCIDENT | {"harm_level": None}, "harm_level"),
    (INCIDENT | {"symptoms": "collapsed"}, "symptoms"),
    (INCIDENT | {"symptoms": [{"a": 1}]}, "symptoms"),
    (INCIDENT | {"may_contact": "perhaps"}, "may_contact"),
    (INCIDENT | {"may_contact": True}, "reporter_email"),
    (INCIDENT | {"details": "Her NHS number is 943 476 5919"}, "details"),
    (INCIDENT | {"outward_postcode": "AB12 3DE"}, "outward_postcode"),
    ({}, "sold_as"),
]


@pytest.mark.parametrize(("body", "field"), REFUSED)
def test_a_field_that_cannot_be_is_refused_by_name(
    client: FlaskClient, db: Session, headers: Headers, body: dict[str, Any], field: str
) -> None:
    problem = is_problem(client.post(INCIDENTS, json=body, headers=headers), 422)
    named = {name.split("-")[0] for name in problem["errors"]}
    assert field in named, problem
    assert reports(db) == []


@pytest.mark.parametrize("body", ["[]", "null", '"heroin"', "7", "[[[]]]", "true"])
def test_json_that_is_no_object_is_refused(client: FlaskClient, db: Session, headers: Headers, body: str) -> None:
    answer = client.post(INCIDENTS, data=body, content_type="application/json", headers=headers)
    is_problem(answer, 422)
    assert reports(db) == []


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"{", "application/json"),
        (b'{"sold_as": "heroin"', "application/json"),
        (b"\xff\xfe", "application/json"),
        (b"[" * 100_000, "application/json"),
        (b"", "application/json"),
        (b"sold_as=heroin", "application/x-www-form-urlencoded"),
        (b"{}", "text/plain"),
        (b"<report/>", "application/xml"),
        (b"{}", ""),
    ],
)
def test_what_is_not_json_is_refused_and_nothing_breaks(
    client: FlaskClient, db: Session, headers: Headers, body: bytes, kind: str
) -> None:
    answer = client.post(INCIDENTS, data=body, content_type=kind, headers=headers)
    assert answer.status_code in (400, 415, 422), answer.text
    is_problem(answer, answer.status_code)
    assert reports(db) == []


def test_a_body_of_three_megabytes_is_refused(client: FlaskClient, db: Session, headers: Headers) -> None:
    answer = client.post(INCIDENTS, json=INCIDENT | {"details": "x" * 3_000_000}, headers=headers)
    is_problem(answer, 413)
    assert reports(db) == []


@pytest.mark.parametrize("key", ["", "   ", "short", "x" * 81, "naïve-key", "tab\tin-it-1"])
def test_an_idempotency_key_that_cannot_be_kept_is_refused(
    client: FlaskClient, db: Session, headers: Headers, key: str
) -> None:
    answer = client.post(INCIDENTS, json=INCIDENT, headers=headers | {"Idempotency-Key": key})
    assert is_problem(answer, 422)["errors"] == {"Idempotency-Key": ["Use 8 to 80 plain characters."]}
    assert reports(db) == []


def test_without_an_idempotency_key_each_call_is_a_report(
    client: FlaskClient, db: Session, headers: Headers
) -> None:
    for _ in range(2):
        assert client.post(INCIDENTS, json=INCIDENT, headers=headers).status_code == 201
    assert len(reports(db)) == 2


@pytest.mark.parametrize(
    "authorization", ["", "Bearer", "Bearer ldis_unknown", "Basic dGFtOnRhbQ==", "Bearer \u00e9", "ldis_unknown"]
)
def test_without_a_good_key_nothing_is_taken(
    client: FlaskClient, db: Session, north_shore: Partnership, authorization: str
) -> None:
    answer = client.post(INCIDENTS, json=INCIDENT, headers={"Authorization": authorization})
    is_problem(answer, 401)
    assert answer.headers["WWW-Authenticate"]
    assert reports(db) == []


def test_a_signed_in_person_is_no_key(app: Flask, browser_of: Any, cast: Any) -> None:
    is_problem(browser_of(cast.coordinator).post(INCIDENTS, json=INCIDENT), 401)


@pytest.mark.parametrize(
    ("method", "address", "scope"),
    [
        ("post", INCIDENTS, Scope.REPORTS_READ),
        ("post", INCIDENTS, Scope.LAB_WRITE),
        ("get", f"{INCIDENTS}/NSH-AAAA-A", Scope.REPORTS_WRITE),
        ("post", "/api/v1/lab-results", Scope.REPORTS_WRITE),
        ("get", "/api/v1/lab-results/NSH-AAAA-A", Scope.REPORTS_READ),
    ],
)
def test_a_key_does_what_its_scope_says_and_nothing_else(
    client: FlaskClient,
    north_shore: Partnership,
    key_for: Callable[..., Headers],
    method: str,
    address: str,
    scope: Scope,
) -> None:
    answer = client.open(address, method=method, json=INCIDENT, headers=key_for(north_shore, scope))
    assert "does not have the scope" in is_problem(answer, 403)["detail"]


def test_another_partnerships_key_finds_nothing(
    client: FlaskClient, headers: Headers, south_vale: Partnership, key_for: Callable[..., Headers]
) -> None:
    report = client.post(INCIDENTS, json=INCIDENT, headers=headers).json
    result = client.post("/api/v1/lab-results", json=LAB_RESULT, headers=headers).json
    assert report
    assert result
    theirs = key_for(south_vale, Scope.REPORTS_READ, Scope.LAB_WRITE)
    for link in (report["links"]["self"], result["links"]["self"]):
        assert client.get(link, headers=headers).status_code == 200
        is_problem(client.get(link, headers=theirs), 404)


def test_what_does_not_exist_is_not_found(client: FlaskClient, headers: Headers) -> None:
    for address in (
        f"{INCIDENTS}/NSH-AAAA-Z",
        f"{INCIDENTS}/%00",
        "/api/v1/lab-results/x",
        "/api/v1/nothing",
        "/api/",
    ):
        is_problem(client.get(address, headers=headers), 404)


def test_the_wrong_method_is_told_the_right_ones(client: FlaskClient, headers: Headers) -> None:
    answer = client.delete(INCIDENTS, headers=headers)
    is_problem(answer, 405)
    assert set(answer.headers["Allow"].split(", ")) == {"POST", "OPTIONS"}


def test_the_description_names_every_call_and_the_six_required_answers(client: FlaskClient) -> None:
    document = client.get("/api/v1/openapi.json").json
    assert document is not None
    assert document["openapi"].startswith("3.1")
    assert {INCIDENTS, "/api/v1/lab-results", f"{INCIDENTS}/{{reference}}"} <= set(document["paths"])
    body = document["paths"][INCIDENTS]["post"]["requestBody"]["content"]["application/json"]["schema"]
    schema = document["components"]["schemas"][body["$ref"].split("/")[-1]]
    assert set(schema["required"]) == set(INCIDENT)
    assert "submission_key" not in schema["properties"]
