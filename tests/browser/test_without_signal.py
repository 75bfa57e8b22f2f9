"""Reporting from a cellar: what is sent without signal waits on the phone, and goes once."""

import re

import pytest
from playwright.sync_api import expect

from ldis.demonstration import world
from ldis.submissions.rules import tidy_reference
from tests.browser.conftest import Visit
from tests.browser.reporting import (
    FORM,
    SAVED,
    SOLD_AS,
    Reports,
    answer,
    bar,
    drafts,
    find_signal,
    kept_pages,
    lose_signal,
    send_without_signal,
    typed,
    visit_form,
    wake_worker,
)
from tests.browser.test_pages import looked_at
from tests.browser.test_report_form import DOUBLE_PRESS
from tests.browser.visitor import Visitor
from tests.photographs import jpeg

pytestmark = pytest.mark.browser

MORE = "Anything else?"


def test_a_report_without_signal_is_saved_and_goes_once_when_there_is_some(
    visitor: Visit, reports: Reports
) -> None:
    window = visitor()
    send_without_signal(window, "in the cellar")
    assert "It will be sent when there is signal" in window.main.inner_text()
    expect(bar(window)).to_contain_text("1 report waits on this phone")
    assert looked_at(window) == []
    assert reports.of("in the cellar") == 0

    find_signal(window)
    expect(bar(window)).to_contain_text("Sent. Reference")
    assert reports.sendings == ["in the cellar"]
    assert reports.of("in the cellar") == 1
    assert looked_at(window) == []

    bar(window).get_by_role("link").click()
    expect(window.page.locator("h1")).to_have_text("We have it. Thank you")
    assert tidy_reference(window.page.locator(".ldis-reference").first.inner_text())


def test_it_goes_once_although_the_tab_was_closed(visitor: Visit, reports: Reports) -> None:
    window = visitor()
    send_without_signal(window, "tab closed")
    window.reopen()
    find_signal(window)
    window.open("/")
    expect(bar(window)).to_contain_text("Sent. Reference")
    assert reports.sendings == ["tab closed"]
    assert reports.of("tab closed") == 1


def test_it_goes_although_no_page_of_the_service_is_open(visitor: Visit, reports: Reports) -> None:
    window = visitor()
    send_without_signal(window, "all closed")
    window.reopen()
    find_signal(window)
    wake_worker(window)
    while not reports.of("all closed"):
        window.page.wait_for_timeout(50)
    assert window.page.url == "about:blank"
    window.open("/")
    expect(bar(window)).to_contain_text("Sent. Reference")
    assert reports.sendings == ["all closed"]


def test_change_leads_back_to_the_form_with_what_was_typed_and_it_stays_one_report(
    visitor: Visit, reports: Reports
) -> None:
    window = visitor()
    visit_form(window)
    answer(window, "read too fast")
    window.press("Continue")
    assert window.heading == "Check your answers"
    lose_signal(window)
    window.press(re.compile("Change.*What was it sold"))
    expect(window.main.get_by_label(SOLD_AS)).to_have_value("read too fast")
    assert window.path == f"{FORM}#sold_as"
    window.fill(SOLD_AS, "read again")
    window.press("Continue")
    assert window.heading == "Saved on this phone"
    find_signal(window)
    expect(bar(window)).to_contain_text("Sent. Reference")
    assert reports.sendings == ["read again"]
    assert drafts(window) == []


def test_it_goes_once_although_two_tabs_are_open(visitor: Visit, reports: Reports) -> None:
    window = visitor()
    send_without_signal(window, "two tabs")
    other = window.context.new_page()
    other.goto(window.service.url + FORM)
    expect(other.locator(".ldis-waiting")).to_contain_text("1 report waits")
    find_signal(window)
    for page in (window.page, other):
        expect(page.locator(".ldis-waiting")).to_contain_text("Sent. Reference")
    assert reports.sendings == ["two tabs"]
    assert reports.of("two tabs") == 1


def test_the_form_opens_without_signal_and_each_time_is_another_report(visitor: Visit, reports: Reports) -> None:
    window = visitor()
    visit_form(window)
    lose_signal(window)
    for sold_as in ("first of the night", "second of the night"):
        window.open(FORM)
        answer(window, sold_as)
        window.press("Continue")
    expect(bar(window)).to_contain_text("2 reports wait")
    find_signal(window)
    expect(bar(window).get_by_text("Sent. Reference")).to_have_count(2)
    assert sorted(reports.sendings) == ["first of the night", "second of the night"]
    assert reports.of("first of the night") == reports.of("second of the night") == 1


def test_a_page_that_was_never_visited_says_that_there_is_no_signal(visitor: Visit) -> None:
    window = visitor()
    visit_form(window)
    lose_signal(window)
    window.open("/alerts")
    assert window.heading == "No signal"


def be_refused(window: Visitor, sold_as: str) -> None:
    """Save a report in which the service finds something wrong, and open what waits."""
    visit_form(window)
    lose_signal(window)
    answer(window, sold_as)
    window.main.get_by_text("Add details (optional)").click()
    window.fill(MORE, "ring 07700 900123")
    window.press("Continue")
    find_signal(window)
    expect(bar(window)).to_contain_text("1 report was not taken in")
    window.open(SAVED)


