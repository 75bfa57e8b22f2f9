"""A drill from start to end, by the pages, and the report at its end."""

from collections.abc import Callable
from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from ldis.contacts import service as contacts
from ldis.contacts.schemas import ContactDetails
from ldis.issuing.models import Alert, AlertRecipient
from ldis.people.access import Actor
from ldis.reach.exercises import lasted
from tests.integration.cast import NOW, Cast, words_of
from tests.integration.issuing import scene
from tests.integration.issuing.scene import Directory


def test_a_drill_is_begun_approved_acknowledged_and_reported_on(
    browser_of: Callable[[Actor], FlaskClient],
    client: FlaskClient,
    alert: Alert,
    directory: Directory,
    cast: Cast,
    db: Session,
) -> None:
    for number, name in ((401, "Answers"), (402, "Keeps Silent")):
        details = ContactDetails(
            name=name,
            mobile=f"07700 900{number}",
            by_sms=True,
            organisation_id=directory.both.organisation_id,
            list_ids=tuple(directory.ids),
            is_exercise=True,
        )
        contacts.add_contact(db, details, actor=cast.coordinator, now=NOW, allow_drama=True)
    db.commit()
    author, approver = browser_of(cast.coordinator), browser_of(cast.medical)
    case = alert.case.reference
    assert f"Exercise with {case}" in author.get("/exercises").text
    reference = author.post(f"/exercises/from/{case}").location.split("/")[-2]
    assert "It has not gone out yet: draft" in words_of(author.get(f"/exercises/{reference}").text)
    scene.send(scene.save(author, reference, list_ids=directory.ids), reference)
    sent = approver.post(f"/issuing/{reference}/approve", data=scene.signature(approver, reference))
    assert sent.status_code == 302
    drill = scene.alert_called(db, reference)
    tokens = select(AlertRecipient.token).where(AlertRecipient.alert_id == drill.id).order_by(AlertRecipient.id)
    first = db.scalars(tokens).first()
    assert "This is a drill" in client.get(f"/a/{first}").text
    assert client.post(f"/a/{first}").status_code == 302
    page = words_of(author.get(f"/exercises/{reference}").text)
    assert "people told 2 said that they have it 1 organisations said that they have it 1 of 1 Times" in page
    assert "Who was silent Keeps Silent, Harbour Hostel" in page


def test_a_real_alert_is_no_exercise_and_only_a_coordinator_begins_one(
    browser_of: Callable[[Actor], FlaskClient], alert: Alert, cast: Cast
) -> None:
    assert browser_of(cast.coordinator).get(f"/exercises/{alert.reference}").status_code == 404
    assert browser_of(cast.medical).post(f"/exercises/from/{alert.case.reference}").status_code == 403
    assert "Exercise with" not in browser_of(cast.lead).get("/exercises").text


def test_a_length_of_time_is_said_in_words() -> None:
    assert [lasted(time) for time in (None, timedelta(minutes=7), timedelta(minutes=61))] == [
        "Not yet",
        "7 min",
        "1 h 1 min",
    ]
