"""A coordinator sees a signal, reads why, opens a case from it, and the case shows it: on a desk and on a phone."""

import re

import pytest
from playwright.sync_api import expect

from ldis.demonstration import world
from tests.browser.conftest import Visit
from tests.browser.service import Service
from tests.browser.test_pages import looked_at

pytestmark = pytest.mark.browser


def test_from_a_signal_in_the_inbox_to_a_case_that_shows_it(visitor: Visit, service: Service) -> None:
    window = visitor()
    window.be(world.COORDINATOR)
    window.open("/cases")
    window.main.get_by_role("link", name=re.compile(r"Signals \(\d new\)")).click()
    assert window.heading == "Signals"
    assert looked_at(window) == []
    window.page.locator(f'main a[href="/signals/{service.scenes.signal}"]').click()
    title = window.heading
    expect(window.main.get_by_text("Usual in that time: 0.3, nine times in ten between 0 and 1.")).to_be_visible()
    expect(window.main.locator("svg rect").first).to_be_visible()
    assert looked_at(window) == []
    window.main.get_by_text("Open a case", exact=True).first.click()
    window.press("Open a case")
    expect(window.main.get_by_text("Say why, for whoever looks next.").first).to_be_visible()
    window.page.get_by_label("Why does it need a case?").fill("Four in three days, where none is usual.")
    window.press("Open a case")
    assert window.heading == title
    expect(window.main.get_by_role("heading", name="Signals (1)")).to_be_visible()
    expect(window.main.get_by_role("link", name=title)).to_be_visible()
    assert looked_at(window) == []


def test_without_scripts_a_signal_is_dismissed_with_a_reason(visitor: Visit, service: Service) -> None:
    window = visitor(scripts=False)
    window.be(world.COORDINATOR)
    window.open(f"/signals/{service.scenes.cluster}")
    window.main.get_by_text("Dismiss it", exact=True).first.click()
    window.page.get_by_label("Why does it mean nothing?").fill("One person reported it four times.")
    window.press("Dismiss it")
    assert window.heading == "Signals"
    expect(window.main.get_by_text("One person reported it four times.")).to_be_visible()
