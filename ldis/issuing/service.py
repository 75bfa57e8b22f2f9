"""Write an alert and hand it over: drafting, saving, sending for approval, sending back."""

import secrets
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from alerts.messages import Handling, Level, Medium
from ldis.audit import service as audit
from ldis.cases import queries as cases
from ldis.cases import service as case_service
from ldis.cases.models import Case
from ldis.cases.panel import decided_outcome, is_recused
from ldis.cases.rules import Outcome
from ldis.contacts import queries as contacts
from ldis.errors import Invalid, NotAllowed, Stale
from ldis.issuing import queries
from ldis.issuing.content import as_kept, from_kept
from ldis.issuing.drafting import first_words
from ldis.issuing.models import Alert, AlertVersion, about
from ldis.issuing.proposal import propose
from ldis.issuing.rules import ALLOWS, CODE_LENGTH, CODE_SIGNS, RULES, Action, Rule, State
from ldis.issuing.schemas import Draft, Submission
from ldis.people import queries as people
from ldis.people.access import Actor
from ldis.web import LONDON


def start(
    session: Session,
    case_reference: str,
    *,
    actor: Actor,
    now: datetime,
    public_url: str,
    is_exercise: bool = False,
) -> Alert:
    """Draft an alert from a decided case, or an exercise with one.

    A case whose draft is open has that one: asking twice makes no second.
    """
    case = cases.the_case(session, case_reference, partnership_id=actor.partnership_id, lock=True)
    outcome = outcome_of(case)
    under_way = queries.open_alert_of(session, case, is_exercise=is_exercise)
    if under_way is not None:
        return under_way
    alert = _first_draft(
        session, case, outcome, actor=actor, now=now, public_url=public_url, is_exercise=is_exercise
    )
    session.add(alert)
    session.flush()
    _keep_version(session, alert, actor=actor, now=now)
    _record(session, "alert drafted", alert, actor=actor)
    done = "began an exercise" if is_exercise else "drafted an alert"
    case_service.note(session, case, action=done, words=alert.reference, actor=actor, now=now)
    return alert


def _first_draft(
    session: Session,
    case: Case,
    outcome: Outcome,
    *,
    actor: Actor,
    now: datetime,
    public_url: str,
    is_exercise: bool,
) -> Alert:
    """An alert with what its case knows filled in."""
    place = people.partnership_called(session, actor.partnership_slug)
    number = queries.next_number(session, partnership_id=place.id)
    reference = f"{place.prefix}-A{number:02d}"
    level = _first_level(outcome, case)
    reports, results = queries.evidence_of(session, case)
    lists = contacts.lists_of(session, partnership_id=place.id)
    content = first_words(
        reports,
        results,
        title=case.title,
        level=level,
        reference=reference,
        publisher=place.name,
        how_to_report=f"Report at {public_url}/report/{place.slug}",
        today=now.astimezone(LONDON).date(),
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
        override_reason="",
        sent_back_reason="",
        drafted_at=now,
        is_exercise=is_exercise,
        sectors=[],
        area_codes=[],
        topics=[],
        lists=list(lists) if len(lists) == 1 else [],
    )


def save(session: Session, reference: str, draft: Draft, *, actor: Actor, now: datetime) -> Alert:
    """Save an alert's words and audience as a new version. Whatever was waiting for approval no longer is."""
    alert = queries.the_alert(session, reference, partnership_id=actor.partnership_id, lock=True)
    allowed(alert, Action.EDIT, actor=actor)
    if draft.seen_version != alert.version:
        raise Stale
    _check_breadth(alert, draft)
    before = snapshot_of(alert)
    kept = from_kept(alert.content)
    alert.content = as_kept(replace(draft.content, reference=kept.reference, publisher=kept.publisher))
    alert.level, alert.handling = draft.level, draft.handling
    alert.media = [medium.value for medium in Medium if medium in draft.media]
    alert.lists = list(contacts.lists_of(session, partnership_id=alert.partnership_id, ids=draft.list_ids))
    alert.sectors = sorted(draft.sectors)
    alert.area_codes = sorted(draft.area_codes)
    alert.topics = sorted(draft.topics)
    if snapshot_of(alert) == before:
        return alert
    alert.version += 1
    session.flush()
    _keep_version(session, alert, actor=actor, now=now)
    move(session, alert, Action.EDIT, actor=actor, now=now)
    return alert


