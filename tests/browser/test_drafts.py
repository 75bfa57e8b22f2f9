"""What is typed on a report form is there again when it is opened again, for a day, and for nobody afterwards."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.reporting import FORM, SOLD_AS, answer, drafts, typed
from tests.browser.test_pages import looked_at
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser

KEPT = "We kept what you wrote on this phone."
A_DAY_AGO = """
    hours => {
        for (const [name, words] of Object.entries(localStorage)) {
            const draft = JSON.parse(words)
            localStorage.setItem(name, JSON.stringify({ ...draft, at: draft.at - hours * 3600_000, day: '2001-01-01' }))
        }
    }
"""


def key_of(window: Visitor) -> str:
    """The key under which this form is one report."""
    return window.page.locator("input[name=submission_key]").input_value()


def test_what_was_typed_is_there_when_the_tab_is_opened_again(visitor: Visit) -> None:
    window = visitor()
    window.open(FORM)
    answer(window, "half a report")
    window.main.get_by_text("Add details (optional)").click()
    window.fill("Rough time", "about 2 am")
    key = key_of(window)
    window.reopen()
    window.open(FORM)
    expect(window.main.get_by_text(KEPT)).to_be_visible()
    assert (typed(window), key_of(window)) == ("half a report", key)
    expect(window.main.get_by_label("Rough time")).to_have_value("about 2 am")
    naloxone = window.main.get_by_role("group", name="Was naloxone given?")
    expect(naloxone.get_by_label("I do not know")).to_be_checked()
    assert looked_at(window) == []
    window.press("Continue")
    window.press("Send report")
    assert window.heading == "We have it. Thank you"
    assert drafts(window) == []


@pytest.mark.parametrize("button", ["Start again", "Clear it"])
def test_it_is_cleared_for_whoever_uses_the_phone_next(visitor: Visit, button: str) -> None:
    window = visitor()
    window.open(FORM)
    answer(window, "mine alone")
    window.reopen()
    window.open(FORM)
    expect(window.main.get_by_text(KEPT)).to_be_visible()
    with window.page.expect_navigation():
        window.main.get_by_role("button", name=button).click()
    assert typed(window) == ""
    assert drafts(window) == []
    window.reopen()
    window.open(FORM)
    assert typed(window) == ""


def test_it_is_gone_after_a_day(visitor: Visit) -> None:
    window = visitor()
    window.open(FORM)
    answer(window, "long ago")
    window.page.evaluate(A_DAY_AGO, 25)
    window.open("/")
    assert drafts(window) == []


def test_a_draft_of_yesterday_asks_the_day_again(visitor: Visit) -> None:
    """It says “yesterday”, and that is another day now."""
    window = visitor()
    window.open(FORM)
    answer(window, "before midnight")
    window.page.evaluate(A_DAY_AGO, 3)
    window.open(FORM)
    expect(window.main.get_by_text(KEPT)).to_be_visible()
    assert typed(window) == "before midnight"
    when = window.main.get_by_role("group", name="When did it happen?")
    expect(when.locator("input[type=radio]:checked")).to_have_count(0)


def test_each_form_keeps_its_own(visitor: Visit) -> None:
    window = visitor()
    window.open(FORM)
    answer(window, "not a vape")
    window.open(f"{FORM}/vape")
    assert window.main.get_by_label("What was the vape sold or described as?").input_value() == ""
    expect(window.main.get_by_text(KEPT)).to_have_count(0)


def test_a_form_that_the_service_draws_again_shows_what_was_sent_to_it(visitor: Visit) -> None:
    window = visitor()
    window.open(FORM)
    window.fill(SOLD_AS, "with a gap")
    window.press("Continue")
    assert window.page.title().startswith("Error: ")
    assert typed(window) == "with a gap"
    expect(window.main.get_by_text(KEPT)).to_have_count(0)
