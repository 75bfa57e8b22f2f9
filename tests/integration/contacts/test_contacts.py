"""Keeping contacts and lists, through the pages."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from ldis.audit.models import AuditEntry
from ldis.contacts import service
from ldis.contacts.models import Contact, ContactList
from ldis.errors import NotFound
from ldis.people.access import Actor
from tests.integration.cast import Cast

Browser = Callable[[Actor], FlaskClient]


@pytest.fixture
def keeper(app: Flask, browser_of: Browser, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """The coordinator's browser, where invented numbers may be used."""
    monkeypatch.setitem(app.config, "DEMO", True)
    return browser_of(cast.coordinator)


def details(**changes: Any) -> dict[str, Any]:
    return {
        "name": "Noor Quay",
        "mobile": "07700 900101",
        "email": "Noor.Quay@example.org",
        "by_sms": "yes",
        "by_email": "yes",
    } | changes


def only_contact(db: Session) -> Contact:
    db.expire_all()
    return db.scalars(select(Contact)).one()


def test_with_nobody_to_tell_the_page_says_whom_to_add(keeper: FlaskClient) -> None:
    assert "You have no contacts yet" in keeper.get("/contacts").text


def test_addresses_are_kept_in_one_spelling_and_encrypted(keeper: FlaskClient, db: Session) -> None:
    assert keeper.post("/contacts/add", data=details()).status_code == 302
    contact = only_contact(db)
    assert (contact.mobile, contact.email) == ("+447700900101", "noor.quay@example.org")
    stored = db.execute(text("SELECT mobile, email, mobile_index FROM contacts")).one()
    assert b"7700900101" not in bytes(stored.mobile)
    assert b"noor" not in bytes(stored.email)
    assert "900101" not in stored.mobile_index


def test_film_and_drama_numbers_are_refused_outside_a_demonstration(
    browser_of: Browser, cast: Cast, db: Session
) -> None:
    answer = browser_of(cast.coordinator).post("/contacts/add", data=details())
    assert answer.status_code == 422
    assert "numbers for film and drama" in answer.text
    assert db.scalars(select(Contact)).all() == []


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"mobile": "", "email": ""}, "Enter a mobile number, an email address, or both."),
        ({"mobile": "123"}, "Enter a UK mobile number"),
        ({"email": "noor"}, "Enter an email address in full"),
        ({"name": ""}, "Enter name."),
        ({"organisation_id": "999999"}, "Choose one of the organisations shown."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    keeper: FlaskClient, db: Session, changes: dict[str, str], sentence: str
) -> None:
    answer = keeper.post("/contacts/add", data=details(job_role="Night manager") | changes)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'value="Night manager"' in answer.text
    assert db.scalars(select(Contact)).all() == []


@pytest.mark.parametrize("same", [{"mobile": "+44 7700 900101"}, {"email": "NOOR.QUAY@EXAMPLE.ORG"}])
def test_nobody_is_added_twice_under_another_spelling(
    keeper: FlaskClient, db: Session, same: dict[str, str]
) -> None:
    keeper.post("/contacts/add", data=details())
    other = details(name="Somebody else", mobile="07700 900199", email="else@example.org") | same
    answer = keeper.post("/contacts/add", data=other)
    assert answer.status_code == 422
    assert "already has this" in answer.text
    assert only_contact(db).name == "Noor Quay"


def test_two_partnerships_may_both_tell_the_same_person(
    keeper: FlaskClient, browser_of: Browser, cast: Cast, db: Session
) -> None:
    keeper.post("/contacts/add", data=details())
    assert browser_of(cast.stranger).post("/contacts/add", data=details()).status_code == 302
    assert len(db.scalars(select(Contact)).all()) == 2


@pytest.mark.parametrize("words", ["quay", "07700900101", "noor.quay@example.org", "night"])
def test_a_contact_is_found_by_name_job_number_or_address(keeper: FlaskClient, words: str) -> None:
    keeper.post("/contacts/add", data=details(job_role="Night manager"))
    keeper.post("/contacts/add", data=details(name="Wes Lane", mobile="07700 900102", email="wes@example.org"))
    keeper.get("/contacts")  # says once that Wes was added
    page = keeper.get("/contacts", query_string={"q": words}).text
    assert "Noor Quay" in page
    assert "Wes Lane" not in page


@pytest.mark.parametrize("words", ["%", "_", "nobody at all", "\\"])
def test_a_search_that_finds_nobody_says_so(keeper: FlaskClient, words: str) -> None:
    keeper.post("/contacts/add", data=details())
    assert "Nobody is found" in keeper.get("/contacts", query_string={"q": words}).text


def test_an_edit_from_an_old_page_changes_nothing(keeper: FlaskClient, db: Session) -> None:
    keeper.post("/contacts/add", data=details())
    path = f"/contacts/{only_contact(db).id}"
    assert keeper.post(path, data=details(name="Noor Quay-Hill", seen_version="1")).status_code == 302
    answer = keeper.post(path, data=details(name="Noor Hill", seen_version="1"))
    assert answer.status_code == 409
    assert 'value="Noor Hill"' in answer.text
    assert only_contact(db).name == "Noor Quay-Hill"


