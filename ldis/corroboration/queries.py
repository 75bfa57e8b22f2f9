"""Questions about what partners were asked and have answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, Subquery, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from alerts.messages import Medium
from ldis.cases.models import Case, Evidence
from ldis.cases.rules import UNDER_REVIEW
from ldis.contacts.models import Contact
from ldis.corroboration.models import AskedPartner, PartnerAnswer, PartnerQuestion, about
from ldis.corroboration.rules import Told
from ldis.deliveries.models import Delivery
from ldis.deliveries.rules import NOT_YET_SENT
from ldis.errors import NotFound
from ldis.people.models import Area, Organisation, Partnership
from ldis.secrecy import blind_index
from ldis.submissions.models import IncidentReport, LabResult


def question_sent_as(session: Session, case: Case, key: str) -> PartnerQuestion | None:
    """The question that this very form has asked already."""
    return session.scalar(
        select(PartnerQuestion).where(PartnerQuestion.case_id == case.id, PartnerQuestion.submission_key == key)
    )


def questions_about(session: Session, case: Case) -> Sequence[PartnerQuestion]:
    """What partners were asked about a case or about one that was merged into it, the newest first."""
    return session.scalars(
        select(PartnerQuestion)
        .join(PartnerQuestion.case)
        .where(or_(Case.id == case.id, Case.merged_into_id == case.id), Case.partnership_id == case.partnership_id)
        .order_by(PartnerQuestion.id.desc())
    ).all()


def the_question(session: Session, question_id: int, case: Case) -> PartnerQuestion:
    """One question about a case, or NotFound."""
    found = next((one for one in questions_about(session, case) if one.id == question_id), None)
    if found is None:
        raise NotFound("We cannot find this question.")
    return found


def told(session: Session, case: Case, questions: Sequence[PartnerQuestion]) -> dict[int, list[Told]]:
    """Where everybody stands who was asked, by question: in one statement for them all."""
    newest = _newest_answers([one.id for one in questions])
    rows = session.execute(
        select(
            AskedPartner.question_id,
            Organisation.name,
            Organisation.sector,
            Area.name,
            PartnerAnswer.sighting,
            PartnerAnswer.late,
        )
        .join(AskedPartner.contact)
        .outerjoin(AskedPartner.organisation)
        .outerjoin(Area, Area.code == Organisation.area_code)
        .outerjoin(newest, newest.c.asked_id == AskedPartner.id)
        .outerjoin(PartnerAnswer, PartnerAnswer.id == newest.c.id)
        .where(
            AskedPartner.question_id.in_([one.id for one in questions]),
            Contact.partnership_id == case.partnership_id,
        )
        .order_by(AskedPartner.id)
    )
    found: dict[int, list[Told]] = {one.id: [] for one in questions}
    for question_id, organisation, sector, area, sighting, late in rows:
        kind = sector.value.capitalize() if sector else ""
        found[question_id].append(Told(organisation or "", kind, area or "", sighting, late))
    return found


def asked_by(session: Session, question: PartnerQuestion) -> Sequence[AskedPartner]:
    """Everybody who was asked, with all their answers, by organisation and name."""
    return session.scalars(
        select(AskedPartner)
        .join(AskedPartner.contact)
        .outerjoin(AskedPartner.organisation)
        .where(AskedPartner.question_id == question.id)
        .options(
            joinedload(AskedPartner.contact),
            joinedload(AskedPartner.organisation),
            selectinload(AskedPartner.answers),
        )
        .order_by(Organisation.name.nulls_last(), Contact.name, AskedPartner.id)
    ).all()


def asked_with(session: Session, digest: str) -> AskedPartner:
    """Whoever was sent the link with this secret end; NotFound where nobody was."""
    found = session.scalar(_whole(AskedPartner.token_digest == digest))
    if found is None:
        raise NotFound("We cannot find this question. Open the link in the message again.")
    return found


def held(session: Session, asked: AskedPartner) -> AskedPartner:
    """The same person with their answers as they are now, held until the transaction ends."""
    session.execute(select(AskedPartner.id).where(AskedPartner.id == asked.id).with_for_update())
    return session.scalars(_whole(AskedPartner.id == asked.id).execution_options(populate_existing=True)).one()


def _whole(condition: ColumnElement[bool]) -> Select[AskedPartner]:
    return (
        select(AskedPartner)
        .where(condition)
        .options(
            joinedload(AskedPartner.question).joinedload(PartnerQuestion.case),
            joinedload(AskedPartner.contact),
            joinedload(AskedPartner.organisation),
            selectinload(AskedPartner.answers),
        )
    )


def partnership_of(session: Session, question: PartnerQuestion) -> Partnership:
    """Who asks."""
    return session.get_one(Partnership, question.case.partnership_id)


def asked_by_text(session: Session, number: str, *, now: datetime) -> AskedPartner | None:
    """The newest open question that was sent to this number; where none is open, the newest of all."""
    digest = session.scalar(
        select(AskedPartner.token_digest)
        .join(AskedPartner.contact)
        .join(AskedPartner.question)
        .join(
            Delivery,
            (Delivery.recipient == func.concat("contact/", AskedPartner.contact_id))
            & (Delivery.about == func.concat("partner-question/", PartnerQuestion.id)),
        )
        .where(
            Contact.mobile_index == blind_index(number),
            Delivery.medium == Medium.SMS,
            Delivery.state.not_in(NOT_YET_SENT),
        )
        .order_by(
            (PartnerQuestion.closes_at >= now).desc(), PartnerQuestion.asked_at.desc(), AskedPartner.id.desc()
        )
        .limit(1)
    )
    return asked_with(session, digest) if digest else None


def to_remind(session: Session, *, now: datetime) -> Sequence[int]:
    """Questions whose silent partners are to be reminded: open, and about cases that are still under review."""
    return session.scalars(
        select(PartnerQuestion.id)
        .join(PartnerQuestion.case)
        .where(
            PartnerQuestion.reminded_at.is_(None),
            PartnerQuestion.remind_at <= now,
            PartnerQuestion.closes_at > now,
            Case.state.in_(UNDER_REVIEW),
        )
        .order_by(PartnerQuestion.id)
    ).all()


def held_question(session: Session, question_id: int) -> PartnerQuestion | None:
    """One of them, held; nothing where somebody else reminds at this moment or has."""
    return session.scalar(
        select(PartnerQuestion)
        .where(PartnerQuestion.id == question_id, PartnerQuestion.reminded_at.is_(None))
        .with_for_update(skip_locked=True, of=PartnerQuestion)
    )


def silent(session: Session, question: PartnerQuestion) -> Sequence[AskedPartner]:
    """Who has not answered at all."""
    return session.scalars(
        select(AskedPartner)
        .outerjoin(AskedPartner.answers)
        .where(AskedPartner.question_id == question.id, PartnerAnswer.id.is_(None))
        .order_by(AskedPartner.id)
    ).all()


def media_used(session: Session, question: PartnerQuestion) -> set[tuple[str, Medium]]:
    """By what way each of those who were asked was written to."""
    rows = session.execute(
        select(Delivery.recipient, Delivery.medium).where(Delivery.about == about(question)).order_by(Delivery.id)
    )
    return {(recipient, medium) for recipient, medium in rows}


@dataclass(frozen=True)
class Known:
    """What a case knows of the thing it is about: what it was sold as, where, since when."""

    sold_as: tuple[str, ...]
    areas: tuple[str, ...]
    earliest: date | None


def known_of(session: Session, case: Case) -> Known:
    """What the reports and results of a case say, the earliest first."""
    reports = session.execute(
        select(IncidentReport.sold_as, Area.name, IncidentReport.happened_on)
        .join(Evidence, Evidence.report_id == IncidentReport.id)
        .join(Area, Area.code == IncidentReport.area_code)
        .where(Evidence.case_id == case.id)
        .order_by(IncidentReport.happened_on, IncidentReport.id)
    ).all()
    results = session.scalars(
        select(LabResult.sold_as)
        .join(Evidence, Evidence.lab_result_id == LabResult.id)
        .where(Evidence.case_id == case.id, LabResult.sold_as.is_not(None))
        .order_by(LabResult.id)
    )
    sold_as = (*(row.sold_as for row in reports), *(words for words in results if words))
    areas = tuple(dict.fromkeys(row.name for row in reports))
    return Known(sold_as, areas, min((row.happened_on for row in reports), default=None))


def _newest_answers(question_ids: Sequence[int]) -> Subquery:
    return (
        select(PartnerAnswer.asked_id, func.max(PartnerAnswer.id).label("id"))
        .join(AskedPartner, AskedPartner.id == PartnerAnswer.asked_id)
        .where(AskedPartner.question_id.in_(question_ids))
        .group_by(PartnerAnswer.asked_id)
        .subquery()
    )
