"""What the pages and calls of indicators begin with: the dictionary, and the indicator that an address names."""

from flask import current_app

from ldis.errors import NotFound
from ldis.indicators.dictionary import Dictionary, Indicator
from ldis.indicators.figures import HERE
from ldis.people import queries as people
from ldis.people.access import current_person
from ldis.people.rules import Role
from ldis.web import session

READERS = (Role.COORDINATOR, Role.PANEL_MEMBER, Role.LEAD, Role.DATA_OFFICER)
KEEPERS = (Role.DATA_OFFICER,)
APPROVERS = (Role.DATA_OFFICER, Role.LEAD)


def dictionary() -> Dictionary:
    """The dictionary in force."""
    found = current_app.extensions["ldis.indicators"]
    assert isinstance(found, Dictionary)
    return found


def the_indicator(code: str) -> Indicator:
    """The indicator that an address names."""
    found = dictionary().indicators.get(code)
    if found is None:
        raise NotFound("There is no such indicator.")
    return found


def places() -> dict[str, str]:
    """The whole partnership and each of its areas, names by code."""
    place = people.partnership_numbered(session, current_person().partnership_id)
    return {HERE: place.name, **place.area_names}
