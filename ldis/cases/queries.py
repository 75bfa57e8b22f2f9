"""Questions about cases and about what waits for one, always within one partnership."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import exists, select, text
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from ldis.cases.models import Case, Decision, Evidence, Recall
from ldis.cases.rules import TAKES_EVIDENCE, UNDER_REVIEW, Outcome, State
from ldis.errors import NotFound
from ldis.people.models import Membership, User
from ldis.people.rules import Discipline, Role
from ldis.submissions.models import IncidentReport, LabResult

MOST_OFFERED = 100
MOST_DUE = 20
ENDED = (State.DECIDED, State.CLOSED)
NUMBERING = 0x1D16  # advisory lock: case numbers are given out one at a time within a partnership


@dataclass(frozen=True)
class Seat:
    """A panel member of the partnership and the discipline they speak for."""

    person_id: int
    name: str
    discipline: Discipline


def hold_numbers(session: Session, *, partnership_id: int) -> None:
    """Let nobody else number a case of this partnership until the transaction ends."""
    session.execute(
        text("SELECT pg_advisory_xact_lock(:purpose, :partnership)"),
        {"purpose": NUMBERING, "partnership": partnership_id},
    )


def the_case(session: Session, reference: str, *, partnership_id: int, lock: bool = False) -> Case:
    """The case with this reference, with all it gathers; or NotFound. `lock` holds it until the transaction ends."""
    found = select(Case).where(Case.reference == reference, Case.partnership_id == partnership_id)
    if lock:
        session.execute(select(Case.id).where(Case.reference == reference).with_for_update())
    case = session.scalar(
        found.options(
            selectinload(Case.evidence).joinedload(Evidence.report).joinedload(IncidentReport.area),
            selectinload(Case.evidence).joinedload(Evidence.lab_result).joinedload(LabResult.report),
            selectinload(Case.evidence).joinedload(Evidence.lab_result).joinedload(LabResult.area),
            selectinload(Case.entries),
            selectinload(Case.gradings),
            selectinload(Case.recusals),
            selectinload(Case.votes),
            selectinload(Case.decisions),
        ).execution_options(populate_existing=True)
    )
    if case is None:
        raise NotFound("We cannot find this case.")
    return case


def cases_before(
    session: Session, *, partnership_id: int, state: State | None, before: int | None, most: int
) -> Sequence[Case]:
    """Cases of a partnership, the newest first: those in a state, and with a number below `before`, where given."""
    question = select(Case).where(Case.partnership_id == partnership_id).options(selectinload(Case.decisions))
    if state is not None:
        question = question.where(Case.state == state)
    if before is not None:
        question = question.where(Case.number < before)
    return session.scalars(question.order_by(Case.number.desc()).limit(most)).all()


def hold(session: Session, thing: IncidentReport | LabResult) -> None:
    """Let nobody else put this report or result into a case until the transaction ends."""
    kind = type(thing)
    session.execute(select(kind.id).where(kind.id == thing.id).with_for_update(key_share=True))


def case_of(session: Session, thing: IncidentReport | LabResult) -> Case | None:
    """The case that a report or a result is part of."""
    column = Evidence.report_id if isinstance(thing, IncidentReport) else Evidence.lab_result_id
    return session.scalar(select(Case).join(Evidence).where(column == thing.id))


def cases_taking_evidence(session: Session, *, partnership_id: int) -> Sequence[Case]:
    """The cases that a report or a result may join, the newest first."""
    return session.scalars(
        select(Case)
        .where(Case.partnership_id == partnership_id, Case.state.in_(TAKES_EVIDENCE))
        .order_by(Case.opened_at.desc(), Case.id.desc())
    ).all()


def cases_that_take_in(session: Session, *, partnership_id: int) -> Sequence[Case]:
    """The cases that another may be merged into, the newest first."""
    return session.scalars(
        select(Case)
        .where(Case.partnership_id == partnership_id, Case.state.in_(UNDER_REVIEW))
        .order_by(Case.opened_at.desc(), Case.id.desc())
        .limit(MOST_OFFERED)
    ).all()


def recall_of(session: Session, decision: Decision, *, partnership_id: int) -> Recall | None:
    """What brought a case back that this decision had ended."""
    return session.scalar(
        select(Recall)
        .join(Case, Case.id == Recall.case_id)
        .where(
            Recall.decision_id == decision.id, Case.id == decision.case_id, Case.partnership_id == partnership_id
        )
        .order_by(Recall.id.desc())
        .options(joinedload(Recall.decision), joinedload(Recall.report), joinedload(Recall.lab_result))
        .limit(1)
    )


def brought_back_by(session: Session, thing: IncidentReport | LabResult) -> Sequence[Recall]:
    """The cases that a report or a result has brought back, with what had been decided of them."""
    column = Recall.report_id if isinstance(thing, IncidentReport) else Recall.lab_result_id
    return session.scalars(
        select(Recall)
        .join(Case, Case.id == Recall.case_id)
        .where(column == thing.id, Case.partnership_id == thing.partnership_id)
        .order_by(Recall.id)
        .options(joinedload(Recall.case), joinedload(Recall.decision))
    ).all()


def due_for_another_look(session: Session, *, today: date, partnership_id: int) -> Sequence[Case]:
    """Cases that ended in no further action and were to be looked at again by now, the longest due first."""
    later = aliased(Decision)
    return session.scalars(
        select(Case)
        .join(Decision, Decision.case_id == Case.id)
        .where(
            Case.partnership_id == partnership_id,
            Case.state.in_(ENDED),
            Case.merged_into_id.is_(None),
            Decision.review_on <= today,
            Decision.outcome == Outcome.NO_ACTION,
            Decision.round == Case.round,
            ~exists().where(later.case_id == Case.id, later.id > Decision.id),
        )
        .order_by(Decision.review_on, Case.id)
        .limit(MOST_DUE)
    ).all()


def seats(session: Session, *, partnership_id: int) -> list[Seat]:
    """The panel: who sits on it and for what, by discipline."""
    rows = session.execute(
        select(User.id, User.name, Membership.discipline)
        .join(Membership, Membership.person_id == User.id)
        .where(
            Membership.partnership_id == partnership_id,
            Membership.role == Role.PANEL_MEMBER,
            Membership.ended_at.is_(None),
            User.active,
        )
        .order_by(Membership.discipline, User.name)
    )
    return [Seat(person_id, name, discipline) for person_id, name, discipline in rows if discipline]


def coordinators(session: Session, *, partnership_id: int) -> dict[int, str]:
    """Who may hold a case of the partnership, by name."""
    rows = session.execute(
        select(User.id, User.name)
        .join(Membership, Membership.person_id == User.id)
        .where(
            Membership.partnership_id == partnership_id,
            Membership.role == Role.COORDINATOR,
            Membership.ended_at.is_(None),
            User.active,
        )
        .order_by(User.name, User.id)
    )
    return {row.id: row.name for row in rows}
