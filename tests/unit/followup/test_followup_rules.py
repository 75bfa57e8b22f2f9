"""Who can be reached how, and when an answer comes too late."""

from datetime import UTC, datetime, timedelta

import pytest

from alerts.messages import Medium
from ldis.followup.rules import LINK_LASTS, Address, Due, comes_late, means, read_address, ways_to_reach
from ldis.submissions.rules import Status

ASKED = datetime(2026, 10, 14, 9, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)


FRIDAY, TUESDAY = datetime(2026, 10, 16, 15, 0, tzinfo=UTC), datetime(2026, 10, 20, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "now", "said"),
    [
        (Status.RECEIVED, ASKED, "at by Friday 16 October. You can expect an answer by Tuesday 20 October."),
        (Status.RECEIVED, FRIDAY + HOUR, "It is looked at by Friday 16 October."),
        (Status.RECEIVED, TUESDAY, "It should have been looked at by Friday 16 October. We are sorry"),
        (Status.LOOKED_AT, ASKED, "Somebody is looking at it"),
        (Status.LOOKED_AT, TUESDAY + HOUR, "You can expect an answer by Tuesday 20 October."),
        (Status.LOOKED_AT, TUESDAY + 24 * HOUR, "You should have had an answer by Tuesday 20 October."),
        (Status.DECIDED, ASKED, "it is decided what to do"),
    ],
)  # fmt: skip
def test_every_status_is_explained_and_the_day_named_until_which_somebody_waits(
    status: Status, now: datetime, said: str
) -> None:
    assert said in means(status, Due(FRIDAY, TUESDAY, risk_to_life=False), again=False, now=now)


def test_where_life_is_at_risk_the_time_of_day_is_named_too() -> None:
    due = Due(ASKED + 2 * HOUR, TUESDAY, risk_to_life=True)
    assert "by 12:30 on Wednesday 14 October, day or night" in means(Status.RECEIVED, due, again=False, now=ASKED)
    late = means(Status.RECEIVED, due, again=False, now=ASKED + 3 * HOUR)
    assert "It should have been looked at by 12:30 on Wednesday 14 October" in late


def test_nobody_who_had_an_answer_is_told_that_it_is_late() -> None:
    again = means(Status.LOOKED_AT, Due(FRIDAY, TUESDAY, risk_to_life=False), again=True, now=TUESDAY + 48 * HOUR)
    assert "answer" not in again


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
