"""A report is written, refused where it must be, sent and signed in a browser; the scorecard prints on two pages."""

import io
import re

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from ldis.demonstration import world
from tests.browser.conftest import Visit
from tests.browser.test_pages import looked_at

pytestmark = pytest.mark.browser


def test_a_report_is_written_refused_mended_sent_and_signed(visitor: Visit) -> None:
    window = visitor()
    window.be(world.COORDINATOR)
    window.open("/reporting")
    window.page.get_by_label("An annual report").check()
    window.page.get_by_label("With which month does its period end?").fill("2026-09")
    window.press("Begin")
    assert window.heading == "Annual report, September 2026"
    place = window.path
    while window.main.get_by_role("listitem").filter(has_text=re.compile("Empty|Look at this")).count():
        unready = window.main.get_by_role("listitem").filter(has_text=re.compile("Empty|Look at this"))
        unready.first.get_by_role("link").click()
        window.page.get_by_label("Text").fill("We treat {figure: in_treatment} people.")
        window.press("Save")
        refused = "Adults in treatment is restricted and cannot stand in a report."
        expect(window.main.get_by_text(refused).first).to_be_visible()
        assert window.page.get_by_label("Text").input_value() == "We treat {figure: in_treatment} people."
        window.page.get_by_label("Text").fill("We gave out **{figure: naloxone_supplied}** kits.")
        window.press("Save")
        expect(window.main.get_by_text("kits.").last).to_be_visible()
        window.open(place)
    assert looked_at(window) == []
    window.page.get_by_label("Senior Responsible Owner").select_option(label=world.LEAD.name)
    window.press("Send it")
    expect(window.main.get_by_text(f"{world.LEAD.name} reads it.")).to_be_visible()

    owner = visitor()
    owner.be(world.LEAD)
    owner.open(place)
    owner.page.get_by_label("Your statement").fill("I have read it.")
    owner.press("Sign it")
    expect(owner.main.get_by_text("Edition 1, as it was signed")).to_be_visible()
    assert looked_at(owner) == []


def test_the_scorecard_prints_on_two_pages(visitor: Visit) -> None:
    window = visitor()
    window.be(world.PUBLIC_HEALTH)
    window.open("/indicators")
    printed = PdfReader(io.BytesIO(window.page.pdf(format="A4", landscape=True)))
    assert len(printed.pages) <= 2
    assert "Naloxone kits supplied" in "".join(page.extract_text() for page in printed.pages)
