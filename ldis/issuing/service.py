"""Write an alert and hand it over: drafting, saving, sending for approval, sending back."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from alerts.messages import AlertContent, Kind, Level, Medium
from ldis import work
from ldis.audit import service as audit
from ldis.cases import queries as cases
from ldis.cases import service as case_service
from ldis.cases.models import Case
from ldis.cases.panel import is_recused
from ldis.cases.rules import Outcome
from ldis.contacts import queries as contacts
from ldis.errors import Invalid, NotAllowed, Stale
from ldis.issuing import queries
from ldis.issuing.beginning import begins_with, first_draft
from ldis.issuing.bounds import check_breadth, check_case_allows, check_pictures, outcome_of
from ldis.issuing.content import as_kept, from_kept
from ldis.issuing.drafting import follow_readers
from ldis.issuing.models import Alert, AlertVersion, about
from ldis.issuing.proposal import propose
from ldis.issuing.rules import RULES, Action, Rule, State
from ldis.issuing.schemas import Draft, Submission, reason_field
from ldis.people.access import Actor
from ldis.substances.catalogue import Substance


def start(
    session: Session,
    case_reference: str,
    *,
    actor: Actor,
    now: datetime,
    public_url: str,
    entries: Iterable[Substance],
    is_exercise: bool = False,
) -> Alert:
    """Draft an alert from a decided case, or an exercise with one.

    A case whose draft is open has that one: asking twice makes no second. `entries` are the catalogue's: they say
    what else the drug is called.
    """
    case = cases.the_case(session, case_reference, partnership_id=actor.partnership_id, lock=True)
    outcome = outcome_of(case)
    under_way = queries.open_alert_of(session, case, is_exercise=is_exercise)
    if under_way is not None:
        return under_way
    alert = first_draft(
        session,
        case,
        level=_first_level(outcome, case),
        actor=actor,
        now=now,
        public_url=public_url,
        entries=entries,
        is_exercise=is_exercise,
    )
    session.add(alert)
    session.flush()
    keep_version(session, alert, actor=actor, now=now)
    record_it(session, "alert drafted", alert, actor=actor)
    done = "began an exercise" if is_exercise else "drafted an alert"
    case_service.note(session, case, action=done, words=alert.reference, actor=actor, now=now)
    return alert


def save(
    session: Session,
    reference: str,
    draft: Draft,
    *,
    actor: Actor,
    now: datetime,
    entries: Iterable[Substance],
) -> Alert:
    """Save an alert's words and audience as a new version. Whatever was waiting for approval no longer is.

    Where it is now for other readers, the words that nobody has changed become theirs.
    """
    alert = queries.the_alert(session, reference, partnership_id=actor.partnership_id, lock=True)
    allowed(alert, Action.EDIT, actor=actor)
    if draft.seen_version != alert.version:
        raise Stale
    check_breadth(alert, draft)
    check_pictures(session, alert, draft)
    before = snapshot_of(alert)
    kept = from_kept(alert.content)
    content = replace(draft.content, **fixed_of(kept))
    if content.readership is not kept.readership:
        content = follow_readers(
            content,
            before=begins_with(session, alert, readership=kept.readership, entries=entries),
            after=begins_with(session, alert, readership=content.readership, entries=entries),
        )
    alert.content = as_kept(content)
    alert.level, alert.handling = draft.level, draft.handling
    if alert.replaces_id is None:  # what follows an alert goes to whom that alert went, by what it went by
        alert.media = [medium.value for medium in Medium if medium in draft.media]
        alert.lists = list(contacts.lists_of(session, partnership_id=alert.partnership_id, ids=draft.list_ids))
        alert.sectors = sorted(draft.sectors)
        alert.area_codes = sorted(draft.area_codes)
        alert.topics = sorted(draft.topics)
    if snapshot_of(alert) != before:
        keep_as_new_version(session, alert, actor=actor, now=now)
    return alert


def fixed_of(kept: AlertContent) -> dict[str, Any]:
    """What no author changes."""
    return {name: getattr(kept, name) for name in ("reference", "publisher", "kind", "replaces")}


def keep_as_new_version(session: Session, alert: Alert, *, actor: Actor, now: datetime) -> None:
    """Keep an alert that has changed as a new version. Whatever was waiting for approval is a draft again."""
    alert.version += 1
    session.flush()
    keep_version(session, alert, actor=actor, now=now)
    move(session, alert, Action.EDIT, actor=actor, now=now)


def send_for_approval(
    session: Session, reference: str, asked: Submission, *, actor: Actor, now: datetime, public_url: str
) -> Alert:
    """Hand a finished draft to somebody else to approve. Errors stop it; each warning needs its reason."""
    alert = queries.the_alert(session, reference, partnership_id=actor.partnership_id, lock=True)
    allowed(alert, Action.SEND_FOR_APPROVAL, actor=actor)
    if asked.seen_version != alert.version:
        raise Stale
    check_case_allows(alert)
    proposal = propose(session, alert, public_url=public_url)
    if proposal.obstacles:
        raise Invalid({"send": proposal.obstacles})
    silent = [one.key for one in proposal.warnings if not asked.reasons.get(one.key)]
    if silent:
        why = ["Say why this does not apply, or change the words."]
        raise Invalid({reason_field(key): why for key in silent})
    alert.override_reasons = {one.key: asked.reasons[one.key] for one in proposal.warnings}
    alert.sent_back_reason = ""
    move(session, alert, Action.SEND_FOR_APPROVAL, actor=actor, now=now)
    return alert


def send_back(session: Session, reference: str, *, reason: str, actor: Actor, now: datetime) -> Alert:
    """Give an alert back to its author with what should change."""
    alert = queries.the_alert(session, reference, partnership_id=actor.partnership_id, lock=True)
    allowed(alert, Action.SEND_BACK, actor=actor, reason=reason)
    alert.sent_back_reason = reason
    move(session, alert, Action.SEND_BACK, actor=actor, now=now, words=reason)
    return alert


def allowed(alert: Alert, action: Action, *, actor: Actor, reason: str = "") -> Rule:
    """The rule under which the actor may do this now; a refusal in words otherwise."""
    rule = RULES.get((alert.state, action))
    if not any(actor.holds(*known.by) for (_, one), known in RULES.items() if one is action):
        raise NotAllowed(f"It is not part of your role to {action} an alert.")
    if rule is None:
        raise Stale(f"This alert is now “{alert.state}”. Check what it says before you go on.")
    if not actor.holds(*rule.by):
        raise NotAllowed(f"It is not part of your role to {action} this alert.")
    if is_recused(alert.case, actor.id):
        raise NotAllowed("You stand aside from this case, and so from its alert.")
    if rule.second_person:
        _is_second_person(alert, actor)
    if rule.needs_reason and not reason:
        raise NotAllowed("Enter a reason.", field="reason")
    return rule


def may(alert: Alert, action: Action, *, actor: Actor) -> bool:
    """Whether the page offers the actor this action: its reason, if it needs one, is still to be given."""
    try:
        allowed(alert, action, actor=actor, reason="not given yet")
    except (NotAllowed, Stale):
        return False
    return True


def move(
    session: Session, alert: Alert, action: Action, *, actor: Actor, now: datetime, words: str = "", **detail: Any
) -> None:
    """Take an alert where the table says, with what there is to record. Only these two set its state."""
    before = alert.state
    alert.state = RULES[before, action].then
    if alert.issued_at is not None and alert.state not in (State.ISSUED, State.STOOD_DOWN):
        alert.ended_at = now
    session.flush()
    record_it(session, f"alert {action}", alert, actor=actor, before=before.value, **detail)
    _announce(session, alert, before)
    if alert.state is not before:
        named = f"Exercise {alert.reference}" if alert.is_exercise else alert.reference
        said = f"{named}. {words}" if words else named
        case_service.note(session, alert.case, action=_IN_THE_CASE[action], words=said, actor=actor, now=now)


def move_by_itself(
    session: Session, alert: Alert, action: Action, *, by: str, now: datetime, words: str = ""
) -> None:
    """As `move`, without anybody pressing a button; `by` names the task."""
    before = alert.state
    alert.state = RULES[before, action].then
    session.flush()
    audit.record(
        session,
        f"alert {action}",
        about(alert),
        actor=by,
        partnership_id=alert.partnership_id,
        detail={"reference": alert.reference, "version": alert.version, "before": before.value},
    )
    _announce(session, alert, before)
    said = f"{alert.reference}. {words}" if words else alert.reference
    case_service.note_by_itself(session, alert.case, action=_IN_THE_CASE[action], words=said, by=by, now=now)


def _announce(session: Session, alert: Alert, before: State) -> None:
    """Let other systems be told of what has gone out."""
    if alert.state in (State.ISSUED, State.STOOD_DOWN) and before is not alert.state:
        work.defer(session, "exchange.announce", alert_id=alert.id, event=EVENTS[alert.kind])


EVENTS = {
    Kind.ALERT: "alert.issued",
    Kind.UPDATE: "alert.updated",
    Kind.CORRECTION: "alert.corrected",
    Kind.STAND_DOWN: "alert.withdrawn",
}
"""What other systems are told when something has gone out, in the words of the interface."""

_IN_THE_CASE = {
    Action.EDIT: "took the alert back to edit it",
    Action.SEND_FOR_APPROVAL: "sent the alert for approval",
    Action.SEND_BACK: "sent the alert back",
    Action.APPROVE: "approved and issued the alert",
    Action.SCHEDULE: "approved the alert, to leave later",
    Action.CANCEL: "cancelled the alert before it left",
    Action.LEAVE: "sent the alert at its time",
    Action.APPROVE_STAND_DOWN: "approved and sent the stand-down",
    Action.REPLACE: "replaced the alert",
    Action.WITHDRAW: "withdrew the alert",
}


def snapshot_of(alert: Alert) -> dict[str, Any]:
    """Everything about an alert that its author decides."""
    return {
        "content": alert.content,
        "level": alert.level.value,
        "handling": alert.handling.value,
        "media": list(alert.media),
        "list_ids": sorted(one.id for one in alert.lists),
        "sectors": list(alert.sectors),
        "area_codes": list(alert.area_codes),
        "topics": list(alert.topics),
    }


def _first_level(outcome: Outcome, case: Case) -> Level:
    if outcome is Outcome.INFORMATION:
        return Level.INFORMATION
    return Level.RED if case.risk_to_life else Level.WARNING


def _is_second_person(alert: Alert, actor: Actor) -> None:
    if actor.id in {version.author_id for version in alert.versions}:
        raise NotAllowed("You wrote part of this alert. Somebody else must approve it.")


def keep_version(session: Session, alert: Alert, *, actor: Actor, now: datetime) -> None:
    """Keep an alert as it is now, for ever."""
    version = AlertVersion(
        alert_id=alert.id,
        version=alert.version,
        author_id=actor.id,
        saved_at=now,
        snapshot=snapshot_of(alert),
    )
    session.add(version)
    session.flush()
    session.expire(alert, ["versions"])


def record_it(session: Session, action: str, alert: Alert, *, actor: Actor, **detail: Any) -> None:
    """Write into the audit record what somebody did to an alert."""
    audit.record(
        session,
        action,
        about(alert),
        actor=actor.label,
        partnership_id=alert.partnership_id,
        detail={"reference": alert.reference, "version": alert.version, **detail},
    )
