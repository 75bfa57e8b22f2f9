"""What helps while somebody types: names of drugs offered, details that name a person pointed out, keys for lists."""

import json
from operator import itemgetter
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from ldis.demonstration import world
from tests.browser.checks import unusable
from tests.browser.conftest import Visit
from tests.browser.reporting import FORM, SOLD_AS, typed
from tests.browser.visitor import DESK, Visitor

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
TABLE = json.loads((ROOT / "tests" / "data" / "identifying.json").read_text())
FIND = """
    async ([script, texts]) => {
        const { findDetails } = await import('data:text/javascript,' + encodeURIComponent(script))
        return texts.map(text => findDetails(text).map(detail => [detail.kind, detail.text, detail.start]))
    }
"""


def sold_as(window: Visitor) -> Locator:
    """The field in which somebody writes what it was sold as."""
    return window.main.get_by_label(SOLD_AS)


def test_a_name_is_offered_and_chosen_by_keyboard(visitor: Visit) -> None:
    window = visitor()
    window.open(FORM)
    sold_as(window).press_sequentially("valli")
    offered = window.main.get_by_role("listbox").get_by_role("option")
    expect(offered).to_have_text("vallies - Diazepam")
    expect(window.main.get_by_role("combobox")).to_have_attribute("aria-expanded", "true")
    assert [*unusable(window.page)] == []
    window.page.keyboard.press("ArrowDown")
    expect(offered).to_have_attribute("aria-selected", "true")
    window.page.keyboard.press("Enter")
    assert typed(window) == "vallies"
    expect(offered).to_have_count(0)
    assert window.path == FORM


def test_a_name_is_chosen_by_touch(visitor: Visit) -> None:
    window = visitor()
    window.open(FORM)
    sold_as(window).press_sequentially("metonita")
    option = window.main.get_by_role("option", name="Metonitazene", exact=True)
    box = option.bounding_box()
    assert box is not None
    assert box["height"] >= 44
    assert box["x"] + box["width"] <= 360
    option.tap()
    assert typed(window) == "Metonitazene"


def test_what_is_typed_counts_although_names_are_offered(visitor: Visit) -> None:
    window = visitor()
    window.open(FORM)
    sold_as(window).press_sequentially("valli")
    expect(window.main.get_by_role("listbox").get_by_role("option")).to_be_visible()
    window.page.keyboard.press("Escape")
    expect(window.main.get_by_role("listbox").get_by_role("option")).to_have_count(0)
    window.page.keyboard.type("um from the corner")
    window.page.keyboard.press("Tab")
    assert typed(window) == "vallium from the corner"


def test_a_laboratory_is_offered_names_too(visitor: Visit) -> None:
    window = visitor()
    window.open(f"{FORM}/lab-result")
    window.main.get_by_label("Substance").first.press_sequentially("bromaz")
    expect(window.main.get_by_role("listbox").get_by_role("option").first).to_contain_text("Broma")


def test_a_phone_number_in_the_details_is_pointed_out_and_stops_nobody(visitor: Visit) -> None:
    window = visitor()
    window.open(FORM)
    window.main.get_by_text("Add details (optional)").click()
    details = window.main.get_by_label("Anything else?")
    details.fill("ring 07700 900123")
    warning = window.main.get_by_role("status").filter(has_text="Take out")
    said = "Take out “07700 900123” (phone number). We must not hold anything that identifies the person."
    expect(warning).to_have_text(said)
    assert [*unusable(window.page)] == []
    details.fill("somebody rang")
    expect(warning).to_have_count(0)


def test_the_browser_finds_what_the_service_finds(visitor: Visit) -> None:
    window = visitor()
    script = (ROOT / "frontend" / "js" / "identifying.js").read_text()
    found = window.page.evaluate(FIND, [script, [row["text"] for row in TABLE]])
    expected = [
        sorted(
            ([one["kind"], one["text"], row["text"].index(one["text"])] for one in row["found"]), key=itemgetter(2)
        )
        for row in TABLE
    ]
    assert found == expected


def test_letters_move_between_the_rows_of_the_inbox(visitor: Visit) -> None:
    window = visitor(size=DESK, touch=False)
    window.be(world.COORDINATOR)
    window.open("/cases")
    rows = window.main.locator(".ldis-rows__title")
    expect(window.main.get_by_text("Keyboard: j and k")).to_be_visible()
    for key, row in (("j", 0), ("j", 1), ("k", 0)):
        window.page.keyboard.press(key)
        expect(rows.nth(row)).to_be_focused()
    leads_to = rows.first.get_attribute("href")
    with window.page.expect_navigation():
        window.page.keyboard.press("Enter")
    assert window.path == leads_to


def test_letters_can_be_turned_off(visitor: Visit) -> None:
    window = visitor(size=DESK, touch=False)
    window.be(world.COORDINATOR)
    window.open("/cases")
    window.main.get_by_role("button", name="Turn them off").click()
    window.page.keyboard.press("j")
    expect(window.main.locator(".ldis-rows__title").first).not_to_be_focused()
    window.open("/cases")
    expect(window.main.get_by_text("j and k are off")).to_be_visible()
