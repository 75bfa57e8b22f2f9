"""Signing in with a code by e-mail, through the pages."""

import re
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from ldis.audit.models import AuditEntry
from ldis.db import utc_now
from ldis.people import service
from ldis.people.models import Partnership, User
from ldis.people.rules import TRIES_PER_CODE, Role
from tests.integration.people.conftest import Person, code_sent_to, letters_to

SignIn = Callable[[User], FlaskClient]


def ask(client: FlaskClient, who: User, **more: str) -> None:
    assert client.post("/sign-in", data={"email": who.email, **more}).status_code == 302


def another(code: str) -> str:
    """A code that is not this one."""
    return f"{(int(code) + 1) % 1_000_000:06d}"


def no_tokens(app: Flask) -> Flask:
    """The application with forms taken without their token."""
    app.config["WTF_CSRF_ENABLED"] = False
    return app


def seen(answer: TestResponse) -> str:
    """A page without what differs every time: the address that was typed, the form's token, the page's nonce."""
    return re.sub(r'[a-z.]+@example\.org|name="csrf_token" value="[^"]+"|nonce="[^"]+"', "", answer.text)


def actions(db: Session, about: str) -> list[str]:
    return list(
        db.scalars(select(AuditEntry.action).where(AuditEntry.about == about).order_by(AuditEntry.position))
    )


def test_a_person_signs_in_with_the_code_from_the_email(
    client: FlaskClient, db: Session, coordinator: User
) -> None:
    answer = client.post("/sign-in", data={"email": " Cleo.Winter@Example.org "})
    assert answer.location == "/sign-in/code"
    assert "cleo.winter@example.org" in client.get("/sign-in/code").text
    answer = client.post("/sign-in/code", data={"code": code_sent_to(db, coordinator.email)})
    assert (answer.status_code, answer.location) == (302, "/cases")
    assert "Cleo Winter" in client.get("/account").text


def test_the_code_may_be_typed_with_spaces(client: FlaskClient, db: Session, coordinator: User) -> None:
    ask(client, coordinator)
    code = code_sent_to(db, coordinator.email)
    answer = client.post("/sign-in/code", data={"code": f" {code[:3]} {code[3:]}"})
    assert answer.status_code == 302


def test_the_email_holds_a_code_and_no_link(client: FlaskClient, db: Session, coordinator: User) -> None:
    ask(client, coordinator)
    [letter] = letters_to(db, coordinator.email)
    assert "http" not in letter.text
    assert letter.html is None
    assert code_sent_to(db, coordinator.email) in (letter.subject or "")


def test_a_wrong_code_is_refused_with_a_sentence(client: FlaskClient, db: Session, coordinator: User) -> None:
    ask(client, coordinator)
    answer = client.post("/sign-in/code", data={"code": another(code_sent_to(db, coordinator.email))})
    assert answer.status_code == 422
    assert "That code is not right, or no longer works." in answer.text
    assert client.get("/account").status_code == 302


@pytest.mark.parametrize("typed", ["", "12345", "abcdef", "１２３４５６", "1" * 21, "\x00"])
def test_what_is_no_code_is_refused(client: FlaskClient, coordinator: User, typed: str) -> None:
    ask(client, coordinator)
    assert client.post("/sign-in/code", data={"code": typed}).status_code == 422


def test_a_code_works_once(app: Flask, client: FlaskClient, db: Session, coordinator: User) -> None:
    ask(client, coordinator)
    thief = app.test_client()
    with client.session_transaction() as mine, thief.session_transaction() as copied:
        copied.update(mine)
    code = code_sent_to(db, coordinator.email)
    assert client.post("/sign-in/code", data={"code": code}).status_code == 302
    assert thief.post("/sign-in/code", data={"code": code}).status_code == 422
    assert thief.get("/account").status_code == 302


def test_a_code_runs_out_after_ten_minutes(client: FlaskClient, db: Session, coordinator: User) -> None:
    with time_machine.travel(utc_now(), tick=False) as clock:
        ask(client, coordinator)
        clock.shift(timedelta(minutes=10))
        answer = client.post("/sign-in/code", data={"code": code_sent_to(db, coordinator.email)})
    assert answer.status_code == 422


