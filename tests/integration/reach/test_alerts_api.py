"""Alerts by program: what went out, what became of it, and nobody's name."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.orm import Session

from ldis.deliveries.models import Delivery
from ldis.deliveries.rules import State
from ldis.issuing.models import Alert, AlertRecipient
from ldis.issuing.rules import State as AlertState
from ldis.people.models import Partnership
from ldis.people.rules import Scope
from ldis.web import today
from tests.integration.issuing import scene

Headers = dict[str, str]


@pytest.fixture
def key(north_shore: Partnership, key_for: Callable[..., Headers]) -> Headers:
    return key_for(north_shore, Scope.ALERTS_READ)


def test_an_alert_is_shown_as_it_went_out(client: FlaskClient, alert: Alert, key: Headers) -> None:
    [listed] = client.get("/api/v1/alerts", headers=key).json["alerts"]  # type: ignore[index]
    shown = client.get(listed["links"]["self"], headers=key).json
    assert shown == listed
    assert shown["headline"] == alert.content["headline"]
    assert (shown["level"], shown["in_force"], shown["case"]) == ("red", True, alert.case.reference)
    assert shown["review_on"] >= today().isoformat()


def test_messages_are_listed_a_piece_at_a_time_without_anybodys_name_or_address(
    client: FlaskClient, alert: Alert, key: Headers, db: Session
) -> None:
    db.execute(update(Delivery).values(state=State.FAILED, reason="The mailbox is full"))
    db.commit()
    path, found, cursor = f"/api/v1/alerts/{alert.reference}/deliveries?limit=2", [], ""
    while cursor is not None:
        answer = client.get(f"{path}{cursor and f'&cursor={cursor}'}", headers=key)
        assert answer.json
        found += answer.json["deliveries"]
        cursor = answer.json["next"]
        assert not [word for word in ("Noor", "Wes", "example.org", "900101", "/a/") if word in answer.text]
    assert [one["id"] for one in found] == [str(one.reference) for one in scene.deliveries_of(db, alert.reference)]
    assert {one["reason"] for one in found} == {"The mailbox is full"}
    assert {one["organisation"] for one in found} == {"Harbour Hostel", "City Ward"}


def test_coverage_counts_organisations_and_what_they_passed_on(
    client: FlaskClient, alert: Alert, key: Headers, recipient: AlertRecipient
) -> None:
    client.post(f"/a/{recipient.token}", data={"passed_on": "12"})
    reach = client.get(f"/api/v1/alerts/{alert.reference}/coverage", headers=key).json
    assert reach
    assert (reach["organisations_covered"], reach["organisations_told"], reach["passed_on"]) == (1, 2, 12)
    assert [one["name"] for one in reach["organisations"]] == ["City Ward", "Harbour Hostel"]
    assert sum(reach["stages"].values()) == reach["people"] == 2


def test_what_is_not_out_is_not_there_nor_for_another_scope(
    client: FlaskClient,
    alert: Alert,
    key: Headers,
    db: Session,
    north_shore: Partnership,
    key_for: Callable[..., Headers],
) -> None:
    other = key_for(north_shore, Scope.REPORTS_READ)
    assert client.get(f"/api/v1/alerts/{alert.reference}", headers=other).status_code == 403
    alert.state = AlertState.SCHEDULED
    db.commit()
    assert client.get("/api/v1/alerts", headers=key).json == {"alerts": [], "next": None}
    for path in ("", "/deliveries", "/coverage"):
        assert client.get(f"/api/v1/alerts/{alert.reference}{path}", headers=key).status_code == 404
