"""How an alert begins: with what its case knows, for those it is written for."""

import secrets
from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy.orm import Session

from alerts.messages import AlertContent, Handling, Level, Medium, Readership
from ldis.cases.models import Case
from ldis.contacts import queries as contacts
from ldis.issuing import queries
from ldis.issuing.content import as_kept, from_kept
from ldis.issuing.drafting import first_words
from ldis.issuing.models import Alert
from ldis.issuing.rules import CODE_LENGTH, CODE_SIGNS, State
from ldis.people import queries as people
from ldis.people.access import Actor
from ldis.substances.catalogue import Substance
from ldis.worktime import LONDON


def first_draft(
    session: Session,
    case: Case,
    *,
    level: Level,
    actor: Actor,
    now: datetime,
    public_url: str,
    entries: Iterable[Substance],
    is_exercise: bool,
) -> Alert:
    """An alert with what its case knows filled in; nothing is kept yet."""
    place = people.partnership_called(session, actor.partnership_slug)
    number = queries.next_number(session, partnership_id=place.id)
    reference = f"{place.prefix}-A{number:02d}"
    lists = contacts.lists_of(session, partnership_id=place.id)
    content = _words_of(
        session,
        case,
        level=level,
        readership=Readership.PROFESSIONALS,
        reference=reference,
        publisher=place.name,
        how_to_report=f"Report at {public_url}/report/{place.slug}",
        today=now.astimezone(LONDON).date(),
        entries=entries,
    )
    return Alert(
        partnership_id=place.id,
        case_id=case.id,
        number=number,
        reference=reference,
        code="".join(secrets.choice(CODE_SIGNS) for _ in range(CODE_LENGTH)),
        state=State.DRAFT,
        version=1,
        author_id=actor.id,
        level=level,
        handling=Handling.PROFESSIONALS,
        content=as_kept(content),
        media=[medium.value for medium in Medium],
        override_reasons={},
        sent_back_reason="",
        drafted_at=now,
        is_exercise=is_exercise,
        sectors=[],
        area_codes=[],
        topics=[],
        lists=list(lists) if len(lists) == 1 else [],
    )


def begins_with(
    session: Session, alert: Alert, *, readership: Readership, entries: Iterable[Substance]
) -> AlertContent:
    """What the case says for these readers, as a draft of this alert would begin with it."""
    kept = from_kept(alert.content)
    return _words_of(
        session,
        alert.case,
        level=alert.level,
        readership=readership,
        reference=kept.reference,
        publisher=kept.publisher,
        how_to_report=kept.how_to_report,
        today=alert.drafted_at.astimezone(LONDON).date(),
        entries=entries,
    )


def _words_of(
    session: Session,
    case: Case,
    *,
    level: Level,
    readership: Readership,
    reference: str,
    publisher: str,
    how_to_report: str,
    today: date,
    entries: Iterable[Substance],
) -> AlertContent:
    return first_words(
        *queries.evidence_of(session, case),
        title=case.title,
        level=level,
        readership=readership,
        reference=reference,
        publisher=publisher,
        how_to_report=how_to_report,
        today=today,
        entries=entries,
    )
