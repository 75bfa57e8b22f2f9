"""A coordinator chooses whom to ask, sees how many people that is while choosing, and asks them."""

import re

import pytest
from playwright.sync_api import expect

from ldis.demonstration import world
from tests.browser.conftest import Visit
from tests.browser.service import Service
from tests.browser.test_pages import looked_at

pytestmark = pytest.mark.browser

ASK = re.compile(r"Ask \d+ people in \d+ organisations")


def test_the_count_follows_the_choice_and_the_button_says_it(visitor: Visit, service: Service) -> None:
    window = visitor()
    window.be(world.COORDINATOR)
    window.open(f"/cases/{service.scenes.corroboration}/ask")
    expect(window.button(ASK)).to_have_count(0)
    window.choose("Organisations of these kinds", "Outreach")
    expect(window.button(ASK).or_(window.button(re.compile("Ask 1 person")))).to_be_visible()
    before = window.button(re.compile("^Ask ")).inner_text()
    window.choose("Organisations of these kinds", "Hostel or supported housing")
    expect(window.button(re.compile("^Ask "))).not_to_have_text(before)
    assert looked_at(window) == []
    window.press(re.compile("^Ask "))
    assert window.heading.startswith("Have you seen")
    expect(window.main.get_by_text("Has not answered")).to_be_visible()
    assert looked_at(window) == []
