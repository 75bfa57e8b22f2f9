"""Fill an empty database with the invented partnership, through the services that people use."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

import config
from config import policy as policy_file
from config import substances as substances_file
from ldis.cases import gathering, panel
from ldis.cases import service as cases
from ldis.cases.ballots import DecisionForm, GradingForm, VoteForm
from ldis.cases.models import Case
from ldis.cases.policy import Policy, read_policy
from ldis.cases.rules import Action, Outcome, WouldHelp
from ldis.contacts import service as contacts
from ldis.contacts.schemas import ContactDetails, ListDetails
from ldis.db import utc_now
from ldis.demonstration import figures, papers, past, world
from ldis.demonstration.drawing import photo_of_tablets
from ldis.demonstration.past import PastReport, PastResult
from ldis.demonstration.world import Person
from ldis.followup import service as followup
from ldis.followup.schemas import Question, Update
from ldis.people import queries as people_queries
from ldis.people import service as people
from ldis.people.access import Actor, actor_for
from ldis.people.areas import load_areas
from ldis.people.models import Partnership
from ldis.submissions import reports, results
from ldis.submissions.models import IncidentReport, LabResult
from ldis.substances.catalogue import read_catalogue
from ldis.substances.names import Names

BY = "demonstration"
AREAS_FILE = Path(config.__file__).with_name("areas.csv")


def seed_if_empty(session: Session, *, public_url: str = "http://localhost:8000") -> Sequence[str]:
    """Load the areas, and make the demonstration partnership where there is none yet.

    Answers with the lines that tell a newcomer who they can be. A second time it changes nothing.
    """
    load_areas(session, AREAS_FILE)
    known = select(Partnership.id).where(Partnership.slug == world.SLUG)
    if session.scalar(known) is None:
        _Founding(session, utc_now(), public_url).all()
    return who_you_can_be()


def who_you_can_be() -> list[str]:
    """Who there is to sign in as, and where their code is found."""
    widest = max(len(_capacity(person)) for person in world.PEOPLE)
    return [
        "Send a report without signing in, or sign in (at /sign-in) as any of these.",
        "Their sign-in codes, and all other messages, wait in the outbox (at /outbox).",
        *(f"  {_capacity(person):<{widest}}  {person.name}, {person.email}" for person in world.PEOPLE),
    ]


def _capacity(person: Person) -> str:
    of = f" ({person.discipline.value})" if person.discipline else ""
    return f"{person.role.value.capitalize()}{of}"


class _Founding:
    """Makes the partnership step by step, at one moment."""

    def __init__(self, session: Session, now: datetime, public_url: str) -> None:
        self._session = session
        self._now = now
        self._public_url = public_url
        self._policy: Policy = read_policy(policy_file.read())
        self._names = Names.build(read_catalogue(substances_file.read()).entries)
        self._partnership: Partnership = people.create_partnership(
            session, slug=world.SLUG, prefix=world.PREFIX, name=world.NAME, area_codes=world.AREAS, actor=BY
        )

    def all(self) -> None:
        """Everything, in the order in which it would have come about."""
        self._add_people()
        self._add_contacts()
        self._remember_the_rumour()
        for report in past.OTHER_REPORTS:
            self._receive(report)
        for result in past.OTHER_RESULTS:
            self._receive_result(result)
        self._leave_one_case_in_triage()
        figures.enter(
            self._session,
            officer=self._acting(world.DATA_OFFICER),
            lead=self._acting(world.LEAD),
            now=self._now,
        )
        papers.write(
            self._session,
            coordinator=self._acting(world.COORDINATOR),
            lead=self._acting(world.LEAD),
            now=self._now,
        )

    def _add_people(self) -> None:
        for person in world.PEOPLE:
            people.add_person(
                self._session,
                partnership_id=self._partnership.id,
                name=person.name,
                email=person.email,
                role=person.role,
                discipline=person.discipline,
                actor=BY,
            )

    def _add_contacts(self) -> None:
        actor = self._acting(world.COORDINATOR)
        organisations = {
            name: people.add_organisation(
                self._session, partnership_id=self._partnership.id, name=name, sector=sector, actor=BY
            ).id
            for name, sector in world.ORGANISATIONS.items()
        }
        lists = {
            name: contacts.add_list(self._session, ListDetails(name=name), actor=actor).id
            for name in (world.STREET_LIST, world.CARE_LIST)
        }
        for partner in world.CONTACTS:
            details = ContactDetails(
                name=partner.name,
                organisation_id=organisations[partner.organisation],
                job_role=partner.job_role,
                mobile=partner.mobile,
                email=partner.email,
                by_sms=partner.by_sms,
                by_email=partner.by_email,
                stands_in=partner.stands_in,
                list_ids=tuple(lists[name] for name in partner.lists),
            )
            contact = contacts.add_contact(self._session, details, actor=actor, now=self._now, allow_drama=True)
            if partner.opted_out:
                contacts.opt_out(self._session, contact.id, actor=actor, now=self._now)

    def _remember_the_rumour(self) -> None:
        """A case that was closed without action: it comes back to mind when something like it is reported."""
        title = "Rumour of very strong ketamine among students"
        case, then = self._open_case(title, self._receive_all(past.RUMOUR))
        self._move(case, Action.CALL_PANEL, then)
        for member in (world.PUBLIC_HEALTH, world.POLICE, world.MEDICAL):
            then += timedelta(minutes=40)
            self._find_it_slight(case, member, then)
        then += timedelta(hours=1)
        reason = "Nobody saw harm beyond the ordinary, and no sample was had. A warning would only advertise it."
        form = DecisionForm(outcome=Outcome.NO_ACTION, seen_version=self._version(case), reason=reason)
        actor = self._acting(world.COORDINATOR)
        panel.decide(self._session, case.reference, form, policy=self._policy, actor=actor, now=then)
        self._move(case, Action.CLOSE, then + timedelta(hours=1))

    def _find_it_slight(self, case: Case, member: Person, then: datetime) -> None:
        actor = self._acting(member)
        grading = GradingForm(
            answers={question.key: 0 for question in self._policy.questions},
            would_help=WouldHelp.NO,
            seen_version=self._version(case),
        )
        panel.grade(self._session, case.reference, grading, policy=self._policy, actor=actor, now=then)
        vote = VoteForm(outcome=Outcome.NO_ACTION, seen_version=self._version(case))
        panel.vote(self._session, case.reference, vote, policy=self._policy, actor=actor, now=then)

    def _leave_one_case_in_triage(self) -> None:
        reports = self._receive_all(past.BLUE_TABLETS)
        result = self._receive_result(past.BLUE_TABLETS_RESULT)
        self._open_case("Blue tablets sold as Valium", [*reports, result])
        self._hear_more_from_the_reporter(reports[0])

    def _hear_more_from_the_reporter(self, report: IncidentReport) -> None:
        """Somebody adds to their report, and is asked about it."""
        more = Update("A third resident was very drowsy this morning. She is awake now.", f"{BY}-update")
        earlier = self._now - timedelta(minutes=50)
        followup.add_update(self._session, report, more, by=self._acting(world.REPORTER).label, now=earlier)
        asked = Question("Is any of the packet left? What is printed on it?", f"{BY}-question")
        actor = self._acting(world.COORDINATOR)
        followup.ask(self._session, report, asked, actor=actor, public_url=self._public_url, now=self._now)

    def _receive_all(self, reports: Iterable[PastReport]) -> list[IncidentReport]:
        return [self._receive(report) for report in reports]

    def _receive(self, report: PastReport) -> IncidentReport:
        received = reports.submit_report(
            self._session,
            report.as_form(self._now),
            place=self._partnership.place,
            names=self._names,
            key=f"{BY}-{report.days_ago}-{report.hours_ago}-{report.area}",
            by=BY,
            now=report.received_at(self._now),
        )
        made = self._session.get_one(IncidentReport, received.id)
        drawn = [photo_of_tablets(number) for number in range(1, report.photos + 1)]
        reports.add_photos(self._session, made, drawn, by=BY, now=report.received_at(self._now))
        return made

    def _receive_result(self, result: PastResult) -> LabResult:
        return results.submit_result(
            self._session,
            result.as_form(self._now),
            place=self._partnership.place,
            names=self._names,
            key=f"{BY}-{result.sample}",
            by=BY,
            vouched_for=True,
            now=result.received_at(self._now),
        )

    def _open_case(self, title: str, things: Sequence[IncidentReport | LabResult]) -> tuple[Case, datetime]:
        """Open a case soon after the last of these came in; the case, and when."""
        actor = self._acting(world.COORDINATOR)
        then = max(thing.received_at for thing in things) + timedelta(minutes=30)
        case = gathering.open_case(self._session, title=title, first=things[0], actor=actor, now=then)
        for thing in things[1:]:
            gathering.add_evidence(self._session, case.reference, thing, actor=actor, now=then)
        return case, then

    def _move(self, case: Case, action: Action, then: datetime) -> None:
        version = self._version(case)
        actor = self._acting(world.COORDINATOR)
        cases.move(self._session, case.reference, action, reason="", seen_version=version, actor=actor, now=then)

    def _version(self, case: Case) -> int:
        """The version that somebody would see who opened the case's page now."""
        self._session.flush()
        self._session.refresh(case, ["version"])
        return case.version

    def _acting(self, person: Person) -> Actor:
        account = people_queries.person_by_email(self._session, person.email)
        actor = actor_for(account, self._partnership.id) if account else None
        assert actor is not None
        return actor
