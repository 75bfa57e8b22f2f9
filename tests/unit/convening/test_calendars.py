"""The calendar file: read back by a calendar library, whatever stands in it, and folded as mail takes it."""

from datetime import UTC, datetime, timedelta

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ldis.convening.calendars import Event, Method, Person, write

WORDS = st.text(st.characters(exclude_categories=("Cc", "Cf", "Cs", "Zl", "Zp", "Co", "Cn")), max_size=200)
STARTS = datetime(2026, 11, 27, 14, 0, tzinfo=UTC)


def event(**changes: str | int) -> Event:
    known = {
        "uid": "one@ldis",
        "sequence": 3,
        "title": "LDIS panel",
        "place": "Room 4",
        "words": "Grade and vote",
    } | changes
    return Event(
        changed_at=STARTS - timedelta(days=1),
        starts_at=STARTS,
        length=timedelta(minutes=30),
        organiser=Person("Cleo Winter", "cleo@example.org"),
        **known,  # type: ignore[arg-type]
    )


@given(place=WORDS, words=WORDS, name=WORDS)
def test_a_calendar_library_reads_back_what_was_written(place: str, words: str, name: str) -> None:
    written = write(event(place=place, words=words), Method.REQUEST, Person(name, "mo@example.org"))
    calendar = icalendar.Calendar.from_ical(written)
    (read,) = calendar.walk("VEVENT")
    printable = "".join(c for c in place if c.isprintable())
    assert str(read["LOCATION"]) == printable
    assert str(read["DESCRIPTION"]) == "".join(c for c in words if c.isprintable())
    assert (read.start, read.end) == (STARTS, STARTS + timedelta(minutes=30))
    assert (str(read["UID"]), read["SEQUENCE"]) == ("one@ldis", 3)
    assert str(read["ATTENDEE"]) == "mailto:mo@example.org"


@given(place=WORDS)
def test_no_line_is_longer_than_75_octets_and_every_line_ends_as_mail_wants_it(place: str) -> None:
    written = write(event(place=place), Method.PUBLISH)
    lines = written.encode().split(b"\r\n")
    assert lines[-1] == b""
    assert max(map(len, lines)) <= 75
    assert not any(b"\n" in line or b"\r" in line for line in lines)


def test_words_cannot_add_a_line_of_their_own() -> None:
    written = write(event(place="Room 4\r\nATTENDEE:mailto:x@example.org\nEND:VEVENT"), Method.PUBLISH)
    (read,) = icalendar.Calendar.from_ical(written).walk("VEVENT")
    assert "ATTENDEE" not in read
    assert str(read["LOCATION"]).startswith("Room 4\nATTENDEE")


@pytest.mark.parametrize(
    ("method", "status"),
    [(Method.REQUEST, "CONFIRMED"), (Method.PUBLISH, "CONFIRMED"), (Method.CANCEL, "CANCELLED")],
)
def test_the_method_and_the_status_agree(method: Method, status: str) -> None:
    calendar = icalendar.Calendar.from_ical(write(event(), method))
    assert (calendar["METHOD"], calendar.walk("VEVENT")[0]["STATUS"]) == (method.value, status)
