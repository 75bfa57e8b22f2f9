"""Meetings: an invitation that calendars read, moved and cancelled under one name."""

from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from typing import Any

import icalendar
import pytest

from alerts.channels import mime
from alerts.messages import Medium, Message
from ldis.deliveries.models import Delivery
from tests.integration.convening.conftest import Panel

MEETING = {
    "meets": "yes",
    "meeting_on-day": "16",
    "meeting_on-month": "10",
    "meeting_on-year": "2026",
    "meeting_at": "14:00",
    "minutes": "45",
    "place": "Room 4; or https://meet.example.org/panel, second floor",
}


def invitation(letter: Delivery) -> tuple[Any, Any]:
    """The calendar and its event, as a mail program finds them in the letter."""
    message = Message(letter.medium, letter.address, letter.envelope.words, reference=str(letter.reference))
    read = message_from_bytes(mime.render(message, "LDIS <ldis@example.org>"), policy=policy.default)
    (attached,) = read.iter_attachments()
    assert attached.get_content_type() == "text/calendar"
    assert attached.get_filename() == "meeting.ics"
    calendar = icalendar.Calendar.from_ical(attached.get_content())
    assert attached["Content-Type"].params["method"] == calendar["METHOD"]
    (event,) = calendar.walk("VEVENT")
    return calendar, event


def test_a_call_to_a_meeting_carries_an_invitation_that_calendars_read(panel: Panel) -> None:
    panel.call(panel.table.cast.medical, **MEETING)
    (letter,) = panel.letters(Medium.EMAIL)
    assert "The panel meets on Friday 16 October 2026, 14:00 to 14:45" in letter.text
    calendar, event = invitation(letter)
    assert calendar["METHOD"] == "REQUEST"
    assert event.start == datetime(2026, 10, 16, 13, tzinfo=UTC), "two o'clock in London in summer"
    assert event.end - event.start == timedelta(minutes=45)
    assert event["LOCATION"] == MEETING["place"]
    assert event["SUMMARY"] == f"LDIS panel: case {panel.case.reference}"
    assert event["ORGANIZER"] == "mailto:cleo.winter@example.org"
    assert event["ATTENDEE"] == "mailto:mo.field@example.org"
    assert event["SEQUENCE"] == 0


def test_a_meeting_that_is_moved_or_cancelled_keeps_its_name_and_counts_up(panel: Panel) -> None:
    panel.call(panel.table.cast.medical, **MEETING)
    assert panel.send(**MEETING | {"meeting_at": "3.30 pm", "seen_sequence": 0}).status_code == 302
    assert panel.send(meets="no", seen_sequence=1).status_code == 302
    read = [invitation(letter) for letter in panel.letters(Medium.EMAIL)]
    assert [calendar["METHOD"] for calendar, _ in read] == ["REQUEST", "REQUEST", "CANCEL"]
    assert [event["SEQUENCE"] for _, event in read] == [0, 1, 2]
    assert len({event["UID"] for _, event in read}) == 1
    assert read[1][1].start == datetime(2026, 10, 16, 14, 30, tzinfo=UTC)
    assert read[2][1]["STATUS"] == "CANCELLED"
    assert "The meeting of Friday 16 October 15:30 is cancelled." in panel.page()
    assert panel.send(**MEETING, seen_sequence=2).status_code == 302, "and set again"
    assert invitation(panel.letters(Medium.EMAIL)[-1])[1]["SEQUENCE"] == 3


def test_those_called_later_get_the_invitation_and_the_others_no_second_one(panel: Panel) -> None:
    panel.call(panel.table.cast.medical, **MEETING)
    panel.call(panel.table.cast.police, **MEETING, seen_sequence=0)
    assert panel.emailed() == ["Mo Field", "Sam Brook"]
    assert invitation(panel.letters(Medium.EMAIL)[-1])[1]["ATTENDEE"] == "mailto:sam.brook@example.org"


def test_nothing_changed_is_said_and_nobody_is_written_to(panel: Panel) -> None:
    panel.call(panel.table.cast.medical, **MEETING)
    answer = panel.send(**MEETING, seen_sequence=0)
    assert answer.status_code == 403
    assert "Choose somebody to call, or change the meeting." in answer.text
    assert len(panel.letters()) == 1


def test_whoever_changes_an_older_meeting_is_told_so(panel: Panel) -> None:
    panel.call(panel.table.cast.medical, **MEETING)
    panel.send(**MEETING | {"meeting_at": "15:00", "seen_sequence": 0})
    answer = panel.send(**MEETING | {"meeting_at": "16:00", "seen_sequence": 0})
    assert answer.status_code == 409
    assert "Somebody has changed the meeting" in answer.text
    assert len(panel.letters()) == 2


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"meeting_at": "soon"}, "Enter the time on a 24-hour clock, like 14:00."),
        ({"meeting_at": ""}, "Enter the day and the time of the meeting."),
        ({"meeting_on-year": "2025"}, "Choose a day and time that is still ahead"),
        ({"meeting_on-month": "13"}, "Day of the meeting"),
    ],
)
def test_a_meeting_that_cannot_be_is_refused_and_nobody_is_called(
    panel: Panel, wrong: dict[str, str], says: str
) -> None:
    answer = panel.send(members=[panel.table.cast.medical.id], **MEETING | wrong)
    assert answer.status_code == 422
    assert says in answer.text
    assert panel.letters() == []


def test_an_hour_that_the_clocks_skip_is_refused(panel: Panel) -> None:
    panel.wait(days=150)
    skipped = {"meeting_on-day": "28", "meeting_on-month": "3", "meeting_on-year": "2027", "meeting_at": "01:30"}
    answer = panel.send(members=[panel.table.cast.medical.id], **MEETING | skipped)
    assert "this time does not exist" in answer.text


def test_the_file_can_be_taken_from_the_page_too(panel: Panel) -> None:
    browser = panel.browser_of(panel.table.cast.police)
    assert browser.get(f"/cases/{panel.case.reference}/meeting.ics").status_code == 404
    panel.call(panel.table.cast.medical, **MEETING)
    assert "Add it to your calendar" in panel.page(panel.table.cast.police, "")
    answer = browser.get(f"/cases/{panel.case.reference}/meeting.ics")
    calendar = icalendar.Calendar.from_ical(answer.data)
    assert (answer.mimetype, calendar["METHOD"]) == ("text/calendar", "PUBLISH")
    (event,) = calendar.walk("VEVENT")
    assert "ATTENDEE" not in event
    stranger = panel.browser_of(panel.table.cast.stranger)
    assert stranger.get(f"/cases/{panel.case.reference}/meeting.ics").status_code == 404
