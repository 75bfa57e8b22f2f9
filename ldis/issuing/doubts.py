"""Put an issued alert in doubt when a result contradicts it, and let a coordinator settle the doubt."""

from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from alerts.messages import AlertContent, Words
from ldis.audit import service as audit
from ldis.cases import queries as cases
from ldis.cases import service as case_service
from ldis.cases import telling
from ldis.deliveries.rules import Urgency
from ldis.errors import Stale
from ldis.issuing import queries
from ldis.issuing.content import from_kept
from ldis.issuing.doubting import Newer, Said, Settlement, doubt_about
from ldis.issuing.models import Alert, AlertDoubt, about
from ldis.issuing.rules import State
from ldis.issuing.schemas import SettlingForm
from ldis.people.access import Actor
from ldis.submissions.models import LabResult
from ldis.submissions.rules import Finding
from ldis.substances.catalogue import SubstanceClass
from ldis.substances.names import Names
from ldis.substances.rules import match
from ldis.worktime import LONDON

BY = "issuing.doubt"


def consider(
    session: Session, result: LabResult, *, names: Names, public_url: str, now: datetime
) -> list[AlertDoubt]:
    """Hold a result beside the alerts in force that it bears on, and put in doubt those that it contradicts."""
    today = now.astimezone(LONDON).date()
    raised = []
    for alert in queries.alerts_it_bears_on(session, result, partnership_id=result.partnership_id):
        content = from_kept(alert.content)
        words = ""
        if alert.stands(today) in (State.SCHEDULED, State.ISSUED):
            words = doubt_about(_said(alert, content, names), _newer(session, result))
        doubt = _raise(session, alert, result, words, public_url=public_url, now=now) if words else None
        raised += [doubt] if doubt else []
    return raised


def _said(alert: Alert, content: AlertContent, names: Names) -> Said:
    read = match("; ".join(filter(None, (content.substance, content.found))), names).substances
    return Said(alert.reference, frozenset((one.name, one.substance_class) for one in read))


def _newer(session: Session, result: LabResult) -> Newer:
    before = session.get(LabResult, result.supersedes_id) if result.supersedes_id else None
    return Newer(
        reference=result.reference,
        stage=result.stage.value,
        found=_found(result),
        before=_found(before) if before else frozenset(),
        identified=result.finding is not Finding.UNABLE,
    )


def _found(result: LabResult) -> frozenset[tuple[str, SubstanceClass]]:
    return frozenset(
        (one.read_as or one.substance, SubstanceClass(one.substance_class)) for one in result.components
    )


def _raise(
    session: Session, alert: Alert, result: LabResult, words: str, *, public_url: str, now: datetime
) -> AlertDoubt | None:
    """One doubt for one pair of alert and result, for ever."""
    number = session.scalar(
        insert(AlertDoubt)
        .values(alert_id=alert.id, lab_result_id=result.id, words=words, raised_at=now, reason="")
        .on_conflict_do_nothing()
        .returning(AlertDoubt.id)
    )
    if number is None:
        return None
    case = cases.the_case(session, alert.case.reference, partnership_id=alert.partnership_id, lock=True)
    said = f"{alert.reference}. {words}"
    case_service.note_by_itself(session, case, action="put the alert in doubt", words=said, by=BY, now=now)
    detail = {"reference": alert.reference, "result": result.reference}
    _record(session, "alert put in doubt", alert, actor=BY, **detail)
    letter = _letter(alert, words, link=f"{public_url}/issuing/{alert.reference}/doubts")
    telling.tell_coordinators(session, case, letter, about=f"doubt/{number}", urgency=Urgency.WARNING, now=now)
    return session.get_one(AlertDoubt, number)


def _letter(alert: Alert, words: str, *, link: str) -> Words:
    stands = "The alert is in force."
    if alert.state is State.SCHEDULED:
        stands = "The alert is approved and has not left yet: cancel it on its page if it must not."
    return Words(
        subject=f"Urgent: a result contradicts alert {alert.reference}",
        text=(
            f"{words}\n\n{stands} Decide whether it stands, or will be updated, and say why:\n\n{link}"
            f"\n\n{telling.SIGNATURE}\n"
        ),
    )


def settle(
    session: Session, reference: str, doubt_id: int, form: SettlingForm, *, actor: Actor, now: datetime
) -> AlertDoubt:
    """Say what becomes of an alert that a result contradicts, and why."""
    alert = queries.the_alert(session, reference, partnership_id=actor.partnership_id, lock=True)
    doubt = queries.the_doubt(session, alert, doubt_id, partnership_id=actor.partnership_id)
    if doubt.settled_at is not None:
        raise Stale("Somebody has settled this meanwhile. See what they said.")
    doubt.settled_at, doubt.settled_by_id = now, actor.id
    doubt.settled_as, doubt.reason = form.settled_as, form.reason
    session.flush()
    stands = "keeps the alert as it is" if form.settled_as is Settlement.KEEP else "will update the alert"
    words = f"{alert.reference}. {form.reason}"
    case_service.note(session, alert.case, action=stands, words=words, actor=actor, now=now)
    detail = {"reference": alert.reference, "doubt": doubt.id, "settled_as": form.settled_as.value}
    _record(session, "alert doubt settled", alert, actor=actor.label, **detail)
    return doubt


def _record(session: Session, action: str, alert: Alert, *, actor: str, **detail: object) -> None:
    audit.record(
        session, action, about(alert), actor=actor, partnership_id=alert.partnership_id, detail=dict(detail)
    )
