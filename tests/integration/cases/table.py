"""A case brought to any state, and everything that can be done to one, as the services take it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from alerts.messages import Medium
from ldis.audit.models import AuditEntry
from ldis.audit.service import join_chain
from ldis.cases import gathering, panel, queries, service
from ldis.cases.ballots import AtOnceForm, DecisionForm, GradingForm, RecusalForm, VoteForm
from ldis.cases.models import Case, CaseEntry, Decision, Evidence, Grading, Recusal, Vote
from ldis.cases.policy import Policy
from ldis.cases.rules import RULES, Action, Outcome, State, When, WouldHelp
from ldis.contacts import service as contacts
from ldis.contacts.models import Contact
from ldis.contacts.rules import Chosen
from ldis.contacts.schemas import ContactDetails
from ldis.corroboration import service as corroboration
from ldis.corroboration.models import AskedPartner, PartnerQuestion
from ldis.corroboration.proposal import propose
from ldis.corroboration.schemas import Ask
from ldis.deliveries.models import Delivery
from ldis.people.access import Actor
from ldis.people.models import Partnership
from ldis.submissions import reports, results
from ldis.submissions.models import IncidentReport, LabResult
from ldis.submissions.rules import Finding, HarmLevel, HowKnown, Naloxone, Part, Purpose, Stage, Technique
from ldis.submissions.schemas import ComponentForm, IncidentForm, LabResultForm
from ldis.substances.names import Names
from tests.integration.cast import NOW, Cast

WORST, LEAST = 3, 0
KEPT = (
    *(Case, Evidence, CaseEntry, Grading, Recusal, Vote, Decision),
    *(PartnerQuestion, AskedPartner, Delivery, IncidentReport, LabResult, AuditEntry),
)
EVERY_ROW = text(
    " UNION ALL ".join(
        f"SELECT '{kind.__tablename__}', array_agg(one::text ORDER BY one::text) FROM {kind.__tablename__} one"
        for kind in KEPT
    )
)
Doing = Callable[[Case, Actor], object]


@dataclass
class CaseTable:
    """What a test moves on the table of a case.

    `shown` is the version that the page showed: the newest if none. `waiting` is the report that joins a case when
    one is to join: a fresh one if none. `heard_at` is when what is sent next comes in.
    """

    db: Session
    cast: Cast
    place: Partnership
    names: Names = field(repr=False)
    policy: Policy = field(repr=False)
    shown: int | None = None
    waiting: IncidentReport | None = None
    heard_at: datetime = NOW
    numbers: "count[int]" = field(default_factory=lambda: count(1))

    def report(self, **changes: Any) -> IncidentReport:
        """A report that is in no case."""
        given: dict[str, Any] = {
            "happened_on": NOW.date(),
            "area_code": "E99000001",
            "sold_as": "blue tablets sold as Valium",
            "harm_level": HarmLevel.MODERATE,
            "naloxone": Naloxone.NOT_KNOWN,
            "how_known": HowKnown.SAW_IT,
        }
        taken = reports.submit_report(
            self.db, IncidentForm(**(given | changes)), place=self.place.place, names=self.names, **self._sending()
        )
        self.db.flush()
        return self.db.get_one(IncidentReport, taken.id)

    def result(self, substance: str = "bromazolam", **changes: Any) -> LabResult:
        """A laboratory result that is in no case."""
        given: dict[str, Any] = {
            "sample_reference": f"S-{next(self.numbers)}",
            "laboratory": "Example University",
            "purpose": Purpose.INTELLIGENCE,
            "stage": Stage.PRELIMINARY,
            "technique": Technique.GC_MS,
            "reported_on": NOW.date(),
            "finding": Finding.FOUND,
            "components": (ComponentForm(substance=substance, part=Part.MAIN),),
        }
        form = LabResultForm(**(given | changes))
        return results.submit_result(
            self.db, form, place=self.place.place, names=self.names, vouched_for=True, **self._sending()
        )

    def _sending(self) -> dict[str, Any]:
        return {"key": f"sending-{next(self.numbers)}", "by": "test", "now": self.heard_at}

    def opened(self, first: IncidentReport | LabResult | None = None, title: str = "Blue tablets") -> Case:
        """A case in triage."""
        case = gathering.open_case(
            self.db, title=title, first=first or self.report(), actor=self.cast.coordinator, now=NOW
        )
        return self.again(case)

    def again(self, case: Case) -> Case:
        """The case as it is now."""
        self.db.flush()
        return queries.the_case(self.db, case.reference, partnership_id=case.partnership_id)

    def seen(self, case: Case) -> int:
        """The version that the page showed."""
        if self.shown is not None:
            return self.shown
        return self.db.scalars(select(Case.version).where(Case.id == case.id)).one()

    def move(self, case: Case, action: Action, actor: Actor | None = None, reason: str = "Because.") -> Case:
        """Move the case along the table, from a page that is up to date."""
        return service.move(
            self.db,
            case.reference,
            action,
            reason=reason,
            seen_version=self.seen(case),
            actor=actor or self.cast.coordinator,
            now=NOW,
        )

    def partner(self) -> Contact:
        """Somebody who can be asked."""
        number = next(self.numbers)
        details = ContactDetails(name="A partner", email=f"partner.{number}@example.org", by_email=True)
        return contacts.add_contact(self.db, details, actor=self.cast.coordinator, now=NOW, allow_drama=True)

    def ask(self, case: Case, actor: Actor | None = None) -> Case:
        """Ask one partner what they have seen."""
        chosen = Chosen(contact_ids=(self.partner().id,))
        media = (Medium.EMAIL,)
        form = Ask(
            words="Have you seen blue tablets?",
            contact_ids=chosen.contact_ids,
            media=media,
            closes_in=24,
            seen_version=self.seen(case),
            submission_key=f"question-{next(self.numbers)}",
            audience=propose(self.db, chosen, media=media, partnership_id=case.partnership_id).mark,
        )
        asking = actor or self.cast.coordinator
        corroboration.ask(self.db, case.reference, form, actor=asking, now=NOW, public_url="https://example.org")
        return self.again(case)

    def with_panel(self, **opening: Any) -> Case:
        """A case that the panel has been called about."""
        return self.move(self.opened(**opening), Action.CALL_PANEL)

    def grade(self, case: Case, actor: Actor, answer: int = WORST, comment: str = "") -> None:
        """Grade with the same answer to every question."""
        form = GradingForm(
            answers={question.key: answer for question in self.policy.questions},
            would_help=WouldHelp.YES,
            seen_version=self.seen(case),
            comment=comment,
        )
        panel.grade(self.db, case.reference, form, policy=self.policy, actor=actor, now=NOW)

    def vote(self, case: Case, actor: Actor, outcome: Outcome = Outcome.ALERT, reason: str = "Because.") -> None:
        """Vote."""
        form = VoteForm(outcome=outcome, seen_version=self.seen(case), reason=reason)
        panel.vote(self.db, case.reference, form, policy=self.policy, actor=actor, now=NOW)

    def judge(self, case: Case, actor: Actor, outcome: Outcome = Outcome.ALERT, answer: int = WORST) -> None:
        """Grade, then vote."""
        self.grade(case, actor, answer)
        self.vote(case, actor, outcome)

    def recuse(self, case: Case, actor: Actor, reason: str = "I know the family.") -> None:
        """Stand aside."""
        form = RecusalForm(reason=reason, seen_version=self.seen(case))
        panel.recuse(self.db, case.reference, form, actor=actor, now=NOW)

    def decide(
        self, case: Case, outcome: Outcome = Outcome.ALERT, reason: str = "Because.", actor: Actor | None = None
    ) -> Decision:
        """Record the decision."""
        form = DecisionForm(outcome=outcome, seen_version=self.seen(case), reason=reason)
        return panel.decide(
            self.db, case.reference, form, policy=self.policy, actor=actor or self.cast.coordinator, now=NOW
        )

    def decided(self, outcome: Outcome = Outcome.ALERT) -> Case:
        """A case that two members have decided."""
        case = self.with_panel()
        for member in (self.cast.medical, self.cast.police):
            self.judge(case, member, outcome)
        self.decide(case, outcome)
        return self.again(case)

    def decide_at_once(
        self, case: Case, actor: Actor | None = None, reason: str = "Two people nearly died."
    ) -> Decision:
        """Decide without waiting for the panel."""
        form = AtOnceForm(reason=reason, seen_version=self.seen(case))
        return panel.decide_at_once(
            self.db, case.reference, form, policy=self.policy, actor=actor or self.cast.coordinator, now=NOW
        )

    def review(
        self, case: Case, outcome: Outcome = Outcome.ALERT, reason: str = "Because.", actor: Actor | None = None
    ) -> Decision:
        """Record what the panel says, looking back."""
        form = DecisionForm(outcome=outcome, seen_version=self.seen(case), reason=reason)
        return panel.review(
            self.db, case.reference, form, policy=self.policy, actor=actor or self.cast.second_coordinator, now=NOW
        )

    def split_out(self, case: Case, actor: Actor | None = None, reason: str = "Another drug.") -> Case:
        """Take the newest piece of evidence out, into a case of its own."""
        gathered = [one.report or one.lab_result for one in self.again(case).evidence]
        return gathering.split_out(
            self.db,
            case.reference,
            gathered[-1].reference if gathered and gathered[-1] else "",
            title="Something else",
            reason=reason,
            seen_version=self.seen(case),
            actor=actor or self.cast.coordinator,
            now=NOW,
        )

    def merge(self, case: Case, into: Case, actor: Actor | None = None, reason: str = "The same tablets.") -> Case:
        """Merge a case into another."""
        return gathering.merge_cases(
            self.db,
            case.reference,
            into.reference,
            reason=reason,
            seen_version=self.seen(case),
            actor=actor or self.cast.coordinator,
            now=NOW,
        )

    def assign(self, case: Case, actor: Actor | None = None, to: Actor | None = None) -> Case:
        """Give a case to a coordinator."""
        return service.assign(
            self.db,
            case.reference,
            (to or self.cast.second_coordinator).id,
            seen_version=self.seen(case),
            actor=actor or self.cast.coordinator,
            now=NOW,
        )

    def ask_again(self, case: Case, actor: Actor | None = None) -> None:
        """Write to the panel once more, as the stage does that convenes it."""
        held = service.locked(
            self.db, case.reference, actor=actor or self.cast.coordinator, seen_version=self.seen(case)
        )
        service.step(self.db, held, Action.ASK_AGAIN, actor=actor or self.cast.coordinator, now=NOW)

    def recall(self, case: Case) -> None:
        """Let the service bring a case back."""
        held = queries.the_case(self.db, case.reference, partnership_id=case.partnership_id, lock=True)
        service.recall(self.db, held, because="A report like it.", by="cases.remember", now=NOW)

    def ready_for(self, state: State, action: Action) -> Case:
        """A case in this state, of which is so whatever the table asks for besides."""
        when = RULES[state, action].when
        if when is When.REVIEW_DUE:
            case = self.at_risk(self.opened())
            self.decide_at_once(case)
            for member in (self.cast.public_health, self.cast.police):
                self.judge(self.again(case), member)
            return self.again(case)
        if when is When.NO_ACTION_STANDS:
            case = self.decided(Outcome.NO_ACTION)
            return case if state is State.DECIDED else self.move(case, Action.CLOSE)
        case = self.in_state(state)
        if action is Action.SPLIT_OUT:
            self.doing(Action.ADD_EVIDENCE)(case, self.cast.coordinator)
        return self.at_risk(case) if when is When.RISK_TO_LIFE else self.again(case)

    def merged_away(self) -> Case:
        """A case that was merged into another."""
        case = self.opened()
        self.merge(case, self.opened())
        return self.again(case)

    def at_risk(self, case: Case) -> Case:
        """A case with risk to life."""
        return self.move(case, Action.RAISE_RISK)

    def in_state(self, state: State) -> Case:
        """A case in any state, brought there by the moves that lead to it; ready for whatever comes next."""
        if state is State.RECEIVED:
            case = self.opened()
            case.state = State.RECEIVED  # a case does not stay here: opening it takes it into triage
            self.db.flush()
            return case
        if state is State.TRIAGE:
            return self.opened()
        if state is State.CORROBORATION:
            return self.ask(self.opened())
        if state is State.WITH_PANEL:
            case = self.with_panel()
            for member in (self.cast.public_health, self.cast.police):
                self.judge(case, member)
            return case
        case = self.decided()
        return case if state is State.DECIDED else self.move(case, Action.CLOSE)

    def doing(self, action: Action) -> Doing:
        """Do this action, as the services take it, with a reason and from a page that is up to date."""
        carried: Mapping[Action, Doing] = {
            Action.ADD_EVIDENCE: lambda case, actor: gathering.add_evidence(
                self.db, case.reference, self.waiting or self.report(), actor=actor, now=NOW
            ),
            Action.CORROBORATE: self.ask,
            Action.GRADE: self.grade,
            Action.RECUSE: self.recuse,
            Action.VOTE: self.vote,
            Action.DECIDE: lambda case, actor: self.decide(case, actor=actor),
            Action.DECIDE_AT_ONCE: self.decide_at_once,
            Action.REVIEW: lambda case, actor: self.review(case, actor=actor),
            Action.SPLIT_OUT: self.split_out,
            Action.TAKE_IN: lambda case, actor: self.merge(self.opened(), case, actor),
            Action.MERGE: lambda case, actor: self.merge(case, self.opened(), actor),
            Action.ASSIGN: self.assign,
            Action.ASK_AGAIN: self.ask_again,
            Action.RECALL: lambda case, _actor: self.recall(case),
        }
        return carried.get(action) or (lambda case, actor: self.move(case, action, actor))

    def everything(self) -> dict[str, list[str]]:
        """Every row that an action on a case could change, as text, the audit record among them."""
        join_chain(self.db)
        self.db.flush()
        return dict(self.db.execute(EVERY_ROW).all())

    def audited(self, case: Case) -> int:
        """How many entries the audit record has about a case, those of this transaction included."""
        join_chain(self.db)
        about = AuditEntry.about == f"case/{case.id}"
        return self.db.scalar(select(func.count()).select_from(AuditEntry).where(about)) or 0
