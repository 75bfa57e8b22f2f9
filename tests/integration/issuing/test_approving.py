"""Approving an alert: by a second person, exactly what was shown, once, whole or not at all."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.compose import ComposeError, Renditions
from alerts.messages import Medium, Words
from ldis.audit.models import AuditEntry
from ldis.cases.models import Case, CaseEntry, Recusal
from ldis.contacts import queries as contact_queries
from ldis.contacts import service as contacts
from ldis.issuing.models import AlertRecipient, Approval
from ldis.issuing.rules import State
from ldis.people import service as people
from ldis.people.access import Actor
from ldis.people.models import Membership
from ldis.people.rules import Discipline, Role
from tests.integration.cast import NOW, Cast
from tests.integration.issuing import scene
from tests.integration.issuing.scene import Directory

Browser = Callable[[Actor], FlaskClient]


def test_a_second_person_approves_and_every_message_is_written(
    approver: FlaskClient, waiting: str, db: Session, directory: Directory
) -> None:
    answer = approver.post(f"/issuing/{waiting}/approve", data=scene.signature(approver, waiting))
    assert (answer.status_code, answer.location) == (302, f"/issuing/{waiting}")
    alert = scene.alert_called(db, waiting)
    assert alert.state is State.ISSUED
    assert alert.approval is not None
    assert {(one.recipient, one.medium) for one in scene.deliveries_of(db, waiting)} == {
        (f"contact/{directory.both.id}", Medium.SMS),
        (f"contact/{directory.both.id}", Medium.EMAIL),
        (f"contact/{directory.by_email.id}", Medium.EMAIL),
    }


def test_every_message_carries_its_recipients_own_link(approver: FlaskClient, waiting: str, db: Session) -> None:
    approver.post(f"/issuing/{waiting}/approve", data=scene.signature(approver, waiting))
    alert = scene.alert_called(db, waiting)
    tokens = {
        one.recipient: one.token
        for one in db.scalars(select(AlertRecipient).where(AlertRecipient.alert_id == alert.id))
    }
    assert len(set(tokens.values())) == 2
    for delivery in scene.deliveries_of(db, waiting):
        assert f"/a/{tokens[delivery.recipient]}" in delivery.text


def test_the_button_says_how_many_people_it_goes_to(approver: FlaskClient, waiting: str) -> None:
    page = approver.get(f"/issuing/{waiting}/approval").text
    assert "Approve and send now to 2 people" in page
    assert "written by Cleo Winter" in page
    assert "1 opted out and will get nothing" in page


def test_a_person_on_two_lists_gets_one_message_by_each_medium(
    approver: FlaskClient, waiting: str, db: Session, directory: Directory
) -> None:
    approver.post(f"/issuing/{waiting}/approve", data=scene.signature(approver, waiting))
    theirs = [one for one in scene.deliveries_of(db, waiting) if one.recipient == f"contact/{directory.both.id}"]
    assert sorted(one.medium for one in theirs) == [Medium.EMAIL, Medium.SMS]


def test_whoever_opted_out_is_sent_nothing(
    approver: FlaskClient, waiting: str, db: Session, directory: Directory
) -> None:
    approver.post(f"/issuing/{waiting}/approve", data=scene.signature(approver, waiting))
    assert f"contact/{directory.opted_out.id}" not in {one.recipient for one in scene.deliveries_of(db, waiting)}


def test_an_opt_out_while_it_waits_makes_the_approver_look_again(
    approver: FlaskClient, waiting: str, db: Session, directory: Directory, cast: Cast
) -> None:
    signed = scene.signature(approver, waiting)
    contacts.opt_out(db, directory.by_email.id, actor=cast.coordinator, now=NOW)
    db.commit()
    answer = approver.post(f"/issuing/{waiting}/approve", data=signed)
    assert answer.status_code == 409
    assert "Approve and send now to 1 person" in answer.text
    assert scene.hash_on(answer.text) != signed["content_hash"]
    assert scene.deliveries_of(db, waiting) == []


def test_an_address_that_changes_in_the_very_moment_of_approval_is_not_written_to(
    approver: FlaskClient, waiting: str, db: Session, directory: Directory, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed = scene.signature(approver, waiting)
    as_signed = contact_queries.addresses_of

    def a_moment_later(*args: Any, **kwargs: Any) -> dict[tuple[int, Medium], str]:
        moved = (directory.by_email.id, Medium.EMAIL)
        return as_signed(*args, **kwargs) | {moved: "somebody.else@example.org"}

    monkeypatch.setattr(contact_queries, "addresses_of", a_moment_later)
    answer = approver.post(f"/issuing/{waiting}/approve", data=signed)
    assert answer.status_code == 409
    assert scene.deliveries_of(db, waiting) == []


@pytest.mark.parametrize("also", [Role.ADMINISTRATOR, Role.PANEL_MEMBER, Role.LEAD])
def test_the_author_cannot_approve_whatever_else_they_are(
    also: Role, browser_of: Browser, waiting: str, db: Session, cast: Cast
) -> None:
    discipline = Discipline.MEDICAL if also is Role.PANEL_MEMBER else None
    people.add_person(
        db,
        partnership_id=cast.coordinator.partnership_id,
        name=cast.coordinator.name,
        email=cast.coordinator.email,
        role=also,
        discipline=discipline,
        actor="test",
    )
    db.commit()
    author = browser_of(cast.coordinator)
    seen = author.get(f"/issuing/{waiting}/approval").text
    assert "Approve and send now" not in seen
    assert "somebody else must approve it" in seen
    signed = scene.signature(browser_of(cast.medical), waiting)
    answer = author.post(f"/issuing/{waiting}/approve", data=signed)
    assert answer.status_code == 403
    assert scene.deliveries_of(db, waiting) == []


def test_whoever_edited_it_cannot_approve_it_either(
    browser_of: Browser, waiting: str, db: Session, cast: Cast
) -> None:
    editor = browser_of(cast.second_coordinator)
    scene.send(scene.save(editor, waiting, caveat="Looks vary"), waiting)
    for writer in (editor, browser_of(cast.coordinator)):
        signed = scene.signature(browser_of(cast.medical), waiting)
        assert writer.post(f"/issuing/{waiting}/approve", data=signed).status_code == 403
    assert scene.deliveries_of(db, waiting) == []


def test_a_coordinator_who_wrote_nothing_reads_it_but_does_not_approve_it(
    browser_of: Browser, waiting: str, db: Session, cast: Cast
) -> None:
    second = browser_of(cast.second_coordinator)
    seen = second.get(f"/issuing/{waiting}/approval").text
    assert "Approve and send now" not in seen
    assert "A panel member can." in seen
    signed = scene.signature(browser_of(cast.medical), waiting)
    assert second.post(f"/issuing/{waiting}/approve", data=signed).status_code == 403
    assert scene.deliveries_of(db, waiting) == []


def test_a_member_who_stands_aside_from_the_case_cannot_approve(
    approver: FlaskClient, waiting: str, db: Session, cast: Cast, case: Case
) -> None:
    db.add(Recusal(case_id=case.id, person_id=cast.medical.id, reason="My brother", at=NOW))
    db.commit()
    signed = {"content_hash": "0" * 64, "_form": "signature"}
    assert approver.post(f"/issuing/{waiting}/approve", data=signed).status_code == 403


def test_a_coordinator_who_stands_aside_from_the_case_cannot_touch_its_alert(
    browser_of: Browser, waiting: str, db: Session, cast: Cast, case: Case
) -> None:
    db.add(Recusal(case_id=case.id, person_id=cast.second_coordinator.id, reason="My brother", at=NOW))
    db.commit()
    aside = browser_of(cast.second_coordinator)
    signed = scene.signature(browser_of(cast.medical), waiting)
    assert aside.post(f"/issuing/{waiting}/approve", data=signed).status_code == 403
    sent_back = {"reason": "No", "_form": "send_back"}
    assert aside.post(f"/issuing/{waiting}/send-back", data=sent_back).status_code in (403, 404, 422)
    assert scene.deliveries_of(db, waiting) == []


@pytest.mark.parametrize("who", ["lead", "reporter", "data_officer", "administrator"])
def test_nobody_outside_the_review_may_read_or_approve_it(
    who: str, browser_of: Browser, waiting: str, cast: Cast
) -> None:
    browser = browser_of(getattr(cast, who))
    assert browser.get(f"/issuing/{waiting}/approval").status_code == 403
    assert browser.post(f"/issuing/{waiting}/approve", data={"content_hash": "0" * 64}).status_code == 403


def test_an_edit_makes_what_waited_a_draft_again(
    author: FlaskClient, approver: FlaskClient, waiting: str, db: Session
) -> None:
    signed = scene.signature(approver, waiting)
    scene.save(author, waiting, headline="Metonitazene in white tablets")
    assert scene.alert_called(db, waiting).state is State.DRAFT
    answer = approver.post(f"/issuing/{waiting}/approve", data=signed)
    assert answer.status_code == 409
    assert scene.deliveries_of(db, waiting) == []


def test_what_was_edited_elsewhere_cannot_be_approved_from_the_old_page(
    author: FlaskClient, approver: FlaskClient, waiting: str, db: Session
) -> None:
    signed = scene.signature(approver, waiting)
    scene.send(scene.save(author, waiting, headline="Metonitazene in white tablets"), waiting)
    answer = approver.post(f"/issuing/{waiting}/approve", data=signed)
    assert answer.status_code == 409
    assert "Metonitazene in white tablets" in answer.text
    assert scene.deliveries_of(db, waiting) == []
    again = {"content_hash": scene.hash_on(answer.text), "_form": "signature"}
    assert approver.post(f"/issuing/{waiting}/approve", data=again).status_code == 302


def test_nothing_can_be_edited_once_it_is_issued(
    author: FlaskClient, approver: FlaskClient, waiting: str, db: Session
) -> None:
    kept = scene.fields_of(author.get(f"/issuing/{waiting}/draft").text)
    approver.post(f"/issuing/{waiting}/approve", data=scene.signature(approver, waiting))
    before = scene.alert_called(db, waiting).content
    answer = author.post(f"/issuing/{waiting}/draft", data=kept | {"headline": "Something else"})
    assert answer.status_code == 409
    assert scene.alert_called(db, waiting).content == before


def test_approving_twice_writes_one_set_of_messages(approver: FlaskClient, waiting: str, db: Session) -> None:
    signed = scene.signature(approver, waiting)
    statuses = [approver.post(f"/issuing/{waiting}/approve", data=signed).status_code for _ in range(2)]
    assert statuses == [302, 409]
    assert len(scene.deliveries_of(db, waiting)) == 3


def test_sending_back_needs_a_reason_and_gives_it_to_the_author(
    author: FlaskClient, approver: FlaskClient, waiting: str, db: Session
) -> None:
    silent = approver.post(f"/issuing/{waiting}/send-back", data={"reason": "", "_form": "back"})
    assert silent.status_code == 403
    assert scene.alert_called(db, waiting).state is State.WAITING
    approver.post(f"/issuing/{waiting}/send-back", data={"reason": "Say where it was sold.", "_form": "back"})
    assert scene.alert_called(db, waiting).state is State.DRAFT
    assert "Say where it was sold." in author.get(f"/issuing/{waiting}/draft").text


def test_if_a_message_cannot_be_composed_nothing_has_happened(
    approver: FlaskClient, waiting: str, db: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed = scene.signature(approver, waiting)
    entries = len(db.scalars(select(AuditEntry)).all())
    composed: list[str] = []
    real = Renditions.words_for

    def fails_at_the_third(self: Renditions, medium: Medium, link: str) -> Words:
        if "x" * 22 in link:
            return real(self, medium, link)
        composed.append(link)
        if len(composed) == 3:
            raise ComposeError("The template is broken.")
        return real(self, medium, link)

    monkeypatch.setattr(Renditions, "words_for", fails_at_the_third)
    answer = approver.post(f"/issuing/{waiting}/approve", data=signed)
    assert answer.status_code == 422
    assert "Nothing was sent, because the messages could not be written. The template is broken." in answer.text
    assert len(composed) == 3
    alert = scene.alert_called(db, waiting)
    assert alert.state is State.WAITING
    assert scene.deliveries_of(db, waiting) == []
    assert db.scalars(select(Approval)).all() == []
    assert db.scalars(select(AlertRecipient)).all() == []
    assert len(db.scalars(select(AuditEntry)).all()) == entries


def test_a_case_that_was_reopened_stops_its_alert(
    approver: FlaskClient, author: FlaskClient, waiting: str, db: Session, case: Case
) -> None:
    signed = scene.signature(approver, waiting)
    version = scene.alert_called(db, waiting).case.version
    moved = author.post(
        f"/cases/{case.reference}/move",
        data={"action": "reopen", "reason": "New result", "seen_version": str(version), "_form": "reopen"},
    )
    assert moved.status_code == 302, moved.text
    assert approver.post(f"/issuing/{waiting}/approve", data=signed).status_code == 403
    assert scene.deliveries_of(db, waiting) == []


def test_every_step_is_in_the_cases_history_and_in_the_audit_record(
    approver: FlaskClient, waiting: str, db: Session, case: Case
) -> None:
    approver.post(f"/issuing/{waiting}/approve", data=scene.signature(approver, waiting))
    said = [
        one.action
        for one in db.scalars(select(CaseEntry).where(CaseEntry.case_id == case.id).order_by(CaseEntry.id))
    ]
    assert said[-3:] == ["drafted an alert", "sent the alert for approval", "approved and issued the alert"]
    alert = scene.alert_called(db, waiting)
    recorded = [
        one.action
        for one in db.scalars(
            select(AuditEntry)
            .where(AuditEntry.about == f"alert/{alert.id}")
            .order_by(AuditEntry.lane, AuditEntry.position)
        )
    ]
    assert recorded == ["alert drafted", "alert edit", "alert send for approval", "alert approve"]


def test_an_alert_is_not_found_from_another_partnership(
    browser_of: Browser, waiting: str, db: Session, cast: Cast
) -> None:
    on_another_panel = Membership(
        person_id=cast.stranger.id,
        partnership_id=cast.stranger.partnership_id,
        role=Role.PANEL_MEMBER,
        discipline=Discipline.MEDICAL,
    )
    db.add(on_another_panel)
    db.commit()
    stranger = browser_of(cast.stranger)
    for path in ("", "/draft", "/approval", "/email"):
        assert stranger.get(f"/issuing/{waiting}{path}").status_code == 404
    for path, sent in (
        ("approve", {"content_hash": "0" * 64}),
        ("send-back", {"reason": "Because"}),
        ("send", {"seen_version": "2"}),
        ("draft", {"seen_version": "2", "level": "red", "handling": "public"}),
    ):
        assert stranger.post(f"/issuing/{waiting}/{path}", data=sent).status_code == 404
    assert waiting not in stranger.get("/issuing").text
    assert scene.alert_called(db, waiting).state is State.WAITING
