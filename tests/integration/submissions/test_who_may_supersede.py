"""A sample's reference is no secret: whoever knows it may say something of the sample, but not for the laboratory."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from ldis.audit.models import AuditEntry
from ldis.issuing.drafting import in_force
from ldis.people.access import Actor
from ldis.people.models import Partnership
from ldis.people.rules import Scope
from ldis.web import today
from tests.integration.cast import Cast
from tests.integration.submissions.sendings import LAB_RESULT
from tests.integration.submissions.test_imports import as_csv, hand_in, row, take_in
from tests.integration.submissions.test_lab_results import on_the_page, results

FORM = "/report/north-shore/lab-result"
BrowserOf = Callable[[Actor], FlaskClient]
HARMLESS = {"components-0-substance": "caffeine", "stage": "confirmed"}


@pytest.fixture
def laboratory(
    client: FlaskClient, cast: Cast, north_shore: Partnership, key_for: Callable[..., dict[str, str]]
) -> Callable[..., dict[str, Any]]:
    """Sends a result as a laboratory whose key the partnership has made."""
    headers = key_for(north_shore, Scope.LAB_WRITE)

    def send(**changes: Any) -> dict[str, Any]:
        answer = client.post("/api/v1/lab-results", json=LAB_RESULT | changes, headers=headers)
        assert answer.status_code == 201, answer.text
        return dict(answer.json or {})

    return send


Laboratory = Callable[..., dict[str, Any]]


def links(db: Session) -> Iterator[tuple[int | None, int | None]]:
    return ((one.supersedes_id, one.says_it_follows_id) for one in results(db))


def test_somebody_unknown_supersedes_nothing(client: FlaskClient, db: Session, laboratory: Laboratory) -> None:
    laboratory()
    assert client.post(FORM, data=on_the_page(**HARMLESS)).status_code == 302
    genuine, claimed = results(db)
    assert list(links(db)) == [(None, None), (None, genuine.id)]
    assert in_force([genuine, claimed]) == [genuine], "an alert is drafted from what the laboratory said"


def test_a_role_elsewhere_or_a_link_on_a_wall_says_nothing_here(
    browser_of: BrowserOf, client: FlaskClient, db: Session, laboratory: Laboratory, cast: Cast
) -> None:
    laboratory()
    browser_of(cast.stranger).post(FORM, data=on_the_page(**HARMLESS))
    client.post(FORM, data=on_the_page(**HARMLESS, link="whatever a poster says"))
    first = results(db)[0].id
    assert list(links(db)) == [(None, None), (None, first), (None, first)]


def test_somebody_of_the_partnership_supersedes_by_the_form(
    browser_of: BrowserOf, db: Session, laboratory: Laboratory, cast: Cast
) -> None:
    laboratory()
    browser_of(cast.laboratory).post(FORM, data=on_the_page(stage="confirmed"))
    assert list(links(db)) == [(None, None), (results(db)[0].id, None)]


def test_what_somebody_unknown_says_first_stands_in_nobodys_way(
    client: FlaskClient, db: Session, laboratory: Laboratory
) -> None:
    client.post(FORM, data=on_the_page(**HARMLESS))
    genuine = laboratory(stage="preliminary")
    assert genuine["supersedes"] == results(db)[0].reference
    confirmed = laboratory(stage="confirmed")
    assert confirmed["supersedes"] == genuine["reference"]


def test_a_laboratory_never_supersedes_a_claim_but_what_is_in_force(
    client: FlaskClient, db: Session, laboratory: Laboratory
) -> None:
    genuine = laboratory()
    client.post(FORM, data=on_the_page(**HARMLESS))
    assert laboratory(stage="confirmed")["supersedes"] == genuine["reference"]
    assert in_force(results(db))[0].stage == "confirmed"
    assert len(in_force(results(db))) == 1


def test_the_claim_is_shown_as_not_verified_and_a_coordinator_confirms_it(
    client: FlaskClient, browser_of: BrowserOf, db: Session, laboratory: Laboratory, cast: Cast
) -> None:
    genuine = laboratory()["reference"]
    client.post(FORM, data=on_the_page(stage="confirmed"))
    claim = results(db)[1]
    desk = browser_of(cast.coordinator)
    page = desk.get(f"/results/{claim.reference}").text
    assert f"Does it supersede {genuine}?" in page
    assert "Not known to us. It came by the open form and is not verified." in page
    assert "Confirm that it supersedes" not in browser_of(cast.lead).get(f"/results/{claim.reference}").text
    for _ in range(2):
        confirmed = desk.post(f"/results/{claim.reference}/supersedes", data={"other": genuine})
        assert confirmed.status_code == 302
    first, second = results(db)
    assert (second.supersedes_id, second.vouched_for) == (first.id, True)
    assert in_force([first, second]) == [second]
    assert "Does it supersede" not in desk.get(f"/results/{claim.reference}").text
    said = db.scalars(select(AuditEntry).where(AuditEntry.action == "result confirmed to supersede")).all()
    assert [entry.detail for entry in said] == [{"supersedes": genuine}]
    assert [entry.actor for entry in said] == [cast.coordinator.label]


@pytest.mark.parametrize("role", ["medical", "lead", "administrator", "reporter", "stranger"])
def test_nobody_else_confirms_it(
    client: FlaskClient, browser_of: BrowserOf, db: Session, laboratory: Laboratory, cast: Cast, role: str
) -> None:
    genuine = laboratory()["reference"]
    client.post(FORM, data=on_the_page(stage="confirmed"))
    claim = results(db)[1].reference
    answer = browser_of(getattr(cast, role)).post(f"/results/{claim}/supersedes", data={"other": genuine})
    assert answer.status_code in (403, 404)
    assert results(db)[1].supersedes_id is None


def test_what_was_superseded_meanwhile_is_not_superseded_again(
    client: FlaskClient, browser_of: BrowserOf, db: Session, laboratory: Laboratory, cast: Cast
) -> None:
    first = laboratory()["reference"]
    client.post(FORM, data=on_the_page())
    claim = results(db)[1].reference
    newer = laboratory(stage="confirmed")["reference"]
    desk = browser_of(cast.coordinator)
    stale = desk.post(f"/results/{claim}/supersedes", data={"other": first})
    assert stale.status_code == 409
    assert f"{newer} is the result in force" in stale.text
    refused = desk.post(f"/results/{claim}/supersedes", data={"other": newer})
    assert refused.status_code == 403
    assert "A preliminary result cannot supersede a confirmed one" in refused.text
    assert [one.reference for one in in_force(results(db))] == [newer]


def test_a_confirmed_claim_is_followed_by_the_next_result(
    client: FlaskClient, browser_of: BrowserOf, db: Session, laboratory: Laboratory, cast: Cast
) -> None:
    client.post(FORM, data=on_the_page(stage="confirmed"))
    genuine = laboratory()["reference"]
    client.post(FORM, data=on_the_page(stage="confirmed", technique="Raman"))
    claim = results(db)[2].reference
    browser_of(cast.coordinator).post(f"/results/{claim}/supersedes", data={"other": genuine})
    assert laboratory(stage="confirmed", technique="LC-MS")["supersedes"] == claim
    assert len(in_force(results(db))) == 1


def test_a_laboratorys_file_is_taken_in_although_somebody_unknown_said_the_same_first(
    client: FlaskClient, browser_of: BrowserOf, db: Session, cast: Cast
) -> None:
    day = today() - timedelta(days=2)
    said = on_the_page(
        sample_reference="S-1",
        stage="confirmed",
        **{f"reported_on-{part}": str(getattr(day, part)) for part in ("day", "month", "year")},
    )
    client.post(FORM, data=said)
    desk = browser_of(cast.coordinator)
    file = hand_in(desk, as_csv([row(1, Sampled_on="", Received_on="")]))
    take_in(desk, file)
    claim, genuine = results(db)
    assert claim.body_digest == genuine.body_digest
    assert (claim.vouched_for, genuine.vouched_for, genuine.supersedes_id) == (False, True, claim.id)
