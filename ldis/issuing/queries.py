"""Questions about alerts. Within one partnership, but for what the public and a holder of a secret link may see."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, Date, and_, exists, func, or_, select, text
from sqlalchemy.orm import Session, joinedload, selectinload

from alerts.messages import Handling, Medium
from ldis.cases.models import Case, Evidence
from ldis.cases.panel import decided_outcome
from ldis.cases.rules import State as CaseState
from ldis.deliveries.models import Delivery
from ldis.errors import NotFound
from ldis.issuing.models import Alert, AlertDoubt, AlertRecipient, about
from ldis.issuing.rules import ALLOWS, GONE_OUT, State
from ldis.people.models import Partnership
from ldis.submissions import queries as submissions
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


def open_alert_of(session: Session, case: Case, *, is_exercise: bool = False) -> Alert | None:
    """The alert about a case that is not issued yet and follows no other; or the exercise with it."""
    return session.scalar(
        select(Alert).where(
            Alert.case_id == case.id,
            Alert.state.not_in(GONE_OUT),
            Alert.replaces_id.is_(None),
            Alert.is_exercise == is_exercise,
        )
    )


def successor_of(session: Session, alert: Alert) -> Alert | None:
    """What takes an alert's place, or is being written to."""
    return session.scalar(select(Alert).where(Alert.replaces_id == alert.id))


def chain_of(session: Session, alert: Alert) -> list[Alert]:
    """An alert with all that it replaced and all that replaced it, oldest first, drafts among them."""
    chain = [alert]
    while chain[0].replaced is not None:
        chain.insert(0, chain[0].replaced)
    while (after := successor_of(session, chain[-1])) is not None:
        chain.append(after)
    return chain


def ready_for_the_clock(session: Session, *, today: date) -> Sequence[int]:
    """Issued alerts whose last day is over or whose review date has come, oldest first."""
    day = today.isoformat()
    review_on = func.coalesce(Alert.stands_until, Alert.content["review_on"].astext.cast(Date))
    last_day = func.coalesce(Alert.content["expires_on"].astext, Alert.content["review_on"].astext)
    to_review = (review_on <= today) & Alert.review_told_for.is_distinct_from(review_on)
    return session.scalars(
        select(Alert.id)
        .where(Alert.state == State.ISSUED, or_(last_day < day, to_review))
        .order_by(Alert.issued_at, Alert.id)
    ).all()


def written_to(session: Session, alert: Alert) -> frozenset[tuple[int, Medium]]:
    """To whom and by what the first alert of a chain was written, whatever has happened to lists and people since."""
    first = alert
    while first.replaced is not None:
        first = first.replaced
    rows = session.execute(
        select(AlertRecipient.contact_id, Delivery.medium)
        .join(Delivery, (Delivery.recipient == AlertRecipient.recipient) & (Delivery.about == about(first)))
        .where(AlertRecipient.alert_id == first.id, Delivery.partnership_id == alert.partnership_id)
        .order_by(AlertRecipient.contact_id)
    )
    return frozenset((contact_id, medium) for contact_id, medium in rows)


def held_alert(session: Session, alert_id: int) -> Alert | None:
    """An alert, held until the transaction ends; nothing while somebody else holds it."""
    return session.scalar(select(Alert).where(Alert.id == alert_id).with_for_update(of=Alert, skip_locked=True))


def alerts_from(session: Session, case: Case) -> Sequence[Alert]:
    """Every alert about a case, issued or not, in their order; exercises are none."""
    real = select(Alert).where(Alert.case_id == case.id, Alert.is_exercise.is_(False))
    return session.scalars(real.order_by(Alert.number)).all()


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
    """Drafts, what waits for approval and what waits to leave, oldest first."""
    return session.scalars(
        select(Alert)
        .where(Alert.partnership_id == partnership_id, Alert.state.not_in(GONE_OUT))
        .order_by(Alert.drafted_at, Alert.id)
    ).all()


def issued(session: Session, *, partnership_id: int) -> Sequence[Alert]:
    """The newest alerts that have gone out, in force or not."""
    return session.scalars(
        select(Alert)
        .where(Alert.partnership_id == partnership_id, Alert.state.in_(GONE_OUT))
        .order_by(Alert.issued_at.desc(), Alert.id.desc())
        .limit(NEWEST)
    ).all()


def issued_before(session: Session, *, partnership_id: int, before: int | None, most: int) -> Sequence[Alert]:
    """Alerts that are out, the newest number first; those with a number below `before` where it is given."""
    question = select(Alert).where(Alert.partnership_id == partnership_id, Alert.state.in_(GONE_OUT))
    if before is not None:
        question = question.where(Alert.number < before)
    return session.scalars(question.order_by(Alert.number.desc()).limit(most)).all()


def the_issued_alert(session: Session, reference: str, *, partnership_id: int) -> Alert:
    """The alert with this reference, if it is out; NotFound elsewhere."""
    alert = the_alert(session, reference, partnership_id=partnership_id)
    if alert.state not in GONE_OUT:
        raise NotFound("This alert has not gone out.")
    return alert


