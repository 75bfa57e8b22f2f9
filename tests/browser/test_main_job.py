"""The whole job in real browsers: a report becomes an alert that a partner has, through the hands of five people."""

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from ldis.demonstration import world
from tests.browser.conftest import Visit
from tests.browser.visitor import PATIENCE, Visitor

pytestmark = pytest.mark.browser

LINK = re.compile(r"https?://\S+/a/\S+")
GRADING = {
    "How directly do we know?": "Seen by a worker",
    "What supports it?": "Several reports, or a preliminary result",
    "How bad was it?": "Life-threatening or fatal",
    "How potent or new is it here?": "Very potent, or unlike what it was sold as",
    "Who could be hit next?": "Many, some at special risk",
    "Would an alert help?": "Yes",
}
APPROVE = re.compile(r"^Approve and send now to \d+ people$")


def test_a_report_becomes_an_alert_that_a_partner_has(visitor: Visit) -> None:
    reference = report_by_keyboard(visitor())
    coordinator, medical, police = visitor(), visitor(), visitor()

    case = open_case(coordinator, reference)
    grade(medical, world.MEDICAL, case)
    sees_nothing_of_the_others_before_grading(police, case)
    grade(police, world.POLICE, case)
    decide(coordinator, case)

    alert = draft(coordinator, case)
    cannot_approve_their_own(coordinator, alert)
    words = approve(medical, alert)

    link = find_in_the_outbox(visitor(), words)
    acknowledge(visitor(), link)
    is_counted(coordinator, alert)


def report_by_keyboard(reporter: Visitor) -> str:
    """Send a report as somebody without an account and without a mouse; the reference it gets."""
    reporter.open("/")
    reporter.press("Report a drug concern")
    tab_to(reporter, "happened_on-quick")
    reporter.page.keyboard.press("Space")
    tab_to(reporter, "area_code")
    reporter.page.keyboard.press("Space")
    tab_to(reporter, "sold_as")
    reporter.page.keyboard.type("blue oxys")
    for question, steps in (("harm_level", 5), ("naloxone", 1), ("how_known", 1)):
        tab_to(reporter, question)
        reporter.page.keyboard.press("Space")
        for _ in range(steps - 1):
            reporter.page.keyboard.press("ArrowDown")
    for words in ("Continue", "Send report"):
        tab_to(reporter, words)
        with reporter.page.expect_navigation():
            reporter.page.keyboard.press("Enter")
    assert reporter.heading == "We have it. Thank you"
    return reporter.page.locator(".ldis-reference").first.inner_text()


def tab_to(visitor: Visitor, name: str) -> None:
    """Press the tabulator until the field or button of that name has the focus."""
    for _ in range(60):
        visitor.page.keyboard.press("Tab")
        if visitor.page.evaluate("document.activeElement.name || document.activeElement.innerText") == name:
            return
    pytest.fail(f"the tabulator never gets to {name}")


def open_case(coordinator: Visitor, reference: str) -> str:
    """Find the report in the inbox, open a case of it, call the panel; the case's address."""
    coordinator.open("/cases")
    coordinator.sign_in(world.COORDINATOR)
    assert coordinator.path == "/cases"
    row = coordinator.main.locator(".ldis-rows__row", has_text=reference)
    assert "Life-threatening" in row.inner_text()
    with coordinator.page.expect_navigation():
        row.get_by_role("link").tap()
    expect(coordinator.main).to_contain_text("blue oxys")
    coordinator.press("Open a case")
    expect(coordinator.main).to_contain_text("Risk to life")
    assert next_steps(coordinator) == ["Call the panel"]
    case = coordinator.path
    coordinator.press("Call the panel")
    coordinator.press("Call the panel")
    expect(coordinator.main).to_contain_text("quorum needs 2 more votes")
    return case


def next_steps(visitor: Visitor) -> list[str]:
    """The green buttons of the page: there is one, and it is the next step."""
    return visitor.main.locator(".govuk-button:not(.govuk-button--secondary)").all_inner_texts()


def grade(member: Visitor, person: world.Person, case: str) -> None:
    """Grade, then see the others', then vote for an alert."""
    if not member.path.startswith(case):
        member.open(case)
        member.sign_in(person)
    assert next_steps(member) == ["Grade this case"]
    member.press("Grade this case")
    for question, answer in GRADING.items():
        member.choose(question, answer)
    member.press("Send grading")
    assert member.heading.startswith("Vote:")
    expect(member.main).to_contain_text(f"{person.name}")
    expect(member.main).to_contain_text("Suggestion: formal alert")
    member.choose("What should we do?", "Formal alert")
    member.press("Vote")
    expect(member.main).to_contain_text("Your vote is counted.")
    assert next_steps(member) == []


