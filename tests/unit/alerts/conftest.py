"""An alert to test with: invented places, an invented case."""

from datetime import date

import pytest

from alerts.messages import AlertContent


@pytest.fixture(scope="session")
def content() -> AlertContent:
    return AlertContent(
        reference="HBR-A-0012",
        publisher="Harbour Drug Information Partnership",
        headline="Nitazene found in powder sold as heroin",
        alert_on=date(2026, 11, 22),
        case_on=date(2026, 11, 20),
        areas=("Harbourton", "Northgate"),
        source="A laboratory result and two reports from services",
        substance="Metonitazene",
        substance_class="nitazene",
        form="Beige powder",
        routes=("smoking", "injecting"),
        other_names=("brown",),
        effects=("Sudden loss of consciousness", "Slow or stopped breathing"),
        sold_as="heroin",
        found="metonitazene and caffeine",
        caveat="Looks vary",
        signs=("Cannot be woken", "Blue or grey lips"),
        who_is_at_risk="Anyone who uses heroin, most of all people who have just left prison",
        impact="Four overdoses in three days; all recovered",
        act_now="Do not use alone. Carry naloxone. Call 999 if someone cannot be woken",
        what_to_do=("Tell everyone you support today",),
        naloxone_works=True,
        clinical_advice="Expect to repeat naloxone.",
        how_to_report="Use https://ldis.example.org/report or call 01632 960000",
        review_on=date(2026, 12, 6),
        expires_on=date(2026, 12, 20),
    )
