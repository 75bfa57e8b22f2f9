"""Photos that are sent with a report: from the form, over the page on which answers are checked, into the report."""

import io
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import TestResponse, encode_multipart

from ldis.db import utc_now
from ldis.demonstration.browser import Form, read
from ldis.people.models import Partnership
from ldis.photos import service
from ldis.photos.models import Photo
from ldis.photos.rules import MOST_BYTES, MOST_SENT_MEGABYTES
from ldis.submissions.models import IncidentReport
from tests.integration.cast import NOW, answers
from tests.photographs import SECRET, heic, jpeg, png, several

FORM = "/report/north-shore"
VAPE = f"{FORM}/vape"
KEY = "one-form-that-somebody-fills-in"
Sent = dict[str, Any]


@pytest.fixture(autouse=True)
def places(north_shore: Partnership) -> None:
    """The partnership takes reports."""


def send(
    client: FlaskClient, *files: bytes, name: str = "IMG_{}.jpg", address: str = FORM, **changes: Any
) -> TestResponse:
    """A form, its answers checked unless the changes say otherwise, with these photos."""
    photos = [FileStorage(io.BytesIO(file), name.format(place)) for place, file in enumerate(files, start=1)]
    boundary, body = encode_multipart(MultiDict(answers(submission_key=KEY, photos=photos, **changes)))
    return client.post(address, data=body, content_type=f"multipart/form-data; boundary={boundary}")


def check(client: FlaskClient, *files: bytes, **changes: Any) -> TestResponse:
    """A form on its way to be checked."""
    return send(client, *files, checked=None, **changes)


def on_from(client: FlaskClient, page: TestResponse, address: str = FORM, **changes: Any) -> TestResponse:
    """Press a button on the page on which answers are checked, or on the form."""
    sends = MultiDict(next(Form(element) for element in read(page.text).all("form")).sends)
    for name, value in changes.items():
        sends.setlist(name, [value])
    return client.post(address, data=sends, content_type="multipart/form-data")


def photos(db: Session, *, joined: bool) -> list[Photo]:
    having = Photo.joined_at.is_not(None) if joined else Photo.joined_at.is_(None)
    return list(db.scalars(select(Photo).where(having).order_by(Photo.id)))


def reports(db: Session) -> int:
    return db.scalar(select(func.count()).select_from(IncidentReport)) or 0


def test_photos_are_seen_on_the_page_that_checks_and_go_with_the_report(client: FlaskClient, db: Session) -> None:
    page = check(client, jpeg(), heic(), png())
    assert page.status_code == 200, page.text
    assert page.text.count('src="data:image/jpeg;base64,') == 3
    assert 'alt="Photo 3 of 3 that you added"' in page.text
    assert (len(photos(db, joined=False)), reports(db)) == (3, 0)
    assert on_from(client, page).status_code == 302
    [report] = db.scalars(select(IncidentReport))
    joined = photos(db, joined=True)
    assert [one.submission_key for one in joined] == [report.submission_key] * 3
    assert not any(SECRET.encode() in (one.full_picture or b"") for one in joined)


def test_a_script_sends_answers_and_photos_at_once_and_twice_is_once(client: FlaskClient, db: Session) -> None:
    assert [send(client, jpeg(), png()).status_code for _ in range(2)] == [302, 302]
    assert (len(photos(db, joined=True)), len(photos(db, joined=False)), reports(db)) == (2, 0, 1)


def test_a_vape_may_be_photographed_too(client: FlaskClient, db: Session) -> None:
    vape = {"believed": "spice", "naloxone": None}
    page = check(client, jpeg(), address=VAPE, **vape)
    assert page.text.count('src="data:image/jpeg;base64,') == 1
    assert send(client, address=VAPE, **vape).status_code == 302
    assert len(photos(db, joined=True)) == 1


def test_a_report_needs_no_photo(client: FlaskClient, db: Session) -> None:
    assert check(client).text.count("<img") == 0
    assert send(client).status_code == 302
    assert photos(db, joined=True) == []


def test_a_photo_can_be_taken_back_before_the_report_is_sent(client: FlaskClient, db: Session) -> None:
    page = check(client, jpeg(), png())
    first, second = photos(db, joined=False)
    again = on_from(client, page, remove_photo=str(first.id))
    assert "Check your answers" in again.text
    assert again.text.count('src="data:image/jpeg;base64,') == 1
    assert [one.id for one in photos(db, joined=False)] == [second.id]
    assert on_from(client, again).status_code == 302
    assert [one.id for one in photos(db, joined=True)] == [second.id]


def test_who_goes_back_to_a_question_still_has_the_photos(client: FlaskClient) -> None:
    page = on_from(client, check(client, jpeg()), change="sold_as")
    assert "1 photo is added already" in page.text
    assert page.text.count('src="data:image/jpeg;base64,') == 1


@pytest.mark.parametrize("address", [FORM, VAPE])
@pytest.mark.parametrize("pressed", [{}, {"change": "sold_as"}, {"checked": ""}])
def test_a_photo_that_waited_too_long_is_missed_and_nothing_else_is_lost(
    client: FlaskClient, db: Session, address: str, pressed: Sent
) -> None:
    page = check(client, jpeg(), png(), address=address, details="A blue seal.", believed="spice")
    (first, _) = photos(db, joined=False)
    first.kept_at = utc_now() - timedelta(hours=25)
    db.commit()
    service.forget(db, now=utc_now())
    db.commit()
    page = on_from(client, page, address=address, **pressed)
    assert page.status_code == 422
    assert page.text.count("A photo that you added is no longer here") == 2, (
        "in the summary, and beside the question"
    )
    assert "A blue seal." in page.text
    assert "1 photo is added already" in page.text
    assert reports(db) == 0
    page = on_from(client, page, address=address, photos=(io.BytesIO(jpeg()), "IMG_1.jpg"))
    assert "Check your answers" in page.text
    assert page.text.count('src="data:image/jpeg;base64,') == 2
    assert on_from(client, page, address=address).status_code == 302
    assert len(photos(db, joined=True)) == 2