def test_opting_out_and_in_again_is_recorded_without_the_persons_name(keeper: FlaskClient, db: Session) -> None:
    keeper.post("/contacts/add", data=details())
    path = f"/contacts/{only_contact(db).id}"
    assert keeper.post(f"{path}/opt-out").status_code == 302
    first = only_contact(db).opted_out_at
    assert first is not None
    keeper.post(f"{path}/opt-out")
    assert only_contact(db).opted_out_at == first
    assert "Opted out" in keeper.get("/contacts").text
    keeper.post(f"{path}/opt-in")
    assert only_contact(db).opted_out_at is None
    entries = db.scalars(select(AuditEntry).order_by(AuditEntry.at)).all()
    assert {"contact added", "contact opted out", "contact opted in"} <= {entry.action for entry in entries}
    assert not [
        entry for entry in entries if re.search("noor|quay", f"{entry.about}{entry.detail}", re.IGNORECASE)
    ]


def test_a_list_holds_who_was_ticked(keeper: FlaskClient, db: Session) -> None:
    keeper.post("/contacts/add", data=details())
    contact = only_contact(db)
    assert (
        keeper.post("/contacts/lists/add", data={"name": "Nights", "member_ids": [contact.id]}).status_code == 302
    )
    assert [one.name for one in only_contact(db).lists] == ["Nights"]
    page = keeper.get("/contacts/lists").text
    assert re.search(r"Nights</a></td>\s*<td data-label=\"Contacts\">1</td>", page)


def test_saving_a_list_from_an_old_page_loses_nobody_who_was_added_meanwhile(
    keeper: FlaskClient, db: Session
) -> None:
    keeper.post("/contacts/lists/add", data={"name": "Nights"})
    nights = db.scalars(select(ContactList)).one()
    keeper.post("/contacts/add", data=details(list_ids=[nights.id]))
    keeper.post(f"/contacts/lists/{nights.id}", data={"name": "Nights and weekends"})
    db.expire_all()
    assert nights.name == "Nights and weekends"
    assert [one.name for one in nights.members] == ["Noor Quay"]
    keeper.post(
        f"/contacts/lists/{nights.id}", data={"name": "Nights", "shown_ids": [one.id for one in nights.members]}
    )
    db.expire_all()
    assert nights.members == []


def test_somebody_is_put_on_a_list_and_taken_off_once_however_often_asked(
    keeper: FlaskClient, db: Session, cast: Cast
) -> None:
    keeper.post("/contacts/add", data=details())
    keeper.post("/contacts/lists/add", data={"name": "Nights"})
    contact, nights = only_contact(db), db.scalars(select(ContactList)).one()
    for _ in range(2):
        service.add_to_list(db, nights.id, contact.id, actor=cast.coordinator)
    assert nights.members == [contact]
    for _ in range(2):
        service.remove_from_list(db, nights.id, contact.id, actor=cast.coordinator)
    assert nights.members == []
    with pytest.raises(NotFound):
        service.add_to_list(db, nights.id, contact.id, actor=cast.stranger)


def test_a_number_is_shown_as_people_write_it(keeper: FlaskClient, db: Session) -> None:
    keeper.post("/contacts/add", data=details())
    assert 'value="07700 900101"' in keeper.get(f"/contacts/{only_contact(db).id}").text


def test_two_lists_cannot_have_the_same_name(keeper: FlaskClient) -> None:
    keeper.post("/contacts/lists/add", data={"name": "Nights"})
    answer = keeper.post("/contacts/lists/add", data={"name": "Nights"})
    assert answer.status_code == 422
    assert "You already have a list with this name." in answer.text


def test_contacts_and_lists_are_not_found_from_another_partnership(
    keeper: FlaskClient, browser_of: Browser, cast: Cast, db: Session
) -> None:
    keeper.post("/contacts/add", data=details())
    keeper.post("/contacts/lists/add", data={"name": "Nights"})
    contact, nights = only_contact(db), db.scalars(select(ContactList)).one()
    stranger = browser_of(cast.stranger)
    assert "Noor" not in stranger.get("/contacts").text
    assert "Nights" not in stranger.get("/contacts/lists").text
    for path in (f"/contacts/{contact.id}", f"/contacts/lists/{nights.id}"):
        assert stranger.get(path).status_code == 404
        assert stranger.post(path, data=details(seen_version="1")).status_code == 404
    assert stranger.post(f"/contacts/{contact.id}/opt-out").status_code == 404
    assert only_contact(db).opted_out_at is None


def test_nobody_of_another_partnership_is_put_on_a_list(
    keeper: FlaskClient, browser_of: Browser, cast: Cast, db: Session
) -> None:
    keeper.post("/contacts/add", data=details())
    stranger = browser_of(cast.stranger)
    stranger.post("/contacts/lists/add", data={"name": "Theirs", "member_ids": [only_contact(db).id]})
    assert db.scalars(select(ContactList)).one().members == []


@pytest.mark.parametrize("who", ["medical", "lead", "reporter", "data_officer"])
def test_only_coordinators_and_administrators_open_contacts(who: str, browser_of: Browser, cast: Cast) -> None:
    browser = browser_of(getattr(cast, who))
    assert {browser.get(path).status_code for path in ("/contacts", "/contacts/add", "/contacts/lists")} == {403}
    assert browser_of(cast.administrator).get("/contacts").status_code == 200