def test_a_code_still_works_just_before_it_runs_out(client: FlaskClient, db: Session, coordinator: User) -> None:
    with time_machine.travel(utc_now(), tick=False) as clock:
        ask(client, coordinator)
        clock.shift(timedelta(minutes=9, seconds=59))
        answer = client.post("/sign-in/code", data={"code": code_sent_to(db, coordinator.email)})
    assert answer.status_code == 302


def test_a_newer_code_replaces_the_older(client: FlaskClient, db: Session, coordinator: User) -> None:
    ask(client, coordinator)
    older = code_sent_to(db, coordinator.email)
    ask(client, coordinator)
    newer = code_sent_to(db, coordinator.email)
    assert client.post("/sign-in/code", data={"code": older}).status_code == (302 if older == newer else 422)


def test_a_code_wears_out_after_five_wrong_tries(client: FlaskClient, db: Session, coordinator: User) -> None:
    ask(client, coordinator)
    code = code_sent_to(db, coordinator.email)
    for _ in range(TRIES_PER_CODE):
        assert client.post("/sign-in/code", data={"code": another(code)}).status_code == 422
    assert client.post("/sign-in/code", data={"code": code}).status_code == 422


def test_an_unknown_address_gets_the_same_answer_and_no_email(app: Flask, db: Session, coordinator: User) -> None:
    known, unknown = app.test_client(), app.test_client()
    answers = [
        known.post("/sign-in", data={"email": coordinator.email}),
        unknown.post("/sign-in", data={"email": "nobody@example.org"}),
    ]
    assert answers[0].status_code == answers[1].status_code == 302
    assert answers[0].location == answers[1].location
    assert seen(known.get("/sign-in/code")) == seen(unknown.get("/sign-in/code"))
    wrong = [device.post("/sign-in/code", data={"code": "000000"}) for device in (known, unknown)]
    assert wrong[0].status_code == wrong[1].status_code == 422
    assert seen(wrong[0]) == seen(wrong[1])
    assert letters_to(db, "nobody@example.org") == []


def test_the_time_an_answer_takes_does_not_tell_whether_there_is_an_account(
    app: Flask, monkeypatch: pytest.MonkeyPatch, coordinator: User
) -> None:
    monkeypatch.setitem(app.extensions, "ldis.steady_seconds", 0.25)
    for email in (coordinator.email, "nobody@example.org"):
        device = app.test_client()
        for address, typed in (("/sign-in", {"email": email}), ("/sign-in/code", {"code": "000000"})):
            began = time.monotonic()
            device.post(address, data=typed)
            assert time.monotonic() - began >= 0.25, (email, address)


def test_somebody_whose_roles_have_all_ended_gets_no_code(
    client: FlaskClient, db: Session, coordinator: User
) -> None:
    coordinator.memberships[0].ended_at = utc_now()
    db.commit()
    ask(client, coordinator)
    assert letters_to(db, coordinator.email) == []


def test_too_many_tries_from_one_address_are_held_off(client: FlaskClient, coordinator: User) -> None:
    for _ in range(10):
        ask(client, coordinator)
    answer = client.post("/sign-in", data={"email": coordinator.email})
    assert answer.status_code == 429
    assert "Too many tries. Wait 15 minutes, then try again." in answer.text
    assert 0 < int(answer.headers["Retry-After"]) <= 900


def test_too_many_wrong_codes_are_held_off_even_with_the_right_one(
    client: FlaskClient, db: Session, coordinator: User
) -> None:
    ask(client, coordinator)
    code = code_sent_to(db, coordinator.email)
    for _ in range(10):
        client.post("/sign-in/code", data={"code": another(code)})
    ask(client, coordinator)
    answer = client.post("/sign-in/code", data={"code": code_sent_to(db, coordinator.email)})
    assert answer.status_code == 429
    assert client.get("/account").status_code == 302


