"""The service as a whole: headers, ids and error pages on every kind of answer."""

import re
from collections.abc import Callable, Iterator
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from config import settings
from ldis.app import create_app
from ldis.errors import Invalid, NotAllowed, NotFound, Refusal, Stale, TooMany
from ldis.people.access import Actor
from ldis.people.limits import SharedLimits
from ldis.people.models import Partnership
from tests.integration.cast import Cast, answers

SECRET = "a secret in a local variable"


def fails() -> str:
    """What a mistake of ours looks like, with something in reach that must not be shown."""
    hidden = SECRET
    raise RuntimeError(hidden)


def refuses(refusal: Refusal) -> Callable[[], str]:
    def view() -> str:
        raise refusal

    return view


REFUSALS: list[tuple[str, int, Callable[[], str]]] = [
    ("invalid", 422, refuses(Invalid({"harm_level": ["Answer “What happened?”"]}))),
    ("forbidden", 403, refuses(NotAllowed("This page is not part of your role."))),
    ("missing", 404, refuses(NotFound("We cannot find this case."))),
    ("stale", 409, refuses(Stale())),
    ("too-many", 429, refuses(TooMany("Too many tries."))),
    ("broken", 500, fails),
]


@pytest.fixture(scope="module")
def troubled_app(database_url: str, data_keys: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The service with a view for every way of going wrong, as a page and under /api/."""
    app = create_app(
        settings.read(
            {
                "DATABASE_URL": database_url,
                "LDIS_SECRET_KEY": "only-for-tests-" * 4,
                "LDIS_DATA_KEYS": data_keys,
                "LDIS_PUBLIC_URL": "https://ldis.example.org",
                "LDIS_LOG_LEVEL": "CRITICAL",
                "LDIS_VAR": str(tmp_path_factory.mktemp("var")),
            }
        )
    )
    app.extensions["ldis.form_limits"] = SharedLimits(app.extensions["ldis.engine"], generosity=1000)
    for name, _status, view in REFUSALS:
        for start in ("/wrong", "/api/wrong"):
            app.add_url_rule(
                f"{start}/{name}", endpoint=f"{start}/{name}", view_func=view, methods=["GET", "POST"]
            )
    yield app
    app.extensions["ldis.engine"].dispose()


@pytest.fixture
def troubled(troubled_app: Flask) -> FlaskClient:
    """A browser of the service that goes wrong."""
    return troubled_app.test_client()


def has_our_headers(answer: TestResponse) -> None:
    """What every answer carries, whatever it is."""
    headers = answer.headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert re.search(r"script-src 'nonce-[\w-]{16,}'", policy), policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "geolocation=()" in headers["Permissions-Policy"]
    assert len(headers["X-Request-Id"]) >= 16
    assert "Server" not in headers or "Werkzeug" not in headers["Server"]


EVERY_KIND = [
    ("GET", "/"),
    ("HEAD", "/"),
    ("OPTIONS", "/"),
    ("GET", "/report"),
    ("GET", "/nothing-here"),
    ("GET", "/cases"),
    ("POST", "/report/north-shore"),
    ("POST", "/sign-in"),
    ("DELETE", "/"),
    ("TRACE", "/"),
    ("GET", "/healthz/live"),
    ("GET", "/healthz/ready"),
    ("GET", "/static/assets.json"),
    ("GET", "/static/nothing.css"),
    ("GET", "/api/v1/openapi.json"),
    ("GET", "/api/v1/incidents/x"),
    ("POST", "/api/v1/incidents"),
    ("GET", "/api/nothing"),
    *[("GET", f"{start}/{name}") for name, *_ in REFUSALS for start in ("/wrong", "/api/wrong")],
    *[("POST", f"/wrong/{name}") for name, *_ in REFUSALS],
]


@pytest.mark.parametrize(("method", "address"), EVERY_KIND)
def test_every_kind_of_answer_carries_the_headers_that_protect_it(
    troubled: FlaskClient, method: str, address: str
) -> None:
    answer = troubled.open(address, method=method, buffered=True)
    has_our_headers(answer)
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    if not address.startswith("/static"):
        assert answer.headers["Cache-Control"] == "no-store"


def test_scripts_and_styles_may_be_kept_by_browsers(troubled: FlaskClient) -> None:
    assert "no-store" not in troubled.get("/static/assets.json", buffered=True).headers.get("Cache-Control", "")


def test_the_nonce_in_a_page_is_the_one_in_its_policy_and_never_the_same_twice(troubled: FlaskClient) -> None:
    nonces = set()
    for address in ("/", "/nothing-here", "/wrong/broken"):
        answer = troubled.get(address)
        in_policy = re.search(r"'nonce-([\w-]+)'", answer.headers["Content-Security-Policy"])
        in_page = set(re.findall(r'nonce="([^"]*)"', answer.text))
        assert in_policy
        assert in_page == {in_policy[1]}, address
        nonces.add(in_policy[1])
    assert len(nonces) == 3


def test_a_request_keeps_the_id_it_came_with(troubled: FlaskClient) -> None:
    assert troubled.get("/", headers={"X-Request-Id": "from-the-proxy-0001"}).headers["X-Request-Id"] == (
        "from-the-proxy-0001"
    )
    assert len(troubled.get("/", headers={"X-Request-Id": "x" * 5000}).headers["X-Request-Id"]) == 64


def test_every_request_without_an_id_gets_one_of_its_own(troubled: FlaskClient) -> None:
    assert len({troubled.get("/").headers["X-Request-Id"] for _ in range(3)}) == 3


@pytest.mark.parametrize(("name", "status", "_view"), REFUSALS, ids=[name for name, *_ in REFUSALS])
def test_what_goes_wrong_on_a_page_is_said_on_a_page(
    troubled: FlaskClient, name: str, status: int, _view: object
) -> None:
    answer = troubled.get(f"/wrong/{name}")
    page = unescape(answer.text)
    assert answer.status_code == status
    assert answer.content_type == "text/html; charset=utf-8"
    assert re.search(r"<title>[^<]+ - Local Drug Information System</title>", page)
    assert re.search(r"<h1[^>]*>[^<]+</h1>", page)
    assert 'href="/"' in page
    assert "call 999" in page


@pytest.mark.parametrize(("name", "status", "_view"), REFUSALS, ids=[name for name, *_ in REFUSALS])
def test_what_goes_wrong_in_the_api_is_a_problem_document(
    troubled: FlaskClient, name: str, status: int, _view: object
) -> None:
    answer = troubled.get(f"/api/wrong/{name}")
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    document = answer.json
    assert document is not None
    assert document["status"] == status
    assert all(document[part] for part in ("type", "title", "detail"))
    assert ("errors" in document) == (name == "invalid")


def test_the_sentence_of_a_refusal_is_what_the_person_reads(troubled: FlaskClient) -> None:
    for name, sentence in (
        ("forbidden", "This page is not part of your role."),
        ("missing", "We cannot find this case."),
        ("stale", "Someone has changed this since you opened it."),
        ("too-many", "Too many tries."),
    ):
        assert sentence in troubled.get(f"/wrong/{name}").text


@pytest.mark.parametrize("start", ["/wrong", "/api/wrong"])
def test_a_failure_of_ours_shows_nothing_of_the_inside(troubled: FlaskClient, start: str) -> None:
    text = troubled.get(f"{start}/broken").text
    for hidden in (SECRET, "RuntimeError", "Traceback", "test_app", ".py", "line "):
        assert hidden not in text


def test_too_many_tries_say_when_to_come_back(troubled: FlaskClient) -> None:
    for start in ("/wrong", "/api/wrong"):
        assert int(troubled.get(f"{start}/too-many").headers["Retry-After"]) > 0


def test_a_page_that_does_not_exist_says_so_kindly(troubled: FlaskClient) -> None:
    answer = troubled.get("/no-such-page")
    assert answer.status_code == 404
    assert "Page not found" in answer.text
    assert "The requested URL" not in answer.text, "our words, not the library's"


def test_what_is_too_large_is_said_to_be(troubled: FlaskClient, app: Flask, north_shore: Partnership) -> None:
    answer = app.test_client().post("/report/north-shore", data=answers(details="x" * 3_000_000))
    assert answer.status_code == 413
    assert "<h1" in answer.text
    answer = troubled.post("/api/v1/incidents", json={"details": "x" * 3_000_000})
    assert answer.status_code in (401, 413)


@pytest.mark.parametrize(
    "address", ["/", "/report/x", "/sign-in", "/cases", "/api/v1/incidents", "/hooks/twilio/status"]
)
def test_trace_and_made_up_methods_are_refused(troubled: FlaskClient, address: str) -> None:
    for method in ("TRACE", "CONNECT", "PROPFIND", "SMUGGLE"):
        answer = troubled.open(address, method=method, headers={"Cookie": "session=abc"})
        assert answer.status_code == 405
        assert "session=abc" not in answer.text
        assert answer.headers["Allow"]
        assert "TRACE" not in answer.headers["Allow"]


def test_head_answers_as_get_without_a_body(troubled: FlaskClient) -> None:
    for address in ("/", "/report", "/sign-in", "/healthz/live"):
        head, get = troubled.head(address), troubled.get(address)
        assert (head.status_code, head.data) == (get.status_code, b"")


def test_options_names_the_methods(troubled: FlaskClient) -> None:
    answer = troubled.options("/sign-in")
    assert answer.status_code == 200
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}


def test_a_form_without_its_token_is_refused_on_a_page_and_changes_nothing(troubled: FlaskClient) -> None:
    answer = troubled.post("/report/north-shore", data=answers())
    assert answer.status_code == 403
    assert "This page was open for too long" in answer.text
    has_our_headers(answer)


def test_a_form_with_its_token_is_taken(troubled_app: Flask, north_shore: Partnership, sessions: Any) -> None:
    troubled_app.extensions["ldis.sessions"], real = sessions, troubled_app.extensions["ldis.sessions"]
    try:
        browser = troubled_app.test_client()
        page = browser.get("/report/north-shore", base_url="https://ldis.example.org")
        token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
        assert token
        sent = answers(csrf_token=token[1])
        headers = {"Referer": "https://ldis.example.org/report/north-shore"}
        address = "/report/north-shore"
        answer = browser.post(address, data=sent, headers=headers, base_url="https://ldis.example.org")
        assert answer.status_code == 302, answer.text
    finally:
        troubled_app.extensions["ldis.sessions"] = real


def test_the_cookie_is_kept_from_scripts_and_other_sites(troubled: FlaskClient) -> None:
    cookie = troubled.get("/report/north-shore", base_url="https://ldis.example.org").headers.get("Set-Cookie", "")
    cookie = cookie or troubled.get("/sign-in", base_url="https://ldis.example.org").headers["Set-Cookie"]
    assert cookie.startswith("__Host-ldis=")
    for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert part in cookie


def test_the_process_says_that_it_lives_without_asking_the_database(troubled_app: Flask) -> None:
    def no_database() -> None:
        raise AssertionError("the database was asked")

    troubled_app.extensions["ldis.sessions"], real = no_database, troubled_app.extensions["ldis.sessions"]
    try:
        assert troubled_app.test_client().get("/healthz/live").json == {"status": "live"}
    finally:
        troubled_app.extensions["ldis.sessions"] = real


def test_readiness_names_what_is_not_ready(client: FlaskClient) -> None:
    answer = client.get("/healthz/ready")
    assert answer.status_code == 503
    document = answer.json
    assert document is not None
    assert document["database"] == document["migrations"] == "ok"
    assert "not heard of" in document["worker"]


def test_figures_are_for_this_machine_only(client: FlaskClient) -> None:
    assert client.get("/metrics").status_code == 200
    elsewhere = {"X-Forwarded-For": "203.0.113.7"}
    assert client.get("/metrics", headers=elsewhere).status_code == 404
    assert client.get("/metrics", headers=elsewhere | {"Authorization": "Bearer "}).status_code == 404


PART = re.compile(r"<(?:(?P<kind>\w+)(?:\((?P<choices>[^)]*)\))?:)?\w+>")


def an_example(part: re.Match[str]) -> str:
    """Something that can stand at this place of an address."""
    if part["choices"]:
        return part["choices"].split(",")[0]
    return {"int": "1", "uuid": "00000000-0000-4000-8000-000000000000"}.get(part["kind"], "north-shore")


def test_looking_never_commits(app: Flask, cast: Cast, browser_of: Callable[[Actor], FlaskClient]) -> None:
    """Every address that takes GET, opened by somebody who may open most: nothing is kept."""
    committed: list[Session] = []
    note = committed.append
    browser = browser_of(cast.coordinator)
    event.listen(Session, "before_commit", note)
    try:
        for rule in app.url_map.iter_rules():
            if "GET" in (rule.methods or ()):
                address = PART.sub(an_example, rule.rule)
                assert browser.get(address).status_code < 500 or rule.endpoint == "health.ready", address
                assert not committed, address
    finally:
        event.remove(Session, "before_commit", note)
