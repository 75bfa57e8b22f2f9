"""Somebody who may make every call about cases, and a case that is ready for each of them."""

from ldis.cases.models import Case
from ldis.cases.rules import State
from ldis.people import service as people
from ldis.people.access import Actor, actor_for
from ldis.people.rules import Role
from tests.integration.cases.table import CaseTable


def of_both_sides(table: CaseTable) -> Actor:
    """A member of the panel who is a coordinator as well."""
    medical = table.cast.medical
    person = people.add_person(
        table.db,
        partnership_id=table.place.id,
        name=medical.name,
        email=medical.email,
        role=Role.COORDINATOR,
        actor="test",
    )
    table.db.commit()
    table.db.refresh(person)
    both = actor_for(person, table.place.id)
    assert both is not None
    return both


def ready(table: CaseTable, path: str, member: Actor) -> Case:
    """A case to which this person may do what is sent to this path."""
    call = path.rpartition("/")[2]
    if call == "at-once":
        case = table.at_risk(table.opened())
    elif call == "decision":
        case = table.in_state(State.WITH_PANEL)
    elif call == "moves":
        case = table.opened()
    else:
        case = table.with_panel()
        if call in ("votes", "{reference}"):
            table.grade(case, member)
    found = table.again(case)
    table.db.commit()
    return found
