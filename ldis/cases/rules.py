"""The procedure of a case: its states, who may do what in each, and what a quorum is. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from ldis.followup.rules import CameTo
from ldis.people.rules import Discipline, Role


class State(StrEnum):
    """Where a case stands."""

    RECEIVED = "received"
    TRIAGE = "triage"
    CORROBORATION = "corroboration"
    WITH_PANEL = "with the panel"
    DECIDED = "decided"
    CLOSED = "closed"


class Action(StrEnum):
    """What a person can do to a case."""

    START_TRIAGE = "start triage"
    ADD_EVIDENCE = "add evidence"
    CORROBORATE = "ask for corroboration"
    CALL_PANEL = "call the panel"
    SEND_BACK = "send back to triage"
    GRADE = "grade"
    RECUSE = "recuse"
    VOTE = "vote"
    DECIDE = "decide"
    CLOSE = "close"
    REOPEN = "reopen"


class Outcome(StrEnum):
    """What the panel can decide: exactly three."""

    NO_ACTION = "no further action"
    INFORMATION = "share for information"
    ALERT = "formal alert"


TOLD_AS: Mapping[Outcome, CameTo] = {
    Outcome.NO_ACTION: CameTo.KEPT,
    Outcome.INFORMATION: CameTo.SHARED,
    Outcome.ALERT: CameTo.WARNED,
}
"""What the reporters of a case are told of each outcome."""


class WouldHelp(StrEnum):
    """The one judgement: would an alert help, or would it advertise the drug?"""

    YES = "yes"
    NO = "no"
    UNSURE = "unsure"


COORDINATOR = frozenset({Role.COORDINATOR})
PANEL = frozenset({Role.PANEL_MEMBER})


@dataclass(frozen=True)
class Rule:
    """One allowed move: the state it leads to, who may make it, and whether a reason must be given."""

    then: State
    by: frozenset[Role]
    needs_reason: bool = False


S, A = State, Action

RULES: Mapping[tuple[State, Action], Rule] = {
    (S.RECEIVED, A.START_TRIAGE): Rule(S.TRIAGE, COORDINATOR),
    (S.RECEIVED, A.ADD_EVIDENCE): Rule(S.RECEIVED, COORDINATOR),
    (S.TRIAGE, A.ADD_EVIDENCE): Rule(S.TRIAGE, COORDINATOR),
    (S.TRIAGE, A.CORROBORATE): Rule(S.CORROBORATION, COORDINATOR),
    (S.TRIAGE, A.CALL_PANEL): Rule(S.WITH_PANEL, COORDINATOR),
    (S.CORROBORATION, A.ADD_EVIDENCE): Rule(S.CORROBORATION, COORDINATOR),
    (S.CORROBORATION, A.CALL_PANEL): Rule(S.WITH_PANEL, COORDINATOR),
    (S.CORROBORATION, A.SEND_BACK): Rule(S.TRIAGE, COORDINATOR, needs_reason=True),
    (S.WITH_PANEL, A.ADD_EVIDENCE): Rule(S.WITH_PANEL, COORDINATOR),
    (S.WITH_PANEL, A.GRADE): Rule(S.WITH_PANEL, PANEL),
    (S.WITH_PANEL, A.RECUSE): Rule(S.WITH_PANEL, PANEL, needs_reason=True),
    (S.WITH_PANEL, A.VOTE): Rule(S.WITH_PANEL, PANEL),
    (S.WITH_PANEL, A.DECIDE): Rule(S.DECIDED, COORDINATOR),
    (S.WITH_PANEL, A.SEND_BACK): Rule(S.TRIAGE, COORDINATOR, needs_reason=True),
    (S.DECIDED, A.CLOSE): Rule(S.CLOSED, COORDINATOR),
    (S.DECIDED, A.REOPEN): Rule(S.TRIAGE, COORDINATOR, needs_reason=True),
    (S.CLOSED, A.REOPEN): Rule(S.TRIAGE, COORDINATOR, needs_reason=True),
}

TAKES_EVIDENCE = frozenset(state for state, action in RULES if action is Action.ADD_EVIDENCE)
"""The states in which a report or a result may join a case."""


def moves_from(state: State) -> dict[Action, Rule]:
    """What can be done to a case in this state, in the order of the table. Buttons are drawn from this."""
    return {action: rule for (where, action), rule in RULES.items() if where is state}


@dataclass(frozen=True)
class Quorum:
    """How many votes a decision needs, from how many disciplines, and one of which it cannot do without."""

    votes: int
    disciplines: int
    one_of: frozenset[Discipline]

    def lacks(self, voted: Iterable[Discipline]) -> str | None:
        """What is missing, as a sentence; nothing when these votes are enough."""
        present = list(voted)
        if len(present) < self.votes:
            missing = self.votes - len(present)
            return f"{missing} more vote{'s are' if missing > 1 else ' is'} needed."
        if len(set(present)) < self.disciplines:
            return f"Votes from at least {self.disciplines} different disciplines are needed."
        if self.one_of and self.one_of.isdisjoint(present):
            return f"One vote from {' or '.join(sorted(self.one_of))} is needed."
        return None


def leading(votes: Iterable[Outcome]) -> Outcome | None:
    """The outcome with more votes than any other; none in a tie or without votes."""
    ranked = Counter(votes).most_common(2)
    if not ranked or (len(ranked) == 2 and ranked[0][1] == ranked[1][1]):
        return None
    return ranked[0][0]
