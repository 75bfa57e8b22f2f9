"""What becomes of an issued alert: what takes its place, its review, its end."""

import secrets
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from alerts.messages import AlertContent, Kind, Words
from ldis import work
from ldis.audit import service as audit
from ldis.cases import service as case_service
from ldis.cases import telling
from ldis.deliveries.rules import Urgency
from ldis.errors import Invalid, NotAllowed, Stale
from ldis.issuing import queries, service
from ldis.issuing.bounds import outcome_of
from ldis.issuing.content import as_kept, from_kept
from ldis.issuing.models import Alert, about
from ldis.issuing.rules import (
    CODE_LENGTH,
    CODE_SIGNS,
    MAY_BE_FOLLOWED,
    OPEN_STATES,
    REVIEW_AFTER,
    RULES,
    Action,
    State,
    ends_on,
    expiry_after,
)
from ldis.people.access import Actor
from ldis.worktime import LONDON

BY = "issuing.keep_dates"
FOLLOWED = "Something has taken the place of this alert already. See what."


def follow(session: Session, reference: str, kind: Kind, *, change: str, actor: Actor, now: datetime) -> Alert:
    """Draft what takes an alert's place, with its words. Asking twice makes no second draft, but may change its kind.

    A draft that was to be an update becomes the stand-down where that is what is needed now.
    """
    first = queries.the_alert(session, reference, partnership_id=actor.partnership_id, lock=True)
    check_may_be_followed(first, kind)
    under_way = queries.successor_of(session, first)
    if under_way is not None:
        return _turned_into(session, under_way, kind, change=change, actor=actor, now=now)
    number = queries.next_number(session, partnership_id=first.partnership_id)
    alert = Alert(
        partnership_id=first.partnership_id,
        case_id=first.case_id,
        number=number,
        reference=f"{first.partnership.prefix}-A{number:02d}",
        code="".join(secrets.choice(CODE_SIGNS) for _ in range(CODE_LENGTH)),
        state=State.DRAFT,
        version=1,
        replaces_id=first.id,
        author_id=actor.id,
        level=first.level,
        handling=first.handling,
        content={},
        media=list(first.media),
        override_reasons={},
        sent_back_reason="",
        drafted_at=now,
        is_exercise=first.is_exercise,
        sectors=list(first.sectors),
        area_codes=list(first.area_codes),
        topics=list(first.topics),
        lists=list(first.lists),
    )
    alert.content = as_kept(_first_words(first, alert, kind, change=change, today=now.astimezone(LONDON).date()))
    session.add(alert)
    session.flush()
    service.keep_version(session, alert, actor=actor, now=now)
    service.record_it(session, f"{kind} of an alert drafted", alert, actor=actor, replaces=first.reference)
    words = f"{alert.reference}, in place of {first.reference}. {change}"
    case_service.note(session, first.case, action=f"drafted {_AS[kind]}", words=words, actor=actor, now=now)
    return alert


_AS = {Kind.UPDATE: "an update", Kind.CORRECTION: "a correction", Kind.STAND_DOWN: "a stand-down"}


def check_may_be_followed(alert: Alert, kind: Kind) -> None:
    """Refuse, in words, what cannot follow an alert as it stands."""
    if kind is Kind.ALERT:
        raise Invalid({"kind": ["Say whether it is updated, corrected or withdrawn."]})
    if alert.state not in MAY_BE_FOLLOWED:
        raise Stale(FOLLOWED if alert.ended_at else "This alert has not been issued. Edit it instead.")
    if kind is not Kind.STAND_DOWN:
        outcome_of(alert.case)


def may_be_followed(alert: Alert, kind: Kind) -> bool:
    """Whether that can follow an alert as it stands."""
    try:
        check_may_be_followed(alert, kind)
    except (NotAllowed, Stale, Invalid):
        return False
    return True


