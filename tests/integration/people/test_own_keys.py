"""A person's own API keys: made on a page by those who take part in the review, for cases and nothing else."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from ldis.db import utc_now
from ldis.errors import Invalid
from ldis.people import queries, service
from ldis.people.access import Actor
from ldis.people.models import Partnership
from ldis.people.rules import OWN_SCOPES, Scope
from tests.integration.cast import Cast, own_key

BrowserOf = Callable[[Actor], FlaskClient]
MADE = {"name": "Case list", "scopes": ["cases:read", "cases:write"], "days": "90"}


def keys_of(db: Session, actor: Actor) -> list[str]:
    found = queries.keys_of_person(db, person_id=actor.id, partnership_id=actor.partnership_id)
    return [key.name for key in found]


def test_a_key_of_ones_own_is_made_shown_once_and_revoked(
    db: Session, cast: Cast, client: FlaskClient, browser_of: BrowserOf
) -> None:
    browser = browser_of(cast.medical)
    assert "You have no key yet." in browser.get("/people/me/keys").text
    made = browser.post("/people/me/keys", data=MADE).text
    [token] = re.findall(r"ldis_[\w-]{43}", made)
    assert "whoever has it can act as you" in made
    header = {"Authorization": f"Bearer {token}"}
    assert client.get("/api/v1/cases", headers=header).status_code == 200
    page = browser.get("/people/me/keys").text
    assert "Case list" in page
    assert token not in page
    [key] = queries.keys_of_person(db, person_id=cast.medical.id, partnership_id=cast.medical.partnership_id)
    ended = browser.post(f"/people/me/keys/{key.id}/revoke", follow_redirects=True).text
    assert "Your key for Case list no longer works." in ended
    assert client.get("/api/v1/cases", headers=header).status_code == 401


def test_only_those_who_take_part_in_the_review_have_keys_of_their_own(cast: Cast, browser_of: BrowserOf) -> None:
    for actor in (cast.lead, cast.reporter, cast.data_officer, cast.administrator):
        assert browser_of(actor).get("/people/me/keys").status_code == 403
        assert browser_of(actor).post("/people/me/keys", data=MADE).status_code == 403
    assert "Your API keys" in browser_of(cast.coordinator).get("/account").text
    assert "Your API keys" not in browser_of(cast.reporter).get("/account").text


def test_a_key_of_ones_own_is_for_cases_alone(db: Session, cast: Cast, browser_of: BrowserOf) -> None:
    refused = browser_of(cast.medical).post("/people/me/keys", data=MADE | {"scopes": ["reports:read"]})
    assert refused.status_code == 422
    assert "Your own key is for cases alone." in refused.text
    assert keys_of(db, cast.medical) == []


@pytest.mark.parametrize("scope", sorted(OWN_SCOPES))
def test_a_systems_key_is_never_for_cases(
    db: Session, cast: Cast, north_shore: Partnership, browser_of: BrowserOf, scope: Scope
) -> None:
    office = browser_of(cast.administrator)
    assert scope.value not in office.get("/people/keys").text
    sent = {"name": "Ward system", "scopes": ["reports:write", scope.value], "days": "9"}
    answer = office.post("/people/keys", data=sent)
    assert answer.status_code == 422
    assert "Cases are for people." in answer.text
    with pytest.raises(Invalid):
        service.create_key(
            db, partnership_id=north_shore.id, name="x", scopes=[scope], actor="test", now=utc_now()
        )
    assert queries.keys_of(db, partnership_id=north_shore.id) == []


def test_nobody_revokes_the_key_of_another_but_an_administrator_who_cannot_have_it(
    db: Session, cast: Cast, client: FlaskClient, browser_of: BrowserOf
) -> None:
    header = own_key(db, cast.medical)
    [key] = queries.keys_of_person(db, person_id=cast.medical.id, partnership_id=cast.medical.partnership_id)
    for actor in (cast.police, cast.coordinator, cast.stranger):
        assert browser_of(actor).post(f"/people/me/keys/{key.id}/revoke").status_code == 404
        assert key.name not in browser_of(actor).get("/people/me/keys").text
    office = browser_of(cast.administrator)
    assert "as their own" in office.get("/people/keys").text
    assert "Replace it" not in office.get(f"/people/keys/{key.id}").text
    assert office.post(f"/people/keys/{key.id}/replace").status_code == 403
    assert len(queries.keys_of(db, partnership_id=cast.medical.partnership_id)) == 1
    assert client.get("/api/v1/cases", headers=header).status_code == 200
    office.post(f"/people/keys/{key.id}/revoke")
    assert client.get("/api/v1/cases", headers=header).status_code == 401
