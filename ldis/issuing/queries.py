"""Questions about alerts. Within one partnership, but for what the public and a holder of a secret link may see."""

from collections.abc import Sequence

from sqlalchemy import exists, func, select, text
from sqlalchemy.orm import Session, selectinload

from alerts.messages import Handling
from ldis.cases.models import Case, Evidence
from ldis.cases.panel import decided_outcome
from ldis.cases.rules import State as CaseState
from ldis.errors import NotFound
from ldis.issuing.models import Alert, AlertRecipient
from ldis.issuing.rules import ALLOWS, State
from ldis.submissions.models import IncidentReport, LabResult

NUMBERING = 0xA1E7  # advisory lock: alert numbers are given out one at a time within a partnership
NEWEST = 100

DECIDED = (CaseState.DECIDED, CaseState.CLOSED)


def the_alert(session: Session, reference: str, *, partnership_id: int, lock: bool = False) -> Alert:
    """The alert with this reference, held until the transaction ends where asked; NotFound elsewhere."""
    question = select(Alert).where(Alert.reference == reference, Alert.partnership_id == partnership_id)
    if lock:
        question = question.with_for_update(of=Alert).execution_options(populate_existing=True)
    found = session.scalar(question)
    if found is None:
        raise NotFound("We cannot find this alert.")
    return found


def next_number(session: Session, *, partnership_id: int) -> int:
    """The next alert's number; nobody else is given one in this partnership until the transaction ends."""
    session.execute(
        text("SELECT pg_advisory_xact_lock(:purpose, :partnership)"),
        {"purpose": NUMBERING, "partnership": partnership_id},
    )
    last = session.scalar(select(func.max(Alert.number)).where(Alert.partnership_id == partnership_id))
    return (last or 0) + 1


def open_alert_of(session: Session, case: Case) -> Alert | None:
    """The alert about a case that is not issued yet."""
    return session.scalar(select(Alert).where(Alert.case_id == case.id, Alert.state != State.ISSUED))


def evidence_of(session: Session, case: Case) -> tuple[list[IncidentReport], list[LabResult]]:
    """The reports and the results that a case has gathered."""
    gathered = session.scalars(
        select(Evidence)
        .where(Evidence.case_id == case.id)
        .options(
            selectinload(Evidence.report).selectinload(IncidentReport.area), selectinload(Evidence.lab_result)
        )
        .order_by(Evidence.id)
    ).all()
    reports = [one.report for one in gathered if one.report is not None]
    return reports, [one.lab_result for one in gathered if one.lab_result is not None]


def unissued(session: Session, *, partnership_id: int) -> Sequence[Alert]:
    """Drafts and what waits for approval, oldest first."""
    return session.scalars(
        select(Alert)
        .where(Alert.partnership_id == partnership_id, Alert.state != State.ISSUED)
        .order_by(Alert.drafted_at, Alert.id)
    ).all()


def issued(session: Session, *, partnership_id: int) -> Sequence[Alert]:
    """The newest issued alerts."""
    return session.scalars(
        select(Alert)
        .where(Alert.partnership_id == partnership_id, Alert.state == State.ISSUED)
        .order_by(Alert.issued_at.desc(), Alert.id.desc())
        .limit(NEWEST)
    ).all()


def cases_to_draft_from(session: Session, *, partnership_id: int) -> list[Case]:
    """Decided cases whose outcome asks for an alert and that have none: risk to life first, then the oldest."""
    cases = session.scalars(
        select(Case)
        .where(
            Case.partnership_id == partnership_id,
            Case.state.in_(DECIDED),
            ~exists().where(Alert.case_id == Case.id),
        )
        .options(selectinload(Case.decisions))
        .order_by(Case.risk_to_life.desc(), Case.opened_at, Case.id)
    ).all()
    return [case for case in cases if decided_outcome(case) in ALLOWS]


def public_alerts(session: Session) -> Sequence[Alert]:
    """The newest alerts that are for everybody, of every partnership."""
    return session.scalars(
        select(Alert)
        .where(Alert.state == State.ISSUED, Alert.handling == Handling.PUBLIC)
        .order_by(Alert.issued_at.desc(), Alert.id.desc())
        .limit(NEWEST)
    ).all()


def the_public_alert(session: Session, reference: str) -> Alert:
    """An alert that is for everybody; any other is not found."""
    found = session.scalar(
        select(Alert).where(
            Alert.reference == reference, Alert.state == State.ISSUED, Alert.handling == Handling.PUBLIC
        )
    )
    if found is None:
        raise NotFound("There is no public alert with this reference.")
    return found


def alert_with_code(session: Session, code: str) -> Alert | None:
    """The issued alert that carries a verification code."""
    return session.scalar(select(Alert).where(Alert.code == code, Alert.state == State.ISSUED))


def recipient_with(session: Session, token: str) -> AlertRecipient:
    """The recipient whose secret link this is."""
    found = session.scalar(
        select(AlertRecipient)
        .where(AlertRecipient.token == token)
        .options(selectinload(AlertRecipient.alert), selectinload(AlertRecipient.organisation))
    )
    if found is None:
        raise NotFound(
            "This link does not belong to any alert of ours. Check that the whole address was copied, or ask "
            "whoever sent it to you."
        )
    return found
