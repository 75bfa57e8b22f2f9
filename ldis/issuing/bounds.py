"""What bounds an alert: what its case decided, what it follows, and what its partnership has to choose from."""

from sqlalchemy.orm import Session

from alerts.messages import Handling, Kind
from ldis.cases.models import Case
from ldis.cases.panel import decided_outcome
from ldis.cases.rules import Outcome
from ldis.errors import Invalid, NotAllowed
from ldis.issuing import pictures, queries
from ldis.issuing.models import Alert
from ldis.issuing.rules import ALLOWS, Breadth
from ldis.issuing.schemas import Draft


def outcome_of(case: Case) -> Outcome:
    """What the panel decided, if an alert may be sent on it."""
    outcome = decided_outcome(case) if case.state in queries.DECIDED else None
    if outcome is None:
        raise NotAllowed("The panel has not decided this case, or it was reopened. There can be no alert now.")
    if outcome not in ALLOWS:
        raise NotAllowed(f"The panel decided “{outcome}”, so there is no alert to write.")
    return outcome


def check_case_allows(alert: Alert) -> None:
    """Refuse an alert that its case no longer asks for. What is withdrawn is withdrawn whatever became of the case."""
    if alert.kind is not Kind.STAND_DOWN:
        outcome_of(alert.case)


def breadth_of(alert: Alert) -> Breadth:
    """How far it may go; a stand-down goes as far as what it withdraws, whatever became of the case."""
    if alert.kind is Kind.STAND_DOWN:
        return Breadth((alert.level,), tuple(Handling))
    breadth = ALLOWS[outcome_of(alert.case)]
    if alert.is_exercise:
        return Breadth(breadth.levels, tuple(one for one in breadth.handlings if one is not Handling.PUBLIC))
    return breadth


def check_breadth(alert: Alert, draft: Draft) -> None:
    """What the panel decided bounds how loud an alert may be and how far it may go; areas are the partnership's."""
    errors = _shorter_reach(alert, draft)
    if alert.kind is Kind.STAND_DOWN:
        if errors:
            raise Invalid(errors)
        return
    errors |= _beyond_what_was_decided(alert, draft)
    if not set(draft.content.areas) <= {area.name for area in alert.partnership.areas}:
        errors["areas"] = ["Choose from the areas shown."]
    if not set(draft.area_codes) <= {area.code for area in alert.partnership.areas}:
        errors["area_codes"] = ["Choose from the areas shown."]
    if errors:
        raise Invalid(errors)


def _beyond_what_was_decided(alert: Alert, draft: Draft) -> dict[str, list[str]]:
    outcome = outcome_of(alert.case)
    breadth = ALLOWS[outcome]
    errors = {}
    if draft.level not in breadth.levels:
        errors["level"] = [f"The panel decided “{outcome}”: the level can only be information."]
    if draft.handling not in breadth.handlings:
        errors["handling"] = [f"The panel decided “{outcome}”: it is for professionals only."]
    if alert.is_exercise and draft.handling is Handling.PUBLIC:
        errors["handling"] = ["An exercise is never public."]
    return errors


def check_pictures(session: Session, alert: Alert, draft: Draft) -> None:
    """Refuse photos that the page did not offer."""
    known = {photo.id for photo, _ in pictures.to_choose_from(session, alert)} if draft.content.pictures else set()
    if not set(draft.content.pictures) <= known:
        raise Invalid({"pictures": ["Choose from the photos shown."]})


def _shorter_reach(alert: Alert, draft: Draft) -> dict[str, list[str]]:
    """What follows an alert is read wherever that one was read."""
    if alert.replaced is None or _how_far(draft.handling) >= _how_far(alert.replaced.handling):
        return {}
    return {"handling": [f"It must go at least as far as {alert.replaced.reference}, which it follows."]}


def _how_far(handling: Handling) -> int:
    return list(Handling).index(handling)
