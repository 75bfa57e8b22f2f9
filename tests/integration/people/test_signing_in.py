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
from ldis.people.models import Partnership, User
from ldis.people.rules import TRIES_PER_CODE, Role
from tests.integration.people.conftest import Person, SignIn, ask, code_sent_to, letters_to, no_tokens


def another(code: str) -> str:
    """A code that is not this one."""
    return f"{(int(code) + 1) % 1_000_000:06d}"


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


def test_the_code_page_without_an_address_goes_back_to_the_start(client: FlaskClient) -> None:
    assert client.get("/sign-in/code").location == "/sign-in"
    assert client.post("/sign-in/code", data={"code": "123456"}).location == "/sign-in"


def test_ending_the_sessions_ends_a_code_that_was_sent(
    client: FlaskClient, db: Session, administrator: User, coordinator: User, sign_in: SignIn
) -> None:
    ask(client, coordinator)
    code = code_sent_to(db, coordinator.email)
    sign_in(administrator).post(f"/people/{coordinator.id}/end-sessions")
    assert client.post("/sign-in/code", data={"code": code}).status_code == 422


def test_no_form_is_taken_without_its_token(make_app: Callable[..., Flask]) -> None:
    assert make_app().test_client().post("/sign-in", data={"email": "nobody@example.org"}).status_code == 403


def test_every_step_of_signing_in_and_out_is_in_the_audit_record(
    client: FlaskClient, db: Session, north_shore: Partnership, person: Person
) -> None:
    newcomer = person(north_shore, "Wren Hale", Role.COORDINATOR)
    ask(client, newcomer)
    code = code_sent_to(db, newcomer.email)
    client.post("/sign-in/code", data={"code": another(code)})
    client.post("/sign-in/code", data={"code": code})
    client.post("/sign-out")
    assert actions(db, newcomer.label) == ["role given", "sign-in failed", "signed in", "signed out"]
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
    assert "<strong>Cleo Winter</strong>" in page
    assert "Coordinator" in page
    assert f'value="{coordinator.email}"' in page
    demo.post("/sign-in", data={"email": coordinator.email, "next": ""})
    assert "Read the code in the outbox" in demo.get("/sign-in/code").text
