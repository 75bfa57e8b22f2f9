"""The local procedure as read from config/policy.toml: questions, scores, the matrix, the quorum. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from statistics import fmean
from typing import Any

from alerts.messages import Level
from detection.settings import SignalSettings, read_settings
from ldis.cases.rules import Outcome, Quorum
from ldis.contacts.rules import Care
from ldis.deadlines import Clocks, Reaching, Silence, Targets
from ldis.deliveries.patience import Patience, read_patience
from ldis.people.rules import Discipline

MOST_REMINDERS = 10


class Band(StrEnum):
    """A score in words."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


@dataclass(frozen=True)
class Question:
    """One question of the grading: its answers count 0, 1, 2, 3 towards `score`.

    `means` says of each answer when to choose it; `because` is how a suggestion that rests on it says so.
    """

    key: str
    score: str
    label: str
    help: str
    answers: tuple[str, ...]
    means: tuple[str, ...]
    because: tuple[str, ...]


@dataclass(frozen=True)
class Suggestion:
    """What the matrix suggests, and why, in words."""

    outcome: Outcome
    urgency: str
    quality: Band
    risk: Band
    reasons: tuple[str, ...] = ()

    @property
    def because(self) -> str:
        """Why, as it follows the outcome: the reasons, and what they make of the two scores."""
        scores = f"the quality of the information is {self.quality} and the risk is {self.risk}"
        return f"because {listed(self.reasons)}: {scores}" if self.reasons else f"because {scores}"


@dataclass(frozen=True)
class Convening:
    """When members whom a case waits for are reminded, and how often."""

    chase_hours: int
    chase_at_risk_minutes: int
    chase_look_back_hours: int
    most_chases: int
    by_hand_minutes: int


@dataclass(frozen=True)
class Alerting:
    """What an approver is told about an alert before it goes out: its price, and from when alerts are too many."""

    most_a_week: int


@dataclass(frozen=True)
class Policy:
    """The procedure in force, and its version."""

    version: str
    quorum: Quorum
    clocks: Clocks
    convening: Convening
    reaching: Reaching
    sending: Patience
    alerting: Alerting
    care: Care
    signals: SignalSettings
    no_action_review_days: int
    memory_months: int
    pence_per_segment: float
    questions: tuple[Question, ...]
    medium_from: float
    high_from: float
    matrix: Mapping[tuple[Band, Band], tuple[Outcome, str]]

    def scores(self, answers: Mapping[str, int]) -> tuple[float, float]:
        """Quality of the information and risk: each the mean of its answers, 0 to 3."""
        return self._mean("quality", answers), self._mean("risk", answers)

    def _mean(self, score: str, answers: Mapping[str, int]) -> float:
        return fmean(answers[question.key] for question in self.questions if question.score == score)

    def band(self, score: float) -> Band:
        """The score in words."""
        if score >= self.high_from:
            return Band.HIGH
        return Band.MEDIUM if score >= self.medium_from else Band.LOW

    def suggest(
        self, gradings: Iterable[Mapping[str, int]], facts: Mapping[str, str] | None = None
    ) -> Suggestion | None:
        """What the gradings together suggest: the matrix at the mean of both scores. Nothing without gradings.

        `facts` are what the evidence itself says, by the question that it answers: they are named in place of what
        the members answered there, where they speak for the suggestion.
        """
        given = list(gradings)
        if not given:
            return None
        scored = [self.scores(answers) for answers in given]
        quality = self.band(fmean(q for q, _ in scored))
        risk = self.band(fmean(r for _, r in scored))
        outcome, urgency = self.matrix[quality, risk]
        reasons = self._reasons(given, facts or {}, low=outcome is Outcome.NO_ACTION)
        return Suggestion(outcome, urgency, quality, risk, reasons)

    def _reasons(
        self, gradings: Sequence[Mapping[str, int]], facts: Mapping[str, str], *, low: bool
    ) -> tuple[str, ...]:
        """The answers that a suggestion rests on: the low ones where nothing is to be done, else the high ones."""
        reasons = []
        for question in self.questions:
            answer = fmean(given[question.key] for given in gradings)
            speaks = answer < self.medium_from if low else answer >= self.high_from
            if speaks:
                said = question.because[int(answer + 0.5)]
                reasons.append(said if low else facts.get(question.key, said))
        return tuple(reasons)


def listed(words: Sequence[str]) -> str:
    """Several things in a sentence: one, two and three."""
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last


def read_policy(values: Mapping[str, Any]) -> Policy:
    """The policy from the file's values; a missing or contradicting one is an error at start-up."""
    policy = Policy(
        version=values["version"],
        quorum=Quorum(
            votes=values["quorum"]["votes"],
            disciplines=values["quorum"]["disciplines"],
            one_of=frozenset(Discipline(name) for name in values["quorum"]["one_of"]),
        ),
        clocks=Clocks(
            assess_hours=values["clocks"]["assess"],
            assess_risk_to_life_hours=values["clocks"]["assess_risk_to_life"],
            answer_reporter_hours=values["clocks"]["answer_reporter"],
            review_at_once_hours=values["clocks"]["review_at_once"],
            warn_when_left=values["clocks"]["warn_when_left"],
        ),
        convening=Convening(**values["convening"]),
        reaching=_reaching(values["silence"], values["targets"]),
        sending=read_patience(values["sending"]),
        alerting=Alerting(**values["alerting"]),
        care=Care(
            review_lists_after=timedelta(days=values["contacts"]["review_lists_after_days"]),
            chase_every=timedelta(days=values["contacts"]["chase_every_days"]),
        ),
        signals=read_settings(values["signals"]),
        no_action_review_days=values["memory"]["no_action_review_days"],
        memory_months=values["memory"]["months"],
        pence_per_segment=values["messages"]["pence_per_segment"],
        questions=tuple(_question(q) for q in values["questions"]),
        medium_from=values["bands"]["medium"],
        high_from=values["bands"]["high"],
        matrix={
            (Band(quality), Band(risk)): (Outcome(cell["outcome"]), cell["urgency"])
            for quality, row in values["matrix"].items()
            for risk, cell in row.items()
        },
    )
    if not 0 < policy.clocks.warn_when_left < 1:
        raise ValueError("config/policy.toml: warn_when_left is a share of a clock's time, between 0 and 1.")
    missing = [f"{q}.{r}" for q in Band for r in Band if (q, r) not in policy.matrix]
    if missing:
        raise ValueError(f"config/policy.toml: the matrix lacks {', '.join(missing)}.")
    return policy


def _reaching(silence: Mapping[str, Any], targets: Mapping[str, Any]) -> Reaching:
    read = Reaching(
        quiet=timedelta(minutes=silence["quiet"]),
        silence={level: Silence(**silence[level.value]) for level in Level},
        targets={level: Targets(**targets[level.value]) for level in Level},
    )
    if not all(0 < share <= 1 for one in read.targets.values() for share in (one.delivered, one.acknowledged)):
        raise ValueError("config/policy.toml: the targets are shares, above 0 and at most 1.")
    if any(one.most_reminders > MOST_REMINDERS for one in read.silence.values()):
        raise ValueError(f"config/policy.toml: nobody is reminded more than {MOST_REMINDERS} times by the clock.")
    return read


def _question(values: Mapping[str, Any]) -> Question:
    parts = {name: tuple(values[name]) for name in ("answers", "means", "because")}
    if len({len(part) for part in parts.values()}) != 1:
        raise ValueError(f"config/policy.toml: “{values['label']}” needs as many means and because as answers.")
    return Question(values["key"], values["score"], values["label"], values["help"], **parts)
