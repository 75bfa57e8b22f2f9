"""Random people do random things to a case, in any order: the procedure holds (model-based)."""

from collections.abc import Callable

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import text

from ldis.cases.rules import RULES, Action, Outcome, State, When
from ldis.cases.service import MOVES as BUTTONS
from ldis.errors import NotAllowed
from ldis.people.access import Actor
from ldis.people.rules import Discipline
from tests.integration.cases.table import CaseTable

OUTCOMES = st.sampled_from([Outcome.ALERT, Outcome.ALERT, Outcome.NO_ACTION])
MOVES = st.sampled_from([action for action in Action if action is not Action.ADD_EVIDENCE])
ANYBODY, MEMBERS = st.integers(0, 6), st.integers(2, 5)
KEPT = text("""
    SELECT state, version,
        (SELECT count(*) FROM case_entries WHERE case_id = cases.id),
        (SELECT coalesce(json_object_agg(person_id, outcome), '{}') FROM votes
            WHERE case_id = cases.id AND round = cases.round),
        (SELECT coalesce(array_agg(person_id), '{}') FROM recusals WHERE case_id = cases.id),
        (SELECT coalesce(json_agg(json_build_array(outcome, votes, at_once)), '[]') FROM decisions
            WHERE case_id = cases.id)
    FROM cases WHERE id = :case
""")
GRAVE = {Discipline.MEDICAL, Discipline.PUBLIC_HEALTH}


