"""Sessions: closed to others, lapsing by themselves, and ended by a person or an administrator at once."""

from collections.abc import Callable
from datetime import timedelta

import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from ldis.db import utc_now
from ldis.people import service
from ldis.people.models import Partnership, User
from ldis.people.rules import Role
from tests.integration.people.conftest import Person, SignIn, ask, code_sent_to, no_tokens


def test_what_a_cookie_held_before_signing_in_is_dropped(
    client: FlaskClient, db: Session, coordinator: User
) -> None:
    with client.session_transaction() as planted:
        planted["partnership_id"] = 1
        planted["csrf_token"] = "planted"
    ask(client, coordinator)
    client.post("/sign-in/code", data={"code": code_sent_to(db, coordinator.email)})
    with client.session_transaction() as kept:
        assert "partnership_id" not in kept
        assert kept.get("csrf_token") != "planted"


def test_somebody_signed_in_need_not_sign_in_again(coordinator: User, sign_in: SignIn) -> None:
    device = sign_in(coordinator)
    assert device.get("/sign-in").location == "/cases"
    assert device.get("/sign-in?next=/account").location == "/account"


def test_signing_out_ends_the_session(coordinator: User, sign_in: SignIn) -> None:
    device = sign_in(coordinator)
    answer = device.post("/sign-out", follow_redirects=True)
    assert "You have signed out." in answer.text
    assert device.get("/account").location == "/sign-in?next=/account"
    assert device.post("/sign-out").status_code == 302


def test_signing_out_everywhere_ends_every_session(coordinator: User, sign_in: SignIn) -> None:
    phone, desk = sign_in(coordinator), sign_in(coordinator)
    assert phone.post("/account/sign-out-everywhere").location == "/sign-in"
    assert desk.get("/account").status_code == 302


def test_an_administrator_ends_the_sessions_of_somebody_at_once(
    administrator: User, coordinator: User, sign_in: SignIn
) -> None:
    lost, office = sign_in(coordinator), sign_in(administrator)
    assert lost.get("/account").status_code == 200
    office.post(f"/people/{coordinator.id}/end-sessions")
    assert lost.get("/account").status_code == 302
    assert office.get("/account").status_code == 200


def test_a_closed_account_is_out_at_once(db: Session, coordinator: User, sign_in: SignIn) -> None:
    device = sign_in(coordinator)
    coordinator.active = False
    db.commit()
    assert device.get("/account").status_code == 302


def test_the_last_role_ended_is_out_at_once_and_told_why(
    db: Session, administrator: User, coordinator: User, sign_in: SignIn
) -> None:
    device, office = sign_in(coordinator), sign_in(administrator)
    [held] = coordinator.memberships
    office.post(f"/people/{coordinator.id}/roles/{held.id}/end")
    answer = device.get("/account")
    assert answer.status_code == 403
    assert "no role in a partnership any more" in answer.text


def test_a_session_lapses_after_twelve_hours_without_use(coordinator: User, sign_in: SignIn) -> None:
    with time_machine.travel(utc_now(), tick=False) as clock:
        device = sign_in(coordinator)
        clock.shift(timedelta(hours=11))
        assert device.get("/account").status_code == 200
        clock.shift(timedelta(hours=11))
        assert device.get("/account").status_code == 200
        clock.shift(timedelta(hours=12, seconds=1))
        assert device.get("/account").status_code == 302


def test_a_session_lapses_after_a_week_however_much_it_is_used(coordinator: User, sign_in: SignIn) -> None:
    with time_machine.travel(utc_now(), tick=False) as clock:
        device = sign_in(coordinator)
        for _ in range(16):
            clock.shift(timedelta(hours=10))
            assert device.get("/account").status_code == 200
        clock.shift(timedelta(hours=10))
        assert device.get("/account").status_code == 302


def test_the_session_cookie_is_closed_to_scripts_and_other_sites(client: FlaskClient, coordinator: User) -> None:
    cookie = client.post("/sign-in", data={"email": coordinator.email}).headers["Set-Cookie"]
    assert cookie.startswith("ldis=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_behind_https_the_cookie_is_secure_and_belongs_to_this_host_alone(
    make_app: Callable[..., Flask], coordinator: User
) -> None:
    client = no_tokens(make_app(LDIS_PUBLIC_URL="https://ldis.example.org")).test_client()
    answer = client.post("/sign-in", data={"email": coordinator.email}, base_url="https://ldis.example.org")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-ldis=")
    assert "Secure" in cookie
    assert "Path=/" in cookie


def test_people_with_two_partnerships_choose_where_they_work(
    north_shore: Partnership, south_vale: Partnership, person: Person, sign_in: SignIn
) -> None:
    both = person(north_shore, "Bo Lane", Role.ADMINISTRATOR)
    person(south_vale, "Bo Lane", Role.COORDINATOR)
    device = sign_in(both)
    assert device.get("/people/keys").status_code == 200
    answer = device.post("/account/partnership", data={"partnership_id": south_vale.id}, follow_redirects=True)
    assert "You are now working in South Vale." in answer.text
    assert device.get("/people/keys").status_code == 403


def test_nobody_can_choose_a_partnership_they_have_no_role_in(
    south_vale: Partnership, administrator: User, sign_in: SignIn
) -> None:
    device = sign_in(administrator)
    answer = device.post("/account/partnership", data={"partnership_id": south_vale.id})
    assert answer.status_code == 403
    with device.session_transaction() as cookie:
        cookie["partnership_id"] = south_vale.id
    assert "North Shore" in device.get("/account").text


def test_an_account_is_the_same_in_every_partnership(
    db: Session, north_shore: Partnership, south_vale: Partnership, person: Person
) -> None:
    first = person(north_shore, "Bo Lane", Role.ADMINISTRATOR)
    again = service.add_person(
        db,
        partnership_id=south_vale.id,
        name="Somebody Else",
        email="BO.LANE@example.org",
        role=Role.COORDINATOR,
        actor="test",
    )
    assert again.id == first.id
    assert again.name == "Bo Lane"
