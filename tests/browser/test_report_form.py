"""The report form in cold hands: pressed twice, sent again, half empty, without a script."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import func, select

from ldis.demonstration import world
from ldis.submissions.models import IncidentReport
from tests.browser.conftest import Visit
from tests.browser.service import Service
from tests.browser.test_main_job import GRADING
from tests.browser.test_pages import looked_at
from tests.browser.visitor import FLAGS, Visitor, visit

pytestmark = pytest.mark.browser

FORM = f"/report/{world.SLUG}"
ANSWERS = {
    "When did it happen?": "Yesterday",
    "Where did it happen?": "Derby",
    "What happened to the person?": "Moderate",
    "Was naloxone given?": "I do not know",
    "How do you know?": "The person told me",
}
DOUBLE_PRESS = 1_000  # milliseconds in which the button takes a second press for the same one

Count = Callable[[str], int]


@pytest.fixture
def reports_of(service: Service) -> Count:
    """How many reports there are of something sold under a name."""

    def count(sold_as: str) -> int:
        with service.sessions() as session:
            known = select(func.count()).where(IncidentReport.sold_as == sold_as)
            return session.scalar(known) or 0

    return count


def fill_in(window: Visitor, sold_as: str, *, rough_time: str = "") -> None:
    """Give the six answers, and go on to check them."""
    window.open(FORM)
    for question, answer in ANSWERS.items():
        window.choose(question, answer)
    window.fill("What was it sold or described as?", sold_as)
    if rough_time:
        window.main.get_by_text("Add details (optional)").click()
        window.fill("Rough time", rough_time)
    window.press("Continue")
    assert window.heading == "Check your answers"


def test_a_double_press_on_send_is_one_report(visitor: Visit, reports_of: Count) -> None:
    window = visitor()
    fill_in(window, "pressed twice")
    with window.page.expect_navigation():
        window.button("Send report").dblclick()
    assert window.heading == "We have it. Thank you"
    assert reports_of("pressed twice") == 1


def test_a_double_press_without_a_script_is_one_report(visitor: Visit, reports_of: Count) -> None:
    window = visitor(scripts=False)
    fill_in(window, "pressed twice, no script")
    window.button("Send report").dblclick(no_wait_after=True)
    window.page.wait_for_url("**/received/**")  # the second press breaks off the way to the first answer
    assert window.heading == "We have it. Thank you"
    assert reports_of("pressed twice, no script") == 1


def test_going_back_and_sending_again_is_one_report(
    chromium: Browser, browser_path: str, service: Service, reports_of: Count
) -> None:
    """In a browser that keeps the pages one goes back to, as people's do; the one of these tests is told not to."""
    remembering = ["--disable-back-forward-cache"]
    with chromium.browser_type.launch(
        executable_path=browser_path, args=FLAGS, ignore_default_args=remembering
    ) as browser:
        window = visit(browser, service)
        fill_in(window, "sent again")
        window.press("Send report")
        reference = window.page.locator(".ldis-reference").first.inner_text()
        for heading in ("Check your answers", "Tell us what happened"):
            window.page.evaluate("history.back()")
            expect(window.page.locator("h1")).to_have_text(heading)
        assert window.main.get_by_label("What was it sold or described as?").input_value() == "sent again"
        window.page.wait_for_timeout(DOUBLE_PRESS)
        window.button("Continue").click(no_wait_after=True)
        expect(window.page.locator("h1")).to_have_text("Check your answers")
        window.button("Send report").click(no_wait_after=True)
        expect(window.page.locator(".ldis-reference").first).to_have_text(reference)
    assert reports_of("sent again") == 1


def test_what_is_missing_takes_the_focus_and_leads_to_its_question(visitor: Visit) -> None:
    window = visitor()
    window.open(FORM)
    window.choose("When did it happen?", "Today")
    window.press("Continue")
    summary = window.main.locator(".govuk-error-summary")
    expect(summary).to_be_focused()
    for link, field in (
        ("Choose the area", "area_code"),
        ("What was it sold", "sold_as"),
        ("What happened to the person", "harm_level"),
    ):
        summary.get_by_role("link", name=link).first.click()
        expect(window.page.locator(f"#{field}")).to_be_focused()
    kept = window.main.get_by_role("group", name="When did it happen?")
    expect(kept.get_by_label("Today")).to_be_checked()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
@pytest.mark.parametrize(
    ("question", "box"),
    [("What happened to the person?", "#harm_level"), ("Rough time", "#rough_time")],
)
def test_change_leads_to_the_very_question(visitor: Visit, scripts: bool, question: str, box: str) -> None:
    """One that everybody is asked, and one in a part of the page that was closed."""
    window = visitor(scripts=scripts)
    fill_in(window, "changed", rough_time="about 2 am")
    window.press(re.compile(f"your answer to “{re.escape(question)}”$"))
    assert window.heading == "Tell us what happened"
    expect(window.page.locator(box)).to_be_focused()
    expect(window.page.locator(box)).to_be_in_viewport()


def test_the_page_of_answers_fits_every_screen_and_everyone(visitor: Visit) -> None:
    window = visitor()
    fill_in(window, "a long word: " + "methylenedioxy" * 10, rough_time="about 2 am")
    assert looked_at(window) == []


def test_everything_works_without_a_script(visitor: Visit, service: Service, reports_of: Count) -> None:
    reporter, member = visitor(scripts=False), visitor(scripts=False)
    fill_in(reporter, "no script")
    reporter.press(re.compile("^Change your answer to “What was it sold"))
    expect(reporter.main.get_by_label("What was it sold or described as?")).to_be_focused()
    reporter.main.get_by_text("Add details (optional)").click()
    reporter.fill("Rough time", "about 2 am")
    reporter.press("Continue")
    assert "about 2 am" in reporter.main.inner_text()
    reporter.press("Send report")
    assert reporter.heading == "We have it. Thank you"
    assert reports_of("no script") == 1

    member.open(f"/cases/{service.scenes.with_panel}/grade")
    member.sign_in(world.TREATMENT)
    for question, answer in GRADING.items():
        member.choose(question, answer)
    member.press("Send grading")
    assert member.heading.startswith("Vote:")
