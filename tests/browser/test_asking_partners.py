"""A coordinator chooses whom to ask, sees how many people that is, and asks them: with scripts and without."""

import re

import pytest
from playwright.sync_api import expect

from ldis.demonstration import world
from tests.browser.conftest import Visit
from tests.browser.service import Service
from tests.browser.test_pages import looked_at

pytestmark = pytest.mark.browser

ASK = re.compile(r"^Ask \d+")
KINDS = "Organisations of these kinds"


def test_the_count_follows_the_choice_and_the_button_says_it(visitor: Visit, service: Service) -> None:
    window = visitor()
    window.be(world.COORDINATOR)
    window.open(f"/cases/{service.scenes.corroboration}/ask")
    expect(window.button(ASK)).to_have_count(0)
    window.choose(KINDS, "Outreach")
    expect(window.button(ASK)).to_be_visible()
    before = window.button(ASK).inner_text()
    window.choose(KINDS, "Hostel or supported housing")
    expect(window.button(ASK)).not_to_have_text(before)
    assert looked_at(window) == []
    window.press(ASK)
    assert window.heading.startswith("Have you seen")
    expect(window.main.get_by_text("Has not answered")).to_be_visible()


def test_without_scripts_a_button_counts(visitor: Visit, service: Service) -> None:
    window = visitor(scripts=False)
    window.be(world.COORDINATOR)
    window.open(f"/cases/{service.scenes.corroboration}/ask")
    window.choose(KINDS, "Outreach")
    window.press("Count whom this is")
    window.press(ASK)
    assert window.heading.startswith("Have you seen")
