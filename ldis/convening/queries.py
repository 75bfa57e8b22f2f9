"""Questions about calls of the panel, reminders and meetings."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ldis.cases import panel
from ldis.cases import queries as cases
from ldis.cases.models import Case
from ldis.cases.rules import State, When
from ldis.cases.service import is_so
from ldis.convening.brief import in_brief
from ldis.convening.models import Chase, PanelCall, PanelMeeting, Summons
from ldis.convening.rules import As, Called, Member
from ldis.submissions import queries as submissions


def is_asked_of_the_panel(case: Case) -> bool:
    """Whether the case waits for its panel: for its decision, or for a look back."""
    return case.state is State.WITH_PANEL or (case.state is State.DECIDED and is_so(case, When.REVIEW_DUE))


def members(session: Session, case: Case) -> list[Member]:
    """Where everyone who sits on the panel stands with a case, by discipline and name."""
    called = _called(session, case)
    graded = {grading.person_id for grading in panel.counting_gradings(case)}
    voted = {vote.person_id for vote in panel.counting_votes(case)}
    return [
        Member(
            person_id=seat.person_id,
            name=seat.name,
            discipline=seat.discipline,
            called=called.get(seat.person_id),
            graded=seat.person_id in graded,
            voted=seat.person_id in voted,
            aside=panel.is_recused(case, seat.person_id),
        )
        for seat in cases.seats(session, partnership_id=case.partnership_id)
    ]


def _called(session: Session, case: Case) -> dict[int, Called]:
    """The latest call of each member in the present round, and what they were sent since."""
    summons = session.execute(
        select(Summons, PanelCall)
        .join(PanelCall, PanelCall.id == Summons.call_id)
        .where(PanelCall.case_id == case.id, PanelCall.round == case.round)
        .order_by(Summons.id)
    )
    latest = {one.person_id: (one, call) for one, call in summons}
    sent = _reminders(session, [one.id for one, _ in latest.values()], case)
    return {
        person_id: Called(
            call_id=call.id,
            summons_id=one.id,
            at=call.at,
            look_back_by=call.look_back_by,
            seen_at=one.seen_at,
            written_at=max([call.at, *(chase.at for chase in sent.get(one.id, []))]),
            reminders=sum(not chase.by_hand for chase in sent.get(one.id, [])),
            by_hand=sum(chase.by_hand for chase in sent.get(one.id, [])),
        )
        for person_id, (one, call) in latest.items()
    }


def _reminders(session: Session, summons: Sequence[int], case: Case) -> dict[int, list[Chase]]:
    """The reminders of each seat to its member."""
    found: dict[int, list[Chase]] = {}
    for chase in session.scalars(
        select(Chase)
        .join(PanelCall, PanelCall.id == Chase.call_id)
        .where(PanelCall.case_id == case.id, Chase.summons_id.in_(summons), Chase.written_as == As.MEMBER)
        .order_by(Chase.id)
    ):
        found.setdefault(chase.summons_id, []).append(chase)
    return found


def meeting_of(session: Session, case: Case) -> PanelMeeting | None:
    """The meeting of the present round, though it may be cancelled."""
    return session.scalar(
        select(PanelMeeting).where(PanelMeeting.case_id == case.id, PanelMeeting.round == case.round)
    )


def meetings_before(session: Session, case: Case) -> int:
    """How many meetings a case has had, in all its rounds."""
    return session.scalar(select(func.count()).where(PanelMeeting.case_id == case.id)) or 0


def was_called_to_look_back(session: Session, case: Case) -> bool:
    """Whether the panel was called, in the present round, to look back at what was decided at once."""
    found = select(PanelCall.id).where(
        PanelCall.case_id == case.id, PanelCall.round == case.round, PanelCall.look_back_by.is_not(None)
    )
    return session.scalar(found.limit(1)) is not None


def unseen_by(session: Session, case: Case, person_id: int) -> list[int]:
    """The calls of a person in the present round of a case that they have not opened it since."""
    return list(
        session.scalars(
            select(Summons.id)
            .join(PanelCall, PanelCall.id == Summons.call_id)
            .where(
                PanelCall.case_id == case.id,
                PanelCall.round == case.round,
                Summons.person_id == person_id,
                Summons.seen_at.is_(None),
            )
            .order_by(Summons.id)
        )
    )


def cases_to_chase(session: Session, *, now: datetime) -> list[tuple[str, int]]:
    """The cases of every partnership whose panel was called in their present round and may be waited for."""
    rows = session.execute(
        select(Case.reference, Case.partnership_id)
        .join(PanelCall, (PanelCall.case_id == Case.id) & (PanelCall.round == Case.round))
        .where(Case.state.in_([State.WITH_PANEL, State.DECIDED]), PanelCall.at < now)
        .where((Case.state == State.WITH_PANEL) | PanelCall.look_back_by.is_not(None))
        .distinct()
        .order_by(Case.reference)
    )
    return [(reference, partnership_id) for reference, partnership_id in rows]


def brief_of(session: Session, case: Case) -> str:
    """What a case is about in a few words; reports that were merged into others do not count twice."""
    reports = [one.report for one in case.evidence if one.report is not None]
    merged = {one.id for several in submissions.merged_into(session, reports).values() for one in several}
    results = [one.lab_result for one in case.evidence if one.lab_result is not None]
    return in_brief([report for report in reports if report.id not in merged], results)
