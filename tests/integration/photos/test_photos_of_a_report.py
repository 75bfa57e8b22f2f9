"""Photos that are part of a report: who sees them, where they are shown, and how one is taken out for good."""

import io
import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text
from werkzeug.test import TestResponse

from ldis.audit.models import AuditEntry
from ldis.cases import gathering
from ldis.people.access import Actor
from ldis.people.models import Partnership
from ldis.people.rules import Scope
from ldis.photos import service
from ldis.photos.models import Photo
from ldis.photos.rules import NewPhoto
from ldis.submissions.models import IncidentReport
from tests.integration.cases.table import CaseTable
from tests.integration.cast import NOW
from tests.photographs import jpeg, new_photo, png, several

BrowserOf = Callable[[Actor], FlaskClient]


def add(table: CaseTable, report: IncidentReport, photos: list[NewPhoto]) -> list[Photo]:
    """Photos join a report, as when its sender adds them later."""
    service.add_to_report(
        table.db,
        photos,
        key=report.submission_key,
        partnership_id=report.partnership_id,
        to=f"report/{report.id}",
        by="open form",
        now=NOW,
    )
    table.db.commit()
    return list(table.db.scalars(select(Photo).order_by(Photo.id)))


@pytest.fixture
def report(table: CaseTable) -> IncidentReport:
    return table.report()


@pytest.fixture
def photo(table: CaseTable, report: IncidentReport) -> Photo:
    """The one photo of the one report."""
    return add(table, report, [new_photo()])[0]


def pictures_on(page: str) -> list[tuple[str, str]]:
    """The pictures of a page: where they are and what they are said to show."""
    return re.findall(r'<img src="([^"]+)" alt="([^"]+)"', page)


def test_a_reviewer_sees_the_photo_and_nothing_else_may_come_of_it(
    table: CaseTable, photo: Photo, browser_of: BrowserOf
) -> None:
    for actor in (table.cast.coordinator, table.cast.medical, table.cast.lead):
        browser = browser_of(actor)
        for address, kept in (
            (f"/photos/{photo.id}", photo.full_picture),
            (f"/photos/{photo.id}/small", photo.small_picture),
        ):
            answer = browser.get(address)
            assert (answer.status_code, answer.data) == (200, kept)
            assert answer.headers["Content-Type"] == "image/jpeg"
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Cache-Control"] == "private, no-store"
            assert answer.headers["Content-Disposition"] == f'inline; filename="photo-{photo.id}.jpg"'
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
            assert "sandbox" in answer.headers["Content-Security-Policy"]
            assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_nobody_else_sees_it(table: CaseTable, photo: Photo, browser_of: BrowserOf, client: FlaskClient) -> None:
    for end in ("", "/small"):
        assert browser_of(table.cast.stranger).get(f"/photos/{photo.id}{end}").status_code == 404
        for actor in (table.cast.reporter, table.cast.data_officer, table.cast.administrator):
            assert browser_of(actor).get(f"/photos/{photo.id}{end}").status_code == 403
        assert client.get(f"/photos/{photo.id}{end}").status_code == 302


def test_a_photo_that_waits_for_its_report_has_no_address(table: CaseTable, browser_of: BrowserOf) -> None:
    service.keep(
        table.db, [new_photo()], key="not-sent-yet", partnership_id=table.place.id, by="open form", now=NOW
    )
    table.db.commit()
    waiting = table.db.scalars(select(Photo)).one()
    assert browser_of(table.cast.coordinator).get(f"/photos/{waiting.id}").status_code == 404


def test_the_database_holds_no_picture_in_the_clear_and_hardly_more_than_the_picture(
    table: CaseTable, photo: Photo
) -> None:
    stored = table.db.scalar(text("SELECT full_picture FROM photos"))
    picture = photo.full_picture
    assert picture is not None
    assert b"JFIF" in picture
    assert b"JFIF" not in stored
    assert len(stored) - len(picture) == 29


def test_the_report_and_its_case_show_the_photos_with_words_for_who_cannot_see_them(
    table: CaseTable, report: IncidentReport, browser_of: BrowserOf
) -> None:
    first, second = add(table, report, several(2))
    case = gathering.open_case(table.db, title="Blue tablets", first=report, actor=table.cast.coordinator, now=NOW)
    table.db.commit()
    expected = [
        (f"/photos/{one.id}/small", f"Photo {place} of 2 sent with report {report.reference}")
        for place, one in enumerate((first, second), start=1)
    ]
    browser = browser_of(table.cast.coordinator)
    for page in (browser.get(f"/reports/{report.reference}").text, browser.get(f"/cases/{case.reference}").text):
        assert pictures_on(page) == expected
        assert f'<a href="/photos/{first.id}">' in page


