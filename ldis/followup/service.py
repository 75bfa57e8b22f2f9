"""Add to a report, ask its reporter, take the answer in, and say that it was read. Each is in the audit record."""

import secrets
import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, update
from sqlalchemy.dialects.postgresql import array, insert
from sqlalchemy.orm import Session

from ldis import work
from ldis.audit import service as audit
from ldis.deliveries import service as deliveries
from ldis.deliveries.rules import Urgency
from ldis.deliveries.service import Letter
from ldis.errors import Invalid, NotAllowed, Stale
from ldis.followup import queries
from ldis.followup.letters import question_words
from ldis.followup.models import ReportQuestion, ReportUpdate
from ldis.followup.rules import LINK_LASTS, REPORTER, Address, comes_late, photos_in_words, ways_to_reach
from ldis.followup.schemas import Question, Update
from ldis.people import queries as people
from ldis.people.access import Actor, digest_of
from ldis.photos.rules import NewPhoto
from ldis.submissions import reports
from ldis.submissions.models import IncidentReport
from ldis.submissions.repeats import USED_KEY

MOST_WORDS = 10_000  # by which one report is found: far more than anybody writes, far less than fills a row

NOT_REACHABLE = "The reporter does not wish to be contacted, or left no way to reach them."
RUN_OUT = "This link no longer takes answers. You can still add to your report: follow it with its reference."


def add_update(session: Session, report: IncidentReport, form: Update, *, by: str, now: datetime) -> ReportUpdate:
    """Add words to a report. The same key with the same words is the same update, however often sent."""
    return _take_in(session, report, form, question=None, late=False, by=by, now=now)


def add_photos(
    session: Session, report: IncidentReport, photos: Sequence[NewPhoto], *, by: str, now: datetime
) -> int:
    """Add photos to a report, and a line that says so to those who review it. How many are new in it."""
    if not photos:
        raise Invalid({"photos": ["Choose at least one photo."]})
    added = reports.add_photos(session, report, photos, by=by, now=now)
    if added:
        line = Update(words=photos_in_words(added), submission_key=uuid.uuid4().hex)
        add_update(session, report, line, by=by, now=now)
    return added


def answer(session: Session, question: ReportQuestion, form: Update, *, by: str, now: datetime) -> ReportUpdate:
    """Answer a question; more may be added later. One that comes too late to help is marked so, and kept."""
    late = comes_late(
        now=now,
        asked_at=question.asked_at,
        expires_at=question.expires_at,
        decided_at=queries.decided_at(session, question.report),
    )
    return _take_in(session, question.report, form, question=question, late=late, by=by, now=now)


def answer_by_link(session: Session, token: str, form: Update, *, now: datetime) -> ReportUpdate:
    """Answer through the link that was sent, as long as it takes answers."""
    question = queries.question_with(session, digest_of(token))
    if now > question.expires_at:
        raise NotAllowed(RUN_OUT)
    return answer(session, question, form, by=REPORTER, now=now)


def _take_in(
    session: Session,
    report: IncidentReport,
    form: Update,
    *,
    question: ReportQuestion | None,
    late: bool,
    by: str,
    now: datetime,
) -> ReportUpdate:
    asked = question.id if question else None
    added: ReportUpdate | None = session.scalar(
        insert(ReportUpdate)
        .values(
            report_id=report.id,
            question_id=asked,
            submission_key=form.submission_key,
            at=now,
            by=by,
            words=form.words,
            late=late,
        )
        .on_conflict_do_nothing(index_elements=["report_id", "submission_key"])
        .returning(ReportUpdate)
    )
    if added is None:
        return _the_same(queries.sent_with_key(session, report, form.submission_key), form, asked)
    action = "question answered" if question else "report added to"
    detail = {"update": added.id, "question": asked}
    _record(session, action, report, actor=by, **detail)
    _let_be_found(session, report, form.words)
    work.defer(session, "cases.hear", report_id=report.id)
    return added


