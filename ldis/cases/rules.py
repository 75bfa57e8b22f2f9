"""The procedure of a case: its states, who may do what in each, and what a quorum is. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypedDict, Unpack

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
    SPLIT_OUT = "split out evidence"
    TAKE_IN = "take in another case"
    MERGE = "merge into another case"
    ASSIGN = "assign"
    RAISE_RISK = "say that life is at risk"
    LOWER_RISK = "say that life is not at risk"
    CORROBORATE = "ask for corroboration"
    CALL_PANEL = "call the panel"
    ASK_AGAIN = "ask the panel again"
    SEND_BACK = "send back to triage"
    GRADE = "grade"
    RECUSE = "recuse"
    VOTE = "vote"
    DECIDE = "decide"
    DECIDE_AT_ONCE = "decide at once"
    REVIEW = "review what was decided at once"
    CLOSE = "close"
    REOPEN = "reopen"
    RECALL = "bring back to mind"


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


class When(StrEnum):
    """What must be true of a case besides its state. The words follow "only when"."""

    RISK_TO_LIFE = "life is at risk"
    NO_RISK_TO_LIFE = "life is not marked as at risk"
    REVIEW_DUE = "the panel has yet to look at what was decided at once"
    NO_REVIEW_DUE = "no look back by the panel is due"
    NOT_MERGED = "it was not merged into another case"
    NO_ACTION_STANDS = "the panel decided on no further action"


COORDINATOR = frozenset({Role.COORDINATOR})
PANEL = frozenset({Role.PANEL_MEMBER})
NOBODY: frozenset[Role] = frozenset()


@dataclass(frozen=True)
class Rule:
    """One allowed move: the state it leads to, who may make it, and what it takes.

    `by` nobody: the service does it by itself. `second_person`: not whoever took the decision that it is about.
    """

    then: State
    by: frozenset[Role]
    needs_reason: bool = False
    when: When | None = None
    second_person: bool = False


class Takes(TypedDict, total=False):
    """What a rule takes beyond the right role."""

    needs_reason: bool
    when: When | None
    second_person: bool


S, A = State, Action
UNDER_REVIEW = (S.TRIAGE, S.CORROBORATION, S.WITH_PANEL)


def _stays(
    action: Action, by: frozenset[Role], *states: State, **takes: Unpack[Takes]
) -> Mapping[tuple[State, Action], Rule]:
    """What is done to a case in these states and leaves it where it is."""
    return {(state, action): Rule(state, by, **takes) for state in states}


def _leads(
    action: Action, by: frozenset[Role], *states: State, to: State, **takes: Unpack[Takes]
) -> Mapping[tuple[State, Action], Rule]:
    """What takes a case from any of these states to another."""
    return {(state, action): Rule(to, by, **takes) for state in states}


RULES: Mapping[tuple[State, Action], Rule] = {
    **_leads(A.START_TRIAGE, COORDINATOR, S.RECEIVED, to=S.TRIAGE),
    **_stays(A.ADD_EVIDENCE, COORDINATOR, S.RECEIVED, *UNDER_REVIEW, S.DECIDED),
    **_stays(A.SPLIT_OUT, COORDINATOR, *UNDER_REVIEW, needs_reason=True),
    **_stays(A.TAKE_IN, COORDINATOR, *UNDER_REVIEW),
    **_leads(A.MERGE, COORDINATOR, *UNDER_REVIEW, to=S.CLOSED, needs_reason=True),
    **_stays(A.ASSIGN, COORDINATOR, *UNDER_REVIEW, S.DECIDED),
    **_stays(A.RAISE_RISK, COORDINATOR, *UNDER_REVIEW, needs_reason=True, when=When.NO_RISK_TO_LIFE),
    **_stays(A.LOWER_RISK, COORDINATOR, *UNDER_REVIEW, needs_reason=True, when=When.RISK_TO_LIFE),
    **_leads(A.CORROBORATE, COORDINATOR, S.TRIAGE, S.CORROBORATION, to=S.CORROBORATION),
    **_stays(A.CORROBORATE, COORDINATOR, S.WITH_PANEL),
    **_leads(A.CALL_PANEL, COORDINATOR, S.TRIAGE, S.CORROBORATION, to=S.WITH_PANEL),
    **_stays(A.ASK_AGAIN, COORDINATOR, S.WITH_PANEL),
    **_leads(A.SEND_BACK, COORDINATOR, S.CORROBORATION, S.WITH_PANEL, to=S.TRIAGE, needs_reason=True),
    **_stays(A.GRADE, PANEL, S.WITH_PANEL),
    **_stays(A.VOTE, PANEL, S.WITH_PANEL),
    **_stays(A.RECUSE, PANEL, *UNDER_REVIEW, S.DECIDED, needs_reason=True),
    **_leads(A.DECIDE, COORDINATOR, S.WITH_PANEL, to=S.DECIDED),
    **_leads(
        A.DECIDE_AT_ONCE,
        COORDINATOR | PANEL,
        *UNDER_REVIEW,
        to=S.DECIDED,
        needs_reason=True,
        when=When.RISK_TO_LIFE,
    ),
    **_stays(A.GRADE, PANEL, S.DECIDED, when=When.REVIEW_DUE),
    **_stays(A.VOTE, PANEL, S.DECIDED, when=When.REVIEW_DUE),
    **_stays(A.ASK_AGAIN, COORDINATOR, S.DECIDED, when=When.REVIEW_DUE),
    **_stays(A.REVIEW, COORDINATOR | PANEL, S.DECIDED, when=When.REVIEW_DUE, second_person=True),
    **_leads(A.CLOSE, COORDINATOR, S.DECIDED, to=S.CLOSED, when=When.NO_REVIEW_DUE),
    **_leads(A.REOPEN, COORDINATOR, S.DECIDED, to=S.TRIAGE, needs_reason=True),
    **_leads(A.REOPEN, COORDINATOR, S.CLOSED, to=S.TRIAGE, needs_reason=True, when=When.NOT_MERGED),
    **_leads(A.RECALL, NOBODY, S.DECIDED, S.CLOSED, to=S.TRIAGE, when=When.NO_ACTION_STANDS),
}
"""The whole procedure. Pages, the API, the tests and the diagram in docs/ are drawn from it; what is not in it is
refused and changes nothing."""

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
