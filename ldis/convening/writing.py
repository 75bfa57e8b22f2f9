"""Write to those whom a case waits for, through the outbox, by every way there is to reach them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from ldis.cases.clock import due_at
from ldis.cases.models import Case
from ldis.cases.policy import Policy
from ldis.convening import meetings, queries
from ldis.convening.calendars import Method
from ldis.convening.letters import Ask, call_or_reminder, meeting_is_set
from ldis.convening.models import Chase, PanelCall
from ldis.convening.rules import As, Member
from ldis.people import queries as people
from ldis.people import rota
from ldis.people.models import User
from ldis.people.telling import Said, tell


class Post:
    """The letters about one case at one moment. The caller holds the case."""

    def __init__(self, session: Session, case: Case, *, policy: Policy, public_url: str, now: datetime) -> None:
        self._session = session
        self._case = case
        self._public_url = public_url
        self._now = now
        meeting = queries.meeting_of(session, case)
        ahead = meeting is not None and meeting.cancelled_at is None and meeting.starts_at > now
        self._meeting = meeting if ahead else None
        self._ask = Ask(
            reference=case.reference,
            partnership=people.partnership_numbered(session, case.partnership_id).name,
            brief=queries.brief_of(session, case),
            link=f"{public_url}/cases/{case.reference}/grade",
            risk_to_life=case.risk_to_life,
            answer_by=due_at(case, policy),
            meeting=meetings.in_letter(case, meeting, public_url=public_url) if meeting and ahead else None,
        )

    def call(self, call: PanelCall, members: Sequence[Member], *, said_by: str = "") -> None:
        """Call these members, and those who stand in for them today."""
        ask = replace(self._ask, said=call.words, said_by=said_by, look_back_by=call.look_back_by)
        for member in members:
            self._tell_member(self._person(member.person_id), ask, about=call.label)
        called = {member.person_id for member in members}
        for deputy, names in self.stand_ins(members).items():
            if deputy not in called:
                stands_in = replace(ask, written_as=As.DEPUTY, stands_for=names)
                self._tell_member(self._person(deputy), stands_in, about=call.label)

    def remind(self, chase: Chase, look_back_by: datetime | None, *, stands_for: str = "") -> None:
        """Remind one person, as what they are written to."""
        ask = replace(
            self._ask,
            reminder=chase.number,
            look_back_by=look_back_by,
            written_as=chase.written_as,
            stands_for=stands_for,
        )
        on_call = chase.written_as is As.ON_CALL
        if on_call:
            ask = replace(ask, link=f"{self._public_url}/cases/{self._case.reference}")
        person = self._person(chase.person_id)
        said = call_or_reminder(ask, name=person.name)
        self._tell(person, said, about=f"panel-chase/{chase.id}", text_alone=on_call)

    def tell_of_meeting(self, change: meetings.Change, person_ids: Iterable[int]) -> None:
        """Let those who were called before know of the meeting, however far they have got: it is in their calendars."""
        meeting = change.meeting
        ask = replace(self._ask, meeting=meetings.in_letter(self._case, meeting, public_url=self._public_url))
        for person_id in person_ids:
            person = self._person(person_id)
            enclosed = meetings.enclosure(
                self._case, meeting, change.method, public_url=self._public_url, attendee=person
            )
            said = meeting_is_set(ask, change.method, name=person.name, enclosed=enclosed, moved=change.moved)
            self._tell(person, said, about=f"panel-meeting/{meeting.id}/{meeting.sequence}")

    def stand_ins(self, members: Iterable[Member]) -> Mapping[int, str]:
        """Who stands in for members who are away, with the names they stand in for.

        Only somebody who sits on the panel can grade and vote; whoever stands aside or is done is asked nothing.
        """
        away = rota.deputies_at(self._session, self._case.partnership_id, self._now)
        free = {one.person_id for one in queries.members(self._session, self._case) if not one.done}
        found: dict[int, list[str]] = {}
        for member in members:
            deputy = away.get(member.person_id)
            if deputy is not None and deputy.id in free:
                found.setdefault(deputy.id, []).append(member.name)
        return {deputy_id: " and ".join(names) for deputy_id, names in found.items()}

    def _tell_member(self, person: User, ask: Ask, *, about: str) -> None:
        enclosed = None
        if self._meeting is not None:
            enclosed = meetings.enclosure(
                self._case, self._meeting, Method.REQUEST, public_url=self._public_url, attendee=person
            )
        self._tell(person, call_or_reminder(ask, name=person.name, enclosed=enclosed), about=about)

    def _tell(self, person: User, said: Said, *, about: str, text_alone: bool = False) -> None:
        tell(
            self._session,
            person,
            said,
            about=about,
            partnership_id=self._case.partnership_id,
            risk_to_life=self._case.risk_to_life,
            now=self._now,
            text_alone=text_alone,
        )

    def _person(self, person_id: int) -> User:
        return people.person_of(self._session, person_id, partnership_id=self._case.partnership_id)
