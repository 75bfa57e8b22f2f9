"""Every pair of state and action, by every role: what is not in the table is refused and changes nothing.

Generated from the table itself, so that a new state, action or role is tried without anybody thinking of it.
"""

import pytest

from ldis.cases.models import Case
from ldis.cases.rules import RULES, Action, Outcome, State, When
from ldis.cases.service import MOVES
from ldis.errors import NotAllowed, Stale
from ldis.people.access import Actor
from ldis.people.rules import Role
from tests.integration.cases.table import CaseTable

QUIET = {Action.GRADE, Action.VOTE, Action.RECUSE, Action.ASK_AGAIN}
"""What leaves the version alone, so that no member's page goes stale while they grade."""


def member(table: CaseTable, role: Role) -> Actor:
    """Somebody of North Shore with this role and no other."""
    return next(actor for actor in table.cast.everyone if actor.roles == {role})


def refused(table: CaseTable, case: Case, action: Action, actor: Actor) -> None:
    """The actor tries, and is refused."""
    with pytest.raises(NotAllowed), table.db.begin_nested():
        table.doing(action)(case, actor)


def test_there_is_somebody_for_every_role(table: CaseTable) -> None:
    assert [member(table, role).roles for role in Role] == [{role} for role in Role]


@pytest.mark.parametrize("state", State, ids=lambda state: state.value)
def test_what_is_not_in_the_table_is_refused_to_every_role_and_changes_nothing(
    table: CaseTable, state: State
) -> None:
    case = table.in_state(state)
    table.waiting = table.report()
    before = table.everything()
    for action in Action:
        allowed = RULES[state, action].by if (state, action) in RULES else frozenset()
        for role in set(Role) - allowed:
            refused(table, case, action, member(table, role))
        assert table.everything() == before, action


@pytest.mark.parametrize(("state", "action"), RULES, ids=lambda word: word.value)
def test_what_is_in_the_table_leads_where_it_says_with_one_line_of_history_and_one_audit_entry(
    table: CaseTable, state: State, action: Action
) -> None:
    rule = RULES[state, action]
    case = table.ready_for(state, action)
    table.waiting = table.report()
    for role in rule.by or {Role.COORDINATOR}:
        with table.db.begin_nested() as tried:
            actor = table.cast.second_coordinator if action is Action.REVIEW else member(table, role)
            if action is Action.VOTE:
                table.grade(case, actor)
            lines, audited, version = len(table.again(case).entries), table.audited(case), case.version
            table.doing(action)(case, actor)
            after = table.again(case)
            line = after.entries[-1]
            assert after.state is rule.then
            assert (len(after.entries), table.audited(case)) == (lines + 1, audited + 1)
            assert (line.action, line.before, line.after) == (action.value, state, rule.then)
            if rule.by:
                assert (line.actor, line.actor_name) == (actor.label, actor.name)
            assert after.version == version + (action not in QUIET)
            tried.rollback()


@pytest.mark.parametrize(
    ("state", "action"), [pair for pair, rule in RULES.items() if rule.needs_reason], ids=lambda word: word.value
)
def test_what_needs_a_reason_is_refused_without_one(table: CaseTable, state: State, action: Action) -> None:
    case, other = table.ready_for(state, action), table.opened()
    with_reason = {
        Action.RECUSE: lambda reason: table.recuse(case, table.cast.medical, reason),
        Action.SPLIT_OUT: lambda reason: table.split_out(case, reason=reason),
        Action.MERGE: lambda reason: table.merge(case, other, reason=reason),
        Action.DECIDE_AT_ONCE: lambda reason: table.decide_at_once(case, reason=reason),
    }.get(action, lambda reason: table.move(case, action, reason=reason))
    before = table.everything()
    for reason in ("", "   ", "\n"):
        with pytest.raises(NotAllowed, match=r"Enter a reason\.") as refusal, table.db.begin_nested():
            with_reason(reason)
        assert refusal.value.field == "reason"
    assert table.everything() == before


OTHERWISE = {
    When.RISK_TO_LIFE: lambda table, state: table.in_state(state),
    When.NO_RISK_TO_LIFE: lambda table, state: table.at_risk(table.in_state(state)),
    When.REVIEW_DUE: lambda table, _state: table.decided(),
    When.NO_REVIEW_DUE: lambda table, state: table.ready_for(state, Action.REVIEW),
    When.NOT_MERGED: lambda table, _state: table.merged_away(),
    When.NO_ACTION_STANDS: lambda table, state: table.in_state(state),
}
"""For each thing that the table asks of a case besides its state: a case of which it is not so."""


