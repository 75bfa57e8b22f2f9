"""Who has seen, graded and voted, in words; when a member is reminded and when somebody stands in. Pure."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from ldis.cases.policy import Convening
from ldis.cases.rules import Quorum
from ldis.people.rules import Discipline
from ldis.worktime import after_working_time


class As(StrEnum):
    """As what somebody is written to."""

    MEMBER = "member"
    DEPUTY = "deputy"
    ON_CALL = "on call"


@dataclass(frozen=True)
class Called:
    """A member's latest call in the present round, and what has been sent since."""

    call_id: int
    summons_id: int
    at: datetime
    look_back_by: datetime | None
    seen_at: datetime | None
    written_at: datetime
    reminders: int
    by_hand: int


@dataclass(frozen=True)
class Member:
    """Where one member of the panel stands with a case in its present round."""

    person_id: int
    name: str
    discipline: Discipline
    called: Called | None
    graded: bool
    voted: bool
    aside: bool

    @property
    def done(self) -> bool:
        """Whether nothing more is asked of them."""
        return self.aside or (self.graded and self.voted)

    @property
    def waited_for(self) -> bool:
        """Whether they were called and have not done what they were called for."""
        return self.called is not None and not self.done

    @property
    def stands(self) -> str:
        """How far they have got, in a word or two."""
        if self.aside:
            return "stands aside"
        if self.graded:
            return "voted" if self.voted else "graded"
        if self.called is None:
            return "not called"
        return "seen" if self.called.seen_at else "not seen"


def where_it_stands(members: Iterable[Member], quorum: Quorum) -> str:
    """Who has got how far, and what a quorum lacks: one sentence that says nothing of how anybody voted."""
    asked = [member for member in members if not member.aside and (member.called or member.graded)]
    parts = [f"{member.discipline} {member.stands}" for member in asked]
    sentence = ", ".join([*parts, needs(quorum, [member.discipline for member in asked if member.voted])])
    return f"{sentence[0].upper()}{sentence[1:]}."


def needs(quorum: Quorum, voted: Collection[Discipline]) -> str:
    """What a quorum lacks, if those who have voted agree."""
    missing = quorum.votes - len(voted)
    one_of = f"1 of {' or '.join(sorted(quorum.one_of))}"
    lacks_one = bool(quorum.one_of) and quorum.one_of.isdisjoint(voted)
    if lacks_one and missing <= 1:
        return f"quorum needs {one_of}"
    if missing > 0:
        votes = "1 more vote" if missing == 1 else f"{missing} more votes"
        return f"quorum needs {votes}, {one_of}" if lacks_one else f"quorum needs {votes}"
    if len(set(voted)) < quorum.disciplines:
        return "quorum needs a vote from another discipline"
    return "enough have voted for a quorum"


def due_at(called: Called, times: Convening, *, risk_to_life: bool) -> datetime | None:
    """When a member is reminded next, counted from what they were sent last; never once they were often enough."""
    if called.reminders >= times.most_chases:
        return None
    if called.look_back_by is not None:
        return called.written_at + timedelta(hours=times.chase_look_back_hours)
    if risk_to_life:
        return called.written_at + timedelta(minutes=times.chase_at_risk_minutes)
    return after_working_time(called.written_at, timedelta(hours=times.chase_hours))


def is_due(member: Member, times: Convening, *, risk_to_life: bool, now: datetime) -> bool:
    """Whether a member is to be reminded now."""
    if member.called is None or member.done:
        return False
    due = due_at(member.called, times, risk_to_life=risk_to_life)
    return due is not None and due <= now


def may_remind_from(called: Called, times: Convening) -> datetime:
    """The moment from which a member may be reminded by hand."""
    return called.written_at + timedelta(minutes=times.by_hand_minutes)