def test_who_goes_on_without_a_photo_that_is_gone_is_told_once(client: FlaskClient, db: Session) -> None:
    page = check(client, jpeg())
    service.forget(db, now=utc_now() + timedelta(hours=25))
    db.commit()
    page = on_from(client, page)
    assert page.status_code == 422
    page = on_from(client, page)
    assert "Check your answers" in page.text
    assert on_from(client, page).status_code == 302
    assert reports(db) == 1


def test_a_form_that_is_sent_again_does_not_miss_what_is_in_its_report(client: FlaskClient, db: Session) -> None:
    page = check(client, jpeg())
    assert [on_from(client, page).status_code for _ in range(2)] == [302, 302]
    assert reports(db) == 1


def test_photos_that_were_chosen_go_along_to_the_questions_about_vapes(client: FlaskClient) -> None:
    page = send(client, jpeg(), address=VAPE, checked=None, change="believed")
    assert "1 photo is added already" in page.text


def test_only_the_form_that_they_came_with_shows_photos_that_are_not_sent(client: FlaskClient) -> None:
    check(client, jpeg())
    other = client.post(FORM, data=answers(submission_key="another-form", checked=None))
    assert "Check your answers" in other.text
    assert "<img" not in other.text


def test_a_bad_file_is_named_beside_the_question_and_the_good_ones_and_every_answer_stay(
    client: FlaskClient, db: Session
) -> None:
    page = check(client, jpeg(), b"%PDF-1.7", png()[:-300], name="IMG_{}.jpg", details="A blue seal.")
    assert page.status_code == 422
    for said in (
        "Photo 2 (“IMG_2.jpg”) is not a JPEG, PNG or HEIC photo.",
        "Photo 3 (“IMG_3.jpg”) is damaged or was cut off on its way.",
    ):
        assert page.text.count(said) == 2, "in the summary, and beside the question"
    assert 'href="#photos"' in page.text
    assert "A blue seal." in page.text
    assert "1 photo is added already" in page.text
    assert (len(photos(db, joined=False)), reports(db)) == (1, 0)


def test_what_is_wrong_with_answers_and_photos_is_said_together(client: FlaskClient) -> None:
    page = check(client, b"GIF89a", sold_as=None)
    assert page.status_code == 422
    assert "is not a JPEG, PNG or HEIC photo" in page.text
    assert "Answer “What was it sold or described as?”" in page.text


def test_no_report_is_sent_without_a_photo_that_was_chosen_for_it(client: FlaskClient, db: Session) -> None:
    assert send(client, jpeg(), b"not a photo").status_code == 422
    assert reports(db) == 0


@pytest.mark.parametrize("megabytes", [40, MOST_SENT_MEGABYTES - 1])
def test_a_photo_that_is_far_too_large_is_said_to_be_and_nothing_typed_is_lost(
    client: FlaskClient, db: Session, megabytes: int
) -> None:
    page = check(client, jpeg() + b"\0" * megabytes * 1024**2, details="A blue seal.")
    assert page.status_code == 422
    assert "Photo 1 (“IMG_1.jpg”) is larger than 10 MB." in page.text
    assert "A blue seal." in page.text
    assert photos(db, joined=False) == []


def test_what_is_larger_than_can_be_read_is_refused_in_words(client: FlaskClient, db: Session) -> None:
    answer = check(client, b"\0" * (MOST_SENT_MEGABYTES + 1) * 1024**2)
    assert answer.status_code == 413
    assert "Send fewer photos, a smaller file or shorter answers." in answer.text
    assert (photos(db, joined=False), reports(db)) == ([], 0)


def test_a_photo_of_just_the_right_size_is_taken(client: FlaskClient, db: Session) -> None:
    file = jpeg()
    assert send(client, file + b"\0" * (MOST_BYTES - len(file))).status_code == 302
    assert len(photos(db, joined=True)) == 1


def test_six_photos_at_once_are_refused_and_so_is_a_sixth_later(
    client: FlaskClient, db: Session, north_shore: Partnership
) -> None:
    page = check(client, *[jpeg(60 + place) for place in range(6)])
    assert page.status_code == 422
    assert "Choose at most 5 photos." in page.text
    assert photos(db, joined=False) == []
    service.keep(db, several(4), key=KEY, partnership_id=north_shore.id, by="open form", now=NOW)
    db.commit()
    page = check(client, jpeg(90), jpeg(91))
    assert "There are 4 photos already, so choose at most 1 more." in page.text
    assert len(photos(db, joined=False)) == 4


@pytest.mark.parametrize("key", [None, "", "short", "a key with spaces", "x" * 81])
def test_photos_under_a_key_that_is_none_of_ours_are_not_kept(
    client: FlaskClient, db: Session, key: str | None
) -> None:
    photo = (io.BytesIO(jpeg()), "IMG_1.jpg")
    answer = client.post(FORM, data=answers(submission_key=key, photos=photo))
    assert answer.status_code == 422
    assert (photos(db, joined=False), reports(db)) == ([], 0)


def test_the_form_asks_for_photos_of_things_and_says_what_is_taken_out_of_them(client: FlaskClient) -> None:
    for address in (FORM, VAPE):
        page = client.get(address).text
        assert 'enctype="multipart/form-data"' in page
        assert "Not of people. We remove the place and time" in page
        assert 'accept="image/jpeg,image/png,image/heic,image/heif"' in page
        assert "capture" not in page