def _let_be_found(session: Session, report: IncidentReport, words: str) -> None:
    """Let the report be found by what was added: in its own row, so that one index holds all that it says."""
    found_by = IncidentReport.added_words
    session.execute(
        update(IncidentReport)
        .where(IncidentReport.id == report.id, func.length(found_by) < MOST_WORDS)
        .values(added_words=found_by.op("||")(func.words_of(array([words]))))
        .execution_options(synchronize_session=False)
    )


def _the_same(sent: ReportUpdate | None, form: Update, asked: int | None) -> ReportUpdate:
    if sent is None or (sent.words, sent.question_id) != (form.words, asked):
        raise Invalid({"submission_key": [USED_KEY]})
    return sent


def ask(
    session: Session, report: IncidentReport, form: Question, *, actor: Actor, public_url: str, now: datetime
) -> ReportQuestion:
    """Ask the reporter one question, by every way they left to reach them. The same form twice asks once."""
    ways = reachable(report)
    if not ways:
        raise NotAllowed(NOT_REACHABLE, field="words")
    token = secrets.token_urlsafe(16)
    question: ReportQuestion | None = session.scalar(
        insert(ReportQuestion)
        .values(
            report_id=report.id,
            submission_key=form.submission_key or secrets.token_hex(16),
            asked_at=now,
            asked_by=actor.label,
            words=form.words,
            token_digest=digest_of(token),
            expires_at=now + LINK_LASTS,
        )
        .on_conflict_do_nothing(index_elements=["report_id", "submission_key"])
        .returning(ReportQuestion)
    )
    if question is None:
        return _asked_already(queries.asked_with_key(session, report, form.submission_key), form)
    partnership = people.partnership_numbered(session, report.partnership_id).name
    link = f"{public_url}/report/answer/{token}"
    deliveries.post_all(
        session, [_letter(question, report, way, partnership=partnership, link=link) for way in ways], now=now
    )
    _record(session, "reporter asked", report, actor=actor.label, question=question.id)
    return question


def _asked_already(asked: ReportQuestion | None, form: Question) -> ReportQuestion:
    if asked is None or asked.words != form.words:
        raise Stale("This form was used for another question. Ask again.")
    return asked


def _letter(
    question: ReportQuestion, report: IncidentReport, way: Address, *, partnership: str, link: str
) -> Letter:
    return Letter(
        medium=way.medium,
        address=way.address,
        words=question_words(
            question.words, reference=report.reference, partnership=partnership, link=link, medium=way.medium
        ),
        about=f"report-question/{question.id}",
        recipient=f"reporter/{report.id}",
        urgency=Urgency.ROUTINE,
        partnership_id=report.partnership_id,
    )


def reachable(report: IncidentReport) -> tuple[Address, ...]:
    """Where a reporter may be written to: nowhere, unless they said that we may."""
    if not report.may_contact:
        return ()
    return ways_to_reach(email=report.reporter_email, phone=report.reporter_phone)


def mark_read(session: Session, report: IncidentReport, *, up_to: int, actor: Actor, now: datetime) -> None:
    """Note that a coordinator has read what was added to a report, as far as their page showed it."""
    unread = (
        update(ReportUpdate)
        .where(ReportUpdate.report_id == report.id, ReportUpdate.id <= up_to, ReportUpdate.seen_at.is_(None))
        .values(seen_at=now, seen_by=actor.label)
        .returning(ReportUpdate.id)
    )
    read = list(session.scalars(unread))
    if read:
        _record(session, "updates read", report, actor=actor.label, updates=sorted(read))


def _record(session: Session, action: str, report: IncidentReport, *, actor: str, **detail: object) -> None:
    audit.record(
        session,
        action,
        f"report/{report.id}",
        actor=actor,
        partnership_id=report.partnership_id,
        detail={"reference": report.reference} | detail,
    )
