"""Tell coordinators of an alert that falls behind what the policy expects: once for each target."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from alerts.messages import Level
from ldis.audit import service as audit
from ldis.clocks import queries as clocks
from ldis.clocks.rules import who_is_warned
from ldis.deadlines import Reaching, span_in_words
from ldis.issuing.content import from_kept
from ldis.issuing.models import Alert, about
from ldis.people.telling import Said, tell
from ldis.reach import queries
from ldis.reach.models import Shortfall
from ldis.reach.rules import Coverage, Target, coverage

BY = "reach.watch"
SIGNATURE = "Local Drug Information System"
LOOKED_AT_FOR = timedelta(days=1)
"""A target that was missed while nothing ran is still told of within this time; later it is history."""


def watch(session: Session, alert: Alert, *, policy: Reaching, public_url: str, now: datetime) -> list[Target]:
    """Tell of each target that is due and missed, and was not told of yet. Which they were."""
    due = _due(session, alert, policy=policy, now=now)
    if not due:
        return []
    reach = coverage(queries.told(session, alert))
    missed = [target for target in due if reach.share(target) < _share(policy, alert.level, target)]
    return [
        target
        for target in missed
        if _tell(session, alert, target, reach, policy=policy, public_url=public_url, now=now)
    ]


def _due(session: Session, alert: Alert, *, policy: Reaching, now: datetime) -> Sequence[Target]:
    targets, silence = policy.targets[alert.level], policy.silence[alert.level]
    minutes = {Target.DELIVERED: targets.delivered_within, Target.ACKNOWLEDGED: targets.acknowledged_within}
    assert alert.issued_at is not None
    moments = {target: silence.after(alert.issued_at, within) for target, within in minutes.items()}
    known = {one.target for one in queries.shortfalls_of(session, alert)}
    return [one for one, at in moments.items() if at <= now < at + LOOKED_AT_FOR and one not in known]


def _share(policy: Reaching, level: Level, target: Target) -> float:
    targets = policy.targets[level]
    return targets.delivered if target is Target.DELIVERED else targets.acknowledged


def _tell(
    session: Session,
    alert: Alert,
    target: Target,
    reach: Coverage,
    *,
    policy: Reaching,
    public_url: str,
    now: datetime,
) -> bool:
    """Write down that an alert fell behind, and tell whoever must see to it; nothing where that was done."""
    new = session.scalar(
        insert(Shortfall)
        .values(alert_id=alert.id, target=target, share=reach.share(target), told_at=now)
        .on_conflict_do_nothing()
        .returning(Shortfall.id)
    )
    if new is None:
        return False
    duty = clocks.duty_at(session, partnership_id=alert.partnership_id, now=now)
    aside = clocks.recused_from(session, [alert.case]).get(alert.case_id, set())
    who = who_is_warned(alert.case.coordinator_id, recused=aside, duty=duty)
    said = _said(alert, target, reach, policy=policy, public_url=public_url)
    for person in clocks.people_numbered(session, who).values():
        tell(
            session,
            person,
            said,
            about=f"{about(alert)}/behind/{target}",
            partnership_id=alert.partnership_id,
            risk_to_life=alert.level is Level.RED,
            now=now,
        )
    audit.record(
        session,
        "alert fell behind",
        about(alert),
        actor=BY,
        partnership_id=alert.partnership_id,
        detail={"reference": alert.reference, "target": target.value, "share": round(reach.share(target), 3)},
    )
    return True


def _said(alert: Alert, target: Target, reach: Coverage, *, policy: Reaching, public_url: str) -> Said:
    targets = policy.targets[alert.level]
    if target is Target.DELIVERED:
        within = span_in_words(targets.delivered_within)
        stands = f"{reach.arrived} of {reach.people} people had it after {within}"
    else:
        within = span_in_words(targets.acknowledged_within)
        places = len(reach.organisations)
        stands = f"{reach.covered} of {places} organisations had said so after {within}"
    expected = f"The policy expects {_share(policy, alert.level, target):.0%}."
    link = f"{public_url}/issuing/{alert.reference}"
    headline = from_kept(alert.content).headline
    return Said(
        subject=f"Alert {alert.reference} falls behind: {stands}",
        letter=(
            f"{alert.level.label} {alert.reference}: {headline}\n\n{stands}. {expected}\n\nSee who is silent and what "
            f"failed, remind them or telephone:\n\n{link}\n\n{alert.partnership.name}\n{SIGNATURE}\n"
        ),
        text=f"Alert {alert.reference} falls behind: {stands}. {expected} {link}",
    )