def sees_nothing_of_the_others_before_grading(member: Visitor, case: str) -> None:
    """One member has graded and voted; the next must not know how."""
    member.open(case)
    member.sign_in(world.POLICE)
    for page in ("", "/grade", "/vote"):
        member.open(case + page)
        shown = member.main.inner_text().lower()
        assert "what the panel said" not in shown
        assert "suggestion" not in shown
        said = member.main.locator("li, td", has_text=world.MEDICAL.name).all_inner_texts()
        assert not any("formal alert" in words.lower() for words in said), page
    member.open(case)


def decide(coordinator: Visitor, case: str) -> None:
    """Record what the two votes come to."""
    coordinator.open(case)
    expect(coordinator.main).to_contain_text("Quorum reached for “formal alert”.")
    assert next_steps(coordinator) == ["Record the decision"]
    coordinator.press("Record the decision")
    coordinator.press("Record the decision")
    assert next_steps(coordinator) == ["Draft the alert"]


def draft(coordinator: Visitor, case: str) -> str:
    """Write the alert, see what people would receive, hand it over; the alert's address."""
    coordinator.press("Draft the alert")
    expect(coordinator.main).to_contain_text("Choose whom to send it to")
    alert = coordinator.path.removesuffix("/draft")
    for name in (world.STREET_LIST, world.CARE_LIST):
        coordinator.choose("Send it to these lists", name)
    coordinator.fill("Effects", "Unconscious within minutes\nSlow breathing")
    coordinator.press("Save and see the words")
    shown = coordinator.main.inner_text()
    assert re.search(r"\b[12] segments?, \d+ characters\b", shown), shown
    assert next_steps(coordinator) == ["Send for approval"]
    coordinator.press("Send for approval")
    expect(coordinator.main).to_contain_text("Sent for approval.")
    return alert


def cannot_approve_their_own(author: Visitor, alert: str) -> None:
    """The author is offered no button, and is refused when they send what it would have sent."""
    author.open(f"{alert}/approval")
    expect(author.main).to_contain_text("You wrote part of this alert, so somebody else must approve it")
    assert author.button(APPROVE).count() == 0
    token = author.page.locator("input[name=csrf_token]").first.input_value()
    form: dict[str, str | float | bool] = {"csrf_token": token, "content_hash": "0" * 64}
    answer = author.context.request.post(f"{author.service.url}{alert}/approve", form=form)
    assert answer.status == 403


def approve(member: Visitor, alert: str) -> str:
    """Read the exact words on a phone and approve them; the words of the text message."""
    member.open(f"{alert}/approval")
    words = member.main.locator(".ldis-phone__bubble").first.inner_text()
    member.press(APPROVE)
    expect(member.main).to_contain_text("is on its way.")
    return words


def find_in_the_outbox(anybody: Visitor, words: str) -> str:
    """See that phones and letter boxes got exactly what was approved; the link in one of the texts."""
    beginning, end = LINK.split(words)
    sent = anybody.page.locator(".ldis-outbox > li", has_text=beginning.strip()).filter(has_text="Sent")
    until(lambda: anybody.open("/outbox") and sent.count() > 0, "the texts to be sent")
    text = sent.locator(".ldis-phone__bubble").first.inner_text()
    link = LINK.search(text)
    assert link
    assert text.replace(link[0], "") == f"{beginning}{end}"
    assert anybody.page.locator(".ldis-letter", has_text="Red alert").count() > 0
    return link[0]


def acknowledge(partner: Visitor, link: str) -> None:
    """Open the link of the text: the level first, what to do second; say that one has it."""
    partner.page.goto(link)
    first, second, third = partner.main.locator("p, h1").all_inner_texts()[:3]
    assert first == "Red alert, current"
    assert second == partner.heading
    assert "999" in third
    partner.main.get_by_label("How many people did you pass it on to?").fill("3")
    partner.press("I have this")
    expect(partner.main).to_contain_text("passed it on to 3 people")


def is_counted(coordinator: Visitor, alert: str) -> None:
    """The live page knows of it."""
    coordinator.open(alert)
    shown = " ".join(coordinator.main.inner_text().split())
    assert "1 acknowledged" in shown
    passed_on = coordinator.main.locator(".ldis-figure", has_text="passed on to")
    assert passed_on.locator("dd").inner_text() == "3"


def until(look: Callable[[], object], what: str) -> None:
    """Look again and again, as long as a patient person would."""
    ends = time.monotonic() + PATIENCE / 1000
    while not look():
        assert time.monotonic() < ends, f"waited for {what}"
        time.sleep(0.1)
