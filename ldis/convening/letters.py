"""The words with which members are called and reminded. No reporter's words and no personal data. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from alerts.messages import Enclosure
from alerts.sms_text import clean_up, segments
from ldis.convening.calendars import Method
from ldis.convening.rules import As
from ldis.people.telling import Said
from ldis.worktime import LONDON

SIGNATURE = "Local Drug Information System"
MOST_SEGMENTS = 2


@dataclass(frozen=True)
class Meeting:
    """When and where, as it is said in a letter."""

    starts_at: datetime
    ends_at: datetime
    place: str
    link: str


@dataclass(frozen=True)
class Ask:
    """What a case asks of whoever is written to. `link` leads to where they do it; they sign in there."""

    reference: str
    partnership: str
    brief: str
    link: str
    risk_to_life: bool
    answer_by: datetime | None = None
    look_back_by: datetime | None = None
    said_by: str = ""
    said: str = ""
    meeting: Meeting | None = None
    reminder: int = 0
    written_as: As = As.MEMBER
    stands_for: str = ""


def call_or_reminder(ask: Ask, *, name: str, enclosed: Enclosure | None = None) -> Said:
    """What the case asks of somebody."""
    asks = f"Case {ask.reference} {_in_short(ask)}"
    return Said(
        subject=f"Reminder: {asks[0].lower()}{asks[1:]}" if ask.reminder else asks,
        letter="\n\n".join([f"Dear {name},", *_paragraphs(ask, enclosed), SIGNATURE]) + "\n",
        text=_sms(ask),
        enclosed=enclosed,
    )


def meeting_is_set(ask: Ask, method: Method, *, name: str, enclosed: Enclosure, moved: bool) -> Said:
    """That a meeting is set, moved or cancelled, to those who were called before."""
    assert ask.meeting is not None
    begins = day_and_time(ask.meeting.starts_at)
    what = "is cancelled" if method is Method.CANCEL else f"{'is now' if moved else 'is'} on {begins}"
    about = f"The panel's meeting about case {ask.reference} {what}"
    lines = [f"Dear {name},", f"{about}."]
    if method is Method.CANCEL:
        lines.append("The attached file takes it out of your calendar. You can still grade and vote without it:")
    else:
        lines += [*_meeting(ask.meeting, enclosed), "You can grade and vote before it:"]
    return Said(
        subject=about,
        letter="\n\n".join([*lines, ask.link, SIGNATURE]) + "\n",
        text=f"LDIS: {about[0].lower()}{about[1:]}. Open: {ask.link}",
        enclosed=enclosed,
    )


def _in_short(ask: Ask) -> str:
    if ask.written_as is As.ON_CALL:
        return "waits for its panel, and life is at risk"
    if ask.look_back_by is not None:
        return "was decided at once and needs you to look back"
    return "needs you to stand in" if ask.written_as is As.DEPUTY else "needs you"


def _sms(ask: Ask) -> str:
    """One segment where it can be, two at most: the meeting and then what the case is about give way first."""
    start = f"LDIS: case {ask.reference} {_in_short(ask)}."
    if ask.look_back_by is not None:
        start = f"{start} By {_short(ask.look_back_by)}."
    meets = f" Meeting {_short(ask.meeting.starts_at)}." if ask.meeting else ""
    end = f" Open: {ask.link}"
    tries = [
        clean_up(f"{start} {ask.brief}{meets}{end}"),
        clean_up(f"{start} {ask.brief}{end}"),
        clean_up(start + end),
    ]
    return _fitting(tries)


def _fitting(tries: Sequence[str]) -> str:
    fits = [text for text in tries[:2] if segments(text) == 1] or [
        t for t in tries if segments(t) <= MOST_SEGMENTS
    ]
    return fits[0] if fits else tries[-1]


def _paragraphs(ask: Ask, enclosed: Enclosure | None) -> list[str]:
    lines = [_opening(ask), ask.brief]
    if ask.risk_to_life:
        lines.append("Life is at risk: please answer as soon as you can.")
    if ask.answer_by is not None:
        lines.append(f"The case is to be assessed by {day_and_time(ask.answer_by)}.")
    if ask.said:
        lines.append(f"{ask.said_by} says:\n{ask.said}")
    if ask.meeting is not None:
        lines += _meeting(ask.meeting, enclosed)
    lines += ["Open the case here. You sign in first:", ask.link]
    if ask.written_as is As.DEPUTY:
        lines.append("You grade and vote in your own right, for your own discipline.")
    if ask.written_as is not As.ON_CALL:
        lines.append("If you have an interest in the case, say so there: you will not be asked about it again.")
    return lines


def _opening(ask: Ask) -> str:
    if ask.written_as is As.ON_CALL:
        waits = f"Case {ask.reference} waits for the panel of {ask.partnership}, which was called and has not answered."
        return f"{waits} You are on call."
    if ask.look_back_by is not None:
        opening = (
            f"One person has decided on a formal alert in case {ask.reference}, because life is at risk. The panel of "
            f"{ask.partnership} looks back at it by {day_and_time(ask.look_back_by)}."
        )
    else:
        opening = f"The panel of {ask.partnership} is called about case {ask.reference}."
    if ask.written_as is As.DEPUTY:
        return f"{opening} You are asked because you stand in for {ask.stands_for}."
    return f"{opening} We have not had your grading and your vote yet." if ask.reminder else opening


def _meeting(meeting: Meeting, enclosed: Enclosure | None) -> list[str]:
    lines = [f"The panel meets on {day_and_time(meeting.starts_at)} to {_time(meeting.ends_at)}:\n{meeting.place}"]
    attached = "The invitation is attached. It is also here" if enclosed else "Put it into your calendar from here"
    return [*lines, f"{attached}: {meeting.link}"]


def _time(moment: datetime) -> str:
    return f"{moment.astimezone(LONDON):%H:%M}"


def day_and_time(moment: datetime) -> str:
    """Friday 27 November 2026, 14:00"""
    local = moment.astimezone(LONDON)
    return f"{local:%A} {local.day} {local:%B %Y}, {local:%H:%M}"


def _short(moment: datetime) -> str:
    local = moment.astimezone(LONDON)
    return f"{local:%a} {local.day} {local:%b} {local:%H:%M}"
