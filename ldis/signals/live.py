"""How sensitive the detectors are in one partnership: the policy, and what was changed here after a back-test."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from detection.rules import Spell
from detection.settings import SignalSettings
from ldis.audit import service as audit
from ldis.errors import NotAllowed
from ldis.people.access import Actor
from ldis.signals.models import LiveSetting, SignalTrial

TRIAL_COUNTS_FOR = timedelta(days=30)


def settings_of(session: Session, policy: SignalSettings, *, partnership_id: int) -> SignalSettings:
    """What counts in a partnership now."""
    newest = newest_change(session, partnership_id=partnership_id)
    return with_values(policy, newest.values) if newest else policy


def with_values(policy: SignalSettings, values: Mapping[str, Any]) -> SignalSettings:
    """The policy with what was changed in its place."""
    changed = policy
    if "budget" in values:
        changed = replace(changed, budget=float(values["budget"]))
    if "spells" in values:
        spells = tuple(Spell(int(events), int(hours)) for events, hours in values["spells"])
        changed = replace(changed, rules=replace(changed.rules, spells=spells))
    return changed


def values_of(settings: SignalSettings) -> dict[str, Any]:
    """What can be changed here, as it is kept."""
    return {
        "budget": settings.budget,
        "spells": [[spell.events, spell.hours] for spell in settings.rules.spells],
    }


def newest_change(session: Session, *, partnership_id: int) -> LiveSetting | None:
    """The last change, if there was any."""
    return session.scalar(
        select(LiveSetting)
        .where(LiveSetting.partnership_id == partnership_id)
        .order_by(LiveSetting.id.desc())
        .limit(1)
    )


def make_live(
    session: Session, trial: SignalTrial, policy: SignalSettings, *, reason: str, actor: Actor, now: datetime
) -> LiveSetting:
    """Let what was tried count from now on. Only what was tried here, to its end and not long ago, can be."""
    if trial.finished_at is None or trial.outcome is None or not trial.settings.get("can_be_live"):
        raise NotAllowed("Only the settings of a back-test of your own history that has ended can be made live.")
    if now - trial.finished_at > TRIAL_COUNTS_FOR:
        raise NotAllowed("This back-test is more than 30 days old. Run it again first.")
    before = settings_of(session, policy, partnership_id=actor.partnership_id)
    values = values_of(before) | {
        name: trial.settings[name] for name in ("budget", "spells") if name in trial.settings
    }
    change = LiveSetting(
        partnership_id=actor.partnership_id,
        trial_id=trial.id,
        values=values,
        reason=reason,
        changed_at=now,
        changed_by=actor.name,
    )
    session.add(change)
    session.flush()
    audit.record(
        session,
        "signal settings changed",
        f"signal_settings/{change.id}",
        actor=actor.label,
        partnership_id=actor.partnership_id,
        detail={"before": values_of(before), "after": values, "trial": trial.id},
    )
    return change
