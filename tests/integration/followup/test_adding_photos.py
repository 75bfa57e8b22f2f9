"""Photos that a reporter adds later: once each, seen by those who review the report, and by nobody without the code."""

import io
from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ldis.followup.models import ReportUpdate
from ldis.people.access import Actor
from ldis.photos.models import Photo
from ldis.submissions.models import IncidentReport
from tests.integration.cast import Cast
from tests.integration.followup.conftest import follow
from tests.photographs import jpeg

Browsers = Callable[[Actor], FlaskClient]


def sent(*files: bytes) -> dict[str, object]:
    return {"photos": [(io.BytesIO(file), f"{place}.jpg") for place, file in enumerate(files)]}


def how_many(db: Session) -> tuple[int, int]:
    """Photos, and lines that say that something was added."""
    photos, lines = (db.scalar(select(func.count()).select_from(table)) or 0 for table in (Photo, ReportUpdate))
    return photos, lines


def test_a_photo_is_added_and_reviewers_are_told(
    client: FlaskClient, db: Session, report: IncidentReport, browser_of: Browsers, cast: Cast
) -> None:
    page = follow(client, db, report)
    answer = client.post(f"{page}/photos", data=sent(jpeg(60), jpeg(61)))
    assert (answer.status_code, answer.location) == (302, page)
    assert "2 photos were added." in client.get(page).text
    seen = browser_of(cast.coordinator).get(f"/reports/{report.reference}").text
    assert seen.count(f"sent with report {report.reference}") == 2
    assert "2 photos were added." in seen


def test_the_same_photo_again_is_the_same_photo_and_says_nothing_new(
    client: FlaskClient, db: Session, report: IncidentReport
) -> None:
    page = follow(client, db, report)
    for _ in range(2):
        assert client.post(f"{page}/photos", data=sent(jpeg(60))).status_code == 302
    assert how_many(db) == (1, 1)


def test_what_is_no_photo_is_refused_beside_the_question(
    client: FlaskClient, db: Session, report: IncidentReport
) -> None:
    page = follow(client, db, report)
    for files, words in ((sent(b"not a picture"), "photos-error"), ({}, "Choose at least one photo.")):
        answer = client.post(f"{page}/photos", data=files)
        assert answer.status_code == 422
        assert words in answer.text
    assert how_many(db) == (0, 0)


def test_without_the_code_nothing_is_added(client: FlaskClient, db: Session, report: IncidentReport) -> None:
    answer = client.post(f"/report/track/{report.reference}/photos", data=sent(jpeg(60)))
    assert answer.status_code == 302
    assert how_many(db) == (0, 0)
