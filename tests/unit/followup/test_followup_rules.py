"""Who can be reached how, and when an answer comes too late."""

from datetime import UTC, datetime, timedelta

import pytest

from alerts.messages import Medium
from ldis.followup.rules import LINK_LASTS, MEANS, Address, comes_late, read_address, ways_to_reach
from ldis.submissions.rules import Status

ASKED = datetime(2026, 10, 14, 9, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_every_status_is_explained() -> None:
    assert set(MEANS) == set(Status)


@pytest.mark.parametrize("written", ["07700 900123", "+44 7700 900 123", "(07700) 900-123"])
def test_a_mobile_is_one_address_however_it_is_written(written: str) -> None:
    assert read_address(written) == Address(Medium.SMS, "+447700900123")


def test_an_email_address_is_one_address_however_it_is_cased() -> None:
    assert read_address(" Robin.Vale@Example.org") == Address(Medium.EMAIL, "robin.vale@example.org")


@pytest.mark.parametrize("written", ["", "023 9200 0000", "+1 202 555 0100", "robin", "a@b@example.org", "@"])
def test_what_nothing_can_be_sent_to_is_no_address(written: str) -> None:
    assert read_address(written) is None


def test_a_reporter_is_reached_by_email_first_and_never_at_a_landline() -> None:
    assert ways_to_reach(email="robin@example.org", phone="07700 900123") == (
        Address(Medium.EMAIL, "robin@example.org"),
        Address(Medium.SMS, "+447700900123"),
    )
    assert ways_to_reach(email=None, phone="023 9200 0000") == ()
    assert ways_to_reach(email=None, phone=None) == ()


@pytest.mark.parametrize(
    ("after", "decided_after", "late"),
    [
        (HOUR, None, False),
        (LINK_LASTS, None, False),
        (LINK_LASTS + HOUR, None, True),
        (2 * HOUR, HOUR, True),
        (HOUR, -HOUR, False),  # decided before it was asked: the case is open again
        (HOUR, 2 * HOUR, False),
    ],
)
def test_an_answer_is_late_once_it_cannot_help(
    after: timedelta, decided_after: timedelta | None, late: bool
) -> None:
    decided_at = None if decided_after is None else ASKED + decided_after
    assert late == comes_late(
        now=ASKED + after, asked_at=ASKED, expires_at=ASKED + LINK_LASTS, decided_at=decided_at
    )
