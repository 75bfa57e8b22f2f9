"""Cases are decided and reopened, reports merged and parted, in any order: each reporter hears each decision once."""

from collections import Counter

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from ldis.cases import merging
from ldis.cases.rules import Action, Outcome, State
from ldis.deliveries.models import Delivery
from ldis.followup import progress, queries
from ldis.followup.models import ReportStep
from ldis.submissions.models import IncidentReport
from ldis.submissions.rules import Status
from tests.integration.cases.table import CaseTable
from tests.integration.cast import NOW

PUBLIC_URL = "https://ldis.example.org"
OTHERS = st.integers(1, 3)


class Walk(RuleBasedStateMachine):
    """One case, the report it began with, and three more that are merged into that and parted from it again."""

    table: CaseTable
    """Set by the test: where the cases of every walk are made."""

    def __init__(self) -> None:
        super().__init__()
        self.undo = self.table.db.begin_nested()
        wishes = (True, True, False, True)
        self.reports = [
            self.table.report(reporter_email=f"reporter{number}@example.org", may_contact=may)
            for number, may in enumerate(wishes)
        ]
        self.case = self.table.opened(self.reports[0])
        self.told: Counter[str] = Counter()

    def teardown(self) -> None:
        """Take everything back, so that the next walk begins afresh."""
        self.undo.rollback()

    @rule(outcome=st.sampled_from(Outcome))
    def the_panel_decides(self, outcome: Outcome) -> None:
        """Whatever it takes to come to a decision from here."""
        case = self.table.again(self.case)
        if case.state in (State.DECIDED, State.CLOSED):
            self.table.move(case, Action.REOPEN)
        self.table.move(case, Action.CALL_PANEL)
        for member in (self.table.cast.medical, self.table.cast.police):
            self.table.judge(self.table.again(case), member, outcome)
        self.table.decide(case, outcome)

    @rule()
    def it_is_reopened(self) -> None:
        """Only what was decided can be."""
        case = self.table.again(self.case)
        if case.state is State.DECIDED:
            self.table.move(case, Action.REOPEN)

    @rule(number=OTHERS)
    def two_reports_are_one_event(self, number: int) -> None:
        """Twice is once."""
        first, other = self.reports[0], self.reports[number]
        merging.same_event(
            self.table.db, first.reference, other.reference, actor=self.table.cast.coordinator, now=NOW
        )

    @rule(number=OTHERS)
    def they_are_not_after_all(self, number: int) -> None:
        """Only what was merged can be parted."""
        other = self.reports[number]
        if self._is_merged(other):
            merging.not_one_event_after_all(
                self.table.db, other.reference, actor=self.table.cast.coordinator, now=NOW
            )

    @rule()
    def the_work_is_done(self) -> None:
        """Everybody who waits is told; afterwards nobody waits."""
        for step_id in queries.steps_to_tell(self.table.db):
            progress.tell(self.table.db, step_id, public_url=PUBLIC_URL, now=NOW)
        self.table.db.flush()
        assert queries.steps_to_tell(self.table.db) == []
        for report in self.reports:
            newest = queries.newest_step(self.table.db, report)
            if newest is not None and newest.came_to and report.status is Status.DECIDED:
                assert (newest.told_at is not None) == report.may_contact

    @invariant()
    def nobody_hears_a_decision_twice_and_nobody_hears_who_does_not_wish_to(self) -> None:
        """What is in the outbox is the record."""
        db = self.table.db
        mine = [f"reporter/{report.id}" for report in self.reports]
        letters = db.execute(select(Delivery.about, Delivery.recipient).where(Delivery.recipient.in_(mine))).all()
        told = db.scalars(
            select(ReportStep).where(
                ReportStep.report_id.in_([one.id for one in self.reports]), ReportStep.told_at.is_not(None)
            )
        ).all()
        assert sorted(about for about, _ in letters) == sorted(f"report-outcome/{step.id}" for step in told)
        assert len({(step.report_id, step.decision) for step in told}) == len(told)
        assert f"reporter/{self.reports[2].id}" not in {recipient for _, recipient in letters}

    @invariant()
    def merged_reports_stand_where_the_one_does_that_speaks_for_them(self) -> None:
        """Their reporters are told the same."""
        for other in self.reports[1:]:
            if self._is_merged(other):
                assert other.status is self.reports[0].status

    def _is_merged(self, report: IncidentReport) -> bool:
        self.table.db.flush()
        return merging.submissions.merge_of(self.table.db, report) is not None


def test_random_walks_tell_each_reporter_each_decision_once(table: CaseTable) -> None:
    Walk.table = table
    run_state_machine_as_test(
        Walk,
        settings=settings(
            max_examples=6,
            stateful_step_count=12,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
