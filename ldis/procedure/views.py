"""The policy in words, as its page and the papers of a case show it."""

import tomllib
from dataclasses import asdict
from typing import Any

from alerts.messages import Level
from ldis.cases.policy import Band, Policy, read_policy
from ldis.procedure.models import PolicyText
from ldis.procedure.signals import signals_in_words

CLOCKS = {
    "assess_hours": "A case is assessed within, in working time",
    "assess_risk_to_life_hours": "With risk to life, by day and night, within",
    "answer_reporter_hours": "Every reporter is answered within, in working time",
    "review_at_once_hours": "The panel looks back at what one person decided at once within",
}


def in_words(policy: Policy) -> dict[str, Any]:
    """The parts of a policy, each put so that it can be read aloud."""
    return {
        "policy": policy,
        "quorum": quorum_in_words(policy),
        "clocks": [
            *((clock_named(name), _time(name, value)) for name, value in asdict(policy.clocks).items()),
            *reaching_in_words(policy),
            *policy.sending.in_words,
            *policy.care.in_words,
            *alerting_in_words(policy),
            ("A member who was called and has not graded and voted is reminded", reminders_in_words(policy)),
        ],
        "cost": cost_in_words(policy),
        "signals": signals_in_words(policy.signals),
        "bands": bands_in_words(policy),
        "matrix": [
            (quality.value, [policy.matrix[quality, risk] for risk in Band]) for quality in reversed(list(Band))
        ],
        "risks": [band.value for band in Band],
    }


def reaching_in_words(policy: Policy) -> list[tuple[str, str]]:
    """What follows an alert, by its level."""
    reaching = policy.reaching
    silence = [
        (f"{level.label}: who does not answer", reaching.silence[level].in_words)
        for level in reversed(list(Level))
    ]
    targets = [
        (f"{level.label}: how far it should get", reaching.targets[level].in_words)
        for level in reversed(list(Level))
    ]
    return silence + targets


def alerting_in_words(policy: Policy) -> list[tuple[str, str]]:
    """What an approver is told of an alert before it goes out."""
    alerting = policy.alerting
    return [
        ("Formal alerts within a week, before people tire of them", f"{alerting.most_a_week}"),
    ]


def quorum_in_words(policy: Policy) -> str:
    """What a decision takes."""
    quorum = policy.quorum
    one_of = " or ".join(sorted(quorum.one_of))
    needed = f"A decision takes {quorum.votes} votes from at least {quorum.disciplines} different disciplines"
    return f"{needed}, one of them {one_of}." if one_of else f"{needed}."


def reminders_in_words(policy: Policy) -> str:
    """How often members are reminded."""
    times = policy.convening
    return (
        f"After {times.chase_hours} working hours; with risk to life every {times.chase_at_risk_minutes} minutes; to "
        f"look back every {times.chase_look_back_hours} hours; at most {times.most_chases} times."
    )


def cost_in_words(policy: Policy) -> str:
    """What a text message is reckoned to cost."""
    return f"{policy.pence_per_segment:g}p for each segment."


def bands_in_words(policy: Policy) -> str:
    """How a score becomes a word."""
    return (
        "Each answer counts 0, 1, 2 or 3. A score is the mean of its answers: "
        f"low under {policy.medium_from:g}, medium under {policy.high_from:g}, high from {policy.high_from:g}."
    )


def clock_named(name: str) -> str:
    """What a clock is for; one that is new here by its own name."""
    return CLOCKS.get(name) or name.removesuffix("_hours").replace("_", " ").capitalize()


def _time(name: str, value: object) -> str:
    return f"{value} hours" if name.endswith("_hours") else str(value)


def read(kept: PolicyText) -> Policy | None:
    """An earlier policy, as far as it can be read today: what a policy holds has changed over the years."""
    try:
        return read_policy(tomllib.loads(kept.text))
    except (KeyError, TypeError, ValueError):
        return None


def written_out(policy: Policy) -> list[tuple[str, str]]:
    """A policy as questions and answers, for papers that stand alone."""
    words = in_words(policy)
    asked = [
        (
            f"Question: {one.label}",
            f"{one.help} Answers, 0 to 3: {'; '.join(one.answers)}. Counts towards {one.score}.",
        )
        for one in policy.questions
    ]
    suggested = [
        (f"Quality {quality}, risk {risk}", f"{outcome.value}, {urgency}")
        for (quality, risk), (outcome, urgency) in policy.matrix.items()
    ]
    cost = cost_in_words(policy)
    memory = f"After {policy.no_action_review_days} days, unless another day was chosen."
    return [
        ("Version", policy.version),
        ("Quorum", words["quorum"]),
        *words["clocks"],
        *asked,
        ("Bands", words["bands"]),
        *suggested,
        ("No further action is looked at again", memory),
        ("A text message is reckoned to cost", cost),
        *words["signals"],
    ]
