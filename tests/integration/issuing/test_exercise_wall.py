"""Exercises and real alerts are kept apart by the database, whatever statement is sent to it."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ldis.cases.models import Case
from ldis.contacts import service as contacts
from ldis.contacts.models import Contact
from ldis.contacts.schemas import ContactDetails
from ldis.issuing import service
from ldis.issuing.models import Alert, AlertRecipient
from tests.integration.cast import NOW, Cast
from tests.integration.issuing import scene
from tests.integration.issuing.scene import Directory

RECIPIENT = """
    INSERT INTO alert_recipients (alert_id, contact_id, is_exercise, token, recipient)
    VALUES (:alert, :contact, :exercise, 'a token', 'contact/' || :contact)
"""
MESSAGE = """
    INSERT INTO deliveries (reference, about, recipient, is_exercise, medium, urgency, envelope, state, written_at,
                            due_at, give_up_at, attempts)
    VALUES (gen_random_uuid(), 'alert/' || :alert || :rest, 'contact/' || :contact, :exercise, 'sms', 0, '', 'queued',
            now(), now(), now(), 0)
"""


@pytest.fixture
def drill(db: Session, case: Case, cast: Cast) -> Alert:
    """An exercise with a decided case, being written."""
    alert = service.start(
        db,
        case.reference,
        actor=cast.coordinator,
        now=NOW,
        public_url="https://x.example.org",
        entries=(),
        is_exercise=True,
    )
    db.commit()
    return alert


@pytest.fixture
def player(db: Session, cast: Cast, directory: Directory) -> Contact:
    """The person on both lists once more, to take part in exercises."""
    details = ContactDetails(
        name="Noor Quay",
        organisation_id=directory.both.organisation_id,
        mobile="07700 900101",
        email="noor.quay@example.org",
        by_sms=True,
        by_email=True,
        list_ids=tuple(directory.ids),
        is_exercise=True,
    )
    contact = contacts.add_contact(db, details, actor=cast.coordinator, now=NOW, allow_drama=True)
    db.commit()
    return contact


@pytest.mark.parametrize("claimed", [True, False])
@pytest.mark.parametrize("statement", [RECIPIENT, MESSAGE])
@pytest.mark.parametrize("mixed", ["an exercise to a real contact", "a real alert to an exercise contact"])
def test_no_statement_brings_an_exercise_and_a_real_contact_together(
    db: Session,
    drill: Alert,
    player: Contact,
    directory: Directory,
    waiting: str,
    *,
    statement: str,
    mixed: str,
    claimed: bool,
) -> None:
    real = scene.alert_called(db, waiting)
    alert, contact = (drill, directory.both) if mixed.startswith("an exercise") else (real, player)
    for rest in ("", "/reminder"):
        values = {"alert": alert.id, "contact": contact.id, "exercise": claimed}
        if statement is MESSAGE:
            values["rest"] = rest
        with pytest.raises(IntegrityError, match="is_exercise"), db.begin_nested():
            db.execute(text(statement), values)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE alerts SET is_exercise = NOT is_exercise",
        "UPDATE contacts SET is_exercise = NOT is_exercise",
        "UPDATE deliveries SET is_exercise = NOT is_exercise",
        "UPDATE alert_recipients SET is_exercise = NOT is_exercise",
        "UPDATE alerts SET handling = 'public' WHERE is_exercise",
    ],
)
def test_nothing_that_went_out_changes_sides_and_no_exercise_becomes_public(
    db: Session, drill: Alert, approver: FlaskClient, waiting: str, statement: str
) -> None:
    approver.post(f"/issuing/{waiting}/approve", data=scene.signature(approver, waiting))
    with pytest.raises(IntegrityError), db.begin_nested():
        db.execute(text(statement))


def test_an_exercise_reaches_only_those_who_take_part_and_says_so_first(
    db: Session, author: FlaskClient, approver: FlaskClient, drill: Alert, player: Contact, directory: Directory
) -> None:
    reference = drill.reference
    scene.send(scene.save(author, reference, list_ids=directory.ids), reference)
    answer = approver.post(f"/issuing/{reference}/approve", data=scene.signature(approver, reference))
    assert answer.status_code == 302, answer.text
    went = scene.deliveries_of(db, reference)
    assert {one.recipient for one in went} == {f"contact/{player.id}"}
    assert len(went) == 2
    assert all(one.text.startswith("EXERCISE. ") for one in went)
    (email,) = [one for one in went if one.html]
    assert (email.subject or "").startswith("EXERCISE. ")
    assert "EXERCISE. This is a drill." in (email.html or "")
    for page in ("flyer", "approval"):
        assert "EXERCISE." in author.get(f"/issuing/{reference}/{page}").text, page

    followed = author.post(f"/issuing/{reference}/follow", data={"kind": "stand-down", "change": "It is over."})
    notice = followed.location.split("/")[-2]
    scene.send(author, notice)
    approver.post(f"/issuing/{notice}/approve", data=scene.signature(approver, notice))
    ended = scene.deliveries_of(db, notice)
    assert {one.recipient for one in ended} == {f"contact/{player.id}"}
    assert all(one.text.startswith(f"EXERCISE. WITHDRAWN: alert {reference}") for one in ended if not one.html)
    assert all("EXERCISE. This is a drill." in one.text for one in ended if one.html)


def test_a_real_alert_to_the_same_lists_leaves_those_out_who_only_take_part_in_exercises(
    db: Session, approver: FlaskClient, waiting: str, player: Contact, directory: Directory
) -> None:
    approver.post(f"/issuing/{waiting}/approve", data=scene.signature(approver, waiting))
    named = db.scalars(select(AlertRecipient.contact_id)).all()
    assert player.id not in named
    assert directory.both.id in named


def test_a_case_whose_only_alert_is_an_exercise_still_waits_for_its_alert(
    author: FlaskClient, drill: Alert, case: Case
) -> None:
    page = author.get("/issuing").text
    assert "Decided, without an alert yet" in page
    assert scene.draft(author, case) != drill.reference


def test_an_exercise_cannot_be_made_public(author: FlaskClient, drill: Alert) -> None:
    shown = author.get(f"/issuing/{drill.reference}/draft").text
    answer = author.post(f"/issuing/{drill.reference}/draft", data=scene.fields_of(shown) | {"handling": "public"})
    assert answer.status_code == 422
    assert "An exercise is never public." in answer.text
