"""Questions about what became of reports, within one partnership or by what a reporter holds."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func, or_, select, text
from sqlalchemy.orm import Session, joinedload, selectinload

from ldis.errors import NotFound
from ldis.followup.models import ReportQuestion, ReportStep, ReportUpdate, TrackingCode
from ldis.people.access import Actor
from ldis.secrecy import blind_index
from ldis.submissions.models import SENT_BY_A_PERSON, IncidentReport, ReportMerge

NEWEST = 50
AT_A_TIME = 500  # reporters who are told in one piece of work


def steps_of(session: Session, report: IncidentReport) -> Sequence[ReportStep]:
    """How far a report had got and when, in order."""
    return session.scalars(
        select(ReportStep).where(ReportStep.report_id == report.id).order_by(ReportStep.id)
    ).all()


def newest_step(session: Session, report: IncidentReport) -> ReportStep | None:
    """How far a report has got, where anybody has looked at it."""
    return session.scalar(
        select(ReportStep).where(ReportStep.report_id == report.id).order_by(ReportStep.id.desc()).limit(1)
    )


def was_told_before(session: Session, step: ReportStep) -> bool:
    """Whether the reporter has heard an outcome before this one."""
    return (
        session.scalar(
            select(ReportStep.id)
            .where(
                ReportStep.report_id == step.report_id, ReportStep.told_at.is_not(None), ReportStep.id != step.id
            )
            .limit(1)
        )
        is not None
    )


def decided_at(session: Session, report: IncidentReport) -> datetime | None:
    """When a report was decided last."""
    return session.scalar(
        select(func.max(ReportStep.at)).where(ReportStep.report_id == report.id, ReportStep.came_to.is_not(None))
    )


def steps_to_tell(session: Session) -> Sequence[int]:
    """The outcomes that reporters still wait for, the oldest first."""
    return session.scalars(
        select(ReportStep.id)
        .where(ReportStep.to_be_told, ReportStep.told_at.is_(None))
        .order_by(ReportStep.id)
        .limit(AT_A_TIME)
    ).all()


def held_step(session: Session, step_id: int) -> ReportStep | None:
    """A step that is still to be told, held until the transaction ends; nothing where somebody else holds it."""
    return session.scalar(
        select(ReportStep)
        .where(ReportStep.id == step_id, ReportStep.to_be_told, ReportStep.told_at.is_(None))
        .options(joinedload(ReportStep.report))
        .with_for_update(of=ReportStep, skip_locked=True)
    )


def questions_of(session: Session, reports: Collection[IncidentReport]) -> Sequence[ReportQuestion]:
    """What the reporters of these were asked, with the answers, the oldest first."""
    return session.scalars(
        select(ReportQuestion)
        .where(ReportQuestion.report_id.in_([report.id for report in reports]))
        .options(joinedload(ReportQuestion.report), selectinload(ReportQuestion.answers))
        .order_by(ReportQuestion.id)
        .execution_options(populate_existing=True)
    ).all()


def question_with(session: Session, token_digest: str) -> ReportQuestion:
    """The question that a link leads to, or NotFound."""
    question = session.scalar(
        select(ReportQuestion)
        .where(ReportQuestion.token_digest == token_digest)
        .options(joinedload(ReportQuestion.report), selectinload(ReportQuestion.answers))
        .execution_options(populate_existing=True)
    )
    if question is None:
        raise NotFound("This link leads to no question of ours. Check that you have all of it.")
    return question


def question_numbered(session: Session, question_id: int, report: IncidentReport) -> ReportQuestion:
    """One question about a report, or NotFound."""
    question = session.scalar(
        select(ReportQuestion).where(ReportQuestion.id == question_id, ReportQuestion.report_id == report.id)
    )
    if question is None:
        raise NotFound("There is no such question about this report.")
    return question


def updates_of(session: Session, reports: Collection[IncidentReport]) -> Sequence[ReportUpdate]:
    """What was added to any of these reports, the oldest first."""
    return session.scalars(
        select(ReportUpdate)
        .where(ReportUpdate.report_id.in_([report.id for report in reports]))
        .options(joinedload(ReportUpdate.report))
        .order_by(ReportUpdate.id)
    ).all()


def sent_with_key(session: Session, report: IncidentReport, key: str) -> ReportUpdate | None:
    """What was added to a report under this key."""
    return session.scalar(
        select(ReportUpdate).where(ReportUpdate.report_id == report.id, ReportUpdate.submission_key == key)
    )


def asked_with_key(session: Session, report: IncidentReport, key: str) -> ReportQuestion | None:
    """What was asked about a report under this key."""
    return session.scalar(
        select(ReportQuestion).where(ReportQuestion.report_id == report.id, ReportQuestion.submission_key == key)
    )


def reports_with_news(session: Session, *, partnership_id: int) -> dict[int, int]:
    """How much was added that no coordinator has read yet, by the id of the report that it is shown with.

    What was added to a report that was merged counts for the one that speaks for it.
    """
    shown_with = func.coalesce(ReportMerge.kept_id, ReportUpdate.report_id)
    return dict(
        session.execute(
            select(shown_with, func.count())
            .select_from(ReportUpdate)
            .join(IncidentReport, IncidentReport.id == ReportUpdate.report_id)
            .outerjoin(
                ReportMerge, (ReportMerge.merged_id == ReportUpdate.report_id) & ReportMerge.undone_at.is_(None)
            )
            .where(IncidentReport.partnership_id == partnership_id, ReportUpdate.seen_at.is_(None))
            .group_by(shown_with)
            .order_by(shown_with)
        ).all()
    )


def report_to_follow(session: Session, reference: str) -> IncidentReport | None:
    """The report with this reference, in whichever partnership: a reporter knows no more of it."""
    return session.scalar(
        select(IncidentReport)
        .where(IncidentReport.reference == reference)
        .options(joinedload(IncidentReport.area))
    )


def held_code(session: Session, report: IncidentReport) -> TrackingCode | None:
    """The code that is outstanding for a report, held until the transaction ends."""
    return session.scalar(
        select(TrackingCode)
        .where(TrackingCode.report_id == report.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def reports_by(session: Session, actor: Actor) -> Sequence[IncidentReport]:
    """The newest reports that somebody sent while signed in, or with their own address, in their partnership."""
    mine = (IncidentReport.received_by == actor.label) & text(SENT_BY_A_PERSON)
    return session.scalars(
        select(IncidentReport)
        .where(
            IncidentReport.partnership_id == actor.partnership_id,
            or_(mine, IncidentReport.reporter_email_index == blind_index(actor.email)),
        )
        .options(joinedload(IncidentReport.area))
        .order_by(IncidentReport.received_at.desc(), IncidentReport.id.desc())
        .limit(NEWEST)
    ).all()


def is_by(report: IncidentReport, actor: Actor) -> bool:
    """Whether `reports_by` would find this report for the person."""
    own = report.received_by == actor.label and report.received_by.startswith("person/")
    same_address = report.reporter_email_index == blind_index(actor.email)
    return report.partnership_id == actor.partnership_id and (own or same_address)
