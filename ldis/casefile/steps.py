"""What a case asks of the person who looks at it: the one next step, and what else they may do."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ldis.cases import panel
from ldis.cases.models import Case
from ldis.cases.policy import Policy
from ldis.cases.rules import Action, Outcome, Rule, State, moves_from
from ldis.cases.schemas import MoveSchema
from ldis.cases.service import BY_ITSELF, may
from ldis.people.access import Actor
from ldis.people.rules import Role
from ldis.web import form_for

BUTTONS = {
    Action.START_TRIAGE: "Start triage",
    Action.SEND_BACK: "Send back to triage",
    Action.RAISE_RISK: "Life is at risk",
    Action.LOWER_RISK: "Life is not at risk",
    Action.CLOSE: "Close the case",
    Action.REOPEN: "Reopen the case",
}

ONWARDS: Mapping[State, Action] = {
    State.RECEIVED: Action.START_TRIAGE,
    State.TRIAGE: Action.CALL_PANEL,
    State.CORROBORATION: Action.CALL_PANEL,
    State.DECIDED: Action.CLOSE,
}
"""The move that takes a case on from where it stands. With the panel, that is the members' doing."""


@dataclass(frozen=True)
class MoveButton:
    """A move that the person may make now, with its own form."""

    action: Action
    label: str
    rule: Rule
    form: Any


def buttons(case: Case, actor: Actor) -> list[MoveButton]:
    """Every move that the table allows this person now."""
    return [
        MoveButton(
            action,
            BUTTONS[action],
            rule,
            form_for(MoveSchema, ids=action.name.lower(), action=action, seen_version=case.version),
        )
        for action, rule in possible(case, actor).items()
        if action in BUTTONS
    ]


LINKS: Mapping[Action, tuple[str, str]] = {
    Action.DECIDE_AT_ONCE: ("judging.at_once", "Decide at once, because life is at risk"),
    Action.CORROBORATE: ("corroboration.ask", "Ask partners what they have seen"),
    Action.ASSIGN: ("casefile.holder", "Give it to another coordinator"),
    Action.SPLIT_OUT: ("casefile.split", "Split a report out"),
    Action.MERGE: ("casefile.merge", "Merge into another case"),
}
"""What needs a page of its own: the page, and the words of the link to it."""


def links(case: Case, actor: Actor) -> list[tuple[str, str]]:
    """The pages on which this person may do something to the case now."""
    now = possible(case, actor)
    return [link for action, link in LINKS.items() if action in now]


def mine(case: Case, actor: Actor) -> str:
    """What this person is asked to do with the case now, if anything."""
    if panel.is_recused(case, actor.id):
        return ""
    if may(case, Action.GRADE, actor=actor) and actor.discipline:
        if panel.grading_by(case, actor.id) is None:
            return "grade"
        if all(v.person_id != actor.id for v in panel.counting_votes(case)):
            return "vote"
    records = any(may(case, action, actor=actor) for action in (Action.DECIDE, Action.REVIEW))
    return "decide" if records and panel.leading_outcome(case) else ""


ASIDE = frozenset({Action.GRADE, Action.VOTE, Action.RECUSE, Action.DECIDE, Action.DECIDE_AT_ONCE, Action.REVIEW})
"""What nobody does to a case who stands aside from it."""


def possible(case: Case, actor: Actor) -> dict[Action, Rule]:
    """What this person may do to the case now: what the table allows, and they have not done or stood aside from."""
    aside = panel.is_recused(case, actor.id)
    return {
        action: rule
        for action, rule in moves_from(case.state).items()
        if may(case, action, actor=actor) and not (aside and action in ASIDE) and _in_turn(case, action, actor)
    }


def _in_turn(case: Case, action: Action, actor: Actor) -> bool:
    """A member grades once, and votes after that."""
    graded = panel.grading_by(case, actor.id) is not None
    return {Action.GRADE: not graded, Action.VOTE: graded}.get(action, True)


def to_record(case: Case) -> Action:
    """Which of the two a case waits for: its decision, or the panel's look back at one that was taken at once."""
    return Action.REVIEW if case.state is State.DECIDED else Action.DECIDE


def next_step(case: Case, actor: Actor, policy: Policy) -> str:
    """The one thing to do now, which the page draws in green: "grade", "vote", "decide", "draft", "follow", or
    the name of a move. Nothing where this person can only wait.
    """
    asked = mine(case, actor)
    if asked in ("grade", "vote") and not (actor.holds(Role.COORDINATOR) and _to_draft(case)):
        return asked
    if asked == "decide" and panel.has_quorum(case, policy):
        return "decide"
    if not actor.holds(Role.COORDINATOR) or case.state is State.WITH_PANEL:
        return ""
    if _to_draft(case):
        return "draft"
    if case.state is State.DECIDED and panel.decided_outcome(case) is not Outcome.NO_ACTION:
        return "follow"
    return ONWARDS.get(case.state, "")


def _to_draft(case: Case) -> bool:
    """Whether the decision asks for an alert that nobody has begun."""
    decided = panel.decided_outcome(case) if case.state is State.DECIDED else None
    return decided not in (None, Outcome.NO_ACTION) and not taken_up_as(case)


def taken_up_as(case: Case) -> str:
    """The reference of what a later stage made of the decision, as it noted it first in the case's history."""
    return next((entry.words.split()[0].rstrip(".") for entry in _noted_since_decision(case) if entry.words), "")


def _noted_since_decision(case: Case) -> Iterator[Any]:
    own = set(Action)
    for entry in reversed(case.entries):
        if entry.action in (Action.DECIDE, Action.DECIDE_AT_ONCE):
            return
        if entry.action not in own and entry.actor_name != BY_ITSELF:
            yield entry