@pytest.mark.parametrize(
    ("state", "action"), [pair for pair, rule in RULES.items() if rule.when], ids=lambda word: word.value
)
def test_what_is_allowed_only_when_something_is_so_is_refused_otherwise(
    table: CaseTable, state: State, action: Action
) -> None:
    rule = RULES[state, action]
    assert rule.when is not None
    case = OTHERWISE[rule.when](table, state)
    assert case.state is state
    before = table.everything()
    for role in rule.by or {Role.COORDINATOR}:
        refused(table, case, action, member(table, role))
    assert table.everything() == before


def test_what_one_person_decided_at_once_another_looks_back_at(table: CaseTable) -> None:
    case = table.ready_for(State.DECIDED, Action.REVIEW)
    with pytest.raises(NotAllowed, match="Somebody else"), table.db.begin_nested():
        table.review(case, actor=table.cast.coordinator)
    table.review(case)
    assert [one.at_once for one in table.again(case).decisions] == [True, False]


def test_what_carries_something_cannot_be_done_with_a_button_alone(table: CaseTable) -> None:
    case = table.in_state(State.WITH_PANEL)
    before = table.everything()
    for action in set(Action) - MOVES:
        for actor in (table.cast.coordinator, table.cast.medical):
            with pytest.raises(NotAllowed), table.db.begin_nested():
                table.move(case, action, actor)
    assert table.everything() == before


@pytest.mark.parametrize("wrong", [-1, 1, 10_000])
def test_a_page_that_showed_another_version_changes_nothing(table: CaseTable, wrong: int) -> None:
    case = table.in_state(State.WITH_PANEL)
    before = table.everything()
    table.shown = case.version + wrong
    unseen = {Action.ADD_EVIDENCE, Action.TAKE_IN}
    for action in {action for where, action in RULES if where is State.WITH_PANEL} - unseen:
        role = min(RULES[State.WITH_PANEL, action].by)
        with pytest.raises(Stale), table.db.begin_nested():
            table.doing(action)(case, member(table, role))
    assert table.everything() == before


def test_adding_evidence_makes_an_open_grading_page_stale(table: CaseTable) -> None:
    case = table.with_panel()
    table.shown = case.version
    table.doing(Action.ADD_EVIDENCE)(case, table.cast.coordinator)
    with pytest.raises(Stale):
        table.grade(case, table.cast.medical)


def test_members_do_not_make_each_others_pages_stale(table: CaseTable) -> None:
    case = table.with_panel()
    table.shown = case.version
    for member_of_panel in (table.cast.medical, table.cast.police):
        table.judge(case, member_of_panel)
    table.recuse(case, table.cast.laboratory)
    table.decide(case)


def test_a_reporter_can_see_how_far_their_report_has_got(table: CaseTable) -> None:
    report = table.report()
    assert report.status == "received"
    case = table.opened(report)
    assert report.status == "being looked at"
    table.move(case, Action.CALL_PANEL)
    for voter in (table.cast.medical, table.cast.police):
        table.judge(case, voter)
    table.decide(case)
    assert report.status == "decided"
    table.move(case, Action.REOPEN)
    assert report.status == "being looked at"


def test_a_reopened_case_is_graded_and_voted_on_anew(table: CaseTable) -> None:
    case = table.decided()
    table.move(case, Action.REOPEN, reason="A second death.")
    table.move(case, Action.CALL_PANEL)
    with pytest.raises(NotAllowed, match="do not agree"):
        table.decide(case)
    for voter in (table.cast.medical, table.cast.police):
        table.judge(case, voter, Outcome.INFORMATION)
    table.decide(case, Outcome.INFORMATION)
    after = table.again(case)
    assert [(d.round, d.outcome) for d in after.decisions] == [(1, Outcome.ALERT), (2, Outcome.INFORMATION)]
    assert len(after.gradings) == len(after.votes) == 4, "what was said in the first round is kept"


def test_risk_to_life_comes_with_the_evidence(table: CaseTable) -> None:
    assert not table.opened().risk_to_life
    assert table.opened(table.result("metonitazene")).risk_to_life
    assert table.opened(table.report(harm_level="fatal")).risk_to_life


def test_cases_are_numbered_one_after_another_within_their_partnership(table: CaseTable) -> None:
    assert [table.opened().reference for _ in range(3)] == ["NSH-0001", "NSH-0002", "NSH-0003"]