def test_a_report_that_is_refused_is_opened_with_what_was_typed_and_what_is_wrong(
    visitor: Visit, reports: Reports
) -> None:
    window = visitor()
    be_refused(window, "refused at first")
    expect(window.page.locator("h1")).to_have_text("Not taken in")
    assert looked_at(window) == []
    with window.page.expect_navigation():
        window.main.get_by_role("button", name="Put it right").click()
    assert window.page.title().startswith("Error: ")
    assert "Take out “07700 900123” (phone number)" in window.main.locator("#details-error").inner_text()
    assert typed(window) == "refused at first"
    window.fill(MORE, "somebody rang")
    window.press("Continue")
    window.press("Send report")
    assert window.heading == "We have it. Thank you"
    assert reports.of("refused at first") == 1
    expect(bar(window)).to_have_text("")


def test_what_is_put_right_needs_a_signal_and_stays_on_the_phone_until_it_is_in(visitor: Visit) -> None:
    window = visitor()
    be_refused(window, "interrupted twice")
    lose_signal(window)
    window.main.get_by_role("button", name="Put it right").click()
    expect(window.main.get_by_role("status")).to_have_text("No signal, or no answer. Nothing is lost.")
    find_signal(window)
    with window.page.expect_navigation():
        window.main.get_by_role("button", name="Put it right").click()
    window.reopen()
    window.open(FORM)
    expect(window.main.get_by_label(SOLD_AS)).to_have_value("interrupted twice")
    expect(window.main.get_by_label(MORE)).to_have_value("ring 07700 900123")


def test_an_answer_that_is_missing_is_asked_for_before_anything_is_saved(visitor: Visit, reports: Reports) -> None:
    window = visitor()
    visit_form(window)
    lose_signal(window)
    window.fill(SOLD_AS, "not enough")
    window.button("Continue").click()
    summary = window.main.locator(".govuk-error-summary")
    expect(summary).to_be_focused()
    assert summary.get_by_role("link").all_inner_texts() == [
        "Choose when it happened.",
        "Choose the area where it happened.",
        "Answer “What happened to the person?”",
        "Answer “Was naloxone given?”",
        "Answer “How do you know?”",
    ]
    summary.get_by_role("link").first.click()
    expect(window.main.get_by_label("Today")).to_be_focused()
    answer(window, "enough")
    window.page.wait_for_timeout(DOUBLE_PRESS)
    window.press("Continue")
    assert window.heading == "Saved on this phone"


def test_what_waits_can_be_deleted(visitor: Visit, reports: Reports) -> None:
    window = visitor()
    send_without_signal(window, "thought better of it")
    window.main.get_by_role("button", name="Delete it").click()
    window.main.get_by_role("button", name=re.compile("for good")).click()
    expect(window.page.locator("h1")).to_have_text("Nothing waits on this phone")
    find_signal(window)
    window.open(FORM)
    expect(bar(window)).to_have_text("")
    assert reports.sendings == []


def test_a_form_that_was_open_for_longer_than_its_session_is_sent_all_the_same(
    visitor: Visit, reports: Reports
) -> None:
    window = visitor()
    visit_form(window)
    answer(window, "open all week")
    window.context.clear_cookies()
    window.press("Continue")
    window.press("Send report")
    assert window.heading == "We have it. Thank you"
    assert reports.of("open all week") == 1


def test_photos_wait_with_the_report(visitor: Visit, reports: Reports) -> None:
    window = visitor()
    visit_form(window)
    lose_signal(window)
    answer(window, "with photos")
    files = [{"name": f"{width}.jpg", "mimeType": "image/jpeg", "buffer": jpeg(width)} for width in (60, 80)]
    window.page.locator("input[name=photos]").set_input_files(files)  # type: ignore[arg-type]
    window.press("Continue")
    window.reopen()
    find_signal(window)
    window.open("/")
    expect(bar(window)).to_contain_text("Sent. Reference")
    assert reports.photos_of("with photos") == 2


def test_on_a_first_visit_without_a_worker_the_page_saves_it_itself(visitor: Visit, reports: Reports) -> None:
    window = visitor(worker=False)
    window.open(FORM)
    lose_signal(window)
    answer(window, "first visit")
    window.button("Continue").click()
    expect(window.page.locator("h1")).to_have_text("Saved on this phone")
    find_signal(window)
    expect(bar(window)).to_contain_text("Sent. Reference")
    assert reports.sendings == ["first visit"]


def test_the_worker_keeps_nothing_personal(visitor: Visit) -> None:
    window = visitor()
    window.be(world.COORDINATOR)
    visit_form(window)
    assert world.COORDINATOR.name in window.page.content()
    window.open("/cases")
    window.open("/account")
    kept = kept_pages(window)
    pages = {path for path in kept if not path.startswith("/static/")}
    assert pages == {FORM, SAVED, "/report/no-signal", "/substances/names.json"}
    for path, words in kept.items():
        assert world.COORDINATOR.name not in words, path
        assert world.COORDINATOR.email not in words, path


def test_nothing_of_a_report_stays_on_the_phone_once_it_is_in(visitor: Visit) -> None:
    window = visitor()
    send_without_signal(window, "gone from here")
    find_signal(window)
    expect(bar(window)).to_contain_text("Sent. Reference")
    left = window.page.evaluate("""
        () => new Promise(resolve => {
            indexedDB.open('ldis').onsuccess = ({ target }) => {
                const asked = target.result.transaction('reports').objectStore('reports').getAll()
                asked.onsuccess = () => resolve(asked.result)
            }
        })
    """)
    assert [sorted(one) for one in left] == [["at", "key", "path", "reference", "state"]]
    window.open("/")
    assert drafts(window) == []
