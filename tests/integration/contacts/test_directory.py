"""A directory elsewhere keeps its people in step by PUT: each once, and whoever opted out stays so."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from ldis.audit.models import AuditEntry
from ldis.contacts import service
from ldis.contacts.models import Contact, ContactList
from ldis.contacts.schemas import ContactDetails, ListDetails
from ldis.people import service as people
from ldis.people.models import Partnership
from ldis.people.rules import Scope, Sector
from tests.integration.cast import NOW, Cast

NOOR = {"name": "Noor Quay", "mobile": "07700 900101", "email": "noor@example.org"}
Put = Callable[..., Any]


@pytest.fixture
def put(
    app: Flask,
    client: FlaskClient,
    north_shore: Partnership,
    key_for: Callable[..., dict[str, str]],
    monkeypatch: pytest.MonkeyPatch,
) -> Put:
    monkeypatch.setitem(app.config, "DEMO", True)  # drama numbers are allowed
    key = key_for(north_shore, Scope.CONTACTS_WRITE)

    def send(said: dict[str, Any], name: str = "staff-1") -> Any:
        return client.put(f"/api/v1/contacts/{name}", json=said, headers=key)

    return send


def everybody(db: Session) -> list[Contact]:
    db.expire_all()
    return list(db.scalars(select(Contact).order_by(Contact.id)))


def actions(db: Session) -> list[str]:
    return list(db.scalars(select(AuditEntry.action).where(AuditEntry.about.startswith("contact/"))))


def test_somebody_is_added_and_sending_the_same_again_changes_nothing(put: Put, db: Session) -> None:
    first = put(NOOR)
    assert first.status_code == 200, first.text
    assert (first.json["external_id"], first.json["mobile"]) == ("staff-1", "+447700900101")
    again = put(NOOR | {"email": "Noor@Example.org"})
    [noor] = everybody(db)
    assert (noor.version, noor.external_id) == (1, "staff-1")
    assert again.json["name"] == "Noor Quay"
    assert actions(db) == ["contact added"]


def test_what_is_left_out_is_taken_as_not_so(put: Put, db: Session, cast: Cast, north_shore: Partnership) -> None:
    service.add_list(db, ListDetails(name="Nights"), actor=cast.coordinator)
    people.add_organisation(
        db, partnership_id=north_shore.id, name="Quay House", sector=Sector.HOSTEL, area_code=None, actor="test"
    )
    db.commit()
    full = put(NOOR | {"lists": ["Nights"], "organisation": "Quay House", "red_only": True, "stands_in": True})
    assert (full.json["lists"], full.json["organisation"]) == (["Nights"], "Quay House")
    less = put({"name": "Noor Quay", "email": "noor@example.org", "by_email": False})
    assert less.json | {"external_id": ""} == {
        "external_id": "",
        "name": "Noor Quay",
        "organisation": None,
        "job_role": "",
        "mobile": None,
        "email": "noor@example.org",
        "by_sms": True,
        "by_email": False,
        "stands_in": False,
        "lists": [],
        "clearance": "professional",
        "areas": [],
        "topics": [],
        "red_only": False,
        "opted_out": False,
    }
    assert db.scalars(select(ContactList.name)).all() == ["Nights"]


def test_who_is_known_by_an_address_and_has_no_identifier_is_taken_to_be_them(
    put: Put, db: Session, cast: Cast
) -> None:
    details = ContactDetails(name="N. Quay", email="noor@example.org", by_email=True)
    service.add_contact(db, details, actor=cast.coordinator, now=NOW, allow_drama=True)
    db.commit()
    assert put(NOOR).status_code == 200
    [noor] = everybody(db)
    assert (noor.name, noor.external_id) == ("Noor Quay", "staff-1")
    other = put(NOOR, name="staff-2")
    assert other.status_code == 422
    assert "already has this" in str(other.json["errors"])
    assert len(everybody(db)) == 1


def test_whoever_opted_out_stays_so(put: Put, db: Session, cast: Cast) -> None:
    put(NOOR)
    [noor] = everybody(db)
    service.opt_out(db, noor.id, actor=cast.coordinator, now=NOW)
    db.commit()
    assert put(NOOR | {"job_role": "Manager"}).json["opted_out"] is True
    [noor] = everybody(db)
    assert noor.opted_out_at is not None


@pytest.mark.parametrize(
    ("said", "field", "sentence"),
    [
        ({"name": "Noor"}, "mobile", "Enter a mobile number, an email address, or both."),
        ({}, "name", ""),
        (NOOR | {"organisation": "Nowhere"}, "organisation", "We know no organisation of this name."),
        (NOOR | {"lists": ["None"]}, "lists", "We know no list “None”."),
        (NOOR | {"areas": ["E99999999"]}, "areas", "None of your areas is E99999999."),
        (NOOR | {"stands_in": True}, "organisation", "Say for which organisation they stand in."),
        (NOOR | {"mobile": "12"}, "mobile", "Enter a UK mobile number"),
        (NOOR | {"email": "noor"}, "email", "Enter an email address"),
        (NOOR | {"nickname": "N"}, "nickname", ""),
    ],
)
def test_what_cannot_be_kept_gets_a_sentence_by_its_field(
    put: Put, db: Session, said: dict[str, Any], field: str, sentence: str
) -> None:
    answer = put(said)
    assert answer.status_code == 422
    assert sentence in str(answer.json["errors"][field])
    assert everybody(db) == []


def test_a_key_without_the_scope_may_not(
    client: FlaskClient, north_shore: Partnership, key_for: Callable[..., dict[str, str]]
) -> None:
    answer = client.put("/api/v1/contacts/1", json=NOOR, headers=key_for(north_shore, Scope.ALERTS_READ))
    assert answer.status_code == 403