def _first_words(first: Alert, alert: Alert, kind: Kind, *, change: str, today: date) -> AlertContent:
    review_on = today + REVIEW_AFTER[first.level]
    return replace(
        from_kept(first.content),
        reference=alert.reference,
        kind=kind,
        replaces=first.reference,
        change=change,
        alert_on=today,
        review_on=review_on,
        expires_on=expiry_after(review_on),
    )


def _turned_into(session: Session, alert: Alert, kind: Kind, *, change: str, actor: Actor, now: datetime) -> Alert:
    """The draft under way, of the kind that is asked for now; whatever was waiting for approval no longer is."""
    alert = queries.the_alert(session, alert.reference, partnership_id=actor.partnership_id, lock=True)
    if alert.state not in OPEN_STATES:
        raise Stale(FOLLOWED)
    if alert.kind is kind:
        return alert
    service.allowed(alert, Action.EDIT, actor=actor)
    alert.content = as_kept(replace(from_kept(alert.content), kind=kind, change=change))
    service.keep_as_new_version(session, alert, actor=actor, now=now)
    return alert


def confirm(session: Session, reference: str, *, until: date, reason: str, actor: Actor, now: datetime) -> Alert:
    """Say that an alert still stands until its next review, which is on its last day at the latest."""
    alert = queries.the_alert(session, reference, partnership_id=actor.partnership_id, lock=True)
    service.allowed(alert, Action.CONFIRM, actor=actor, reason=reason)
    content = from_kept(alert.content)
    last = ends_on(content.expires_on, content.review_on)
    if until <= now.astimezone(LONDON).date():
        raise Invalid({"until": ["Enter a day after today."]})
    if last is None or until > last:
        raise Invalid(
            {"until": ["The approved words end before that. Write an update to keep it in force longer."]}
        )
    alert.stands_until = until
    service.move(session, alert, Action.CONFIRM, actor=actor, now=now, until=until.isoformat(), reason=reason)
    words = f"{alert.reference}, until {until.day} {until:%B %Y}. {reason}"
    case_service.note(
        session, alert.case, action="confirmed that the alert stands", words=words, actor=actor, now=now
    )
    return alert


def expire(session: Session, alert: Alert, *, now: datetime) -> None:
    """End an alert whose last day is over."""
    if (alert.state, Action.EXPIRE) not in RULES:
        raise NotAllowed(f"An alert that is {alert.state} cannot expire.")
    alert.state, alert.ended_at = RULES[alert.state, Action.EXPIRE].then, now
    session.flush()
    _record_by_itself(session, "alert expired", alert)
    work.defer(session, "exchange.announce", alert_id=alert.id, event="alert.ended")
    case_service.note_by_itself(
        session,
        alert.case,
        action="ended the alert",
        words=f"{alert.reference}. Its last day is over.",
        by=BY,
        now=now,
    )


def tell_of_review(session: Session, alert: Alert, *, today: date, public_url: str, now: datetime) -> bool:
    """Ask the coordinators, once for each review date that comes, whether an alert still stands."""
    due = alert.review_due
    if alert.state is not State.ISSUED or due is None or due > today or alert.review_told_for == due:
        return False
    alert.review_told_for = due
    session.flush()
    words = Words(
        subject=f"Does alert {alert.reference} still stand?",
        text=(
            f"The review date of alert {alert.reference} has come. Confirm that it still stands, update it or stand "
            f"it down:\n\n{public_url}/issuing/{alert.reference}/follow\n\n{telling.SIGNATURE}\n"
        ),
    )
    telling.tell_coordinators(
        session, alert.case, words, about=f"review/{alert.id}/{due}", urgency=Urgency.ROUTINE, now=now
    )
    _record_by_itself(session, "alert review due", alert)
    return True


def _record_by_itself(session: Session, action: str, alert: Alert) -> None:
    audit.record(
        session,
        action,
        about(alert),
        actor=BY,
        partnership_id=alert.partnership_id,
        detail={"reference": alert.reference},
    )
