"""API keys: made and revoked on a page, good for one partnership, some scopes and so many calls a minute."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import psycopg
import pytest
import time_machine
from flask import Flask, Response
from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session

from ldis.audit.models import AuditEntry
from ldis.db import utc_now
from ldis.errors import Refusal
from ldis.people import queries, service
from ldis.people.access import current_key, key_scope
from ldis.people.models import Partnership, User
from ldis.people.rules import Scope
from tests.integration.people.conftest import SignIn


@dataclass
class Api:
    """A system that calls a view which wants the scope reports:write."""

    app: Flask

    def call(self, token: str | None, kind: str = "Bearer") -> Response:
        @key_scope("reports:write")
        def view() -> dict[str, object]:
            key = current_key()
            return {"label": key.label, "partnership": key.partnership_id, "prefix": key.place.prefix}

        headers = {} if token is None else {"Authorization": f"{kind} {token}"}
        with self.app.test_request_context("/api/v1/incidents", method="POST", headers=headers):
            try:
                answer = self.app.make_response(view())
            except Refusal as refusal:
                answer = self.app.make_response(self.app.handle_user_exception(refusal))
            return self.app.process_response(answer)


@pytest.fixture
def api(app: Flask) -> Api:
    return Api(app)


@pytest.fixture
def make_key(db: Session, north_shore: Partnership) -> Callable[..., str]:
    def make(*scopes: Scope, per_minute: int = 600) -> str:
        token = service.create_key(
            db,
            partnership_id=north_shore.id,
            name="Ambulance record system",
            scopes=scopes or [Scope.REPORTS_WRITE],
            actor="test",
            now=utc_now(),
            lasts=timedelta(days=30),
            per_minute=per_minute,
        )
        db.commit()
        return token

    return make


def test_a_good_key_acts_for_its_partnership(
    api: Api, make_key: Callable[..., str], north_shore: Partnership
) -> None:
    answer = api.call(make_key())
    assert answer.status_code == 200
    assert answer.json is not None
    assert (answer.json["partnership"], answer.json["prefix"]) == (north_shore.id, "NSH")
    assert answer.json["label"].startswith("key/")


@pytest.mark.parametrize("token", [None, "", "ldis_", "ldis_guess", "something else", "ldis_\x00"])
def test_without_a_good_key_the_answer_is_401(api: Api, north_shore: Partnership, token: str | None) -> None:
    answer = api.call(token)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_key_in_another_kind_of_header_is_no_key(api: Api, make_key: Callable[..., str]) -> None:
    assert api.call(make_key(), kind="Basic").status_code == 401


def test_a_key_without_the_scope_is_refused_by_name(api: Api, make_key: Callable[..., str]) -> None:
    answer = api.call(make_key(Scope.LAB_WRITE, Scope.REPORTS_READ))
    assert answer.status_code == 403
    assert answer.json is not None
    assert "reports:write" in answer.json["detail"]


def test_a_key_runs_out(api: Api, make_key: Callable[..., str]) -> None:
    token = make_key()
    with time_machine.travel(utc_now() + timedelta(days=30)):
        assert api.call(token).status_code == 401


def test_a_revoked_key_is_out_at_once(
    api: Api, db: Session, make_key: Callable[..., str], administrator: User, sign_in: SignIn
) -> None:
    token = make_key()
    office = sign_in(administrator)
    [key] = queries.keys_of(db, partnership_id=administrator.memberships[0].partnership_id)
    assert api.call(token).status_code == 200
    answer = office.post(f"/people/keys/{key.id}/revoke", follow_redirects=True)
    assert "The key for Ambulance record system no longer works." in answer.text
    assert "Revoked" in answer.text
    assert api.call(token).status_code == 401


def test_too_many_calls_are_held_off_and_told_for_how_long(api: Api, make_key: Callable[..., str]) -> None:
    token = make_key(per_minute=2)
    assert [api.call(token).status_code for _ in range(3)] == [200, 200, 429]
    answer = api.call(token)
    assert 0 < int(answer.headers["Retry-After"]) <= 60
    assert answer.json is not None
    assert "2 times a minute" in answer.json["detail"]
    assert api.call(make_key()).status_code == 200


def test_a_call_asks_the_database_once_about_its_key(
    api: Api, make_key: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    token = make_key()
    asked: list[str] = []
    ask = psycopg.Cursor.execute

    def note_and_ask(cursor: Any, query: Any, *args: Any, **kwargs: Any) -> Any:
        asked.append(str(query))
        return ask(cursor, query, *args, **kwargs)

    monkeypatch.setattr(psycopg.Cursor, "execute", note_and_ask)
    assert api.call(token).status_code == 200
    assert len([text for text in asked if text.strip().startswith("SELECT")]) == 1


def test_a_key_is_made_on_a_page_and_shown_once(
    api: Api, db: Session, administrator: User, sign_in: SignIn
) -> None:
    office = sign_in(administrator)
    assert "No key has been made yet." in office.get("/people/keys").text
    answer = office.post("/people/keys", data={"name": "Ward system", "scopes": ["reports:write"], "days": "90"})
    found = re.search(r"ldis_[\w-]{43}", answer.text)
    assert found
    assert api.call(found[0]).status_code == 200
    later = office.get("/people/keys").text
    assert "Ward system" in later
    assert "ldis_" not in later
    [kept] = queries.keys_of(db, partnership_id=administrator.memberships[0].partnership_id)
    assert found[0] not in (kept.digest, kept.name)


def test_a_key_needs_a_name_a_scope_and_a_length(administrator: User, sign_in: SignIn) -> None:
    office = sign_in(administrator)
    answer = office.post("/people/keys", data={"days": "731"})
    assert answer.status_code == 422
    for sentence in (
        "Answer “Which system is it for?”",
        "Answer “What may it do?”",
        "Enter a number from 1 to 730.",
    ):
        assert sentence in answer.text
    answer = office.post("/people/keys", data={"name": "x", "scopes": ["everything"], "days": "1"})
    assert answer.status_code == 422


def test_keys_are_in_the_audit_record_without_the_key(
    db: Session, make_key: Callable[..., str], north_shore: Partnership
) -> None:
    make_key()
    [key] = queries.keys_of(db, partnership_id=north_shore.id)
    service.revoke_key(db, key.id, partnership_id=north_shore.id, actor="test", now=utc_now())
    service.revoke_key(db, key.id, partnership_id=north_shore.id, actor="test", now=utc_now())
    db.commit()
    entries = db.scalars(
        select(AuditEntry).where(AuditEntry.about == f"key/{key.id}").order_by(AuditEntry.position)
    ).all()
    assert [entry.action for entry in entries] == ["key created", "key revoked"]
    assert entries[0].detail == {"scopes": ["reports:write"]}


def test_a_key_is_replaced_and_the_old_one_works_for_a_week_more(
    api: Api, db: Session, make_key: Callable[..., str], administrator: User, sign_in: SignIn
) -> None:
    old = make_key(Scope.REPORTS_WRITE, Scope.LAB_WRITE)
    office = sign_in(administrator)
    [key] = queries.keys_of(db, partnership_id=administrator.memberships[0].partnership_id)
    answer = office.post(f"/people/keys/{key.id}/replace")
    assert "The old key works until" in answer.text
    new = re.findall(r"ldis_[\w-]{43}", answer.text)[0]
    assert new != old
    assert [api.call(token).status_code for token in (old, new)] == [200, 200]
    with time_machine.travel(utc_now() + timedelta(days=7, minutes=1)):
        assert [api.call(token).status_code for token in (old, new)] == [401, 200]
        assert office.post(f"/people/keys/{key.id}/replace").status_code in (302, 403)
    made = queries.keys_of(db, partnership_id=key.partnership_id)
    assert [one.scopes for one in made] == [["lab:write", "reports:write"]] * 2
    assert [one.name for one in made] == ["Ambulance record system"] * 2


def test_a_key_that_was_replaced_never_works_longer_than_it_would_have(
    db: Session, make_key: Callable[..., str], north_shore: Partnership
) -> None:
    make_key()
    [key] = queries.keys_of(db, partnership_id=north_shore.id)
    ends = key.expires_at
    late = ends - timedelta(days=1)
    service.replace_key(db, key.id, partnership_id=north_shore.id, actor="test", now=late)
    assert key.expires_at == ends


def test_revoking_is_asked_first(
    db: Session, make_key: Callable[..., str], administrator: User, sign_in: SignIn
) -> None:
    make_key()
    office = sign_in(administrator)
    [key] = queries.keys_of(db, partnership_id=administrator.memberships[0].partnership_id)
    listed = office.get("/people/keys").text
    assert "/revoke" not in listed
    assert f"/people/keys/{key.id}" in listed
    asked = office.get(f"/people/keys/{key.id}").text
    assert "Are you sure? It stops working at once and for good." in asked
    assert f"/people/keys/{key.id}/revoke" in asked


def test_the_list_says_who_made_a_key_and_when_it_was_last_used(
    api: Api, administrator: User, sign_in: SignIn
) -> None:
    office = sign_in(administrator)
    office.post("/people/keys", data={"name": "Ward system", "scopes": ["reports:write"], "days": "90"})
    listed = office.get("/people/keys").text
    assert f"by {administrator.name}" in listed
    assert ">Never<" in listed


def test_the_use_of_a_key_is_noted_but_not_with_every_call(
    api: Api, db: Session, engine: Engine, make_key: Callable[..., str], north_shore: Partnership
) -> None:
    token = make_key()
    written: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda _c, _u, text, *_: written.append(text))
    start = utc_now()
    for minutes, writes in ((0, 1), (1, 1), (14, 1), (16, 2), (17, 2)):
        with time_machine.travel(start + timedelta(minutes=minutes), tick=False):
            assert api.call(token).status_code == 200
        assert len([text for text in written if text.startswith("UPDATE api_keys")]) == writes, minutes
    [key] = queries.keys_of(db, partnership_id=north_shore.id)
    db.refresh(key)
    assert key.last_used_at == start + timedelta(minutes=16)


def test_a_call_that_is_refused_for_its_scope_is_no_use(
    api: Api, db: Session, make_key: Callable[..., str], north_shore: Partnership
) -> None:
    assert api.call(make_key(Scope.LAB_WRITE)).status_code == 403
    [key] = queries.keys_of(db, partnership_id=north_shore.id)
    assert key.last_used_at is None


def test_another_partnerships_key_cannot_be_seen_replaced_or_revoked(
    db: Session, make_key: Callable[..., str], south_vale: Partnership, administrator: User, sign_in: SignIn
) -> None:
    service.create_key(
        db, partnership_id=south_vale.id, name="Theirs", scopes=[Scope.REPORTS_READ], actor="test", now=utc_now()
    )
    db.commit()
    [theirs] = queries.keys_of(db, partnership_id=south_vale.id)
    office = sign_in(administrator)
    for method, address in (("get", ""), ("post", "/replace"), ("post", "/revoke")):
        assert office.open(f"/people/keys/{theirs.id}{address}", method=method).status_code == 404
    db.refresh(theirs)
    assert theirs.revoked_at is None
