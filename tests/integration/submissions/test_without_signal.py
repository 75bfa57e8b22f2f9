"""What the service gives to a browser that keeps reports where there is no signal."""

import json
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from ldis.people.models import Partnership
from tests.integration.cast import answers

FORM = "/report/north-shore"


def test_the_worker_may_look_after_the_whole_service_and_is_asked_for_anew(client: FlaskClient) -> None:
    with client.get("/service-worker.js") as answer:
        assert answer.mimetype == "text/javascript"
        assert answer.headers["Service-Worker-Allowed"] == "/"
        assert answer.headers["Cache-Control"] == "no-cache"
        assert "skipWaiting" in answer.text


def test_pages_may_start_a_worker_of_the_service_and_no_other(client: FlaskClient) -> None:
    policy = client.get("/").headers["Content-Security-Policy"]
    assert "; worker-src 'self'" in policy
    assert "script-src 'nonce-" in policy


def test_a_token_asked_for_later_is_good_for_a_form_whose_session_is_over(
    north_shore: Partnership, client: FlaskClient, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(FORM).text)
    assert found
    client.delete_cookie("ldis")
    assert client.post(FORM, data=answers(csrf_token=found[1])).status_code == 403
    fresh = client.get("/report/token")
    assert fresh.headers["Cache-Control"] == "no-store"
    assert client.post(FORM, data=answers(csrf_token=fresh.json["csrf_token"])).status_code == 302  # type: ignore[index]


def test_the_names_of_drugs_may_be_kept_by_anybody_and_asked_for_again_cheaply(client: FlaskClient) -> None:
    answer = client.get("/substances/names.json")
    assert answer.headers["Cache-Control"] == "public, max-age=86400"
    names = {substance: others for substance, *others in json.loads(answer.text)}
    assert "vallies" in names["Diazepam"]
    again = client.get("/substances/names.json", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_the_pages_that_a_browser_keeps_say_nothing_of_anybody(client: FlaskClient) -> None:
    for address in ("/report/saved", "/report/no-signal"):
        page = client.get(address)
        assert page.status_code == 200
        assert "Set-Cookie" not in page.headers
