"""Whatever people do and however often the clock ticks: whoever stands aside or is done is asked nothing more."""

from datetime import timedelta

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from ldis.cases.rules import Action, Outcome
from ldis.convening import chasing, queries, service
from ldis.convening.schemas import CallForm, Meets
from ldis.deliveries.models import Delivery
from ldis.errors import NotAllowed, TooMany
from ldis.people.access import Actor
from tests.integration.cast import NOW
from tests.integration.convening.conftest import PUBLIC_URL, Panel

MEMBERS = st.integers(0, 3)
WAYS = {"public_url": PUBLIC_URL}


class Walk(RuleBasedStateMachine):
    """One case, its panel, and a clock of its own. Two members are away, and stand in for each other's neighbours."""

    panel: Panel
    """Set by the test."""

    def __init__(self) -> None:
        super().__init__()
        self.table, self.db = self.panel.table, self.panel.table.db
        self.undo = self.db.begin_nested()
        self.case = self.table.opened()
        self.now = NOW
        self.done: set[int] = set()
        self.read = 0
        self.letters()

    def teardown(self) -> None:
        """Take everything back."""
        self.undo.rollback()

    def letters(self) -> list[Delivery]:
        """What was written since the last look."""
        found = self.db.query(Delivery).filter(Delivery.id > self.read).order_by(Delivery.id).all()
        self.read = found[-1].id if found else self.read
        return found

    def somebody(self, index: int) -> Actor:
        """A member."""
        return self.table.cast.panel[index]

    def tries(self, doing: object, *arguments: object, **more: object) -> bool:
        """Do something, or be refused."""
        try:
            with self.db.begin_nested():
                doing(*arguments, **more)  # type: ignore[operator]
        except (NotAllowed, TooMany):
            return False
        return True

    @rule(chosen=st.sets(MEMBERS, min_size=1))
    def is_called(self, chosen: set[int]) -> None:
        """The coordinator calls members, with whatever came of the case before."""
        form = CallForm(
            seen_version=self.table.seen(self.case),
            meets=Meets.NO,
            members=tuple(self.somebody(one).id for one in chosen),
        )
        before = self.table.again(self.case).round
        if self.tries(
            service.call_panel,
            self.db,
            self.case.reference,
            form,
            policy=self.table.policy,
            actor=self.table.cast.coordinator,
            now=self.now,
            **WAYS,
        ):
            again = self.table.again(self.case)
            self.done = {one.person_id for one in again.recusals} if again.round != before else self.done

    @rule(who=MEMBERS)
    def grades_and_votes(self, who: int) -> None:
        """A member does what is asked."""
        if self.tries(self.table.judge, self.case, self.somebody(who)):
            self.done.add(self.somebody(who).id)

    @rule(who=MEMBERS)
    def stands_aside(self, who: int) -> None:
        """A member has an interest."""
        if self.tries(self.table.recuse, self.case, self.somebody(who)):
            self.done.add(self.somebody(who).id)

    @rule(who=MEMBERS)
    def is_reminded(self, who: int) -> None:
        """The coordinator presses the button."""
        self.tries(
            chasing.chase_by_hand,
            self.db,
            self.case.reference,
            self.somebody(who).id,
            policy=self.table.policy,
            actor=self.table.cast.coordinator,
            now=self.now,
            **WAYS,
        )

    @rule(minutes=st.sampled_from([1, 31, 250, 1440]))
    def time_goes_by(self, minutes: int) -> None:
        """And the clock ticks, twice, as when two workers do it."""
        self.now += timedelta(minutes=minutes)
        for _ in range(2):
            self.tick()

    def tick(self) -> None:
        """What the clock does to this case."""
        with self.db.begin_nested():
            chasing.chase_by_clock(
                self.db,
                self.case.reference,
                partnership_id=self.case.partnership_id,
                policy=self.table.policy,
                now=self.now,
                **WAYS,
            )

    @rule()
    def is_decided_or_goes_back(self) -> None:
        """The panel's decision, or back to triage: nothing is asked then."""
        if not self.tries(self.table.decide, self.case, Outcome.ALERT):
            self.tries(self.table.move, self.case, Action.SEND_BACK)

    @rule()
    def is_reopened(self) -> None:
        """A decided case comes back."""
        self.tries(self.table.move, self.case, Action.REOPEN)

    @rule()
    def is_decided_at_once(self) -> None:
        """Life is at risk; one person decides, and the panel is called to look back."""
        self.tries(self.table.at_risk, self.case)
        before = self.table.again(self.case).round
        if self.tries(self.table.decide_at_once, self.case):
            again = self.table.again(self.case)
            self.done = {one.person_id for one in again.recusals} if again.round != before else self.done
            service.call_to_look_back(
                self.db,
                self.case.reference,
                partnership_id=self.case.partnership_id,
                policy=self.table.policy,
                now=self.now,
                **WAYS,
            )

    @invariant()
    def nobody_who_is_done_is_asked(self) -> None:
        """Read back from the outbox after every act."""
        done = {f"person/{one}" for one in self.done}
        written = self.letters()
        asked = [letter for letter in written if letter.about.startswith(("panel-call/", "panel-chase/"))]
        assert not done & {letter.recipient for letter in asked}, [letter.subject for letter in asked]
        if asked:
            assert queries.is_asked_of_the_panel(self.table.again(self.case))


def test_whoever_stands_aside_or_is_done_is_never_asked_again_whatever_the_order(panel: Panel) -> None:
    cast = panel.table.cast
    panel.stands_in(cast.police, away=cast.medical)
    panel.stands_in(cast.medical, away=cast.laboratory)
    panel.on_call(cast.public_health)
    Walk.panel = panel
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
