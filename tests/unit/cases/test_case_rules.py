"""The procedure of a case: its table, its quorum, the outcome that leads, what the gradings suggest, its clock."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config import policy as policy_file
from ldis.cases.policy import Band, read_policy
from ldis.cases.rules import RULES, TAKES_EVIDENCE, Action, Outcome, Quorum, State, When, leading, moves_from
from ldis.deadlines import assess_by
from ldis.people.rules import Discipline, Role

D = Discipline
QUORUM = Quorum(votes=2, disciplines=2, one_of=frozenset({D.MEDICAL, D.PUBLIC_HEALTH}))
POLICY = read_policy(policy_file.read())
ANSWERS = st.fixed_dictionaries({question.key: st.integers(0, 3) for question in POLICY.questions})


def test_every_state_can_be_reached_and_left() -> None:
    assert {rule.then for rule in RULES.values()} | {State.RECEIVED} == set(State)
    assert {state for state, _ in RULES} == set(State)


def test_every_action_is_of_use_somewhere() -> None:
    assert {action for _, action in RULES} == set(Action)


def test_only_the_panel_grades_votes_and_stands_aside_and_coordinators_do_the_rest() -> None:
    either = {Action.DECIDE_AT_ONCE: {Role.COORDINATOR, Role.PANEL_MEMBER}}
    either[Action.REVIEW] = either[Action.DECIDE_AT_ONCE]
    for (_, action), rule in RULES.items():
        judges = action in (Action.GRADE, Action.VOTE, Action.RECUSE)
        by_people = {Role.PANEL_MEMBER} if judges else either.get(action, {Role.COORDINATOR})
        assert rule.by == (set() if action is Action.RECALL else by_people)


def test_what_goes_back_aside_or_past_the_panel_needs_a_reason() -> None:
    for (_, action), rule in RULES.items():
        assert rule.needs_reason == (
            action
            in (
                Action.SEND_BACK,
                Action.REOPEN,
                Action.RECUSE,
                Action.SPLIT_OUT,
                Action.MERGE,
                Action.RAISE_RISK,
                Action.LOWER_RISK,
                Action.DECIDE_AT_ONCE,
            )
        )


def test_nothing_is_decided_without_the_panel_but_where_life_is_at_risk() -> None:
    for (state, action), rule in RULES.items():
        if rule.then is State.DECIDED and state is not State.DECIDED:
            at_once = action is Action.DECIDE_AT_ONCE and rule.when is When.RISK_TO_LIFE
            assert at_once or (state, action) == (State.WITH_PANEL, Action.DECIDE)


def test_what_was_decided_at_once_is_looked_back_at_by_somebody_else_before_the_case_is_closed() -> None:
    assert RULES[State.DECIDED, Action.REVIEW].second_person
    assert RULES[State.DECIDED, Action.CLOSE].when is When.NO_REVIEW_DUE


def test_a_closed_case_takes_no_evidence_unless_it_is_reopened() -> None:
    assert State.CLOSED not in TAKES_EVIDENCE
    assert Action.REOPEN in moves_from(State.DECIDED)
    assert Action.REOPEN in moves_from(State.CLOSED)


QUORUM_SENTENCES = [
    ([], "2 more votes are needed."),
    ([D.MEDICAL], "1 more vote is needed."),
    ([D.MEDICAL, D.MEDICAL], "Votes from at least 2 different disciplines are needed."),
    ([D.POLICE, D.POLICE, D.POLICE], "Votes from at least 2 different disciplines are needed."),
    ([D.POLICE, D.LABORATORY], "One vote from medical or public health is needed."),
    ([D.POLICE, D.TREATMENT, D.LIVED_EXPERIENCE], "One vote from medical or public health is needed."),
    ([D.POLICE, D.MEDICAL], None),
    ([D.PUBLIC_HEALTH, D.LABORATORY], None),
    ([D.PUBLIC_HEALTH, D.MEDICAL], None),
    ([D.MEDICAL, D.MEDICAL, D.POLICE], None),
]


@pytest.mark.parametrize(("voted", "sentence"), QUORUM_SENTENCES)
def test_what_a_quorum_lacks_is_said_in_a_sentence(voted: list[Discipline], sentence: str | None) -> None:
    assert QUORUM.lacks(voted) == sentence


@given(st.lists(st.sampled_from(Discipline)), st.sampled_from(Discipline))
def test_another_vote_never_undoes_a_quorum(voted: list[Discipline], one_more: Discipline) -> None:
    if QUORUM.lacks(voted) is None:
        assert QUORUM.lacks([*voted, one_more]) is None


@given(st.lists(st.sampled_from(Discipline)))
def test_a_quorum_is_two_disciplines_of_which_one_is_medical_or_public_health(voted: list[Discipline]) -> None:
    enough = len(set(voted)) >= 2 and not {D.MEDICAL, D.PUBLIC_HEALTH}.isdisjoint(voted)
    assert (QUORUM.lacks(voted) is None) == enough


def test_an_area_may_ask_for_more_and_the_sentence_follows() -> None:
    strict = Quorum(votes=4, disciplines=3, one_of=frozenset())
    assert strict.lacks([D.POLICE]) == "3 more votes are needed."
    assert strict.lacks([D.POLICE, D.POLICE, D.MEDICAL, D.MEDICAL]) == (
        "Votes from at least 3 different disciplines are needed."
    )
    assert strict.lacks([D.POLICE, D.LABORATORY, D.TREATMENT, D.TREATMENT]) is None


def test_a_tie_leads_to_nothing() -> None:
    assert leading([]) is None
    assert leading([Outcome.ALERT]) is Outcome.ALERT
    assert leading([Outcome.ALERT, Outcome.NO_ACTION]) is None
    assert (
        leading([Outcome.ALERT, Outcome.ALERT, Outcome.NO_ACTION, Outcome.NO_ACTION, Outcome.INFORMATION]) is None
    )
    assert leading([Outcome.ALERT, Outcome.ALERT, Outcome.NO_ACTION]) is Outcome.ALERT


@given(st.lists(st.sampled_from(Outcome)))
def test_what_leads_has_more_votes_than_anything_else(votes: list[Outcome]) -> None:
    lead, counted = leading(votes), Counter(votes)
    most = [outcome for outcome in Outcome if votes and counted[outcome] == max(counted.values())]
    assert lead is (most[0] if len(most) == 1 else None)


@given(st.lists(st.sampled_from(Outcome)), st.randoms())
def test_the_order_of_the_votes_does_not_matter(votes: list[Outcome], random: object) -> None:
    before = leading(votes)
    random.shuffle(votes)  # type: ignore[attr-defined]
    assert leading(votes) is before


def test_without_gradings_there_is_no_suggestion() -> None:
    assert POLICY.suggest([]) is None


def test_the_worst_suggests_an_alert_now_and_the_least_nothing() -> None:
    worst, least = ({question.key: grade for question in POLICY.questions} for grade in (3, 0))
    suggested = POLICY.suggest([worst, worst])
    assert suggested is not None
    assert (suggested.outcome, suggested.urgency) == (Outcome.ALERT, "now")
    assert suggested.because == (
        "because a worker saw it, a laboratory has confirmed it, life was in danger, it is very potent or unlike what "
        "it was sold as and people at special risk could be hit: the quality of the information is high and the risk "
        "is high"
    )
    suggested = POLICY.suggest([least])
    assert suggested is not None
    assert suggested.outcome is Outcome.NO_ACTION


def test_what_the_evidence_says_is_named_in_place_of_the_answer_that_it_bears_out() -> None:
    worst = {question.key: 3 for question in POLICY.questions} | {"directness": 0, "reach": 1, "potency": 1}
    facts = {
        "support": "the result is confirmed",
        "severity": "two people stopped breathing",
        "potency": "it is new",
    }
    suggested = POLICY.suggest([worst], facts)
    assert suggested is not None
    assert suggested.reasons == ("the result is confirmed", "two people stopped breathing")


def test_no_action_is_suggested_for_what_is_missing_and_not_for_what_was_bad() -> None:
    nothing = {question.key: 0 for question in POLICY.questions} | {"severity": 3}
    suggested = POLICY.suggest([nothing], {"severity": "one person died"})
    assert suggested is not None
    assert suggested.outcome is Outcome.NO_ACTION
    assert suggested.because == (
        "because it is only a rumour or in the news, nothing supports it yet, it is known here and no stronger than "
        "usual and it is unlikely to reach anybody else: the quality of the information is low and the risk is medium"
    )


def test_a_suggestion_that_rests_on_no_single_answer_names_the_scores_alone() -> None:
    middling = {question.key: 1 for question in POLICY.questions}
    suggested = POLICY.suggest([middling], {"support": "the result is confirmed"})
    assert suggested is not None
    assert suggested.because == "because the quality of the information is medium and the risk is medium"


def test_every_answer_says_when_to_choose_it_and_how_a_suggestion_names_it() -> None:
    for question in POLICY.questions:
        assert len(question.answers) == len(question.means) == len(question.because) == 4
        assert all((*question.means, *question.because)), question.key


def test_a_policy_whose_answers_are_not_all_explained_is_refused() -> None:
    values = policy_file.read()
    values["questions"][0]["means"].pop()
    with pytest.raises(ValueError, match="as many means"):
        read_policy(values)


@given(st.lists(ANSWERS, min_size=1, max_size=6))
def test_the_order_of_the_gradings_does_not_matter(gradings: list[dict[str, int]]) -> None:
    assert POLICY.suggest(gradings) == POLICY.suggest(reversed(gradings))


@given(ANSWERS, st.sampled_from([question.key for question in POLICY.questions]))
def test_a_graver_answer_never_lowers_a_score(answers: dict[str, int], key: str) -> None:
    graver = answers | {key: min(3, answers[key] + 1)}
    assert all(
        after >= before for before, after in zip(POLICY.scores(answers), POLICY.scores(graver), strict=True)
    )


@given(ANSWERS)
def test_scores_lie_between_none_and_three(answers: dict[str, int]) -> None:
    assert all(0 <= score <= 3 for score in POLICY.scores(answers))


def test_a_band_begins_at_its_figure() -> None:
    bands = [POLICY.band(score) for score in (0, 0.99, 1, 1.99, 2, 3)]
    assert bands == [Band.LOW, Band.LOW, Band.MEDIUM, Band.MEDIUM, Band.HIGH, Band.HIGH]


def test_the_policy_file_asks_what_every_panel_must_judge() -> None:
    assert [(question.key, question.score) for question in POLICY.questions] == [
        ("directness", "quality"),
        ("support", "quality"),
        ("severity", "risk"),
        ("potency", "risk"),
        ("reach", "risk"),
    ]
    assert all(len(question.answers) == 4 and question.help for question in POLICY.questions)


def test_a_policy_whose_matrix_has_a_hole_is_refused_by_name() -> None:
    values = policy_file.read()
    del values["matrix"]["high"]["low"]
    with pytest.raises(ValueError, match=r"the matrix lacks high\.low"):
        read_policy(values)


@pytest.mark.parametrize("change", [("quorum", "one_of", ["wizard"]), ("clocks", "assess", None)])
def test_a_policy_that_makes_no_sense_does_not_start(change: tuple[str, str, object]) -> None:
    values = policy_file.read()
    section, key, value = change
    if value is None:
        del values[section][key]
    else:
        values[section][key] = value
    with pytest.raises((ValueError, KeyError)):
        read_policy(values)


def test_with_risk_to_life_the_clock_runs_always() -> None:
    saturday_night = datetime(2026, 10, 17, 23, 0, tzinfo=UTC)
    due = assess_by(saturday_night, risk_to_life=True, clocks=POLICY.clocks)
    assert due == saturday_night + timedelta(hours=2)


def test_otherwise_it_runs_in_working_time_three_days_for_twenty_four_hours() -> None:
    friday = datetime(2026, 10, 16, 15, 0, tzinfo=UTC)  # 16:00 in London
    due = assess_by(friday, risk_to_life=False, clocks=POLICY.clocks)
    assert due == datetime(
        2026, 10, 21, 15, 0, tzinfo=UTC
    )  # one hour on Friday, then Monday, Tuesday, 7 h of Wednesday
