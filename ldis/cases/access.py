"""What the pages of a case begin with: the procedure in force, and the case that an address names."""

from flask import current_app

from ldis.cases import queries
from ldis.cases.models import Case
from ldis.cases.policy import Policy
from ldis.people.access import current_person
from ldis.people.rules import Role
from ldis.web import session

REVIEWERS = (Role.COORDINATOR, Role.PANEL_MEMBER, Role.LEAD)


def policy() -> Policy:
    """The procedure in force."""
    found = current_app.extensions["ldis.policy"]
    assert isinstance(found, Policy)
    return found


def the_case(reference: str) -> Case:
    """The case that an address names, within the person's partnership."""
    return queries.the_case(session, reference, partnership_id=current_person().partnership_id)
