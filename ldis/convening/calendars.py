"""An invitation as a calendar file (RFC 5545, RFC 5546): written by hand, since it is one event and no more. Pure.

Moments are in UTC, so that no time zone has to be described. Lines end in CRLF and are folded at 75 octets.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

LONGEST_LINE = 75


class Method(StrEnum):
    """What a calendar is to do with the file."""

    REQUEST = "REQUEST"
    PUBLISH = "PUBLISH"
    CANCEL = "CANCEL"


@dataclass(frozen=True)
class Person:
    """Somebody in a calendar file."""

    name: str
    email: str


@dataclass(frozen=True)
class Event:
    """One meeting. `uid` names it for ever; the highest `sequence` is what counts."""

    uid: str
    sequence: int
    changed_at: datetime
    starts_at: datetime
    length: timedelta
    title: str
    place: str
    words: str
    organiser: Person


def write(event: Event, method: Method, attendee: Person | None = None) -> str:
    """The whole file. Without somebody invited it is for anyone to keep."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//LDIS//Panel meetings//EN",
        "CALSCALE:GREGORIAN",
        f"METHOD:{method}",
        "BEGIN:VEVENT",
        f"UID:{_text(event.uid)}",
        f"SEQUENCE:{event.sequence}",
        f"DTSTAMP:{_moment(event.changed_at)}",
        f"DTSTART:{_moment(event.starts_at)}",
        f"DTEND:{_moment(event.starts_at + event.length)}",
        f"SUMMARY:{_text(event.title)}",
        f"LOCATION:{_text(event.place)}",
        f"DESCRIPTION:{_text(event.words)}",
        f"STATUS:{'CANCELLED' if method is Method.CANCEL else 'CONFIRMED'}",
        f"ORGANIZER;CN={_quoted(event.organiser.name)}:mailto:{_address(event.organiser.email)}",
        *_attendee(attendee),
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _attendee(person: Person | None) -> list[str]:
    if person is None:
        return []
    takes_part = "ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE"
    return [f"ATTENDEE;CN={_quoted(person.name)};{takes_part}:mailto:{_address(person.email)}"]


def _moment(value: datetime) -> str:
    return f"{value.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(value: str) -> str:
    """A text value: what separates is escaped, a line end is written as one, other control characters go."""
    escaped = value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    lines = escaped.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\\n".join("".join(c for c in line if c.isprintable()) for line in lines)


def _quoted(value: str) -> str:
    """A parameter in quotation marks, which it cannot hold itself."""
    return '"' + "".join(c for c in value if c.isprintable() and c != '"') + '"'


def _address(value: str) -> str:
    return "".join(c for c in value if c.isprintable() and not c.isspace())


def _folded(line: str) -> str:
    """A long line goes on after a line end and a space; no character is cut in two."""
    folded, room = "", LONGEST_LINE
    for character in line:
        size = len(character.encode())
        if size > room:
            folded += "\r\n "
            room = LONGEST_LINE - 1
        folded += character
        room -= size
    return folded
