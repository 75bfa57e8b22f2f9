"""A case on four phones: a recusal, a departure from the suggestion with its reason, the decision, and a reopening."""

import pytest
from playwright.sync_api import expect

from ldis.demonstration import world
from tests.browser.conftest import Visit
from tests.browser.reporting import FORM, answer
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser

LEAST = {
    "How directly do we know?": "Told by somebody else",
    "What supports it?": "Nothing yet",
    "How bad was it?": "No harm, or mild",
    "How potent or new is it here?": "Known and expected",
    "Who could be hit next?": "Hardly anyone",
    "Would an alert help?": "I am not sure",
}
WHY = "Two services saw the same within a day."


def test_a_case_goes_from_report_to_decision_and_back_on_four_phones(visitor: Visit) -> None:
    coordinator, police, medical, public_health = (visitor() for _ in range(4))
    case = case_before_the_panel(visitor(), coordinator)

    stands_aside(police, case)
    differs_from_the_suggestion(medical, world.MEDICAL, case)
    differs_from_the_suggestion(public_health, world.PUBLIC_HEALTH, case)
    records_it_with_a_reason(coordinator, case)
    reopens(coordinator, case)


def case_before_the_panel(reporter: Visitor, coordinator: Visitor) -> str:
    """Somebody reports; the coordinator opens a case and calls the panel. The case's address."""
    reporter.open(FORM)
    answer(reporter, "pink ecstasy hearts")
    reporter.press("Continue")
    reporter.press("Send report")
    reference = reporter.main.locator(".ldis-reference").first.inner_text()
    coordinator.be(world.COORDINATOR)
    coordinator.open(f"/reports/{reference}")
    coordinator.press("Open a case")
    case = coordinator.path
    coordinator.press("Call the panel")
    coordinator.press("Call the panel")
    expect(coordinator.main).to_contain_text("Called")
    return case


def stands_aside(member: Visitor, case: str) -> None:
    """Somebody with an interest says so, in words, and is asked nothing more."""
    member.be(world.POLICE)
    member.open(f"{case}/grade")
    member.main.locator("summary", has_text="I have an interest in this").click()
    member.press("Stand aside from this case")
    expect(member.page.locator(".govuk-error-summary")).to_contain_text(
        "Say in a few words what your interest is."
    )
    member.main.get_by_label("What is your interest in this?").fill("My officers are being asked about it.")
    member.press("Stand aside from this case")
    expect(member.main).to_contain_text("You stand aside from this case.")
    assert member.button("Grade this case").count() == 0


def differs_from_the_suggestion(member: Visitor, person: world.Person, case: str) -> None:
    """Grade low, see the suggestion with its reasons, vote for more than it; without a reason that is refused."""
    member.be(person)
    member.open(f"{case}/grade")
    for question, chosen in LEAST.items():
        member.choose(question, chosen)
    member.press("Send grading")
    expect(member.main).to_contain_text("Suggestion: no further action")
    expect(member.main).to_contain_text("because")
    member.choose("What should we do?", "Share for information")
    member.press("Vote")
    expect(member.page.locator(".govuk-error-summary")).to_contain_text("Say why you differ from it.")
    assert member.main.get_by_label("Share for information", exact=True).is_checked(), "what was chosen is kept"
    member.main.get_by_label("Why?").fill(WHY)
    member.press("Vote")
    expect(member.main).to_contain_text("Your vote is counted.")


def records_it_with_a_reason(coordinator: Visitor, case: str) -> None:
    """The decision departs from the suggestion as well, so it needs a reason that everybody will read."""
    coordinator.open(case)
    expect(coordinator.main).to_contain_text("Stands aside")
    coordinator.press("Record the decision")
    coordinator.press("Record the decision")
    expect(coordinator.page.locator(".govuk-error-summary")).to_contain_text("Say why the panel differs.")
    coordinator.main.get_by_label("Reasons").fill(WHY)
    coordinator.press("Record the decision")
    expect(coordinator.main).to_contain_text("The suggestion was no further action.")
    expect(coordinator.main.get_by_text(WHY).first).to_be_visible()


def reopens(coordinator: Visitor, case: str) -> None:
    """A decided case is taken up again, with why; what was decided before stays to be read."""
    coordinator.main.locator("summary", has_text="Reopen the case").click()
    opened = coordinator.main.locator("details[open]", has_text="Reopen the case")
    opened.get_by_label("Reason").fill("A second person is in hospital.")
    coordinator.press("Reopen the case")
    assert coordinator.path == case
    expect(coordinator.main).to_contain_text("A second person is in hospital.")
    expect(coordinator.main).to_contain_text("Share for information")
    expect(coordinator.main).to_contain_text("Triage")