def test_guessing_many_addresses_from_one_network_is_held_off(client: FlaskClient) -> None:
    client.environ_base["REMOTE_ADDR"] = "2001:db8::1"
    for number in range(100):
        client.environ_base["REMOTE_ADDR"] = f"2001:db8::{number:x}"
        assert client.post("/sign-in", data={"email": f"guess{number}@example.org"}).status_code == 302
    assert client.post("/sign-in", data={"email": "guess100@example.org"}).status_code == 429
    client.environ_base["REMOTE_ADDR"] = "2001:db8:1::1"
    assert client.post("/sign-in", data={"email": "guess100@example.org"}).status_code == 302


def test_after_signing_in_people_go_on_to_where_they_were_going(
    client: FlaskClient, db: Session, administrator: User
) -> None:
    asked = client.get("/people/keys")
    assert asked.location == "/sign-in?next=/people/keys"
    assert 'value="/people/keys"' in client.get(asked.location).text
    ask(client, administrator, next="/people/keys")
    answer = client.post("/sign-in/code", data={"code": code_sent_to(db, administrator.email)})
    assert answer.location == "/people/keys"


@pytest.mark.parametrize(
    "elsewhere", ["https://elsewhere.example.org/", "//elsewhere.example.org", "/\\elsewhere"]
)
def test_after_signing_in_nobody_is_sent_to_another_site(
    client: FlaskClient, db: Session, administrator: User, elsewhere: str
) -> None:
    assert "elsewhere" not in client.get("/sign-in", query_string={"next": elsewhere}).text
    ask(client, administrator, next=elsewhere)
    answer = client.post("/sign-in/code", data={"code": code_sent_to(db, administrator.email)})
    assert answer.location == "/people"


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


def test_the_code_page_without_an_address_goes_back_to_the_start(client: FlaskClient) -> None:
    assert client.get("/sign-in/code").location == "/sign-in"
    assert client.post("/sign-in/code", data={"code": "123456"}).location == "/sign-in"


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


def test_ending_the_sessions_ends_a_code_that_was_sent(
    client: FlaskClient, db: Session, administrator: User, coordinator: User, sign_in: SignIn
) -> None:
    ask(client, coordinator)
    code = code_sent_to(db, coordinator.email)
    sign_in(administrator).post(f"/people/{coordinator.id}/end-sessions")
    assert client.post("/sign-in/code", data={"code": code}).status_code == 422


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


def test_no_form_is_taken_without_its_token(make_app: Callable[..., Flask]) -> None:
    assert make_app().test_client().post("/sign-in", data={"email": "nobody@example.org"}).status_code == 403


def test_every_step_of_signing_in_and_out_is_in_the_audit_record(
    client: FlaskClient, db: Session, coordinator: User
) -> None:
    ask(client, coordinator)
    code = code_sent_to(db, coordinator.email)
    client.post("/sign-in/code", data={"code": another(code)})
    client.post("/sign-in/code", data={"code": code})
    client.post("/sign-out")
    assert actions(db, coordinator.label) == ["role given", "sign-in failed", "signed in", "signed out"]
    failed = db.scalars(select(AuditEntry).where(AuditEntry.action == "sign-in failed")).one()
    assert failed.detail == {}
    assert failed.actor == "nobody"


def test_a_failed_sign_in_at_an_unknown_address_is_recorded_without_the_address(
    client: FlaskClient, db: Session, north_shore: Partnership
) -> None:
    client.post("/sign-in", data={"email": "nobody@example.org"})
    client.post("/sign-in/code", data={"code": "123456"})
    failed = db.scalars(select(AuditEntry).where(AuditEntry.action == "sign-in failed")).one()
    assert "nobody@" not in failed.about
    assert failed.about.startswith("address/")


def test_a_demonstration_lists_who_one_can_be(
    make_app: Callable[..., Flask], client: FlaskClient, db: Session, coordinator: User
) -> None:
    assert "Cleo Winter" not in client.get("/sign-in").text
    demo = no_tokens(make_app(LDIS_DEMO="1")).test_client()
    page = demo.get("/sign-in").text
    assert "Cleo Winter, coordinator" in page
    assert f'value="{coordinator.email}"' in page
    demo.post("/sign-in", data={"email": coordinator.email, "next": ""})
    assert "Read the code in the outbox" in demo.get("/sign-in/code").text


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
