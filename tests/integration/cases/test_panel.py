"""The panel: graded apart, voted with a quorum by discipline, decided with a reason where it departs."""

import pytest
from sqlalchemy.orm import Session

from ldis.cases import panel
from ldis.cases.models import Recusal
from ldis.cases.rules import Action, Outcome, State
from ldis.db import utc_now
from ldis.errors import NotAllowed
from tests.integration.cases.table import LEAST, WORST, CaseTable


def refusal(*, match: str) -> "pytest.RaisesExc[NotAllowed]":
    return pytest.raises(NotAllowed, match=match)


def test_a_grading_stands_once_it_is_given(table: CaseTable) -> None:
    case = table.with_panel()
    table.grade(case, table.cast.medical, WORST)
    with refusal(match="You have graded this case already"):
        table.grade(case, table.cast.medical, LEAST)
    (grading,) = table.again(case).gradings
    assert set(grading.answers.values()) == {WORST}
    assert (grading.quality, grading.risk) == (300, 300)


def test_a_vote_needs_ones_own_grading(table: CaseTable) -> None:
    case = table.with_panel()
    table.grade(case, table.cast.police)
    with refusal(match="Grade the case first, then vote"):
        table.vote(case, table.cast.medical)
    assert table.again(case).votes == []


def test_a_vote_that_departs_from_the_suggestion_says_why(table: CaseTable) -> None:
    case = table.with_panel()
    table.grade(case, table.cast.medical, WORST)
    with refusal(match="The suggestion is “formal alert”"):
        table.vote(case, table.cast.medical, Outcome.NO_ACTION, reason="")
    table.vote(case, table.cast.medical, Outcome.ALERT, reason="")


def test_a_vote_may_be_changed_until_the_decision_and_counts_once(table: CaseTable) -> None:
    case = table.with_panel()
    table.judge(case, table.cast.medical, Outcome.NO_ACTION)
    table.vote(case, table.cast.medical, Outcome.ALERT)
    (vote,) = table.again(case).votes
    assert vote.outcome is Outcome.ALERT


def test_who_stands_aside_no_longer_counts_whatever_they_said_before(table: CaseTable) -> None:
    case = table.with_panel()
    for member in (table.cast.medical, table.cast.police):
        table.judge(case, member)
    table.recuse(case, table.cast.medical)
    now = table.again(case)
    assert [vote.person_id for vote in panel.counting_votes(now)] == [table.cast.police.id]
    assert [grading.person_id for grading in panel.counting_gradings(now)] == [table.cast.police.id]
    with refusal(match=r"There is no quorum yet\. 1 more vote is needed\."):
        table.decide(case)
    assert len(now.votes) == len(now.gradings) == 2, "nothing is erased"


def test_who_stands_aside_can_no_longer_grade_or_vote_not_even_after_a_reopening(table: CaseTable) -> None:
    case = table.with_panel()
    table.recuse(case, table.cast.laboratory)
    with refusal(match="You stand aside from this case"):
        table.grade(case, table.cast.laboratory)
    with refusal(match="You stand aside from this case"):
        table.recuse(case, table.cast.laboratory)
    for member in (table.cast.medical, table.cast.police):
        table.judge(case, member)
    table.decide(case)
    table.move(case, Action.REOPEN)
    table.move(case, Action.CALL_PANEL)
    with refusal(match="You stand aside from this case"):
        table.grade(case, table.cast.laboratory)


def test_who_stands_aside_cannot_record_the_decision_either(table: CaseTable, db: Session) -> None:
    case = table.with_panel()
    for member in (table.cast.medical, table.cast.police):
        table.judge(case, member)
    db.add(Recusal(case_id=case.id, person_id=table.cast.coordinator.id, reason="My brother", at=utc_now()))
    db.flush()
    with refusal(match="You stand aside from this case"):
        table.decide(case)


def test_nobody_decides_before_there_is_a_quorum(table: CaseTable) -> None:
    case = table.with_panel()
    with refusal(match="The votes do not agree on an outcome yet"):
        table.decide(case)
    table.judge(case, table.cast.police)
    with refusal(match=r"1 more vote is needed"):
        table.decide(case)
    table.judge(case, table.cast.laboratory)
    with refusal(match="One vote from medical or public health is needed"):
        table.decide(case)
    assert table.again(case).state is State.WITH_PANEL
    table.judge(case, table.cast.public_health)
    table.decide(case)
    assert table.again(case).state is State.DECIDED


def test_only_votes_for_the_outcome_make_its_quorum(table: CaseTable) -> None:
    case = table.with_panel()
    table.judge(case, table.cast.police)
    table.judge(case, table.cast.laboratory)
    table.judge(case, table.cast.medical, Outcome.NO_ACTION)
    with refusal(match="One vote from medical or public health is needed"):
        table.decide(case)


def test_a_tie_is_no_decision(table: CaseTable) -> None:
    case = table.with_panel()
    table.judge(case, table.cast.medical, Outcome.ALERT)
    table.judge(case, table.cast.police, Outcome.NO_ACTION)
    for outcome in Outcome:
        with refusal(match="The votes do not agree on an outcome yet"):
            table.decide(case, outcome)


def test_the_coordinator_records_what_the_votes_say_and_nothing_else(table: CaseTable) -> None:
    case = table.with_panel()
    for member in (table.cast.medical, table.cast.police):
        table.judge(case, member, Outcome.INFORMATION)
    with refusal(match="The votes are for “share for information”") as refused:
        table.decide(case, Outcome.ALERT)
    assert refused.value.field == "outcome"


def test_a_decision_that_departs_from_the_suggestion_says_why(table: CaseTable) -> None:
    case = table.with_panel()
    for member in (table.cast.medical, table.cast.police):
        table.judge(case, member, Outcome.NO_ACTION, WORST)
    with refusal(match=r"The suggestion is “formal alert”\. Say why the panel differs\.") as refused:
        table.decide(case, Outcome.NO_ACTION, reason="")
    assert refused.value.field == "reason"
    decision = table.decide(case, Outcome.NO_ACTION, reason="It would advertise the drug.")
    assert (decision.outcome, decision.suggested) == (Outcome.NO_ACTION, Outcome.ALERT)


def test_a_decision_keeps_its_votes_its_suggestion_and_the_policy_it_was_made_under(table: CaseTable) -> None:
    (decision,) = table.decided().decisions
    assert decision.policy_version == table.policy.version
    assert decision.suggested is Outcome.ALERT
    voted = (table.cast.medical, table.cast.police)
    assert decision.votes == {str(member.id): "formal alert" for member in voted}
    assert decision.decided_by == table.cast.coordinator.label


def test_the_suggestion_is_that_of_the_members_who_count(table: CaseTable) -> None:
    case = table.with_panel()
    table.grade(case, table.cast.medical, LEAST)
    table.grade(case, table.cast.police, WORST)
    table.recuse(case, table.cast.medical)
    suggested = panel.suggestion(table.again(case), table.policy)
    assert suggested is not None
    assert suggested.outcome is Outcome.ALERT


def test_where_everybody_stands_aside_nothing_can_be_decided(table: CaseTable) -> None:
    case = table.with_panel()
    for member in (table.cast.medical, table.cast.police):
        table.judge(case, member)
        table.recuse(case, member)
    with refusal(match="do not agree"):
        table.decide(case)
