"""Every page that somebody may open, on a phone and on a desk: it fits, everyone can use it, it keeps to itself."""

from datetime import timedelta

import pytest
from flask import Flask

from ldis.demonstration import world
from ldis.demonstration.world import Person
from ldis.people import limits
from ldis.people.limits import Rate, SharedLimits
from tests.browser.addresses import PEOPLE, openings, pages, paths
from tests.browser.checks import misshapen, unusable
from tests.browser.conftest import Visit
from tests.browser.service import Service
from tests.browser.visitor import DESK, PHONE, Visitor

pytestmark = pytest.mark.browser

WHO = [None, *PEOPLE.values()]


def looked_at(window: Visitor, *, is_letter: bool = False, again: bool = False) -> list[str]:
    """What is wrong with the page on a phone, then on a desk. A letter is locked up, so a copy of it is looked at.

    `again`: somebody else's view of it was looked at before, so that axe need not go over the desk once more. Colours
    are the same on both, so that axe goes over them on the phone alone.
    """
    wrong = []
    if is_letter:
        letter = window.page.content()
        window.page.goto("about:blank")
        window.page.set_content(letter)
    for width, height in (PHONE, DESK):
        window.page.set_viewport_size({"width": width, "height": height})
        found = [*misshapen(window.page, is_letter=is_letter)]
        if (width, height) == PHONE or not again:
            found += unusable(window.page, colours=(width, height) == PHONE and not again)
        wrong += [f"at {width}: {problem}" for problem in found]
    return wrong


def test_it_is_known_at_which_addresses_to_look_at_every_page(service: Service) -> None:
    unknown = [rule.rule for rule in pages(service.app) if not paths(rule, service.scenes)]
    assert unknown == [], "say so in tests/browser/addresses.py"


@pytest.mark.parametrize("person", WHO, ids=lambda person: person.role.value if person else "not signed in")
def test_every_page_fits_every_screen_and_everyone(
    person: Person | None, visitor: Visit, service: Service, subtests: pytest.Subtests
) -> None:
    window = visitor()
    if person:
        window.be(person)
    seen: set[str] = set()
    for opening in openings(service.app, service.scenes):
        again = opening.path in seen
        seen.add(opening.path)
        if opening.person == person:
            with subtests.test(opening.path):
                answer = window.open(opening.path)
                assert answer is not None
                assert answer.ok or answer.status == 404, answer.status
                assert looked_at(window, is_letter=opening.path.endswith("/email"), again=again) == []


def test_a_page_that_is_not_there_says_so(visitor: Visit) -> None:
    window = visitor()
    window.open("/nowhere")
    assert window.heading == "Page not found"
    assert looked_at(window) == []


def test_a_page_that_is_not_for_this_person_says_so(visitor: Visit) -> None:
    window = visitor()
    window.be(world.REPORTER)
    window.open("/people")
    assert window.heading == "You cannot do this"
    assert looked_at(window) == []


def test_somebody_who_asks_for_codes_too_often_is_told_when_to_come_back(
    visitor: Visit, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    few(service.app, monkeypatch)
    window = visitor()
    for _ in range(2):
        window.open("/sign-in")
        window.fill("Email address", "someone.else@example.org")
        window.press("Email me a code")
    assert "Wait 15 minutes" in window.main.inner_text()
    assert looked_at(window) == []


def test_a_form_with_everything_missing_can_be_mended_by_everyone(visitor: Visit) -> None:
    window = visitor()
    window.open(f"/report/{world.SLUG}")
    window.press("Continue")
    assert window.page.title().startswith("Error: ")
    assert looked_at(window) == []


def test_filters_that_cannot_be_read_can_be_mended_by_everyone(visitor: Visit) -> None:
    window = visitor()
    window.be(world.COORDINATOR)
    window.open("/cases?from=31/2/2026&substance=zzgrobble")
    assert window.page.title().startswith("Error: ")
    assert "Enter a real day" in window.main.inner_text()
    assert looked_at(window) == []


def few(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Allow one try for each address, as if the service were not a demonstration."""
    monkeypatch.setattr(limits, "BY_ADDRESS", Rate(1, timedelta(minutes=15)))
    monkeypatch.setitem(app.extensions, "ldis.sign_in_limits", SharedLimits(app.extensions["ldis.engine"]))
