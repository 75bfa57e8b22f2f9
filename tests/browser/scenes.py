"""The stage: a case and an alert at every point of their way, so that every page has something to show.

Everything is made through the services that people use, by people of the invented partnership.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import time, timedelta
from functools import cached_property

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.incoming import Key, Received
from alerts.messages import Handling, Medium
from config import policy
from ldis.cases import gathering, panel
from ldis.cases import service as cases
from ldis.cases.ballots import AtOnceForm, DecisionForm, GradingForm, VoteForm
from ldis.cases.models import Case
from ldis.cases.rules import Action, Outcome, State, WouldHelp
from ldis.clocks import keeping
from ldis.clocks import service as clocks
from ldis.contacts import queries as contacts
from ldis.contacts.confirming import token_of
from ldis.contacts.models import Contact, ContactFile
from ldis.contacts.rules import Chosen
from ldis.contacts.subscribing import token_for
from ldis.convening import service as convening
from ldis.convening.schemas import CallForm, Meets
from ldis.corroboration import queries as partners
from ldis.corroboration import service as corroboration
from ldis.corroboration.models import PartnerQuestion
from ldis.corroboration.proposal import propose as propose_question
from ldis.corroboration.rules import How as ByWay
from ldis.corroboration.rules import Sighting
from ldis.corroboration.schemas import Ask
from ldis.corroboration.schemas import Word as Answered
from ldis.db import utc_now
from ldis.deliveries.models import Delivery
from ldis.deliveries.rules import State as DeliveryState
from ldis.demonstration import world
from ldis.exchange import service as exchange
from ldis.indicators.models import FigureFile
from ldis.issuing import approval, doubts, service
from ldis.issuing.content import from_kept
from ldis.issuing.models import Alert, AlertRecipient, about
from ldis.issuing.proposal import propose
from ldis.issuing.schemas import Appointment, Draft, Signature, Submission
from ldis.laboratory import service as laboratory
from ldis.memory import service as memory
from ldis.memory.rules import CameIn, Recalled
from ldis.neighbours import service as neighbours
from ldis.neighbours.models import Feed
from ldis.neighbours.taking_in import take_in
from ldis.people import invitations, rota
from ldis.people import queries as people
from ldis.people import service as accounts
from ldis.people.access import Actor, actor_for
from ldis.people.models import Organisation, Partnership
from ldis.people.rules import Role, Scope
from ldis.people.schemas import Invited
from ldis.procedure import service as procedure
from ldis.reach import service as reach
from ldis.reach.models import Shortfall
from ldis.reach.rules import How, Target
from ldis.reach.schemas import Word
from ldis.submissions import reports, results
from ldis.submissions.models import IncidentReport, LabResult
from ldis.submissions.rules import (
    Finding,
    HarmLevel,
    HowKnown,
    Naloxone,
    Part,
    Purpose,
    Setting,
    Stage,
    Technique,
)
from ldis.submissions.schemas import ComponentForm, IncidentForm, LabResultForm
from ldis.tables import csv_file
from ldis.venues import service as venues
from ldis.venues.models import VenueLink
from ldis.venues.schemas import Venue
from ldis.worktime import LONDON
from tests.browser import paper_scenes, signal_scenes
from tests.browser.paper_scenes import PaperScenes

PANEL = (world.POLICE, world.MEDICAL, world.PUBLIC_HEALTH)
WHY = "Two sources agree, and people can act on it."
RESULTS = """Laboratory,Sample reference,Stage,Purpose,Technique,Sold as,Reported on,Substance,Part
Sampleton University Laboratory,SUL-2301,preliminary,intelligence,GC-MS,blue oxys,3 11 2026,metonitazene,main
Sampleton University Laboratory,SUL-2302,preliminary,intelligence,,spice,3 11 2026,MDMB-4en-PINACA,main
"""


@dataclass(frozen=True)
class Scenes:
    """What can be looked at, by its reference or number."""

    report: str
    result: str
    claim: str
    key: int
    triage: str
    corroboration: str
    with_panel: str
    voted: str
    at_once: str
    decided: str
    closed: str
    draft: str
    waiting: str
    scheduled: str
    issued: str
    code: str
    token: str
    email: str
    text: str
    invitation: str
    contact: int
    contact_list: int
    person: int
    result_file: int
    venue: int
    venue_token: str
    followed: str
    answer_token: str
    question: int
    answered_token: str
    silent_token: str
    doubted: str
    recalled: str
    brought_back: str
    exercise: str
    contact_file: int
    figure_file: int
    papers: PaperScenes
    confirmation: str
    wanted: str
    endpoint: int
    signal: int
    cluster: int
    signal_in_case: int
    trial: int
    feed: int
    neighbours_alert: int
    substance: str = "metonitazene"
    policy: str = "2024-03"


def set_up(session: Session, app: Flask, *, public_url: str) -> Scenes:
    """Bring the seeded partnership's affairs to every point there is."""
    return _Stage(session, app, public_url).scenes()


