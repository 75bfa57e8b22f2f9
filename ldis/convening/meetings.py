"""Set, move or cancel the meeting of the panel, and its calendar file."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from sqlalchemy.orm import Session

from alerts.messages import Enclosure
from ldis.cases.models import Case
from ldis.convening import queries
from ldis.convening.calendars import Event, Method, Person, write
from ldis.convening.letters import Meeting, day_and_time
from ldis.convening.models import PanelMeeting
from ldis.convening.schemas import CallForm, Meets
from ldis.errors import Invalid, Stale
from ldis.people.access import Actor
from ldis.people.models import User
from ldis.worktime import LONDON

LATEST = timedelta(days=60)
NO_SUCH_TIME = "The clocks change that night, and this time does not exist. Choose another."


@dataclass(frozen=True)
class Change:
    """What has become of a meeting."""

    meeting: PanelMeeting
    method: Method
    moved: bool

    @property
    def in_words(self) -> str:
        """For the history of the case."""
        if self.method is Method.CANCEL:
            return "Meeting cancelled."
        return f"Meeting {'moved to' if self.moved else 'on'} {day_and_time(self.meeting.starts_at)}."


def arrange(session: Session, case: Case, form: CallForm, *, actor: Actor, now: datetime) -> Change | None:
    """Make the meeting what the form says; nothing where it is so already. The caller holds the case."""
    meeting = queries.meeting_of(session, case)
    stands = meeting is not None and meeting.cancelled_at is None
    if form.seen_sequence != (meeting.sequence if meeting is not None else -1):
        raise Stale("Somebody has changed the meeting since you opened this page. Check what it says now.")
    if form.meets is Meets.NO:
        return _cancelled(session, meeting, now=now) if meeting is not None and stands else None
    starts_at = _moment(form, now=now)
    if meeting is None:
        meeting = PanelMeeting(
            case_id=case.id,
            round=case.round,
            uid=f"{uuid4()}@ldis",
            sequence=-1,
            organiser_id=actor.id,
        )
        session.add(meeting)
    elif stands and (meeting.starts_at, meeting.minutes, meeting.place) == (starts_at, form.minutes, form.place):
        return None
    meeting.starts_at, meeting.minutes, meeting.place = starts_at, form.minutes, form.place
    _changed(session, meeting, now=now)
    return Change(meeting, Method.REQUEST, moved=stands)


def _cancelled(session: Session, meeting: PanelMeeting, *, now: datetime) -> Change:
    _changed(session, meeting, now=now, cancelled_at=now)
    return Change(meeting, Method.CANCEL, moved=False)


def _changed(
    session: Session, meeting: PanelMeeting, *, now: datetime, cancelled_at: datetime | None = None
) -> None:
    meeting.sequence += 1
    meeting.changed_at, meeting.cancelled_at = now, cancelled_at
    session.flush()
    session.refresh(meeting)


def _moment(form: CallForm, *, now: datetime) -> datetime:
    """The moment that was meant in London, in UTC; a refusal where there is none, or where it is not ahead."""
    if form.meeting_on is None or form.meeting_at is None:
        raise Invalid({"meeting_on": ["Enter the day and the time of the meeting."]})
    local = datetime.combine(form.meeting_on, form.meeting_at, LONDON)
    starts_at = local.astimezone(UTC)
    if starts_at.astimezone(LONDON).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise Invalid({"meeting_at": [NO_SUCH_TIME]})
    if not now < starts_at <= now + LATEST:
        raise Invalid({"meeting_on": ["Choose a day and time that is still ahead, within 60 days."]})
    return starts_at


def in_letter(case: Case, meeting: PanelMeeting, *, public_url: str) -> Meeting:
    """The meeting as a letter tells of it."""
    ends_at = meeting.starts_at + timedelta(minutes=meeting.minutes)
    return Meeting(meeting.starts_at, ends_at, meeting.place, f"{public_url}/cases/{case.reference}/meeting.ics")


def file_of(
    case: Case, meeting: PanelMeeting, method: Method, *, public_url: str, attendee: User | None = None
) -> str:
    """The calendar file, for one member or for anyone of the review to keep."""
    link = f"{public_url}/cases/{case.reference}"
    event = Event(
        uid=meeting.uid,
        sequence=meeting.sequence,
        changed_at=meeting.changed_at,
        starts_at=meeting.starts_at,
        length=timedelta(minutes=meeting.minutes),
        title=f"LDIS panel: case {case.reference}",
        place=meeting.place,
        words=f"Grade and vote here, signed in: {link}",
        organiser=Person(meeting.organiser.name, meeting.organiser.email),
    )
    return write(event, method, Person(attendee.name, attendee.email) if attendee else None)


def enclosure(case: Case, meeting: PanelMeeting, method: Method, *, public_url: str, attendee: User) -> Enclosure:
    """The calendar file as it goes with an e-mail."""
    text = file_of(case, meeting, method, public_url=public_url, attendee=attendee)
    return Enclosure("meeting.ics", f"text/calendar; charset=utf-8; method={method}", text)
