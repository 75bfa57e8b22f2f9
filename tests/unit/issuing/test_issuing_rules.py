"""The procedure of an alert, and the codes that it is checked by."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ldis.cases.rules import Outcome
from ldis.issuing.rules import (
    ALLOWS,
    CODE_LENGTH,
    CODE_SIGNS,
    GONE_OUT,
    OPEN_STATES,
    RULES,
    SIGNED,
    URGENCY,
    Action,
    State,
    said_code,
    standing,
    tidy_code,
)
from ldis.people.rules import Role


def test_only_approval_signs_an_alert_and_it_always_takes_a_second_person() -> None:
    signing = {pair: rule for pair, rule in RULES.items() if rule.then in SIGNED and pair[0] not in SIGNED}
    assert set(signing) == {
        (State.WAITING, Action.APPROVE),
        (State.WAITING, Action.APPROVE_STAND_DOWN),
        (State.WAITING, Action.SCHEDULE),
    }
    assert all(rule.second_person for rule in signing.values())


def test_what_leaves_later_leaves_by_the_clock_alone() -> None:
    assert not RULES[State.SCHEDULED, Action.LEAVE].by


SIGNS = (Action.APPROVE, Action.APPROVE_STAND_DOWN, Action.SCHEDULE)


@given(st.lists(st.sampled_from(Action), max_size=30))
def test_whatever_happens_an_edit_voids_the_approval(tried: list[Action]) -> None:
    state, signed = State.DRAFT, False
    for action in tried:
        rule = RULES.get((state, action))
        if rule is None:
            continue
        state = rule.then
        signed = action in SIGNS or (signed and action not in (Action.CANCEL, Action.EDIT))
        assert (state in SIGNED) == signed


def test_what_is_issued_is_never_edited_again_and_what_was_replaced_or_withdrawn_stays_so() -> None:
    assert not [pair for pair, rule in RULES.items() if pair[0] in GONE_OUT and rule.then in OPEN_STATES]
    for last in (State.SUPERSEDED, State.WITHDRAWN, State.STOOD_DOWN):
        assert not [state for state, _ in RULES if state is last]


def test_no_person_ends_an_alert_without_a_second_one() -> None:
    assert not [
        rule for (state, action), rule in RULES.items() if state in GONE_OUT and rule.then is not state and rule.by
    ]


def test_nothing_is_in_force_after_its_last_day_even_while_the_clock_stands_still() -> None:
    last = date(2026, 4, 10)
    assert standing(State.ISSUED, last, today=last) is State.ISSUED
    assert standing(State.ISSUED, last, today=last + timedelta(days=1)) is State.EXPIRED
    assert standing(State.WITHDRAWN, last, today=last + timedelta(days=1)) is State.WITHDRAWN
    assert standing(State.ISSUED, None, today=last) is State.EXPIRED


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
