"""What was approved to leave later: it leaves when its time comes, or is cancelled before."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from alerts.messages import Medium
from ldis import work
from ldis.deliveries.service import take_back
from ldis.errors import NotAllowed, Stale
from ldis.issuing import queries
from ldis.issuing.bounds import outcome_of
from ldis.issuing.models import Alert, AlertRecipient, about
from ldis.issuing.rules import Action
from ldis.issuing.service import allowed, move, move_by_itself
from ldis.people.access import Actor

BY = "issuing.leave"
ON_ITS_WAY = "It is too late to cancel: messages are on their way."


def cancel(session: Session, reference: str, *, reason: str, actor: Actor, now: datetime) -> Alert:
    """Take an alert back before it leaves, and the approval with it: whoever approves it next signs anew.

    The first message that a sender has taken decides: from then on it is sent, to everybody.
    """
    alert = queries.the_alert(session, reference, partnership_id=actor.partnership_id, lock=True)
    allowed(alert, Action.CANCEL, actor=actor, reason=reason)
    if not _void(session, alert, reason=reason, now=now):
        raise Stale(ON_ITS_WAY)
    move(session, alert, Action.CANCEL, actor=actor, now=now, words=reason)
    return alert


def leave(session: Session, alert: Alert, *, now: datetime) -> bool:
    """Let an alert leave whose time has come; true where it has.

    One whose case is not decided any more is taken back instead, at any time before.
    """
    stopped = _stopped(alert)
    if stopped and _void(session, alert, reason=stopped, now=now):
        move_by_itself(session, alert, Action.CANCEL, by=BY, now=now, words=stopped)
        return False
    if alert.scheduled_for is None or alert.scheduled_for > now:
        return False
    alert.issued_at = now
    move_by_itself(session, alert, Action.LEAVE, by=BY, now=now)
    for medium in Medium:
        if medium in alert.chosen_media:
            work.defer(session, "deliveries.dispatch", urgent=True, medium=medium.value)
    return True


def _stopped(alert: Alert) -> str:
    """Why an alert must not leave, if its case does not allow it any more."""
    try:
        outcome_of(alert.case)
    except NotAllowed as refusal:
        return str(refusal)
    return ""


def _void(session: Session, alert: Alert, *, reason: str, now: datetime) -> bool:
    """End the approval and hold its messages back; false, and nothing done, where one of them is on its way.

    They are kept, under a name that leaves room for the next ones.
    """
    approval = alert.approval
    assert approval is not None
    aside = f"{about(alert)}/cancelled/{approval.id}"
    with session.begin_nested() as step:
        if not take_back(session, about(alert), put_aside_as=aside, reason="It was cancelled.", now=now):
            step.rollback()
            return False
    approval.voided_at, approval.void_reason = now, reason
    session.flush()
    session.expire(alert, ["approval"])
    session.execute(delete(AlertRecipient).where(AlertRecipient.alert_id == alert.id))
    alert.scheduled_for = None
    alert.sent_back_reason = f"Cancelled before it left. {reason}"
    return True
