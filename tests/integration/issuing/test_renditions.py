"""What an alert becomes beside its messages: flyer, briefing, pictures, and its versions compared."""

import re
from collections.abc import Callable
from html import unescape
from io import BytesIO

from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from ldis.cases.models import Case
from ldis.db import utc_now
from ldis.issuing.models import AlertRecipient
from ldis.people.access import Actor
from ldis.photos.models import Photo
from tests.integration.issuing import scene
from tests.integration.issuing.scene import Directory

Browser = Callable[[Actor], FlaskClient]


def test_a_flyer_is_one_page_with_the_way_to_check_it(author: FlaskClient, case: Case, db: Session) -> None:
    reference = scene.draft(author, case)
    page = unescape(author.get(f"/issuing/{reference}/flyer").text)
    assert "Metonitazene found in tablets sold as oxycodone" in page
    assert re.search(r"QR code for http://localhost:8000/v/\w{4}-\w{4}", page)
    answer = author.get(f"/issuing/{reference}/flyer.pdf")
    assert answer.mimetype == "application/pdf"
    assert answer.data.count(b"/Type /Page\n") == 1


def test_a_flyer_of_a_draft_that_lacks_something_says_what(author: FlaskClient, case: Case) -> None:
    reference = scene.draft(author, case)
    scene.save(author, reference, headline="")
    answer = author.get(f"/issuing/{reference}/flyer")
    assert answer.status_code == 404
    assert "Enter a headline" in answer.text


def test_the_briefing_is_the_whole_alert(author: FlaskClient, case: Case) -> None:
    reference = scene.draft(author, case)
    page = author.get(f"/issuing/{reference}/briefing").text
    for heading in (
        "What to do now",
        "Signs that somebody is in danger",
        "What and where",
        "Advice for clinicians",
    ):
        assert heading in page


def test_a_recipient_takes_the_flyer_by_their_own_link(
    author: FlaskClient, approver: FlaskClient, waiting: str, db: Session, client: FlaskClient
) -> None:
    sent = scene.signature(approver, waiting)
    assert approver.post(f"/issuing/{waiting}/approve", data=sent).status_code == 302
    recipient = db.scalars(select(AlertRecipient)).first()
    assert recipient is not None
    assert f"/a/{recipient.token}/flyer.pdf" in client.get(f"/a/{recipient.token}").text
    assert client.get(f"/a/{recipient.token}/flyer.pdf").data.startswith(b"%PDF-")
    assert client.get(f"/alerts/{waiting}/flyer.pdf").status_code == 404, "it is not public"


def test_a_photo_of_another_case_cannot_be_shown(author: FlaskClient, case: Case) -> None:
    reference = scene.draft(author, case)
    kept = scene.fields_of(author.get(f"/issuing/{reference}/draft").text)
    answer = author.post(f"/issuing/{reference}/draft", data=kept | {"pictures": ["4711"]})
    assert answer.status_code == 422
    assert "Choose from the photos shown." in answer.text


def test_two_versions_are_compared_word_by_word_with_labels_and_nothing_of_it_is_markup(
    author: FlaskClient, case: Case, directory: Directory
) -> None:
    reference = scene.draft(author, case)
    scene.save(author, reference, headline="Tablets <b>sold</b> here", list_ids=directory.ids)
    scene.save(author, reference, headline="Tablets <i>sold</i> here")
    page = author.get(f"/issuing/{reference}/versions/2/3").text
    assert "&lt;b&gt;sold&lt;/b&gt;" in page
    assert "<b>sold" not in page
    assert re.search(r"<del><span[^>]*>\[taken out: </span>&lt;b&gt;sold", page)
    assert re.search(r"<ins><span[^>]*>\[put in: </span>&lt;i&gt;sold", page)
    assert page.count("ldis-diff") == 1, "only what differs is shown"
    asked = author.get(f"/issuing/{reference}/versions?before=1&after=3")
    assert asked.location == f"/issuing/{reference}/versions/1/3"
    assert "Everybody" in author.get(asked.location).text
    assert author.get(f"/issuing/{reference}/versions/1/9").status_code == 404


def test_versions_that_say_the_same_say_so(author: FlaskClient, case: Case) -> None:
    reference = scene.draft(author, case)
    assert "Nothing changed" in author.get(f"/issuing/{reference}/versions/1/1").text
    assert "only one version" in author.get(f"/issuing/{reference}/versions").text


def test_the_preview_shows_what_is_being_written_and_keeps_nothing(
    author: FlaskClient, case: Case, directory: Directory, db: Session
) -> None:
    reference = scene.draft(author, case)
    typed = scene.fields_of(author.get(f"/issuing/{reference}/draft").text)
    shown = author.post(
        f"/issuing/{reference}/preview", data=typed | {"headline": "Very strong <b>", "list_ids": directory.ids}
    ).text
    assert "RED ALERT: Very strong &lt;b&gt;." in shown
    assert "Words about strength" in shown
    assert "Not saved yet" in shown
    assert re.search(r"2 segments, \d+ characters, about 8.0p to each person", shown)
    assert "Text messages cost £" in shown
    alert = scene.alert_called(db, reference)
    assert alert.version == 1
    assert "strong" not in alert.content["headline"]


def test_only_who_may_write_may_preview(approver: FlaskClient, author: FlaskClient, case: Case) -> None:
    reference = scene.draft(author, case)
    typed = scene.fields_of(author.get(f"/issuing/{reference}/draft").text)
    assert approver.post(f"/issuing/{reference}/preview", data=typed).status_code == 403


def test_a_photo_of_the_case_is_shown_once_chosen_and_not_once_it_was_removed(
    author: FlaskClient, approver: FlaskClient, client: FlaskClient, case: Case, directory: Directory, db: Session
) -> None:
    photo = photo_in(db, case)
    reference = scene.draft(author, case)
    assert "Photo 1, of report" in author.get(f"/issuing/{reference}/draft").text
    scene.save(author, reference, list_ids=directory.ids, pictures=[str(photo.id)])
    assert f'src="/photos/{photo.id}"' in author.get(f"/issuing/{reference}/flyer").text
    assert b"/Subtype /Image" in author.get(f"/issuing/{reference}/flyer.pdf").data
    scene.send(author, reference)
    assert (
        approver.post(f"/issuing/{reference}/approve", data=scene.signature(approver, reference)).status_code
        == 302
    )
    recipient = db.scalars(select(AlertRecipient)).first()
    assert recipient is not None
    picture = f"/a/{recipient.token}/pictures/{photo.id}"
    assert picture in client.get(f"/a/{recipient.token}").text
    assert client.get(picture).mimetype == "image/jpeg"
    assert client.get(f"/a/{recipient.token}/pictures/{photo.id + 1}").status_code == 404
    photo.removed_at, photo.full_picture, photo.small_picture = utc_now(), None, None
    db.commit()
    assert client.get(picture).status_code == 404
    assert b"/Subtype /Image" not in client.get(f"/a/{recipient.token}/flyer.pdf").data


def photo_in(db: Session, case: Case) -> Photo:
    """A photo that came with a report of the case."""
    report = next(one.report for one in case.evidence if one.report is not None)
    drawn = BytesIO()
    Image.new("RGB", (40, 30), "tan").save(drawn, "JPEG")
    photo = Photo(
        partnership_id=case.partnership_id,
        submission_key=report.submission_key,
        digest="0" * 64,
        kept_at=utc_now(),
        kept_by="test",
        joined_at=utc_now(),
        width=40,
        height=30,
        full_picture=drawn.getvalue(),
        small_picture=drawn.getvalue(),
    )
    db.add(photo)
    db.commit()
    return photo