def send_for_approval(
    session: Session, reference: str, asked: Submission, *, actor: Actor, now: datetime, public_url: str
) -> Alert:
    """Hand a finished draft to somebody else to approve. Errors stop it; warnings need a reason."""
    alert = queries.the_alert(session, reference, partnership_id=actor.partnership_id, lock=True)
    allowed(alert, Action.SEND_FOR_APPROVAL, actor=actor)
    if asked.seen_version != alert.version:
        raise Stale
    outcome_of(alert.case)
    proposal = propose(session, alert, public_url=public_url)
    if proposal.obstacles:
        raise Invalid({"send": proposal.obstacles})
    if proposal.warnings and not asked.override_reason:
        raise Invalid({"override_reason": ["Say why the warnings do not apply, or change the words."]})
    alert.override_reason = asked.override_reason
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
    """Take an alert where the table says, with what there is to record. The one place that sets its state."""
    before = alert.state
    alert.state = RULES[before, action].then
    session.flush()
    _record(session, f"alert {action}", alert, actor=actor, before=before.value, **detail)
    if alert.state is not before:
        named = f"Exercise {alert.reference}" if alert.is_exercise else alert.reference
        said = f"{named}. {words}" if words else named
        case_service.note(session, alert.case, action=_IN_THE_CASE[action], words=said, actor=actor, now=now)


_IN_THE_CASE = {
    Action.EDIT: "took the alert back to edit it",
    Action.SEND_FOR_APPROVAL: "sent the alert for approval",
    Action.SEND_BACK: "sent the alert back",
    Action.APPROVE: "approved and issued the alert",
}


def outcome_of(case: Case) -> Outcome:
    """What the panel decided, if an alert may be sent on it."""
    outcome = decided_outcome(case) if case.state in queries.DECIDED else None
    if outcome is None:
        raise NotAllowed("The panel has not decided this case, or it was reopened. There can be no alert now.")
    if outcome not in ALLOWS:
        raise NotAllowed(f"The panel decided “{outcome}”, so there is no alert to write.")
    return outcome


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


def _check_breadth(alert: Alert, draft: Draft) -> None:
    """What the panel decided bounds how loud an alert may be and how far it may go; areas are the partnership's."""
    outcome = outcome_of(alert.case)
    breadth = ALLOWS[outcome]
    errors = {}
    if draft.level not in breadth.levels:
        errors["level"] = [f"The panel decided “{outcome}”: the level can only be information."]
    if draft.handling not in breadth.handlings:
        errors["handling"] = [f"The panel decided “{outcome}”: it is for professionals only."]
    if alert.is_exercise and draft.handling is Handling.PUBLIC:
        errors["handling"] = ["An exercise is never public."]
    if not set(draft.content.areas) <= {area.name for area in alert.partnership.areas}:
        errors["areas"] = ["Choose from the areas shown."]
    if not set(draft.area_codes) <= {area.code for area in alert.partnership.areas}:
        errors["area_codes"] = ["Choose from the areas shown."]
    if errors:
        raise Invalid(errors)


def _is_second_person(alert: Alert, actor: Actor) -> None:
    if actor.id in {version.author_id for version in alert.versions}:
        raise NotAllowed("You wrote part of this alert. Somebody else must approve it.")


def _keep_version(session: Session, alert: Alert, *, actor: Actor, now: datetime) -> None:
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


def _record(session: Session, action: str, alert: Alert, *, actor: Actor, **detail: Any) -> None:
    audit.record(
        session,
        action,
        about(alert),
        actor=actor.label,
        partnership_id=alert.partnership_id,
        detail={"reference": alert.reference, "version": alert.version, **detail},
    )
