"""A line that hangs, and a service that is unable just now: the report is kept, goes later, and is one report."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.line import DOWN, Line, short_minutes
from tests.browser.reporting import (
    FORM,
    SAVED,
    SOLD_AS,
    Reports,
    answer,
    bar,
    find_signal,
    send_without_signal,
    visit_form,
)
from tests.browser.test_pages import looked_at
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser

TRY_AGAIN = "dispatchEvent(new Event('online'))"
FIRST_PAUSE = 5_000
NOTE_WORDS = """
    () => {
        const main = document.querySelector('main')
        const note = () => sessionStorage.setItem('words', main.innerText)
        new MutationObserver(note).observe(main, { subtree: true, childList: true })
    }
"""
"""While a page waits for the next one, nobody can look at it from outside: it notes itself what it says."""
OPEN_ANEW = """
    () => {
        document.querySelector('main .govuk-button[data-prevent-double-click]').click()
        setTimeout(() => location.assign(location.pathname), 3_000)
    }
"""


def check_answers(window: Visitor, sold_as: str) -> None:
    """Write a report and see its answers once more."""
    visit_form(window)
    answer(window, sold_as)
    window.press("Continue")
    assert window.heading == "Check your answers"


def test_where_no_answer_comes_the_person_is_told_and_the_report_is_kept_and_goes_once(
    visitor: Visit, reports: Reports, line: Line
) -> None:
    window = visitor()
    visit_form(window)
    answer(window, "hung")
    line.hang()
    with short_minutes(window, times=30):
        window.page.evaluate(NOTE_WORDS)
        window.press("Continue")
    assert window.heading == "Saved on this phone"
    assert "No answer yet. Keep this page open" in window.page.evaluate("sessionStorage.getItem('words')")
    line.mend()
    window.page.evaluate(TRY_AGAIN)
    expect(bar(window)).to_contain_text("Sent. Reference")
    line.let_go()
    assert reports.sendings == ["hung"]
    assert reports.of("hung") == 1


@pytest.mark.parametrize("taken_in", ["at once", "at last"])
def test_a_report_whose_answer_came_too_late_is_sent_again_and_is_one_report(
    visitor: Visit, reports: Reports, line: Line, taken_in: str
) -> None:
    window = visitor()
    check_answers(window, f"taken in {taken_in}")
    line.hang(taken_in=taken_in)
    with short_minutes(window, times=30):
        window.press("Send report")
    assert window.heading == "Saved on this phone"
    line.mend()
    window.page.evaluate(TRY_AGAIN)
    expect(bar(window)).to_contain_text("Sent. Reference")
    line.let_go()
    assert reports.sendings == [f"taken in {taken_in}"] * 2
    assert reports.of(f"taken in {taken_in}") == 1


def test_who_opens_a_form_that_hangs_anew_and_changes_it_sends_what_was_changed(
    visitor: Visit, reports: Reports, line: Line
) -> None:
    window = visitor()
    visit_form(window)
    answer(window, "before it hung")
    line.hang()
    with short_minutes(window, times=20):
        with window.page.expect_event("load"):
            window.page.evaluate(OPEN_ANEW)
        line.mend()
        expect(window.main.get_by_label(SOLD_AS)).to_have_value("before it hung")
        window.fill(SOLD_AS, "thought again")
        window.press("Continue")
        assert window.heading == "Check your answers"
        window.page.wait_for_timeout(1_600)  # until the first one has given up
    expect(bar(window)).to_have_text("")
    window.press("Send report")
    assert window.heading == "We have it. Thank you"
    assert reports.sendings == ["thought again"]


@pytest.mark.parametrize("status", [DOWN, "429 Too Many Requests"])
def test_a_report_that_cannot_be_taken_in_just_now_is_kept_and_tried_again_by_itself(
    visitor: Visit, reports: Reports, line: Line, status: str
) -> None:
    window = visitor()
    send_without_signal(window, status)
    line.answers = status
    find_signal(window)
    window.page.clock.install()
    window.open(SAVED)
    window.main.get_by_role("button", name="Try now").click()
    expect(window.main.get_by_role("status")).to_have_text("No signal, or no answer. Nothing is lost.")
    expect(bar(window)).to_contain_text("1 report waits")
    assert looked_at(window) == []
    line.mend()
    window.page.clock.fast_forward(FIRST_PAUSE)
    expect(bar(window)).to_contain_text("Sent. Reference")
    assert reports.sendings == [status]
    assert reports.of(status) == 1


def test_a_report_that_cannot_be_taken_in_just_now_holds_up_no_other(
    visitor: Visit, reports: Reports, line: Line
) -> None:
    window = visitor()
    send_without_signal(window, "stumbles")
    window.open(FORM)
    answer(window, "behind it")
    window.press("Continue")
    line.stumble()
    find_signal(window)
    expect(bar(window).get_by_text("Sent. Reference")).to_have_count(2)
    assert reports.sendings == ["behind it", "stumbles"]


def test_a_form_is_opened_and_sent_although_the_service_is_down(visitor: Visit, line: Line) -> None:
    window = visitor()
    visit_form(window)
    line.answers = DOWN
    window.open(FORM)
    answer(window, "while it restarts")
    window.press("Continue")
    assert window.heading == "Saved on this phone"
