"""A report takes a minute: six answers, each asked once, in few steps, by touch and by keyboard."""

from collections import Counter

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.reporting import ANSWERS, FORM, answer
from tests.browser.test_main_job import tab_to
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser

MOST_STEPS = 12
COUNT = """
    const one = () => sessionStorage.setItem('steps', 1 + Number(sessionStorage.getItem('steps')))
    addEventListener('click', event => {
        if (event.isTrusted && event.target.matches('input, button, summary, a')) one()
    }, true)
    addEventListener('change', event => {
        if (event.isTrusted && event.target.matches('input[type=text]')) one()
    }, true)
"""
"""Counts every press of something that can be pressed, by whatever means, and every text that is written."""
ASKED = """
    () => [...document.querySelectorAll('main form :is(input, select, textarea):not([type=hidden])')]
        .filter(field => field.type !== 'radio' && field.type !== 'checkbox' || field.matches(':first-of-type'))
        .map(field => `${field.name} ${field.type === 'radio' || field.type === 'checkbox' ? field.value : ''}`)
"""
STAY = """
    () => {
        window.sendings = 0
        document.addEventListener('submit', event => {
            if (!event.defaultPrevented) window.sendings += 1
            event.preventDefault()
        })
    }
"""
"""Counts what is sent, and stays on the page."""


def counting(window: Visitor) -> Page:
    """The form in a window that counts what its visitor does."""
    window.page.add_init_script(COUNT)
    window.open(FORM)
    return window.page


def steps(page: Page) -> int:
    """How many steps there were."""
    return int(page.evaluate("sessionStorage.getItem('steps')"))


def finish(window: Visitor) -> None:
    """See that nothing is asked a second time, and that the report is in."""
    assert window.heading == "Check your answers"
    assert window.page.evaluate(ASKED) == []


def test_a_report_by_touch_takes_twelve_steps_at_most(visitor: Visit) -> None:
    window = visitor()
    page = counting(window)
    asked = page.evaluate(ASKED)
    assert [name for name, times in Counter(asked).items() if times > 1] == []
    for words in ("Yesterday", "Derby"):
        window.main.get_by_text(words, exact=True).tap()
    window.main.get_by_label("What was it sold or described as?").tap()
    page.keyboard.type("blues")
    for question in ("What happened to the person?", "Was naloxone given?", "How do you know?"):
        asked_in = window.main.get_by_role("group", name=question)
        asked_in.get_by_text(ANSWERS[question], exact=True).tap()
    with page.expect_navigation():
        window.button("Continue").tap()
    finish(window)
    with page.expect_navigation():
        window.button("Send report").tap()
    assert window.heading == "We have it. Thank you"
    assert 8 <= steps(page) <= MOST_STEPS


def test_a_report_by_keyboard_alone_takes_twelve_steps_at_most(visitor: Visit) -> None:
    window = visitor()
    page = counting(window)
    while not page.evaluate("document.activeElement.name === 'happened_on-quick'"):
        page.keyboard.press("Tab")
    for _ in range(2):  # the day and the area: the first answer
        page.keyboard.press("Space")
        page.keyboard.press("Tab")
    page.keyboard.type("blues")
    for question in ("harm_level", "naloxone", "how_known"):
        tab_to(window, question)
        page.keyboard.press("Space")
    tab_to(window, "Continue")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    finish(window)
    tab_to(window, "Send report")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert window.heading == "We have it. Thank you"
    assert 8 <= steps(page) <= MOST_STEPS


def test_the_enter_key_goes_on_and_not_to_vapes(visitor: Visit) -> None:
    window = visitor()
    window.open(FORM)
    answer(window, "blues")
    with window.page.expect_navigation():
        window.main.get_by_label("What was it sold or described as?").press("Enter")
    assert window.heading == "Check your answers"


def test_a_pressed_button_says_that_it_is_at_work_and_takes_no_second_press(visitor: Visit) -> None:
    window = visitor()
    window.open(FORM)
    window.page.evaluate(STAY)
    button = window.main.locator("form button.govuk-button[data-prevent-double-click]")
    button.click()
    expect(button).to_have_text("One moment …")
    expect(button).to_have_attribute("aria-disabled", "true")
    window.page.keyboard.press("Enter")
    assert window.page.evaluate("window.sendings") == 1
