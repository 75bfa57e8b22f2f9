"""Where the panel stands with a case, as its pages show it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from ldis.cases.models import Case
from ldis.cases.policy import Policy
from ldis.cases.rules import Action
from ldis.cases.service import may
from ldis.convening import queries, rules
from ldis.convening.models import PanelMeeting
from ldis.convening.rules import Member
from ldis.people import rota
from ldis.people.access import Actor


@dataclass(frozen=True)
class Place:
    """One member's place at the table."""

    member: Member
    deputy: str
    may_remind: bool
    remind_from: datetime | None


def convening(session: Session, case: Case, actor: Actor, *, policy: Policy, now: datetime) -> dict[str, Any]:
    """What a page of a case says of its panel: who has seen, graded and voted, what is lacking, when they meet."""
    known = queries.members(session, case)
    may_ask = may(case, Action.ASK_AGAIN, actor=actor)
    away = rota.deputies_at(session, case.partnership_id, now)
    meeting = queries.meeting_of(session, case)
    asked = queries.is_asked_of_the_panel(case)
    return {
        "places": [_place(member, away, policy, may_ask=may_ask, now=now) for member in known],
        "waits": asked,
        "stands": rules.where_it_stands(known, policy.quorum) if case.round else "",
        "meeting": _meeting(meeting),
        "may_call": may(case, Action.CALL_PANEL, actor=actor),
        "may_ask": may_ask,
    }


def _place(member: Member, away: dict[int, Any], policy: Policy, *, may_ask: bool, now: datetime) -> Place:
    deputy = away.get(member.person_id)
    again = None
    if may_ask and member.waited_for and member.called is not None:
        again = rules.may_remind_from(member.called, policy.convening)
    return Place(
        member=member,
        deputy=deputy.name if deputy is not None else "",
        may_remind=again is not None and again <= now,
        remind_from=again if again is not None and again > now else None,
    )


def _meeting(meeting: PanelMeeting | None) -> dict[str, Any] | None:
    if meeting is None:
        return None
    ends_at = meeting.starts_at + timedelta(minutes=meeting.minutes)
    return {
        "starts_at": meeting.starts_at,
        "ends_at": ends_at,
        "place": meeting.place,
        "cancelled": meeting.cancelled_at is not None,
    }