class Walk(RuleBasedStateMachine):
    """One case and a model of it, which knows only the procedure in words."""

    table: CaseTable
    """Set by the test: where the cases of every walk are made."""

    def __init__(self) -> None:
        super().__init__()
        self.undo = self.table.db.begin_nested()
        self.case = self.table.opened()
        self.state = State.TRIAGE
        self.version = self.case.version
        self.steps = len(self.table.again(self.case).entries)
        self.graded: set[int] = set()
        self.voted: dict[int, Outcome] = {}
        self.stood_aside: set[int] = set()
        self.decisions = 0
        self.risk = False
        self.standing: Outcome | None = None
        self.decided_at_once_by: int | None = None
        self.gathered = 1

    def teardown(self) -> None:
        """Take everything back, so that the next walk begins afresh."""
        self.undo.rollback()

    def tries(
        self, action: Action, actor: Actor | None, doing: Callable[[], object], *, possible: bool = True
    ) -> bool:
        """Somebody tries something: it happens exactly where the procedure and the model allow it."""
        ruled = RULES.get((self.state, action))
        by_right = ruled is not None and (actor is None or actor.holds(*ruled.by))
        allowed = ruled is not None and by_right and self.is_so(ruled.when)
        try:
            with self.table.db.begin_nested():
                doing()
        except NotAllowed:
            happened = False
        else:
            happened = True
        assert happened == (allowed and possible), f"{action} in “{self.state}” by {actor and set(actor.roles)}"
        if not happened:
            return False
        assert ruled is not None
        self.state = ruled.then
        self.steps += 1
        self.version += action not in (Action.GRADE, Action.VOTE, Action.RECUSE)
        if self.state is not State.DECIDED and self.state is not State.CLOSED:
            self.standing = self.decided_at_once_by = None
        return True

    def is_so(self, when: When | None) -> bool:
        """What the model knows of the case besides its state."""
        due = self.decided_at_once_by is not None
        return {
            None: True,
            When.RISK_TO_LIFE: self.risk,
            When.NO_RISK_TO_LIFE: not self.risk,
            When.REVIEW_DUE: due,
            When.NO_REVIEW_DUE: not due,
            When.NOT_MERGED: True,
            When.NO_ACTION_STANDS: self.standing is Outcome.NO_ACTION,
        }[when]

    def somebody(self, index: int) -> Actor:
        """One of those who work on cases."""
        cast = self.table.cast
        return (cast.coordinator, cast.second_coordinator, *cast.panel, cast.lead)[index]

    @initialize()
    def the_panel_is_called(self) -> None:
        """Most walks are about the panel."""
        self.moves(Action.CALL_PANEL, 0)

    @precondition(lambda self: self.state is not State.WITH_PANEL)
    @rule()
    def it_comes_back_to_the_panel(self) -> None:
        """Otherwise a case that was decided or sent back would stay there."""
        self.moves(Action.REOPEN, 0)
        self.moves(Action.CALL_PANEL, 1)

    @rule(action=MOVES, who=ANYBODY)
    def moves(self, action: Action, who: int) -> None:
        """A move along the table, by whoever."""
        actor = self.somebody(who)
        done = self.tries(
            action, actor, lambda: self.table.move(self.case, action, actor), possible=action in BUTTONS
        )
        if done and action is Action.CALL_PANEL:
            self.graded, self.voted = set(), {}
        if done and action in (Action.RAISE_RISK, Action.LOWER_RISK):
            self.risk = action is Action.RAISE_RISK

    @rule(who=ANYBODY)
    def decides_at_once(self, who: int) -> None:
        """One person decides, because life is at risk."""
        actor, called = self.somebody(who), self.state is State.WITH_PANEL
        possible = actor.id not in self.stood_aside
        if not self.risk and self.state in (State.TRIAGE, State.CORROBORATION):
            self.moves(Action.RAISE_RISK, 0)
        if self.tries(
            Action.DECIDE_AT_ONCE,
            actor,
            lambda: self.table.decide_at_once(self.case, actor),
            possible=possible,
        ):
            if not called:
                self.graded, self.voted = set(), {}
            self.decisions += 1
            self.decided_at_once_by, self.standing = actor.id, Outcome.ALERT

    @rule(who=ANYBODY, outcome=OUTCOMES)
    def looks_back(self, who: int, outcome: Outcome) -> None:
        """The panel's look back at what was decided at once, recorded by somebody else."""
        actor = self.somebody(who)
        possible = actor.id != self.decided_at_once_by and actor.id not in self.stood_aside
        if self.tries(
            Action.REVIEW,
            actor,
            lambda: self.table.review(self.case, outcome, actor=actor),
            possible=possible and self.has_quorum_for(outcome),
        ):
            self.decisions += 1
            self.decided_at_once_by, self.standing = None, outcome

    @rule()
    def a_report_like_it_comes_in(self) -> None:
        """The service brings the case back, if it ended in no further action."""
        self.tries(Action.RECALL, None, lambda: self.table.recall(self.case))

    @rule(who=ANYBODY, to=ANYBODY)
    def is_given_to(self, who: int, to: int) -> None:
        """Another holder."""
        actor, holder = self.somebody(who), self.somebody(to)
        self.tries(
            Action.ASSIGN,
            actor,
            lambda: self.table.assign(self.case, actor, holder),
            possible=holder in (self.table.cast.coordinator, self.table.cast.second_coordinator),
        )

    @rule(who=ANYBODY)
    def is_split(self, who: int) -> None:
        """The newest report goes into a case of its own."""
        actor = self.somebody(who)
        if self.tries(
            Action.SPLIT_OUT,
            actor,
            lambda: self.table.split_out(self.case, actor),
            possible=self.gathered > 1,
        ):
            self.gathered -= 1

    @rule(who=ANYBODY)
    def takes_another_in(self, who: int) -> None:
        """Another case is merged into it."""
        actor = self.somebody(who)
        if self.tries(Action.TAKE_IN, actor, lambda: self.table.merge(self.table.opened(), self.case, actor)):
            self.gathered += 1

    @rule(who=ANYBODY)
    def adds_evidence(self, who: int) -> None:
        """A report joins."""
        actor = self.somebody(who)
        self.gathered += self.tries(
            Action.ADD_EVIDENCE, actor, lambda: self.table.doing(Action.ADD_EVIDENCE)(self.case, actor)
        )

    @rule(who=ANYBODY, answer=st.integers(0, 3))
    def grades(self, who: int, answer: int) -> None:
        """A grading."""
        actor = self.somebody(who)
        possible = actor.id not in self.graded | self.stood_aside
        if self.tries(Action.GRADE, actor, lambda: self.table.grade(self.case, actor, answer), possible=possible):
            self.graded.add(actor.id)

    @rule(who=ANYBODY, outcome=OUTCOMES)
    def votes(self, who: int, outcome: Outcome) -> None:
        """A vote."""
        actor = self.somebody(who)
        possible = actor.id in self.graded - self.stood_aside
        if self.tries(Action.VOTE, actor, lambda: self.table.vote(self.case, actor, outcome), possible=possible):
            self.voted[actor.id] = outcome

    @rule(several=st.lists(MEMBERS, min_size=1, max_size=3, unique=True), outcome=OUTCOMES)
    def judge(self, several: list[int], outcome: Outcome) -> None:
        """Members grade and vote, so that walks come further than chance would take them."""
        for who in several:
            if self.somebody(who).id not in self.graded:
                self.grades(who, 3)
            self.votes(who, outcome)
            self.too_soon_to_decide()

    @rule(data=st.data())
    def stands_aside(self, data: st.DataObject) -> None:
        """A recusal, mostly of somebody who has voted; what was voted may lack a quorum now."""
        voters = [who for who in range(2, 6) if self.somebody(who).id in self.voted]
        actor = self.somebody(data.draw(st.sampled_from(voters or list(range(2, 6))), label="who"))
        possible = actor.id not in self.stood_aside
        if self.tries(Action.RECUSE, actor, lambda: self.table.recuse(self.case, actor), possible=possible):
            self.stood_aside.add(actor.id)
            self.too_soon_to_decide()

    def too_soon_to_decide(self) -> None:
        """The coordinator tries whatever has votes and no quorum."""
        for outcome in sorted(set(self.voted.values())):
            if not self.has_quorum_for(outcome):
                self.decides(0, outcome)

    @rule(who=st.sampled_from([0, 0, 1, 2, 6]), outcome=OUTCOMES)
    def decides(self, who: int, outcome: Outcome) -> None:
        """A decision."""
        actor = self.somebody(who)
        if self.tries(
            Action.DECIDE,
            actor,
            lambda: self.table.decide(self.case, outcome, actor=actor),
            possible=self.has_quorum_for(outcome),
        ):
            self.decisions += 1
            self.standing = outcome

    def has_quorum_for(self, outcome: Outcome) -> bool:
        """The quorum in words: the outcome leads, from two disciplines, one of them medical or public health."""
        counting = {person: vote for person, vote in self.voted.items() if person not in self.stood_aside}
        for_it = [person for person, vote in counting.items() if vote is outcome]
        others = [sum(vote is other for vote in counting.values()) for other in Outcome if other is not outcome]
        speak_for = {actor.discipline for actor in self.table.cast.panel if actor.id in for_it}
        return len(for_it) > max(others) and len(speak_for) >= 2 and not GRAVE.isdisjoint(speak_for)

    @invariant()
    def nothing_is_lost_and_nothing_is_made_up(self) -> None:
        """The database says what the model says."""
        state, version, steps, votes, aside, decisions = self.table.db.execute(KEPT, {"case": self.case.id}).one()
        assert (state, version, steps) == (self.state, self.version, self.steps)
        assert votes == {str(person): outcome.value for person, outcome in self.voted.items()}
        assert set(aside) == self.stood_aside
        assert len(decisions) == self.decisions
        for outcome, counted, at_once in decisions:
            assert at_once or list(counted.values()).count(outcome) >= 2, "no decision without a quorum"


def test_whatever_people_do_in_whatever_order_the_procedure_holds(table: CaseTable) -> None:
    Walk.table = table
    run_state_machine_as_test(
        Walk,
        settings=settings(
            phases=(Phase.generate,),
            max_examples=5,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        ),
    )
