"""What a reporter is told, how they are reached, and how long each way in is good for. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from alerts.messages import Medium
from ldis.people.numbers import normal_mobile
from ldis.people.rules import normal_address
from ldis.submissions.rules import Status
from ldis.web.dates import LONDON, day_by_name

WAY_IN_LASTS = timedelta(minutes=30)
"""How long a reporter who has entered their code may look at the report and add to it."""

LINK_LASTS = timedelta(days=14)
"""How long the link to a question takes answers."""


def photos_in_words(count: int) -> str:
    """1 photo was added."""
    return {0: "No new photo was", 1: "1 photo was"}.get(count, f"{count} photos were") + " added."


LONGEST_UPDATE = 2000
LONGEST_QUESTION = 200  # so that it goes out whole in a text message

REPORTER = "reporter"
"""How somebody who followed a code or a link is named in records: the report already says who they are."""


class CameTo(StrEnum):
    """What came of a report, as its reporter is told. Who judged what, and how, stays with the panel."""

    KEPT = "kept on record"
    SHARED = "shared with professionals"
    WARNED = "an alert"


@dataclass(frozen=True)
class Said:
    """The sentences for one outcome: the first time a report is decided, and when it was looked at once more."""

    first: str
    again: str


OUTCOMES: Mapping[CameTo, Said] = {
    CameTo.KEPT: Said(
        first="It was looked at together with what others told us. No message is being sent about it now. It is kept, "
        "and if anything like it is reported, yours is looked at again.",
        again="It was looked at once more. No further message is being sent about it now. It stays on record, and "
        "still counts if anything like it is reported.",
    ),
    CameTo.SHARED: Said(
        first="It was looked at together with what others told us. What we learnt is being shared with people who "
        "work in the area, so that they can look out for it.",
        again="It was looked at once more. What we now know is being shared with people who work in the area, so "
        "that they can look out for it.",
    ),
    CameTo.WARNED: Said(
        first="It was looked at together with what others told us. An alert is being made of it, so that people "
        "can be warned.",
        again="It was looked at once more, and we now know more. An alert is being made of it, so that people can be "
        "warned.",
    ),
}

IN_A_TEXT: Mapping[CameTo, Said] = {
    CameTo.KEPT: Said(
        first="It is on record and counts. No message goes out for now.",
        again="Looked at again: it stays on record, no message goes out now.",
    ),
    CameTo.SHARED: Said(
        first="What we learnt is shared with people who work in the area.",
        again="Looked at again: what we now know is shared locally.",
    ),
    CameTo.WARNED: Said(
        first="An alert is being made of it, to warn people.",
        again="Looked at again: an alert is now being made of it.",
    ),
}
"""The same, short enough for a text message of one part with the reference and a link."""


def sentence(came_to: CameTo, *, again: bool) -> str:
    """What came of it, in the words of the page and of the letter."""
    return OUTCOMES[came_to].again if again else OUTCOMES[came_to].first


@dataclass(frozen=True)
class Due:
    """Until when a report is to be looked at, and its reporter to be answered."""

    looked_at_by: datetime
    answer_by: datetime
    risk_to_life: bool


def means(status: Status, due: Due, *, again: bool, now: datetime) -> str:
    """What a status means to the person who sent the report, and until when they wait; with `again`, no more."""
    match status:
        case Status.RECEIVED:
            return f"We have it. {_is_looked_at(due, now)}"
        case Status.LOOKED_AT:
            looking = "Somebody is looking at it, together with what others have told us."
            return looking if again else f"{looking} {_is_answered(due, now)}"
        case Status.DECIDED:
            return "It was looked at, and it is decided what to do."


def _is_looked_at(due: Due, now: datetime) -> str:
    by = day_by_name(due.looked_at_by)
    if due.risk_to_life:
        by = f"{due.looked_at_by.astimezone(LONDON):%H:%M} on {by}, day or night, because life is at risk"
    late = now > due.looked_at_by if due.risk_to_life else _is_over(due.looked_at_by, now)
    if late:
        return f"It should have been looked at by {by}. We are sorry that it takes longer."
    return f"It is looked at by {by}. {_is_answered(due, now)}"


def _is_answered(due: Due, now: datetime) -> str:
    by = day_by_name(due.answer_by)
    if _is_over(due.answer_by, now):
        return f"You should have had an answer by {by}. We are sorry that it takes longer."
    return f"You can expect an answer by {by}."


def _is_over(moment: datetime, now: datetime) -> bool:
    """Whether the day is over that was named."""
    return now.astimezone(LONDON).date() > moment.astimezone(LONDON).date()


@dataclass(frozen=True)
class Address:
    """One way to reach a reporter, in the one spelling that is compared and written to."""

    medium: Medium
    address: str


def ways_to_reach(*, email: str | None, phone: str | None) -> tuple[Address, ...]:
    """Where a reporter can be written to, e-mail first. A landline takes no text messages, so it is none."""
    known = ((Medium.EMAIL, normal_address(email or "")), (Medium.SMS, normal_mobile(phone or "")))
    return tuple(Address(medium, address) for medium, address in known if address)


def read_address(written: str) -> Address | None:
    """What somebody typed, as an address of either kind; nothing where it can be neither."""
    email = normal_address(written) if "@" in written else None
    mobile = None if email else normal_mobile(written)
    if email:
        return Address(Medium.EMAIL, email)
    return Address(Medium.SMS, mobile) if mobile else None


def comes_late(*, now: datetime, expires_at: datetime, decided_at: datetime | None, asked_at: datetime) -> bool:
    """Whether an answer can no longer have helped: after the link ran out, or after the review had decided."""
    return now > expires_at or (decided_at is not None and asked_at < decided_at <= now)
