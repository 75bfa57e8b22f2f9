"""Seeing to those who are silent: reminding them now, the telephone list, the file to take away."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from alerts.messages import Medium
from ldis.audit.models import AuditEntry
from ldis.cases.policy import Policy
from ldis.contacts.models import Contact
from ldis.deliveries.models import Delivery
from ldis.deliveries.rules import State
from ldis.issuing.models import Alert, AlertRecipient
from ldis.people.access import Actor
from ldis.reach.models import Acknowledgement
from tests.integration.cast import NOW, Cast
from tests.integration.issuing.scene import Directory

Browser = Callable[[Actor], FlaskClient]


@pytest.fixture
def coordinator(browser_of: Browser, cast: Cast) -> FlaskClient:
    return browser_of(cast.coordinator)


@pytest.fixture
def out(db: Session, alert: Alert) -> Alert:
    """An alert that everybody got."""
    db.execute(update(Delivery).where(Delivery.about == f"alert/{alert.id}").values(state=State.DELIVERED))
    db.commit()
    return alert


def by_hand(db: Session, alert: Alert, number: int = 1) -> list[tuple[str, Medium]]:
    name = f"alert/{alert.id}/reminder/by-hand/{number}"
    found = db.scalars(select(Delivery).where(Delivery.about == name).order_by(Delivery.id))
    return [(one.recipient, one.medium) for one in found]


def recorded(db: Session, action: str) -> list[AuditEntry]:
    return list(db.scalars(select(AuditEntry).where(AuditEntry.action == action)))


def test_a_coordinator_reminds_the_silent_at_once_but_nobody_twice_within_the_quiet_time(
    coordinator: FlaskClient, out: Alert, db: Session, directory: Directory, policy: Policy
) -> None:
    answer = coordinator.post(f"/issuing/{out.reference}/remind", follow_redirects=True)
    assert "2 people were reminded" in answer.text
    assert by_hand(db, out) == [
        (f"contact/{directory.both.id}", Medium.SMS),
        (f"contact/{directory.by_email.id}", Medium.EMAIL),
    ]
    again = coordinator.post(f"/issuing/{out.reference}/remind")
    assert again.status_code == 403
    assert "There is nobody to remind" in again.text
    for one in db.scalars(select(Delivery)):
        one.written_at -= policy.reaching.quiet
    db.commit()
    assert coordinator.post(f"/issuing/{out.reference}/remind").status_code == 302
    assert len(by_hand(db, out, 2)) == 2


def test_nobody_is_reminded_by_hand_of_what_has_not_reached_them(
    coordinator: FlaskClient, alert: Alert, db: Session
) -> None:
    assert coordinator.post(f"/issuing/{alert.reference}/remind").status_code == 403
    assert by_hand(db, alert) == []


def test_the_telephone_list_names_the_silent_with_their_numbers_and_the_uncovered_places_first(
    coordinator: FlaskClient, client: FlaskClient, out: Alert, recipient: AlertRecipient, db: Session
) -> None:
    page = coordinator.get(f"/issuing/{out.reference}/telephone").text
    assert "07700 900101" in page
    assert page.index("City Ward") < page.index("Harbour Hostel")
    client.post(f"/a/{recipient.token}")
    page = coordinator.get(f"/issuing/{out.reference}/telephone").text
    assert "Noor Quay" not in page
    assert "Wes Lane" in page
    assert "wes.lane@example.org" in page, "who has no number is named with what there is"


def test_the_deputy_is_named_before_their_colleagues_and_covered_places_can_wait(
    coordinator: FlaskClient, client: FlaskClient, out: Alert, directory: Directory, db: Session
) -> None:
    db.add(
        Contact(
            partnership_id=directory.both.partnership_id,
            organisation_id=directory.both.organisation_id,
            name="Zed Deputy",
            mobile="+447700900177",
            mobile_index="zed",
            stands_in=True,
            added_at=NOW,
        )
    )
    db.flush()
    zed = db.scalars(select(Contact).where(Contact.name == "Zed Deputy")).one()
    db.add(
        AlertRecipient(
            alert_id=out.id,
            contact_id=zed.id,
            organisation_id=zed.organisation_id,
            token="z" * 22,
            recipient=f"contact/{zed.id}",
        )
    )
    db.commit()
    page = coordinator.get(f"/issuing/{out.reference}/telephone").text
    assert page.index("Zed Deputy") < page.index("Noor Quay")
    client.post(f"/a/{'z' * 22}")
    page = coordinator.get(f"/issuing/{out.reference}/telephone").text
    waiting = page[page.index("Then: somebody else there has answered") :]
    assert "Noor Quay" in waiting
    assert "Wes Lane" not in waiting


def test_what_somebody_says_on_the_telephone_counts_and_names_who_wrote_it_down(
    coordinator: FlaskClient, out: Alert, recipient: AlertRecipient, db: Session, cast: Cast
) -> None:
    answer = coordinator.post(f"/issuing/{out.reference}/telephone/{recipient.id}", follow_redirects=True)
    assert "Noor Quay has it" in answer.text
    word = db.scalars(select(Acknowledgement)).one()
    assert (word.recipient_id, word.how.value) == (recipient.id, "telephone")
    assert [entry.actor for entry in recorded(db, "alert acknowledged")] == [cast.coordinator.label]


def test_numbers_are_for_coordinators_alone(browser_of: Browser, out: Alert, cast: Cast) -> None:
    for who in (cast.medical, cast.lead):
        browser = browser_of(who)
        assert browser.get(f"/issuing/{out.reference}/telephone").status_code == 403
        assert browser.post(f"/issuing/{out.reference}/deliveries.csv").status_code == 403
        assert "telephone" not in browser.get(f"/issuing/{out.reference}").text.split("<h2")[0]


def test_every_message_is_a_line_of_the_file_without_addresses_and_that_it_was_taken_is_recorded(
    coordinator: FlaskClient, out: Alert, db: Session, client: FlaskClient, recipient: AlertRecipient
) -> None:
    client.post(f"/a/{recipient.token}", data={"passed_on": "3"})
    client.post(f"/a/{recipient.token}", data={"note": "=cmd()"})
    answers = [coordinator.post(f"/issuing/{out.reference}/deliveries.{kind}") for kind in ("csv", "xlsx")]
    lines, workbook = (answer.data.decode(errors="replace") for answer in answers)
    assert lines.count("\n") == 4
    assert "Harbour Hostel,Noor Quay,,Text message,Alert,delivered" in lines
    assert ",link,3,'=cmd()" in lines
    assert "900101" not in lines + workbook
    assert "example.org" not in lines + workbook
    assert out.reference in answers[1].headers["Content-Disposition"]
    assert [(one.detail["count"], one.detail["file"]) for one in recorded(db, "deliveries exported")] == [
        (3, "csv"),
        (3, "xlsx"),
    ]
