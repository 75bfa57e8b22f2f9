"""Whom an alert reaches besides its lists, who is kept out of it, and what its approver reads of them."""

from collections.abc import Sequence

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from alerts.audiences import Clearance, Topic
from ldis.cases.models import Case
from ldis.contacts import service as contacts
from ldis.contacts.models import Contact
from ldis.contacts.schemas import ContactDetails
from ldis.issuing.models import AlertRecipient
from ldis.people.rules import Sector
from tests.integration.cast import NOW, Cast, words_of
from tests.integration.issuing import scene
from tests.integration.issuing.scene import Directory

AREA = "E99000001"


def subscriber(db: Session, cast: Cast, number: int, **details: object) -> Contact:
    """Somebody on no list and at no organisation."""
    known = {"name": f"Person {number}", "mobile": f"07700 900{number}", "by_sms": True}
    contact = contacts.add_contact(
        db, ContactDetails(**(known | details)), actor=cast.coordinator, now=NOW, allow_drama=True
    )
    db.commit()
    return contact


def reached(db: Session, author: FlaskClient, approver: FlaskClient, case: Case, **changes: object) -> list[str]:
    """Who was named as a recipient, after an alert with these choices went out."""
    reference = scene.draft(author, case)
    kept: dict[str, str | Sequence[object]] = {"media": ["sms"], "list_ids": [], **changes}  # type: ignore[dict-item]
    scene.send(scene.save(author, reference, **kept), reference)
    answer = approver.post(f"/issuing/{reference}/approve", data=scene.signature(approver, reference))
    assert answer.status_code == 302, answer.text
    return list(
        db.scalars(
            select(Contact.name).join(AlertRecipient, AlertRecipient.contact_id == Contact.id).order_by("name")
        )
    )


def test_areas_and_topics_choose_whoever_asked_for_them_or_left_it_open(
    author: FlaskClient, approver: FlaskClient, case: Case, directory: Directory, cast: Cast, db: Session
) -> None:
    subscriber(db, cast, 301, name="Asked for it", area_codes=(AREA,), topics=(Topic.OPIOIDS,))
    subscriber(db, cast, 302, name="Everything")
    subscriber(db, cast, 303, name="Other topic", topics=(Topic.GASES,))
    subscriber(db, cast, 304, name="Other area", area_codes=("E99000002",))
    found = reached(db, author, approver, case, area_codes=[AREA], topics=["opioids"])
    assert found == ["Asked for it", "Everything"]


def test_a_sector_narrows_an_area_and_nobody_gets_it_twice(
    author: FlaskClient, approver: FlaskClient, case: Case, directory: Directory, cast: Cast, db: Session
) -> None:
    subscriber(db, cast, 302, name="No organisation")
    found = reached(db, author, approver, case, list_ids=directory.ids, sectors=[Sector.HOSTEL.value])
    assert found == ["Noor Quay"]


@pytest.mark.parametrize(
    ("handling", "told"),
    [
        ("professionals", ["Pro"]),
        ("people_who_use_drugs", ["Peer", "Pro"]),
        ("public", ["Peer", "Pro", "Public"]),
    ],
)
def test_how_far_an_alert_may_go_decides_who_gets_it(
    author: FlaskClient, approver: FlaskClient, case: Case, cast: Cast, db: Session, handling: str, told: list[str]
) -> None:
    subscriber(db, cast, 301, name="Pro", clearance=Clearance.PROFESSIONAL)
    subscriber(db, cast, 302, name="Peer", clearance=Clearance.PEER)
    subscriber(db, cast, 303, name="Public", clearance=Clearance.PUBLIC)
    assert reached(db, author, approver, case, area_codes=[AREA], handling=handling) == told


@pytest.mark.parametrize(("level", "told"), [("red", ["Only red"]), ("warning", [])])
def test_who_wants_red_alerts_only_gets_nothing_less(
    author: FlaskClient, case: Case, cast: Cast, db: Session, level: str, told: list[str]
) -> None:
    subscriber(db, cast, 301, name="Only red", red_only=True)
    reference = scene.draft(author, case)
    scene.save(author, reference, list_ids=[], area_codes=[AREA], level=level)
    page = words_of(author.get(f"/issuing/{reference}/draft").text)
    assert ("Nobody whom you chose can be reached" in page) is (not told)
    assert ("1 want red alerts only" in page) is (not told)


def test_the_approver_reads_who_had_how_many_what_it_costs_and_that_people_tire(
    author: FlaskClient, approver: FlaskClient, case: Case, waiting: str, directory: Directory, db: Session
) -> None:
    page = words_of(approver.get(f"/issuing/{waiting}/approval").text)
    assert "Text messages cost £0.08" in page
    assert "People tire of alerts" not in page
    approver.post(f"/issuing/{waiting}/approve", data=scene.signature(approver, waiting))
    second = scene.waiting_alert(author, case, directory.ids)
    page = words_of(approver.get(f"/issuing/{second}/approval").text)
    assert "2 of these had 1 alert in 30 days." in page
    assert "People tire of alerts. 1 went out in the last 7 days" in page
    db.execute(text("UPDATE alerts SET issued_at = issued_at - interval '31 days'"))
    db.commit()
    assert "in 30 days" not in words_of(approver.get(f"/issuing/{second}/approval").text)


def test_organisations_of_the_area_that_would_hear_nothing_are_named(
    author: FlaskClient, case: Case, directory: Directory, db: Session
) -> None:
    reference = scene.draft(author, case)
    assert directory.both.organisation is not None
    directory.both.organisation.area_code = AREA
    db.commit()
    scene.save(author, reference, list_ids=[])
    page = words_of(author.get(f"/issuing/{reference}/draft").text)
    assert "1 of 1 organisations of the area would hear nothing Harbour Hostel" in page
