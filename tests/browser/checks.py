"""What must be true of every page, whoever looks at it and on whatever screen."""

from collections.abc import Iterator
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

SERVICE = "Local Drug Information System"
TARGET = 44
GRAVE = ("serious", "critical")
ONLY_WHAT_IS_WRONG = {"resultTypes": ["violations"], "preload": False}

SEEN = """
    target => ({
        title: document.title,
        headings: document.querySelectorAll('h1').length,
        wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
        low: [...document.querySelectorAll('main button, main .govuk-button, main select, main input[type=text]')]
            .filter(one => one.offsetHeight > 0 && one.getBoundingClientRect().height < target)
            .map(one => one.innerText || one.name),
        green: [...document.querySelectorAll('main .govuk-button:not([class*="govuk-button--"])')]
            .filter(one => one.offsetHeight > 0)
            .map(one => one.innerText),
    })
"""


def misshapen(page: Page, *, is_letter: bool = False) -> Iterator[str]:
    """Where the page does not fit its screen or the rules of the house; a letter is an e-mail shown on its own."""
    seen = page.evaluate(SEEN, TARGET)
    if seen["wide"] > 0:
        yield f"it scrolls sideways by {seen['wide']} pixels"
    if not is_letter:
        yield from unlike_ours(seen)


def unlike_ours(seen: dict[str, Any]) -> Iterator[str]:
    """The rules of the house: a title, one heading, large targets, one next step."""
    if not seen["title"].endswith(f" - {SERVICE}") or seen["title"].startswith(" "):
        yield f"its title is “{seen['title']}”"
    if seen["headings"] != 1:
        yield f"it has {seen['headings']} headings of the first level"
    if seen["low"]:
        yield f"too low for cold hands: {seen['low']}"
    if len(seen["green"]) > 1:
        yield f"more than one green button: {seen['green']}"


def unusable(page: Page, *, colours: bool = True) -> Iterator[str]:
    """Where somebody cannot use the page: what axe calls serious or critical. Contrast is most of its work."""
    if not page.evaluate("'axe' in window"):  # to load it takes as long as to ask it
        page.evaluate(AXE_SCRIPT)
    rules = {"color-contrast": {"enabled": colours}}
    for one in page.evaluate("options => axe.run(options)", ONLY_WHAT_IS_WRONG | {"rules": rules})["violations"]:
        if one["impact"] in GRAVE:
            yield f"axe: {one['id']}: {one['help']}: {[node['target'] for node in one['nodes']][:3]}"
