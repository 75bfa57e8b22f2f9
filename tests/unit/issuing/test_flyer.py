"""An alert as a flyer: one A4 page whatever its words, with what to do first and the way to check it."""

from dataclasses import replace
from datetime import date

import pytest

from alerts.advice import every_advice
from alerts.flyer import flyer_of
from alerts.messages import AlertContent, Handling, Level, Readership
from ldis.issuing.flyer_paper import FOOT_TOP, as_pdf, fitted

CONTENT = AlertContent(
    reference="NSH-A01",
    publisher="North Shore",
    headline="Nitazene found in tablets sold as oxycodone",
    alert_on=date(2026, 3, 27),
    areas=("Northby", "Tŷ Newydd"),
    source="1 report",
    substance="Metonitazene",
    other_names=("brown",),
    sold_as="oxycodone",
    found="metonitazene (main)",
    effects=("They stop breathing",),
    signs=("Cannot be woken", "Blue or grey lips"),
    who_is_at_risk="Anyone who takes it",
    act_now="Do not use alone. Carry naloxone. Cannot be woken? Call 999 and give naloxone",
    what_to_do=("Tell everyone you support today.",),
    naloxone_works=True,
    how_to_report="Report at https://ldis.example.org/report/north-shore",
    review_on=date(2026, 4, 3),
)


def pages_of(content: AlertContent, level: Level = Level.RED, pictures: tuple[bytes, ...] = ()) -> int:
    flyer = flyer_of(
        content,
        level=level,
        handling=Handling.PUBLIC,
        address="https://ldis.example.org/v/7K3Q-9M2P",
    )
    return as_pdf(flyer, pictures).count(b"/Type /Page\n")


@pytest.mark.parametrize("level", Level)
def test_a_flyer_is_one_page(level: Level) -> None:
    assert pages_of(CONTENT, level) == 1


def test_the_longest_words_that_a_draft_may_hold_still_fit_one_page() -> None:
    line = "word " * 40
    longest = replace(
        CONTENT,
        headline="h" * 120,
        act_now="a " * 80,
        signs=(line,) * 12,
        what_to_do=(line,) * 12,
        found="f " * 150,
    )
    flyer = flyer_of(longest, level=Level.RED, handling=Handling.PUBLIC, address="https://l.example.org")
    page, bottom = fitted(flyer)
    assert page.pages_count == 1
    assert bottom <= FOOT_TOP, "the words end before the way to check and to report"


def test_what_to_do_and_the_way_to_check_come_from_the_one_record() -> None:
    flyer = flyer_of(CONTENT, level=Level.RED, handling=Handling.PUBLIC, address="https://l.example.org/v/A")
    assert flyer.act_now == CONTENT.act_now
    assert flyer.short == "l.example.org/v/A"
    assert "Looks vary" in flyer.caveat
    assert "27 March 2026" in flyer.about
    said = [line for block in (*flyer.left, *flyer.right) for line in block.lines]
    assert any("recovery position" in line for line in said)
    assert "Sold as: oxycodone" in said


@pytest.mark.parametrize("readers", Readership)
def test_every_advice_says_when_to_call_999_on_its_flyer(readers: Readership) -> None:
    for advice in every_advice(readers):
        content = replace(CONTENT, readership=readers, signs=advice.signs, what_to_do=advice.what_to_do)
        flyer = flyer_of(content, level=Level.RED, handling=Handling.PUBLIC, address="https://l.example.org")
        assert any("999" in line for block in flyer.left for line in block.lines)
