"""A coordinator writes an alert and sees what it becomes, under the page's own security policy."""

import pytest
from playwright.sync_api import expect

from ldis.demonstration import world
from tests.browser.conftest import Visit
from tests.browser.service import Service

pytestmark = pytest.mark.browser


def test_the_text_message_follows_what_is_typed_and_nothing_is_saved(visitor: Visit, service: Service) -> None:
    window = visitor()
    window.be(world.COORDINATOR)
    address = f"/issuing/{service.scenes.draft}/draft"
    window.open(address)
    message = window.page.locator("#preview .ldis-phone")
    window.page.get_by_label("Headline").fill("Very strong <b>powder")
    expect(message).to_contain_text("Very strong <b>powder")
    expect(window.page.locator("#preview")).to_contain_text("Words about strength")
    window.open(address)
    expect(message).not_to_contain_text("Very strong")
