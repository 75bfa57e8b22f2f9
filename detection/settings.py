"""What the local procedure says about signals: `[signals]` of the policy, as the detectors take it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from detection.farrington import Settings as FarringtonSettings
from detection.limits import Method
from detection.predictive import Baseline
from detection.rules import Rule, RuleSettings, Spell


@dataclass(frozen=True)
class ScanSettings:
    """The permutation scan: the longest cluster in days, its largest share of cases, replications, history in days."""

    most_days: int
    share: float
    replications: int
    history_days: int


@dataclass(frozen=True)
class SignalSettings:
    """All of it. `budget` is in false episodes for each series and year; `false_discovery` a share of all signals.

    `urgent` are the rules of which somebody is told at once; `share_days` what counts as lately among laboratory
    results; the test says nothing of a window with fewer than `least_events`.
    """

    rules: RuleSettings
    urgent: frozenset[str]
    share_days: int
    method: Method
    budget: float
    least_events: int
    false_discovery: float
    farrington: FarringtonSettings
    scan: ScanSettings


def read_settings(values: Mapping[str, Any]) -> SignalSettings:
    """The settings from the values of `[signals]`; a missing, unknown or senseless one is an error at start-up."""
    rules, test = dict(values["rules"]), dict(values["test"])
    spells = tuple(Spell(**spell) for spell in rules.pop("spells"))
    urgent, share_days = frozenset(rules.pop("urgent")), rules.pop("share_days")
    for name in ("anywhere", "high_risk"):
        rules[name] = frozenset(rules[name])
    settings = SignalSettings(
        rules=RuleSettings(spells=spells, **rules),
        urgent=urgent,
        share_days=share_days,
        method=Method(
            windows=tuple(test["windows"]),
            baseline=Baseline(days=test["baseline_days"], guard=test["guard_days"]),
            gap=test["episode_gap_days"],
        ),
        budget=test["false_episodes_a_year"],
        least_events=test["least_events"],
        false_discovery=test["false_discovery"],
        farrington=FarringtonSettings(**values["farrington"]),
        scan=ScanSettings(**values["scan"]),
    )
    _check(settings)
    return settings


def _check(settings: SignalSettings) -> None:
    method = settings.method
    wrong = {
        "windows are whole numbers of days, shortest first": list(method.windows) != sorted(set(method.windows))
        or not method.windows
        or method.windows[0] < 1,
        "the baseline is longer than the longest window": method.baseline.days <= max(method.windows, default=0),
        "false_episodes_a_year is above 0": settings.budget <= 0,
        "urgent rules are among " + ", ".join(Rule): not settings.urgent <= set(Rule),
        "shares and chances lie between 0 and 1": not all(
            0 < part < 1
            for part in (
                settings.false_discovery,
                settings.rules.share_chance,
                settings.farrington.chance,
                settings.scan.share,
            )
        ),
        "a spell has at least one event and one hour": any(
            spell.events < 1 or spell.hours < 1 for spell in settings.rules.spells
        ),
    }
    broken = [sentence for sentence, is_broken in wrong.items() if is_broken]
    if broken:
        raise ValueError(f"config/policy.toml, [signals]: {'; '.join(broken)}.")