def test_a_report_without_photos_says_nothing_of_them(
    table: CaseTable, report: IncidentReport, browser_of: BrowserOf
) -> None:
    page = browser_of(table.cast.coordinator).get(f"/reports/{report.reference}").text
    assert "photo" not in page.lower()


def remove(browser: FlaskClient, report: IncidentReport, photo: Photo, reason: str = "It shows a face.") -> int:
    address = f"/reports/{report.reference}/photos/{photo.id}/remove"
    return browser.post(address, data={"reason": reason, "_form": f"photo-{photo.id}"}).status_code


def test_a_coordinator_takes_a_photo_out_for_good_and_the_record_says_who_and_the_page_why(
    table: CaseTable, report: IncidentReport, photo: Photo, browser_of: BrowserOf
) -> None:
    browser = browser_of(table.cast.coordinator)
    assert remove(browser, report, photo) == 302
    assert browser.get(f"/photos/{photo.id}").status_code == 404
    left = table.db.execute(text("SELECT full_picture, small_picture, removed_by FROM photos")).one()
    assert tuple(left) == (None, None, table.cast.coordinator.label)
    page = browser.get(f"/reports/{report.reference}").text
    assert pictures_on(page) == []
    assert "It shows a face." in page
    said = table.db.execute(
        select(AuditEntry.actor, AuditEntry.about, AuditEntry.detail)
        .where(AuditEntry.action.in_(["photo added", "photo removed"]))
        .order_by(AuditEntry.position)
    ).all()
    about, detail = f"report/{report.id}", {"photo": photo.id}
    assert [tuple(one) for one in said] == [
        ("open form", about, detail),
        (table.cast.coordinator.label, about, detail),
    ]


def test_what_was_taken_out_does_not_come_back_when_it_is_sent_again(
    table: CaseTable, report: IncidentReport, photo: Photo, browser_of: BrowserOf
) -> None:
    remove(browser_of(table.cast.coordinator), report, photo)
    [still] = add(table, report, [new_photo()])
    table.db.refresh(still)
    assert still.removed_at is not None
    assert still.full_picture is None


def test_a_photo_is_not_taken_out_without_a_reason(
    table: CaseTable, report: IncidentReport, photo: Photo, browser_of: BrowserOf
) -> None:
    browser = browser_of(table.cast.coordinator)
    assert remove(browser, report, photo, reason=" ") == 422
    assert browser.get(f"/photos/{photo.id}").status_code == 200


def test_only_a_coordinator_of_the_partnership_takes_photos_out_and_only_of_the_report_they_are_in(
    table: CaseTable, report: IncidentReport, photo: Photo, browser_of: BrowserOf
) -> None:
    other = table.report(sold_as="pink powder")
    table.db.commit()
    assert remove(browser_of(table.cast.stranger), report, photo) == 404
    assert remove(browser_of(table.cast.medical), report, photo) == 403
    assert remove(browser_of(table.cast.coordinator), other, photo) == 404
    assert browser_of(table.cast.coordinator).get(f"/photos/{photo.id}").status_code == 200


def test_a_panel_member_is_offered_no_button_for_it(
    table: CaseTable, report: IncidentReport, photo: Photo, browser_of: BrowserOf
) -> None:
    assert "Delete photo 1" in browser_of(table.cast.coordinator).get(f"/reports/{report.reference}").text
    assert "Delete photo 1" not in browser_of(table.cast.medical).get(f"/reports/{report.reference}").text


def test_another_system_adds_photos_to_its_report_and_the_same_file_is_added_once(
    table: CaseTable,
    report: IncidentReport,
    client: FlaskClient,
    key_for: Callable[..., dict[str, str]],
    south_vale: Partnership,
) -> None:
    def send(*files: bytes, key: dict[str, str]) -> TestResponse:
        sent = [(io.BytesIO(file), "tablets.jpg") for file in files]
        return client.post(f"/api/v1/incidents/{report.reference}/photos", data={"photos": sent}, headers=key)

    ours, file = key_for(table.place, Scope.REPORTS_WRITE), jpeg()
    assert [send(file, png(), key=ours).get_json(), send(file, key=ours).get_json()] == [
        {"added": 2},
        {"added": 0},
    ]
    assert send(b"GIF89a", key=ours).get_json()["errors"] == {
        "photos": [
            "Photo 1 (“tablets.jpg”) is not a JPEG, PNG or HEIC photo. Choose another, or send a screenshot of it."
        ]
    }
    assert send(key=ours).status_code == 422
    assert send(file, key=key_for(table.place, Scope.REPORTS_READ)).status_code == 403
    assert send(file, key=key_for(south_vale, Scope.REPORTS_WRITE)).status_code == 404
    assert len(list(table.db.scalars(select(Photo)))) == 2
