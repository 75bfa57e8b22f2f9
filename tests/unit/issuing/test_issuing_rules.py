"""The procedure of an alert, and the codes that it is checked by."""

from hypothesis import given
from hypothesis import strategies as st

from ldis.cases.rules import Outcome
from ldis.issuing.rules import (
    ALLOWS,
    CODE_LENGTH,
    CODE_SIGNS,
    RULES,
    SIGNED,
    URGENCY,
    Action,
    State,
    said_code,
    tidy_code,
)
from ldis.people.rules import Role


def test_only_approval_signs_an_alert_and_it_always_takes_a_second_person() -> None:
    signing = {pair: rule for pair, rule in RULES.items() if rule.then in SIGNED and pair[0] not in SIGNED}
    assert set(signing) == {(State.WAITING, Action.APPROVE), (State.WAITING, Action.SCHEDULE)}
    assert all(rule.second_person for rule in signing.values())


def test_what_leaves_later_leaves_by_the_clock_alone() -> None:
    assert not RULES[State.SCHEDULED, Action.LEAVE].by


@given(st.lists(st.sampled_from(Action), max_size=30))
def test_whatever_happens_an_edit_voids_the_approval(tried: list[Action]) -> None:
    state, signed = State.DRAFT, False
    for action in tried:
        rule = RULES.get((state, action))
        if rule is None:
            continue
        state = rule.then
        signed = action in (Action.APPROVE, Action.SCHEDULE) or (signed and action is Action.LEAVE)
        assert (state in SIGNED) == signed


def test_nothing_leads_out_of_issued() -> None:
    assert not [state for state, _ in RULES if state is State.ISSUED]


def test_an_edit_always_makes_it_a_draft_again() -> None:
    assert {rule.then for (_, action), rule in RULES.items() if action is Action.EDIT} == {State.DRAFT}


def test_an_administrator_as_such_may_do_nothing_to_an_alert() -> None:
    assert not [pair for pair, rule in RULES.items() if Role.ADMINISTRATOR in rule.by]


def test_no_action_allows_no_alert_and_information_calls_nobody_to_act() -> None:
    assert Outcome.NO_ACTION not in ALLOWS
    assert [level.value for level in ALLOWS[Outcome.INFORMATION].levels] == ["information"]


def test_red_alerts_go_before_everything_else() -> None:
    assert min(URGENCY, key=lambda level: URGENCY[level]).value == "red"


@given(st.text(CODE_SIGNS, min_size=CODE_LENGTH, max_size=CODE_LENGTH))
def test_a_code_is_known_again_however_it_is_typed(code: str) -> None:
    for written in (code, said_code(code), said_code(code).lower(), f" {' '.join(code)} "):
        assert tidy_code(written) == code