def how_many_told(session: Session, alert: Alert) -> int:
    """How many people an alert that was approved goes to."""
    told = select(func.count()).select_from(AlertRecipient).where(AlertRecipient.alert_id == alert.id)
    return session.scalar(told) or 0


def scheduled(session: Session) -> Sequence[int]:
    """Alerts that are to leave, the next first."""
    return session.scalars(
        select(Alert.id).where(Alert.state == State.SCHEDULED).order_by(Alert.scheduled_for, Alert.id)
    ).all()


def held_scheduled(session: Session, alert_id: int) -> Alert | None:
    """An alert that is still to leave, held until the transaction ends; nothing while somebody else holds it."""
    return session.scalar(
        select(Alert)
        .where(Alert.id == alert_id, Alert.state == State.SCHEDULED)
        .with_for_update(of=Alert, skip_locked=True)
    )


def alerts_it_bears_on(session: Session, result: LabResult, *, partnership_id: int) -> Sequence[Alert]:
    """Alerts that are out or are to leave, from cases that hold the result or what it belongs to.

    That is the report of its sample, or the result that it supersedes.

    A result that nobody vouches for bears on an alert only once somebody has put it into the case.
    """
    holds = [Evidence.lab_result_id == result.id]
    if result.vouched_for and result.supersedes_id is not None:
        holds.append(Evidence.lab_result_id == result.supersedes_id)
    if result.vouched_for and result.report is not None:
        speaker = submissions.speaking_for(session, result.report)
        holds.append(Evidence.report_id.in_([result.report.id, *([speaker.id] if speaker else [])]))
    about_it = select(Evidence.case_id).where(or_(*holds))
    return session.scalars(
        select(Alert)
        .where(
            Alert.case_id.in_(about_it),
            Alert.state.in_((State.SCHEDULED, State.ISSUED)),
            Alert.partnership_id == partnership_id,
            Alert.is_exercise.is_(False),
        )
        .order_by(Alert.id)
    ).all()


def doubts_of(session: Session, alert: Alert, *, partnership_id: int) -> Sequence[AlertDoubt]:
    """Everything that was held against an alert, what is not settled first."""
    return session.scalars(
        select(AlertDoubt)
        .join(Alert, Alert.id == AlertDoubt.alert_id)
        .where(AlertDoubt.alert_id == alert.id, Alert.partnership_id == partnership_id)
        .order_by(AlertDoubt.settled_at.desc().nulls_first(), AlertDoubt.id.desc())
    ).all()


def open_doubts_in(session: Session, case: Case, *, partnership_id: int) -> Sequence[AlertDoubt]:
    """What contradicts the alerts of a case and is not settled."""
    return session.scalars(
        select(AlertDoubt)
        .join(Alert, Alert.id == AlertDoubt.alert_id)
        .where(Alert.case_id == case.id, Alert.partnership_id == partnership_id, AlertDoubt.settled_at.is_(None))
        .order_by(AlertDoubt.id)
        .options(joinedload(AlertDoubt.alert))
    ).all()


def the_doubt(session: Session, alert: Alert, doubt_id: int, *, partnership_id: int) -> AlertDoubt:
    """One doubt about an alert; or NotFound."""
    found = next(
        (one for one in doubts_of(session, alert, partnership_id=partnership_id) if one.id == doubt_id), None
    )
    if found is None:
        raise NotFound("We cannot find this doubt about the alert.")
    return found


def cases_to_draft_from(session: Session, *, partnership_id: int) -> list[Case]:
    """Decided cases whose outcome asks for an alert and that have none: risk to life first, then the oldest."""
    cases = session.scalars(
        select(Case)
        .where(
            Case.partnership_id == partnership_id,
            Case.state.in_(DECIDED),
            ~exists().where(Alert.case_id == Case.id, Alert.is_exercise.is_(False)),
        )
        .options(selectinload(Case.decisions))
        .order_by(Case.risk_to_life.desc(), Case.opened_at, Case.id)
    ).all()
    return [case for case in cases if decided_outcome(case) in ALLOWS]


def public_alerts(session: Session, *, slug: str = "") -> Sequence[Alert]:
    """The newest alerts that are for everybody, of every partnership or of one."""
    question = select(Alert).where(_is_public())
    if slug:
        question = question.join(Partnership).where(Partnership.slug == slug)
    return session.scalars(question.order_by(Alert.issued_at.desc(), Alert.id.desc()).limit(NEWEST)).all()


def the_public_alert(session: Session, reference: str) -> Alert:
    """An alert that is for everybody; any other is not found."""
    found = session.scalar(select(Alert).where(Alert.reference == reference, _is_public()))
    if found is None:
        raise NotFound("There is no public alert with this reference.")
    return found


def _is_public() -> ColumnElement[bool]:
    return and_(Alert.state.in_(GONE_OUT), Alert.handling == Handling.PUBLIC, Alert.is_exercise.is_(False))


def alert_with_code(session: Session, code: str) -> Alert | None:
    """The alert that went out with a verification code."""
    return session.scalar(select(Alert).where(Alert.code == code, Alert.state.in_(GONE_OUT)))


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
