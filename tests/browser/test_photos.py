"""Photos from a phone: chosen, seen again, taken back, sent; then seen on the desk."""

from collections.abc import Sequence

import pytest
from playwright.sync_api import FilePayload
from sqlalchemy import select

from ldis.demonstration import world
from ldis.submissions.models import IncidentReport
from tests.browser.conftest import Visit
from tests.browser.service import Service
from tests.browser.test_pages import looked_at
from tests.browser.test_report_form import fill_in
from tests.browser.visitor import Visitor
from tests.photographs import heic, jpeg

pytestmark = pytest.mark.browser


def choose(window: Visitor, files: Sequence[bytes]) -> None:
    """Add photos to a form that is being checked, as if it had been done at first."""
    window.page.go_back()
    sent: list[FilePayload] = [
        {"name": f"IMG_{place}.jpg", "mimeType": "image/jpeg", "buffer": file}
        for place, file in enumerate(files, 1)
    ]
    window.main.get_by_label("Photos").set_input_files(sent)
    window.press("Continue")


def drawn(window: Visitor) -> list[bool]:
    """Of each picture on the page, whether the browser could draw it."""
    pictures = window.main.locator("img")
    return [bool(one.evaluate("picture => picture.naturalWidth > 0")) for one in pictures.all()]


def test_photos_go_with_a_report_and_are_seen_by_who_reviews_it(visitor: Visit, service: Service) -> None:
    window = visitor()
    fill_in(window, "photographed", rough_time="about 2 am")
    choose(window, [jpeg(640, 480), heic(480, 640), jpeg(800, 300)])
    assert drawn(window) == [True] * 3
    assert looked_at(window) == []
    window.press("Remove photo 3")
    assert drawn(window) == [True] * 2
    window.press("Send report")
    with service.sessions() as session:
        reference = session.scalars(
            select(IncidentReport.reference).where(IncidentReport.sold_as == "photographed")
        ).one()
    desk = visitor()
    desk.be(world.COORDINATOR)
    desk.open(f"/reports/{reference}")
    assert drawn(desk) == [True] * 2
    assert looked_at(desk) == []
    desk.main.get_by_alt_text("Photo 1 of 2").click()
    assert drawn_alone(desk)
    assert window.troubles == desk.troubles == []


def drawn_alone(window: Visitor) -> bool:
    """Whether the browser shows a picture and nothing else."""
    window.page.wait_for_url("**/photos/*")
    return bool(window.page.locator("img").evaluate("picture => picture.naturalWidth > 0"))


def test_a_bad_file_is_said_to_be_one_and_the_good_one_is_still_there(visitor: Visit) -> None:
    window = visitor()
    fill_in(window, "badly photographed", rough_time="about 3 am")
    choose(window, [jpeg(640, 480), b"%PDF-1.7"])
    assert "Photo 2 (“IMG_2.jpg”) is not a JPEG" in window.main.inner_text()
    assert drawn(window) == [True]
    assert window.main.get_by_label("Rough time").input_value() == "about 3 am"
    assert looked_at(window) == []
    window.press("Continue")
    assert drawn(window) == [True]
