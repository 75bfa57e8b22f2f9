"""A reporter follows a report on a phone: the code, the question, the answer, and the door closed behind them."""

import pytest

from ldis.demonstration import world
from tests.browser.checks import misshapen, unusable
from tests.browser.conftest import Visit
from tests.browser.service import Service
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser


def fit(window: Visitor, *, scripts: bool) -> None:
    """The page fits a phone, and everyone can use it."""
    assert [*misshapen(window.page), *(unusable(window.page) if scripts else [])] == []


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_reporter_follows_their_report_and_adds_to_it(visitor: Visit, service: Service, scripts: bool) -> None:
    window = visitor(scripts=scripts)
    window.open("/report/track")
    window.fill("Reference of your report", service.scenes.followed.lower().replace("-", " "))
    window.fill("The email address or mobile number that you left with it", world.REPORTER.email)
    window.press("Send me a code")
    assert window.heading == "Enter your code"
    fit(window, scripts=scripts)
    window.enter_code_sent_to(world.REPORTER)
    window.press("See my report")
    assert window.heading == "Being looked at"
    fit(window, scripts=scripts)
    words = f"Seen {'with' if scripts else 'without'} scripts."
    window.fill("What do you want to add?", words)
    window.press("Add to the report")
    assert words in window.main.inner_text()
    fit(window, scripts=scripts)
    window.press("Close this report on this device")
    assert window.heading == "Follow your report"
    window.open(f"/report/track/{service.scenes.followed}")
    assert window.heading == "Follow your report"


def test_a_wrong_reference_is_explained_where_it_was_typed(visitor: Visit, service: Service) -> None:
    window = visitor()
    window.open("/report/track")
    wrong = service.scenes.followed[:-1] + ("3" if service.scenes.followed[-1] != "3" else "4")
    window.fill("Reference of your report", wrong)
    window.fill("The email address or mobile number that you left with it", world.REPORTER.email)
    window.press("Send me a code")
    assert "Compare it sign by sign" in window.main.inner_text()
    fit(window, scripts=True)


def test_a_question_is_answered_from_its_link(visitor: Visit, service: Service) -> None:
    window = visitor()
    window.open(f"/report/answer/{service.scenes.answer_token}")
    window.fill("Your answer", "A crown, and the number 30.")
    window.press("Send answer")
    assert "A crown, and the number 30." in window.main.inner_text()
    fit(window, scripts=True)
    coordinator = visitor()
    coordinator.be(world.COORDINATOR)
    coordinator.open(f"/reports/{service.scenes.followed}")
    assert "A crown, and the number 30." in coordinator.main.inner_text()