class _Stage:
    """Sets the scenes one by one, some hours before now."""

    def __init__(self, session: Session, app: Flask, public_url: str) -> None:
        self._session = session
        self._policy = app.extensions["ldis.policy"]
        self._vocabulary = app.extensions["ldis.vocabulary"]
        self._public_url = public_url
        self._now = utc_now()
        self._place = session.scalars(select(Partnership).where(Partnership.slug == world.SLUG)).one()
        self._coordinator = self._acting(world.COORDINATOR)

    def scenes(self) -> Scenes:
        triage, closed = self._seeded(State.TRIAGE), self._seeded(State.CLOSED)
        corroboration = self._case("Pink tablets with a crown", ["ecstacy, pink tablets with a crown"], hours=30)
        question, tokens = self._asked(corroboration)
        with_panel = self._case("Collapses after spice in the town centre", ["spice"], hours=0.5)
        self._call(with_panel)
        if not with_panel.risk_to_life:
            self._move(with_panel, Action.RAISE_RISK)
        voted = self._case("Pregabalin capsules", ["pregabs"], hours=20)
        self._vote_on(voted, Outcome.INFORMATION)
        decided = self._decided("Xanax bars bought online", ["xanax bars bought online"], Outcome.INFORMATION)
        draft = self._drafted(self._decided("Cocaine with something else in it", ["coke"], Outcome.ALERT))
        waiting = self._waiting(
            self._decided("Heroin that stops people breathing", ["brown heroin"], Outcome.ALERT),
            Handling.PROFESSIONALS,
        )
        issued = self._issued(self._decided("THC vapes with spice in them", ["THC vape"], Outcome.ALERT))
        recipients = self._acknowledged(issued)
        self._behind(issued)
        self._somebody_on_call()
        venue = self._venue()
        self._put_in_doubt(issued)
        recalled, brought_back = self._recalled()
        procedure.note_in_force(
            self._session, policy.text().replace('version = "2026-11"', 'version = "2024-03"'), now=self._now
        )
        at_once = self._decided_at_once()
        signal, cluster, signal_in_case = signal_scenes.signals(
            self._session,
            self._place,
            self._vocabulary.names_for(self._session, self._place.place),
            actor=self._coordinator,
            now=self._now,
        )
        scenes = Scenes(
            report=self._report("spice").reference,
            result=self._result("ketamine").reference,
            claim=self._claim(self._result("ketamine")),
            key=self._key(),
            triage=triage.reference,
            corroboration=corroboration.reference,
            with_panel=with_panel.reference,
            voted=voted.reference,
            at_once=at_once.reference,
            decided=decided.reference,
            closed=closed.reference,
            draft=draft.reference,
            waiting=waiting.reference,
            scheduled=self._scheduled(at_once),
            issued=issued.reference,
            code=issued.code,
            token=recipients[-1].token,
            email=self._message(issued, Medium.EMAIL),
            text=self._message(issued, Medium.SMS),
            invitation=self._invited(),
            contact=self._session.scalars(select(Contact.id).order_by(Contact.id)).first() or 0,
            contact_list=issued.lists[0].id,
            person=self._acting(world.MEDICAL).id,
            result_file=self._file_of_results(),
            venue=venue.id,
            venue_token=venue.token,
            followed=self._report("blue street valium").reference,
            answer_token=self._question_link(),
            question=question.id,
            answered_token=tokens[0],
            silent_token=tokens[-1],
            doubted=issued.case.reference,
            recalled=recalled.reference,
            brought_back=brought_back.reference,
            contact_file=self._contact_file(),
            figure_file=self._figure_file(),
            papers=paper_scenes.papers(self._session, self._acting(world.LEAD), now=self._now),
            confirmation=self._confirmation(),
            endpoint=self._endpoint(),
            signal=signal,
            cluster=cluster,
            signal_in_case=signal_in_case,
            trial=signal_scenes.trial(self._session, self._policy, actor=self._coordinator, now=self._now),
            feed=self._feed.id,
            neighbours_alert=self._neighbours_alert(),
            wanted=token_for(self._place, "maud@example.org", now=self._now),
            exercise=self._drafted(issued.case, is_exercise=True).reference,
        )
        self._watched()
        return scenes

    def _acting(self, person: world.Person) -> Actor:
        account = people.person_by_email(self._session, person.email)
        actor = actor_for(account, self._place.id) if account else None
        assert actor is not None
        return actor

    def _seeded(self, state: State) -> Case:
        return self._session.scalars(select(Case).where(Case.state == state)).one()

    def _report(self, sold_as: str) -> IncidentReport:
        return self._session.scalars(select(IncidentReport).where(IncidentReport.sold_as == sold_as)).one()

    def _result(self, sold_as: str) -> LabResult:
        return self._session.scalars(select(LabResult).where(LabResult.sold_as == sold_as)).one()

    def _case(self, title: str, sold_as: Sequence[str], *, hours: float) -> Case:
        """A case about reports, opened so many hours ago."""
        then = self._now - timedelta(hours=hours)
        things = [self._report(words) for words in sold_as]
        case = gathering.open_case(self._session, title=title, first=things[0], actor=self._coordinator, now=then)
        for thing in things[1:]:
            gathering.add_evidence(self._session, case.reference, thing, actor=self._coordinator, now=then)
        return case

    def _call(self, case: Case) -> None:
        """Call two members to a meeting, the day after tomorrow at two."""
        form = CallForm(
            seen_version=self._version(case),
            meets=Meets.YES,
            members=tuple(self._acting(one).id for one in (world.POLICE, world.MEDICAL)),
            words="Please look at the two reports before we meet.",
            meeting_on=(self._now + timedelta(days=2)).date(),
            meeting_at=time(14),
            place="https://meet.example.org/panel",
        )
        convening.call_panel(
            self._session,
            case.reference,
            form,
            policy=self._policy,
            actor=self._coordinator,
            public_url=self._public_url,
            now=self._now - timedelta(hours=1),
        )

    def _asked(self, case: Case) -> tuple[PartnerQuestion, list[str]]:
        """A question to everybody on the lists, which some have answered; the secret ends of all their links."""
        lists = contacts.lists_of(self._session, partnership_id=self._place.id)
        media = tuple(Medium)
        chosen = Chosen(list_ids=tuple(one.id for one in lists))
        proposal = propose_question(self._session, chosen, media=media, partnership_id=self._place.id)
        form = Ask(
            words="Have you seen pink tablets with a crown in Derby in the last 7 days?",
            list_ids=chosen.list_ids,
            media=media,
            closes_in=24,
            seen_version=self._version(case),
            submission_key="the question of a scene",
            audience=proposal.mark,
        )
        then = self._now - timedelta(hours=3)
        question = corroboration.ask(
            self._session, case.reference, form, actor=self._coordinator, now=then, public_url=self._public_url
        )
        asked = partners.asked_by(self._session, question)
        words = ((Sighting.SEEN, "Two bags, on the stairs behind the station."), (Sighting.NOT_SEEN, ""))
        for one, (sighting, note) in zip(asked, (*words, (Sighting.HEARD, "From a regular.")), strict=False):
            corroboration.answer(
                self._session, one, Answered(sighting=sighting, note=note), how=ByWay.LINK, now=self._now
            )
        return question, [one.token for one in asked]

    def _move(self, case: Case, action: Action) -> None:
        cases.move(
            self._session,
            case.reference,
            action,
            reason="Somebody did not wake up." if action is Action.RAISE_RISK else "",
            seen_version=self._version(case),
            actor=self._coordinator,
            now=self._now,
        )

    def _version(self, case: Case) -> int:
        self._session.flush()
        self._session.refresh(case)
        return case.version

    def _vote_on(self, case: Case, outcome: Outcome) -> None:
        self._move(case, Action.CALL_PANEL)
        for worry, member in enumerate(PANEL):
            self._grade_and_vote(case, self._acting(member), outcome, worry=worry)
        self._session.refresh(case)

    def _grade_and_vote(self, case: Case, actor: Actor, outcome: Outcome, *, worry: int) -> None:
        answers = {question.key: 3 - worry % 2 for question in self._policy.questions}
        grading = GradingForm(
            answers=answers,
            would_help=WouldHelp.YES,
            seen_version=self._version(case),
            comment="Seen by our night staff.",
        )
        panel.grade(self._session, case.reference, grading, policy=self._policy, actor=actor, now=self._now)
        vote = VoteForm(outcome=outcome, seen_version=self._version(case), reason=WHY)
        panel.vote(self._session, case.reference, vote, policy=self._policy, actor=actor, now=self._now)

    def _decided(self, title: str, sold_as: Sequence[str], outcome: Outcome) -> Case:
        case = self._case(title, sold_as, hours=10)
        self._vote_on(case, outcome)
        form = DecisionForm(outcome=outcome, seen_version=self._version(case), reason=WHY)
        panel.decide(
            self._session, case.reference, form, policy=self._policy, actor=self._coordinator, now=self._now
        )
        self._session.refresh(case)
        return case

    def _decided_at_once(self) -> Case:
        """A case on which one person decided, and the panel has begun to look back."""
        case = self._case("Two collapses after heroin", ["herion"], hours=1)
        if not case.risk_to_life:
            self._move(case, Action.RAISE_RISK)
        form = AtOnceForm(reason="Two people nearly died within an hour.", seen_version=self._version(case))
        panel.decide_at_once(
            self._session,
            case.reference,
            form,
            policy=self._policy,
            actor=self._acting(world.MEDICAL),
            now=self._now,
        )
        for member in PANEL:
            self._grade_and_vote(case, self._acting(member), Outcome.ALERT, worry=0)
        self._session.refresh(case)
        return case

    def _drafted(self, case: Case, *, is_exercise: bool = False) -> Alert:
        return service.start(
            self._session,
            case.reference,
            actor=self._coordinator,
            now=self._now,
            public_url=self._public_url,
            entries=(),
            is_exercise=is_exercise,
        )

    def _waiting(self, case: Case, handling: Handling) -> Alert:
        alert = self._drafted(case)
        lists = contacts.lists_of(self._session, partnership_id=self._place.id)
        draft = Draft(
            content=from_kept(alert.content),
            level=alert.level,
            handling=handling,
            media=tuple(Medium),
            list_ids=tuple(one.id for one in lists),
            seen_version=alert.version,
        )
        service.save(self._session, alert.reference, draft, actor=self._coordinator, now=self._now, entries=())
        warnings = propose(self._session, alert, public_url=self._public_url).warnings
        reasons = {one.key: "The panel chose these words." for one in warnings}
        asked = Submission(seen_version=alert.version, reasons=reasons)
        service.send_for_approval(
            self._session,
            alert.reference,
            asked,
            actor=self._coordinator,
            now=self._now,
            public_url=self._public_url,
        )
        return alert

    def _issued(self, case: Case) -> Alert:
        alert = self._waiting(case, Handling.PUBLIC)
        signature = Signature(content_hash=propose(self._session, alert, public_url=self._public_url).hash)
        return approval.approve(
            self._session,
            alert.reference,
            signature,
            actor=self._acting(world.MEDICAL),
            now=self._now - timedelta(minutes=9),
            public_url=self._public_url,
        )

    def _scheduled(self, case: Case) -> str:
        """An alert that is approved and leaves tomorrow."""
        alert = self._waiting(case, Handling.PROFESSIONALS)
        leaves = (self._now + timedelta(days=1)).astimezone(LONDON)
        form = Appointment(
            content_hash=propose(self._session, alert, public_url=self._public_url).hash,
            leaves_on=leaves.date(),
            leaves_at=leaves.time(),
        )
        approval.schedule(
            self._session,
            alert.reference,
            form,
            actor=self._acting(world.PUBLIC_HEALTH),
            now=self._now,
            public_url=self._public_url,
        )
        return alert.reference

    def _endpoint(self) -> int:
        """Another system that is told of public alerts."""
        added, _ = exchange.add(
            self._session,
            name="The council's website",
            address="https://council.example.org/hook",
            actor=self._coordinator,
            now=self._now,
        )
        return added.id

    @cached_property
    def _feed(self) -> Feed:
        """A neighbour's feed that is asked."""
        return neighbours.add_feed(
            self._session,
            name="South Vale drug alerts",
            address="https://vale.example.org/alerts.atom",
            actor=self._coordinator,
            now=self._now,
        )

    def _neighbours_alert(self) -> int:
        """What waits of a neighbour's: an update of something that was noted."""
        first = Received(
            key=Key("vale.example.org", "VAL-1", self._now - timedelta(hours=30)),
            kind="Alert",
            is_real=True,
            headline="Blue tablets sold as diazepam",
            description="Three people were taken to hospital.",
            areas=("Valeham",),
        )
        [noted] = take_in(self._session, self._feed, [(first, None)], own_sender="", now=self._now)
        neighbours.note(
            self._session,
            noted.id,
            case="",
            reason="Valeham is next door.",
            actor=self._coordinator,
            now=self._now,
        )
        later = replace(
            first,
            key=Key("vale.example.org", "VAL-2", self._now - timedelta(hours=2)),
            kind="Update",
            references=(first.key,),
            headline="Blue tablets hold metonitazene",
            instruction="Do not use alone. Carry naloxone.",
        )
        [waits] = take_in(self._session, self._feed, [(later, None)], own_sender="", now=self._now)
        return waits.id

    def _confirmation(self) -> str:
        """The link by which somebody confirms their e-mail address."""
        asked = self._session.scalars(select(Contact).where(Contact.email_index.is_not(None)).order_by(Contact.id))
        return token_of(asked.first() or Contact(), Medium.EMAIL)

    def _contact_file(self) -> int:
        """A file of contacts that somebody is looking at: one is new, one is wrong."""
        rows = [("Name", "Email address"), ("Maud Fenwick", "maud@example.org"), ("Nobody", "")]
        file = ContactFile(
            partnership_id=self._place.id,
            file_name="hostels.csv",
            content=base64.b64encode(csv_file(rows)).decode(),
            uploaded_by=self._coordinator.label,
            uploaded_at=self._now,
        )
        self._session.add(file)
        self._session.flush()
        return file.id

    def _figure_file(self) -> int:
        """A file of figures that somebody is looking at: one is new, one is wrong."""
        rows = [("Indicator", "Period ends", "Value"), ("seizures", "2026-03", "14"), ("nothing", "2026-03", "1")]
        file = FigureFile(
            partnership_id=self._place.id,
            file_name="figures.csv",
            content=csv_file(rows),
            uploaded_by=self._coordinator.label,
            uploaded_at=self._now,
        )
        self._session.add(file)
        self._session.flush()
        return file.id

    def _behind(self, alert: Alert) -> None:
        """Let the alert be long enough out that its coordinators are told, and some messages have failed."""
        failed = select(Delivery).where(Delivery.about == about(alert), Delivery.medium == Medium.SMS)
        for message in self._session.scalars(failed.order_by(Delivery.id.desc()).limit(2)):
            message.state, message.reason = DeliveryState.FAILED, "The number is not in use (30005)"
        self._session.add(Shortfall(alert_id=alert.id, target=Target.DELIVERED, share=0.6, told_at=self._now))

    def _acknowledged(self, alert: Alert) -> Sequence[AlertRecipient]:
        """Let three of those who were told say that they have it; the last has said nothing."""
        self._session.flush()
        recipients = self._session.scalars(
            select(AlertRecipient).where(AlertRecipient.alert_id == alert.id).order_by(AlertRecipient.id)
        ).all()
        for place, recipient in enumerate(recipients[:3]):
            word = Word(passed_on=4 * place, note="On the board in the kitchen." if place else "")
            reach.acknowledge(self._session, recipient, word, how=How.LINK, now=self._now)
        return recipients

    def _message(self, alert: Alert, medium: Medium) -> str:
        found = select(Delivery.reference).where(Delivery.about == about(alert), Delivery.medium == medium)
        return str(self._session.scalars(found.order_by(Delivery.id)).first())

    def _somebody_on_call(self) -> None:
        """The coordinator has a deputy; two are on call at once in two nights, and then nobody is."""
        today = self._now.date()
        deputy = self._acting(world.DEPUTY)
        rota.name_deputy(
            self._session,
            deputy.id,
            starts_on=today,
            ends_on=today + timedelta(days=9),
            actor=self._coordinator,
            now=self._now,
        )
        rota.set_mobile(self._session, deputy.id, "07700 900 456", actor=deputy)
        for person, start, days in ((deputy, -1, 4), (self._acting(world.PUBLIC_HEALTH), 2, 3)):
            begins = self._now + timedelta(days=start)
            rota.add_turn(
                self._session,
                person.id,
                starts_at=begins,
                ends_at=begins + timedelta(days=days),
                actor=self._coordinator,
                now=self._now,
            )

    def _watched(self) -> None:
        """The clocks have started, and those that have something to say have said it."""
        self._session.flush()
        keeping.keep_up(self._session, clocks=self._policy.clocks, now=self._now)
        clocks.tell_of(self._session, partnership_id=self._place.id, public_url=self._public_url, now=self._now)

    def _put_in_doubt(self, alert: Alert) -> None:
        """Let a result that found something else join the case of an alert in force."""
        form = LabResultForm(
            sample_reference="SUL-2400",
            laboratory="Sampleton University Laboratory",
            purpose=Purpose.INTELLIGENCE,
            stage=Stage.CONFIRMED,
            technique=Technique.LC_MS,
            reported_on=self._now.date(),
            finding=Finding.FOUND,
            components=(ComponentForm(substance="metonitazene", part=Part.MAIN),),
        )
        names = self._vocabulary.names_for(self._session, self._place.place)
        sent = {"key": "a doubt", "by": "laboratory", "vouched_for": True, "now": self._now}
        result = results.submit_result(self._session, form, place=self._place.place, names=names, **sent)
        gathering.add_evidence(self._session, alert.case.reference, result, actor=self._coordinator, now=self._now)
        doubts.consider(self._session, result, names=names, public_url=self._public_url, now=self._now)

    def _recalled(self) -> tuple[Case, IncidentReport]:
        """A case that ended in no further action, brought back by a report of the same tablets."""
        first, second = (self._tablets(key) for key in ("first tablets", "second tablets"))
        case = gathering.open_case(
            self._session, title="Green tablets marked S 90 3", first=first, actor=self._coordinator, now=self._now
        )
        self._vote_on(case, Outcome.NO_ACTION)
        form = DecisionForm(
            outcome=Outcome.NO_ACTION, seen_version=self._version(case), reason="One tablet, long gone."
        )
        decision = panel.decide(
            self._session, case.reference, form, policy=self._policy, actor=self._coordinator, now=self._now
        )
        thing = CameIn("reports", second.id, second.reference, self._now, "", "", "", "")
        why = f"Report {second.reference} is like it: the same marking (S 90 3)."
        found = Recalled(case.id, decision.id, thing, why)
        memory.bring_back(self._session, found, public_url=self._public_url, now=self._now)
        return case, second

    def _tablets(self, key: str) -> IncidentReport:
        form = IncidentForm(
            happened_on=self._now.date(),
            area_code=world.DERBY,
            sold_as="green tablets",
            harm_level=HarmLevel.MILD,
            naloxone=Naloxone.NOT_APPLICABLE,
            how_known=HowKnown.TOLD_BY_PERSON,
            markings="S 90 3",
        )
        names = self._vocabulary.names_for(self._session, self._place.place)
        taken = reports.submit_report(
            self._session, form, place=self._place.place, names=names, key=key, by="test", now=self._now
        )
        return self._session.get_one(IncidentReport, taken.id)

    def _venue(self) -> VenueLink:
        """A link for the hostel, whose staff need not say where they are."""
        hostel = select(Organisation.id).where(Organisation.name == "Harbour Rest Hostel")
        place = Venue(self._session.scalars(hostel).one(), world.DERBY, Setting.HOSTEL)
        return venues.make_link(self._session, place, actor=self._coordinator, now=self._now)

    def _question_link(self) -> str:
        """The secret end of the link to the question that a reporter was asked."""
        asked = select(Delivery).where(Delivery.about.startswith("report-question/")).order_by(Delivery.id)
        letter = self._session.scalars(asked).one()
        return letter.text.split("/report/answer/")[1].split()[0]

    def _file_of_results(self) -> int:
        """A laboratory's table, checked and not yet taken in: one row is good, one has no technique."""
        officer = self._acting(world.DATA_OFFICER)
        by = laboratory.Uploader(officer.label, officer.name)
        return laboratory.check(
            self._session, RESULTS.encode(), file_name="results.csv", place=self._place, by=by, now=self._now
        ).id

    def _claim(self, result: LabResult) -> str:
        """A result from somebody unknown that says it follows another."""
        form = LabResultForm(
            sample_reference=result.sample_reference,
            laboratory=result.laboratory,
            purpose=Purpose.INTELLIGENCE,
            stage=Stage.CONFIRMED,
            technique=Technique.LC_MS,
            reported_on=result.reported_on,
            finding=Finding.NOTHING,
        )
        names = self._vocabulary.names_for(self._session, self._place.place)
        sent = {"key": "a claim", "by": "open form", "vouched_for": False, "now": self._now}
        return results.submit_result(self._session, form, place=self._place.place, names=names, **sent).reference

    def _key(self) -> int:
        accounts.create_key(
            self._session,
            partnership_id=self._place.id,
            name="Sampleton Infirmary laboratory",
            scopes=(Scope.REPORTS_WRITE, Scope.LAB_WRITE),
            actor=self._acting(world.ADMINISTRATOR).label,
            now=self._now,
        )
        return people.keys_of(self._session, partnership_id=self._place.id)[0].id

    def _invited(self) -> str:
        """An open invitation; the secret end of its link."""
        administrator = self._acting(world.ADMINISTRATOR)
        invited = Invited(
            name="Noor Elverstone", email="noor.elverstone@example.org", role=Role.LEAD, discipline=None
        )
        invitation = invitations.invite(
            self._session, invited, actor=administrator, public_url=self._public_url, now=self._now
        )
        letter = self._session.scalars(select(Delivery).where(Delivery.about == invitation.label)).one()
        return letter.text.split("/invitation/")[1].split()[0]
