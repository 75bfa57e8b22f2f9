"""Remind whoever a case waits for: by hand or by the clock, nobody twice for one reminder, nobody who is done."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from ldis.cases import queries as cases
from ldis.cases import service as review
from ldis.cases.models import Case
from ldis.cases.policy import Policy
from ldis.cases.rules import Action, State
from ldis.convening import queries, rules, writing
from ldis.convening.models import Chase
from ldis.convening.rules import As, Member
from ldis.errors import NotAllowed, TooMany
from ldis.people import rota
from ldis.people.access import Actor
from ldis.worktime import is_working_time

BY_CLOCK = "convening.chase"


def chase_by_clock(
    session: Session, reference: str, *, partnership_id: int, policy: Policy, public_url: str, now: datetime
) -> None:
    """Remind those of a case who are due, their deputies, and out of hours whoever is on call if life is at risk."""
    case = cases.the_case(session, reference, partnership_id=partnership_id, lock=True)
    if not queries.is_asked_of_the_panel(case):
        return
    everyone = queries.members(session, case)
    due = [
        member
        for member in everyone
        if rules.is_due(member, policy.convening, risk_to_life=case.risk_to_life, now=now)
    ]
    if not due:
        return
    reminders = _Reminders(
        session, case, by=BY_CLOCK, by_hand=False, policy=policy, public_url=public_url, now=now
    )
    told = reminders.send(due)
    if case.state is State.WITH_PANEL and case.risk_to_life and not is_working_time(now):
        told += reminders.wake_whoever_is_on_call(due[0], {one.person_id: one for one in everyone})
    if told:
        words = f"Reminded: {', '.join(told)}."
        review.note_by_itself(session, case, action=Action.ASK_AGAIN.value, words=words, by=BY_CLOCK, now=now)


def chase_by_hand(
    session: Session,
    reference: str,
    person_id: int,
    *,
    policy: Policy,
    actor: Actor,
    public_url: str,
    now: datetime,
) -> Member:
    """Remind one member, and whoever stands in for them; not again before some minutes have passed."""
    case = review.locked(session, reference, actor=actor)
    review.allowed(case, Action.ASK_AGAIN, actor=actor, reason="")
    member = next((one for one in queries.members(session, case) if one.person_id == person_id), None)
    if member is None or member.called is None:
        raise NotAllowed("Call this member first.")
    if member.done:
        raise NotAllowed(f"Nothing more is asked of {member.name}.")
    again = rules.may_remind_from(member.called, policy.convening)
    if now < again:
        minutes = -(-int((again - now).total_seconds()) // 60)
        raise TooMany(f"{member.name} was written to a short while ago. Remind them in {minutes} min.")
    reminders = _Reminders(
        session, case, by=actor.label, by_hand=True, policy=policy, public_url=public_url, now=now
    )
    told = reminders.send([member])
    review.step(
        session, case, Action.ASK_AGAIN, actor=actor, now=now, words=f"Reminded: {', '.join(told) or member.name}."
    )
    return member


class _Reminders:
    """The reminders of one case at one moment. Whoever was written to is named."""

    def __init__(
        self,
        session: Session,
        case: Case,
        *,
        by: str,
        by_hand: bool,
        policy: Policy,
        public_url: str,
        now: datetime,
    ) -> None:
        self._session, self._case = session, case
        self._by, self._by_hand, self._now = by, by_hand, now
        self._post = writing.Post(session, case, policy=policy, public_url=public_url, now=now)

    def send(self, due: Sequence[Member]) -> list[str]:
        """Remind these members, then those who stand in for them; somebody who is due is not written to as a deputy."""
        told = [member.name for member in due if self._once(member, member.person_id, As.MEMBER)]
        written = {member.person_id for member in due}
        for member in due:
            for deputy, name in self._post.stand_ins([member]).items():
                if deputy not in written and self._once(member, deputy, As.DEPUTY, stands_for=name):
                    told.append(f"the deputy of {name}")
        return told

    def wake_whoever_is_on_call(self, waited_for: Member, everyone: Mapping[int, Member]) -> list[str]:
        """A text message to whoever is on call, unless nothing more may be asked of them."""
        person = rota.on_call(self._session, self._case.partnership_id, self._now)
        if person is None or (person.id in everyone and everyone[person.id].done):
            return []
        return [f"{person.name}, on call"] if self._once(waited_for, person.id, As.ON_CALL) else []

    def _once(self, member: Member, person_id: int, written_as: As, *, stands_for: str = "") -> bool:
        """Write one reminder, unless this person had the one of this number."""
        called = member.called
        assert called is not None
        chase = self._session.scalar(
            insert(Chase)
            .values(
                call_id=called.call_id,
                summons_id=called.summons_id,
                person_id=person_id,
                number=1 + (called.by_hand if self._by_hand else called.reminders),
                by_hand=self._by_hand,
                written_as=written_as,
                at=self._now,
                by=self._by,
            )
            .on_conflict_do_nothing(constraint="uq_panel_chases_once")
            .returning(Chase)
        )
        if chase is None:
            return False
        self._post.remind(chase, called.look_back_by, stands_for=stands_for)
        return True
