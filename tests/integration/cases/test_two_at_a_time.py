"""Random people do random things to one case, two at the same moment, each commit real: the procedure holds.

By default a few sequences, so that the whole run stays short. `LDIS_WALKS=2000 pytest` on this file does thousands,
and `LDIS_WALKS_SEED` makes them others.
"""

import os
import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from ldis.audit import service as audit
from ldis.cases.models import Case, CaseEntry, Decision
from ldis.cases.policy import Policy
from ldis.cases.rules import RULES, Action, Outcome, State
from ldis.cases.service import LEAVES_VERSION
from ldis.errors import Refusal
from ldis.people.access import Actor
from ldis.people.rules import Discipline
from ldis.substances.names import Names
from tests.integration.cases.table import CaseTable
from tests.integration.cast import assemble, found_partnership

WALKS = int(os.environ.get("LDIS_WALKS", "6"))
SEED = int(os.environ.get("LDIS_WALKS_SEED", "1"))
PAIRS = 12
RARELY = (Action.MERGE, Action.LOWER_RISK, Action.SEND_BACK)
JUDGING = (Action.GRADE, Action.VOTE, Action.GRADE, Action.VOTE, Action.DECIDE, Action.REVIEW)
GRAVE = {Discipline.MEDICAL, Discipline.PUBLIC_HEALTH}


@pytest.fixture
def tables(committed: sessionmaker[Session], policy: Policy, names: Names) -> Iterator[list[CaseTable]]:
    """One table for each of two people, over a connection of their own, and one for whoever looks on."""
    with committed() as first, committed() as second, committed() as onlooker:
        place = found_partnership(onlooker, "north-shore", "NSH", "North Shore", {"E99000001": "Northby"})
        elsewhere = found_partnership(onlooker, "south-vale", "SVL", "South Vale", {"E99000003": "Valeham"})
        cast = assemble(onlooker, place, elsewhere)
        table = CaseTable(db=onlooker, cast=cast, place=place, names=names, policy=policy)
        yield [table, replace(table, db=first), replace(table, db=second)]
        onlooker.rollback()
        assert audit.verify(onlooker) is None


def test_whatever_two_people_do_at_once_the_procedure_holds(tables: list[CaseTable]) -> None:
    onlooker, *two = tables
    people = [
        *onlooker.cast.panel,
        onlooker.cast.coordinator,
        onlooker.cast.second_coordinator,
        onlooker.cast.lead,
    ]
    chance = random.Random(SEED)
    done: set[Action] = set()
    with ThreadPoolExecutor(2) as threads:
        for _ in range(WALKS):
            case = onlooker.opened()
            onlooker.db.commit()
            for _ in range(PAIRS):
                onlooker.db.rollback()
                actions = [an_action(chance, onlooker.again(case).state) for _ in two]
                actors = [chance.choice(people) for _ in two]
                list(threads.map(tries, two, [case.reference] * 2, actions, actors))
            onlooker.db.rollback()
            done |= the_procedure_held(onlooker, onlooker.again(case))
    assert {Action.GRADE, Action.VOTE, Action.RECUSE} <= done


def an_action(chance: random.Random, state: State) -> Action:
    """Mostly what the table allows in this state, and often what brings a decision nearer; sometimes anything."""
    if chance.random() < 0.1:
        return chance.choice(list(Action))
    allowed = [action for where, action in RULES if where is state]
    likely = [one for one in allowed if one not in RARELY or chance.random() < 0.2]
    return chance.choice(likely + [one for one in JUDGING if one in allowed] * 2)


def tries(table: CaseTable, reference: str, action: Action, actor: Actor) -> None:
    """Somebody does something, from a page that was up to date when they looked; it happens whole or not at all."""
    case = table.db.scalars(select(Case).where(Case.reference == reference)).one()
    try:
        if action is Action.TAKE_IN:
            other = table.opened()
            table.db.commit()
            table.merge(other, case, actor)
        else:
            table.doing(action)(case, actor)
        table.db.commit()
    except Refusal:
        table.db.rollback()


def the_procedure_held(table: CaseTable, case: Case) -> set[Action]:
    """Whether the history is one way through the table, with nothing lost and nothing decided without a quorum."""
    steps = [entry for entry in case.entries if entry.action in set(Action)]
    before = State.RECEIVED
    for entry in steps:
        assert entry.before is before
        assert entry.after is RULES[before, Action(entry.action)].then
        before = entry.after
    assert case.state is before
    assert case.version == 1 + sum(entry.action not in LEAVES_VERSION for entry in steps), "a version was lost"
    decisions = [entry for entry in steps if entry.action in (Action.DECIDE, Action.DECIDE_AT_ONCE, Action.REVIEW)]
    assert len(case.decisions) == len(decisions)
    for decision, entry in zip(case.decisions, decisions, strict=True):
        assert decision.at_once == (entry.action == Action.DECIDE_AT_ONCE)
        if not decision.at_once:
            is_by_a_quorum(table, case, decision, entry)
    return {Action(entry.action) for entry in steps}


def is_by_a_quorum(table: CaseTable, case: Case, decision: Decision, entry: CaseEntry) -> None:
    """Two disciplines, one of them medical or public health, and nobody who had stood aside."""
    aside = {one.actor for one in case.entries if one.action == Action.RECUSE and one.id < entry.id}
    voters = {person.label: person for person in table.cast.panel}
    counted = [voters[f"person/{number}"] for number in decision.votes]
    assert aside.isdisjoint(person.label for person in counted)
    for_it = {
        voters[f"person/{number}"].discipline
        for number, said in decision.votes.items()
        if said == decision.outcome
    }
    assert len(for_it) >= 2
    assert not GRAVE.isdisjoint(for_it)
    assert list(decision.votes.values()).count(decision.outcome) > max(
        list(decision.votes.values()).count(other) for other in Outcome if other is not decision.outcome
    )
