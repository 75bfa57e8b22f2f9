"""The demonstration partnership: made once, through the services, with somebody for every role."""

import base64

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ldis import secrecy
from ldis.audit import service as audit
from ldis.audit.models import AuditEntry
from ldis.cases.models import Case
from ldis.cases.rules import Outcome, State
from ldis.contacts.models import Contact, ContactList
from ldis.db import Base
from ldis.demonstration import world
from ldis.demonstration.seed import seed_if_empty
from ldis.people import queries as people
from ldis.people.models import Membership
from ldis.people.rules import Discipline, Role
from ldis.submissions.models import IncidentReport, LabResult

pytestmark = pytest.mark.nobody_yet

DATA_KEY = base64.urlsafe_b64encode(b"the demonstration's test data key"[:32]).decode()


@pytest.fixture
def seeded(db: Session) -> Session:
    secrecy.configure((DATA_KEY,))
    seed_if_empty(db)
    db.commit()
    return db


def test_seeding_twice_changes_nothing(seeded: Session) -> None:
    before = rows_of_every_table(seeded)
    lines = seed_if_empty(seeded)
    seeded.commit()
    assert rows_of_every_table(seeded) == before
    assert any(world.COORDINATOR.email in line for line in lines)


def test_there_is_somebody_for_every_role_and_they_can_be_found(seeded: Session) -> None:
    held = seeded.scalars(select(Membership)).all()
    assert {membership.role for membership in held} == set(Role)
    on_the_panel = {membership.discipline for membership in held if membership.role is Role.PANEL_MEMBER}
    assert on_the_panel == set(Discipline) - {Discipline.LABORATORY}
    listed = {person.email for person in people.everyone_who_can_sign_in(seeded)}
    assert listed == {person.email for person in world.PEOPLE}


def test_the_lists_overlap_and_one_contact_has_opted_out(seeded: Session) -> None:
    lists = seeded.scalars(select(ContactList).order_by(ContactList.name)).all()
    on_both = set.intersection(*({contact.id for contact in one.members} for one in lists))
    assert len(lists) == 2
    assert on_both
    contacts = seeded.scalars(select(Contact)).all()
    assert len(contacts) == len(world.CONTACTS)
    assert [contact.name for contact in contacts if contact.opted_out_at] == ["Petra Ashdown"]


def test_one_case_is_closed_with_its_reasons_and_one_waits_in_triage(seeded: Session) -> None:
    closed, waiting = seeded.scalars(select(Case).order_by(Case.number)).all()
    assert (closed.state, waiting.state) == (State.CLOSED, State.TRIAGE)
    [decision] = closed.decisions
    assert decision.outcome is Outcome.NO_ACTION
    assert decision.reason
    assert closed.entries == sorted(closed.entries, key=lambda entry: entry.at)


def test_a_dozen_reports_and_some_results_wait_and_all_is_in_the_audit_record(seeded: Session) -> None:
    assert seeded.scalar(select(func.count()).select_from(IncidentReport)) == 12
    assert seeded.scalar(select(func.count()).select_from(LabResult)) == 4
    actions = set(seeded.scalars(select(AuditEntry.action)))
    assert actions >= {"partnership created", "role given", "contact added", "report received", "case decide"}
    assert audit.verify(seeded) is None


def rows_of_every_table(session: Session) -> dict[str, int]:
    return {
        name: session.scalar(select(func.count()).select_from(table)) or 0
        for name, table in Base.metadata.tables.items()
    }
