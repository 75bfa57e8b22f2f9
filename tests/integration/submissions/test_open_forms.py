"""The forms that anybody may send: how often, from where, and what becomes of what was typed."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, delete, func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from ldis.people import limits
from ldis.people.access import Actor
from ldis.people.limits import Rate, SharedLimits
from ldis.people.models import Partnership, RateCount
from ldis.people.rules import Scope
from ldis.submissions.models import IncidentReport, LabResult
from tests.integration.cast import Cast, answers


@pytest.fixture(autouse=True)
def three_from_each_network(
    app: Flask, engine: Engine, north_shore: Partnership, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counts are kept outside the test's transaction: each test begins with none."""
    monkeypatch.setattr(limits, "OPEN_FORM", Rate(3, timedelta(minutes=15)))
    monkeypatch.setitem(app.extensions, "ldis.form_limits", SharedLimits(app.extensions["ldis.engine"]))
    with engine.begin() as connection:
        connection.execute(delete(RateCount))


def report(client: FlaskClient, *, network: str = "203.0.113.7", **changes: str) -> TestResponse:
    return client.post("/report/north-shore", data=answers(**changes), headers={"X-Forwarded-For": network})


def test_too_many_reports_from_one_network_wait_and_lose_nothing_of_what_was_typed(
    client: FlaskClient, db: Session
) -> None:
    assert [report(client).status_code for _ in range(3)] == [302] * 3
    answer = report(client, details="The bag had a blue seal.")
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 15 * 60
    assert "Very many have been sent from your network" in answer.text
    assert "The bag had a blue seal." in answer.text
    assert db.scalar(select(func.count()).select_from(IncidentReport)) == 3


def test_results_are_counted_as_reports_are_and_apart_from_them(client: FlaskClient, db: Session) -> None:
    assert [report(client).status_code for _ in range(3)] == [302] * 3
    said = [
        client.post(
            "/report/north-shore/lab-result",
            data={"sample_reference": "S-17", "components-0-substance": "Bromazolam"},
            headers={"X-Forwarded-For": "203.0.113.7"},
        )
        for _ in range(4)
    ]
    assert [answer.status_code for answer in said] == [422, 422, 422, 429]
    assert 'value="S-17"' in said[-1].text
    assert 'value="Bromazolam"' in said[-1].text
    assert db.scalar(select(func.count()).select_from(LabResult)) == 0


def test_another_network_is_not_kept_waiting(client: FlaskClient) -> None:
    assert [report(client).status_code for _ in range(4)][-1] == 429
    assert report(client, network="198.51.100.9").status_code == 302


def test_one_household_is_one_network_however_many_addresses_it_has(client: FlaskClient) -> None:
    answered = [report(client, network=f"2001:db8:0:1::{number}").status_code for number in range(4)]
    assert answered == [302, 302, 302, 429]


def test_somebody_who_is_signed_in_is_not_counted(browser_of: Callable[[Actor], FlaskClient], cast: Cast) -> None:
    coordinator = browser_of(cast.coordinator)
    assert [report(coordinator).status_code for _ in range(5)] == [302] * 5


NINES = "9" * 30


@pytest.mark.parametrize("path", [f"/contacts?page={NINES}", f"/contacts/{NINES}", f"/contacts/lists/{NINES}"])
def test_a_number_that_the_database_cannot_hold_leads_nowhere(
    browser_of: Callable[[Actor], FlaskClient], cast: Cast, path: str
) -> None:
    assert browser_of(cast.coordinator).get(path).status_code == 404


def test_a_number_too_long_to_be_read_is_the_senders_mistake(
    client: FlaskClient, key_for: Callable[..., dict[str, str]], north_shore: Partnership
) -> None:
    answer = client.post(
        "/api/v1/incidents",
        data='{"sold_as": ' + "9" * 6000 + "}",
        content_type="application/json",
        headers=key_for(north_shore, Scope.REPORTS_WRITE),
    )
    assert answer.status_code == 400


@pytest.mark.parametrize("address", ["nonsense", "198.51.100.9:1234", "198.51.100.9"])
def test_the_figures_are_not_for_whoever_names_no_address_of_this_machine(
    client: FlaskClient, address: str
) -> None:
    assert client.get("/metrics", headers={"X-Forwarded-For": address}).status_code == 404


@pytest.mark.parametrize("path", ["/report/%00", "/a/%00", "/alerts/%00", "/v/%00", "/r/%00", "/invitation/%00"])
def test_an_address_that_the_database_cannot_be_asked_about_leads_nowhere(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404
