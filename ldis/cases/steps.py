"""What a case asks of the person who looks at it: the one next step, and what else they may do."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ldis.cases import panel
from ldis.cases.models import Case
from ldis.cases.policy import Policy
from ldis.cases.rules import Action, Outcome, Rule, State, moves_from
from ldis.cases.schemas import MoveSchema
from ldis.cases.service import MOVES
from ldis.people.access import Actor
from ldis.people.rules import Role
from ldis.web import form_for

BUTTONS = {
    Action.START_TRIAGE: "Start triage",
    Action.CORROBORATE: "Ask for corroboration",
    Action.CALL_PANEL: "Call the panel",
    Action.SEND_BACK: "Send back to triage",
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
        for action, rule in moves_from(case.state).items()
        if action in MOVES and actor.holds(*rule.by)
    ]


def mine(case: Case, actor: Actor) -> str:
    """What this person is asked to do with the case now, if anything."""
    allowed = {action for action, rule in moves_from(case.state).items() if actor.holds(*rule.by)}
    if Action.GRADE in allowed and actor.discipline and not panel.is_recused(case, actor.id):
        if panel.grading_by(case, actor.id) is None:
            return "grade"
        if all(v.person_id != actor.id for v in panel.counting_votes(case)):
            return "vote"
    return "decide" if Action.DECIDE in allowed and panel.leading_outcome(case) else ""


def next_step(case: Case, actor: Actor, policy: Policy) -> str:
    """The one thing to do now, which the page draws in green: "grade", "vote", "decide", "draft", "follow", or
    the name of a move. Nothing where this person can only wait.
    """
    asked = mine(case, actor)
    if asked in ("grade", "vote"):
        return asked
    if not actor.holds(Role.COORDINATOR):
        return ""
    if case.state is State.WITH_PANEL:
        return "decide" if panel.has_quorum(case, policy) else ""
    if case.state is State.DECIDED and panel.decided_outcome(case) is not Outcome.NO_ACTION:
        return "follow" if taken_up_as(case) else "draft"
    return ONWARDS.get(case.state, "")


def taken_up_as(case: Case) -> str:
    """The reference of what a later stage made of the decision, as it noted it first in the case's history."""
    return next((entry.words.split()[0].rstrip(".") for entry in _noted_since_decision(case) if entry.words), "")


def _noted_since_decision(case: Case) -> Iterator[Any]:
    own = set(Action)
    for entry in reversed(case.entries):
        if entry.action == Action.DECIDE:
            return
        if entry.action not in own:
            yield entry
