"""Adding to a report by the API, and what a system is told of it."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from ldis.followup import progress, service
from ldis.followup.models import ReportUpdate
from ldis.followup.rules import CameTo, sentence
from ldis.followup.schemas import Update
from ldis.people.models import Partnership
from ldis.people.rules import Scope
from ldis.submissions.models import IncidentReport
from tests.integration.cast import NOW

Headers = dict[str, str]
BODY = {"words": "A second person collapsed an hour later."}


@pytest.fixture
def headers(north_shore: Partnership, key_for: Callable[..., Headers]) -> Headers:
    return key_for(north_shore, Scope.REPORTS_WRITE, Scope.REPORTS_READ)


@pytest.fixture
def incident(report: IncidentReport) -> str:
    """The report's address."""
    return f"/api/v1/incidents/{report.reference}"


def updates(db: Session) -> list[ReportUpdate]:
    return list(db.scalars(select(ReportUpdate).order_by(ReportUpdate.id)))


def shown(client: FlaskClient, incident: str, headers: Headers) -> dict[str, Any]:
    answer = client.get(incident, headers=headers)
    assert answer.status_code == 200
    assert answer.json is not None
    return dict(answer.json)


def test_an_update_is_taken_in_and_shown(
    client: FlaskClient, db: Session, headers: Headers, incident: str
) -> None:
    answer = client.post(f"{incident}/updates", json=BODY, headers=headers)
    assert answer.status_code == 201
    assert answer.json is not None
    assert (answer.json["kind"], answer.json["words"]) == ("update", BODY["words"])
    assert shown(client, incident, headers)["updates"] == [answer.json]
    assert updates(db)[0].by.startswith("key/")


def test_the_same_key_with_the_same_words_is_one_update_and_with_others_is_refused(
    client: FlaskClient, db: Session, headers: Headers, incident: str
) -> None:
    named = headers | {"Idempotency-Key": "job-0001-update"}
    first, second = (client.post(f"{incident}/updates", json=BODY, headers=named) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json == second.json
    assert client.post(f"{incident}/updates", json={"words": "Others"}, headers=named).status_code == 422
    assert len(updates(db)) == 1


def test_without_a_key_of_its_own_every_call_is_an_update(
    client: FlaskClient, db: Session, headers: Headers, incident: str
) -> None:
    for _ in range(2):
        client.post(f"{incident}/updates", json=BODY, headers=headers)
    assert len(updates(db)) == 2


@pytest.mark.parametrize(
    "body",
    [{}, {"words": ""}, {"words": "Ring 07700 900456"}, BODY | {"submission_key": "mine-alone"}, {"words": 7}],
)
def test_what_may_not_be_added_is_refused_with_a_sentence_for_its_field(
    client: FlaskClient, db: Session, headers: Headers, incident: str, body: dict[str, object]
) -> None:
    answer = client.post(f"{incident}/updates", json=body, headers=headers)
    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    assert answer.json
    assert answer.json["errors"]
    assert updates(db) == []


def test_another_partnerships_key_finds_nothing(
    client: FlaskClient, db: Session, south_vale: Partnership, key_for: Callable[..., Headers], incident: str
) -> None:
    theirs = key_for(south_vale, Scope.REPORTS_WRITE, Scope.REPORTS_READ)
    assert client.post(f"{incident}/updates", json=BODY, headers=theirs).status_code == 404
    assert client.get(incident, headers=theirs).status_code == 404
    assert updates(db) == []


def test_a_key_that_may_only_read_adds_nothing(
    client: FlaskClient, db: Session, north_shore: Partnership, key_for: Callable[..., Headers], incident: str
) -> None:
    reading = key_for(north_shore, Scope.REPORTS_READ)
    assert client.post(f"{incident}/updates", json=BODY, headers=reading).status_code == 403
    assert updates(db) == []


def test_the_words_of_others_are_not_shown_to_a_key(
    client: FlaskClient, db: Session, headers: Headers, incident: str, report: IncidentReport
) -> None:
    service.add_update(db, report, Update("From the reporter", "a-sending"), by="reporter", now=NOW)
    db.commit()
    [update] = shown(client, incident, headers)["updates"]
    assert (update["kind"], update["words"]) == ("update", None)


def test_the_outcome_is_told_while_the_decision_stands(
    client: FlaskClient, db: Session, headers: Headers, incident: str, report: IncidentReport
) -> None:
    assert shown(client, incident, headers)["outcome"] is None
    progress.is_decided(db, report, CameTo.SHARED, decision="decision/1", now=NOW)
    db.commit()
    said = shown(client, incident, headers)
    assert (said["status"], said["outcome"]["words"]) == ("decided", sentence(CameTo.SHARED, again=False))
    assert said["outcome"]["at"] == NOW.isoformat()
    progress.is_looked_at(db, report, now=NOW)
    db.commit()
    assert shown(client, incident, headers)["outcome"] is None
