"""Invitations: written by an administrator, taken up once by the person, harmless to whoever only looks."""

import re
from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ldis.audit.models import AuditEntry
from ldis.db import utc_now
from ldis.people import queries
from ldis.people.models import Invitation, Partnership, User
from ldis.people.rules import Discipline, Role
from tests.integration.people.conftest import PUBLIC_URL, Person, SignIn, code_sent_to, letters_to

NEW = {"name": "Max Reed", "email": "Max.Reed@example.org", "role": "panel member", "discipline": "police"}


@pytest.fixture
def office(administrator: User, sign_in: SignIn) -> FlaskClient:
    return sign_in(administrator)


def link_in_email(db: Session, email: str = "max.reed@example.org") -> str:
    found = re.search(rf"{PUBLIC_URL}(/invitation/\S+)", letters_to(db, email)[-1].text)
    assert found
    return found[1]


def invitations(db: Session) -> list[Invitation]:
    return list(db.scalars(select(Invitation).order_by(Invitation.id)))


def test_an_invited_person_confirms_and_signs_in(office: FlaskClient, client: FlaskClient, db: Session) -> None:
    answer = office.post("/people/invite", data=NEW, follow_redirects=True)
    assert "Max Reed has been invited." in answer.text
    link = link_in_email(db)
    page = client.get(link).text
    assert "You are invited to North Shore" in page
    assert "Panel member" in page
    answer = client.post(link, follow_redirects=True)
    assert "Your invitation is confirmed." in answer.text
    client.post("/sign-in", data={"email": NEW["email"]})
    client.post("/sign-in/code", data={"code": code_sent_to(db, "max.reed@example.org")})
    account = client.get("/account").text
    assert "Panel member" in account
    assert "Police" in account


def test_looking_at_an_invitation_changes_nothing(office: FlaskClient, client: FlaskClient, db: Session) -> None:
    office.post("/people/invite", data=NEW)
    entries = db.scalar(select(func.count()).select_from(AuditEntry))
    for _ in range(3):
        assert client.get(link_in_email(db)).status_code == 200
    assert queries.person_by_email(db, "max.reed@example.org") is None
    assert invitations(db)[0].accepted_at is None
    assert db.scalar(select(func.count()).select_from(AuditEntry)) == entries


def test_an_invitation_works_once(office: FlaskClient, client: FlaskClient, db: Session) -> None:
    office.post("/people/invite", data=NEW)
    link = link_in_email(db)
    assert client.post(link).status_code == 302
    again = client.post(link)
    assert again.status_code == 404
    assert "This invitation has been used, was withdrawn or has run out." in again.text
    assert client.get(link).status_code == 404
    [person] = [p for p in db.scalars(select(User)) if p.email == "max.reed@example.org"]
    assert len(person.memberships) == 1


def test_an_invitation_runs_out_after_a_week(office: FlaskClient, client: FlaskClient, db: Session) -> None:
    office.post("/people/invite", data=NEW)
    link = link_in_email(db)
    with time_machine.travel(utc_now() + timedelta(days=7)):
        assert client.post(link).status_code == 404
    assert queries.person_by_email(db, "max.reed@example.org") is None


def test_only_a_digest_of_the_token_is_kept(office: FlaskClient, db: Session) -> None:
    office.post("/people/invite", data=NEW)
    token = link_in_email(db).rpartition("/")[2]
    [kept] = invitations(db)
    assert token not in (kept.token_digest, kept.email, kept.name)
    assert len(token) >= 43


def test_a_guessed_token_opens_nothing(client: FlaskClient, north_shore: Partnership) -> None:
    assert client.get("/invitation/guess").status_code == 404
    assert client.post("/invitation/guess").status_code == 404


def test_inviting_again_makes_the_earlier_link_worthless(
    office: FlaskClient, client: FlaskClient, db: Session
) -> None:
    office.post("/people/invite", data=NEW)
    earlier = link_in_email(db)
    office.post("/people/invite", data=NEW)
    assert client.post(earlier).status_code == 404
    assert client.post(link_in_email(db)).status_code == 302


def test_an_invitation_adds_a_role_to_the_account_there_is(
    office: FlaskClient, client: FlaskClient, db: Session, coordinator: User
) -> None:
    office.post("/people/invite", data=NEW | {"name": "C. Winter", "email": coordinator.email})
    client.post(link_in_email(db, coordinator.email))
    db.refresh(coordinator)
    assert {m.role for m in coordinator.live_memberships} == {Role.COORDINATOR, Role.PANEL_MEMBER}
    assert coordinator.name == "Cleo Winter"


def test_an_invitation_brings_back_a_role_that_had_ended(
    office: FlaskClient, client: FlaskClient, db: Session, north_shore: Partnership, person: Person
) -> None:
    max_reed = person(north_shore, "Max Reed", Role.PANEL_MEMBER, discipline=Discipline.MEDICAL)
    max_reed.memberships[0].ended_at = utc_now()
    db.commit()
    office.post("/people/invite", data=NEW)
    client.post(link_in_email(db))
    db.refresh(max_reed)
    [role] = max_reed.live_memberships
    assert role.discipline is Discipline.POLICE


def test_a_withdrawn_invitation_opens_nothing(office: FlaskClient, client: FlaskClient, db: Session) -> None:
    office.post("/people/invite", data=NEW)
    [waiting] = invitations(db)
    assert "Max Reed" in office.get("/people").text
    office.post(f"/people/invitations/{waiting.id}/withdraw")
    assert client.post(link_in_email(db)).status_code == 404
    assert "No invitation is waiting." in office.get("/people").text
    assert office.post(f"/people/invitations/{waiting.id}/withdraw").status_code == 404


def test_a_panel_member_must_speak_for_something(office: FlaskClient, db: Session) -> None:
    answer = office.post("/people/invite", data=NEW | {"discipline": ""})
    assert answer.status_code == 422
    assert "Choose what they speak for on the panel." in answer.text
    assert 'value="Max.Reed@example.org"' in answer.text
    assert invitations(db) == []


def test_an_empty_invitation_says_what_is_missing(office: FlaskClient) -> None:
    answer = office.post("/people/invite", data={"role": "panel member"})
    assert answer.status_code == 422
    for sentence in (
        "Enter their name.",
        "Enter their work email address.",
        "Choose what they speak for on the panel.",
    ):
        assert sentence in answer.text


def test_every_step_of_an_invitation_is_in_the_audit_record(
    office: FlaskClient, client: FlaskClient, db: Session, administrator: User
) -> None:
    office.post("/people/invite", data=NEW)
    client.post(link_in_email(db))
    [kept] = invitations(db)
    entries = db.scalars(
        select(AuditEntry).where(AuditEntry.about == kept.label).order_by(AuditEntry.position)
    ).all()
    assert [(entry.action, entry.actor) for entry in entries] == [
        ("person invited", administrator.label),
        ("invitation accepted", kept.label),
    ]
    assert not any("max" in str(entry.detail).lower() for entry in entries)
