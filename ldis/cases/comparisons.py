"""What a coordinator says of two accounts: the same event or not, this report's sample or not."""

from typing import Any

from flask import Blueprint, redirect, url_for

from ldis.cases import merging
from ldis.cases.pages import incoming
from ldis.cases.schemas import LinkSchema, OtherSchema
from ldis.db import utc_now
from ldis.people import queries as people
from ldis.people.access import current_person, open_to
from ldis.people.rules import Role
from ldis.submissions import comparing
from ldis.submissions import queries as submissions
from ldis.submissions.models import LabResult
from ldis.substances.access import known_names
from ldis.web import commits, load_form, notice, redraws, session

pages = Blueprint("comparisons", __name__)


@pages.post("/<any(reports):kind>/<reference>/same-event")
@open_to(Role.COORDINATOR)
@redraws(incoming)
@commits
def same_event(kind: str, reference: str) -> Any:
    """Let one report speak for both."""
    other = load_form(OtherSchema).other
    kept, merged = merging.same_event(session, reference, other, actor=current_person(), now=utc_now())
    notice(f"{merged.reference} is merged into {kept.reference}. Both are kept as they were sent.")
    return redirect(url_for("cases.incoming", kind=kind, reference=kept.reference))


@pages.post("/<any(reports):kind>/<reference>/not-the-same")
@open_to(Role.COORDINATOR)
@redraws(incoming)
@commits
def not_the_same(kind: str, reference: str) -> Any:
    """Do not offer this pair again."""
    other = load_form(OtherSchema).other
    merging.different_events(session, reference, other, actor=current_person(), now=utc_now())
    notice(f"{other} will not be offered again beside {reference}.")
    return redirect(url_for("cases.incoming", kind=kind, reference=reference))


@pages.post("/<any(reports):kind>/<reference>/unmerge")
@open_to(Role.COORDINATOR)
@redraws(incoming)
@commits
def unmerge(kind: str, reference: str) -> Any:
    """Let a report speak for itself again."""
    kept = merging.not_one_event_after_all(session, reference, actor=current_person(), now=utc_now())
    notice(f"{reference} is by itself again, apart from {kept.reference}.")
    return redirect(url_for("cases.incoming", kind=kind, reference=reference))


@pages.post("/<any(results):kind>/<reference>/link")
@open_to(Role.COORDINATOR)
@redraws(incoming)
@commits
def link(kind: str, reference: str) -> Any:
    """Say which report a sample came from."""
    form = load_form(LinkSchema)
    report = comparing.link(
        session, the_result(reference), form.report, names=names(), actor=current_person(), now=utc_now()
    )
    notice(f"The sample is from report {report.reference}.")
    return redirect(url_for("cases.incoming", kind=kind, reference=reference))


@pages.post("/<any(results):kind>/<reference>/not-from")
@open_to(Role.COORDINATOR)
@redraws(incoming)
@commits
def not_from(kind: str, reference: str) -> Any:
    """Do not offer this report again for this sample."""
    other = load_form(OtherSchema).other
    person = current_person()
    report = submissions.the_report(session, other, partnership_id=person.partnership_id)
    comparing.tell_result_apart(session, the_result(reference), report, actor=person, now=utc_now())
    notice(f"{report.reference} will not be offered again for this sample.")
    return redirect(url_for("cases.incoming", kind=kind, reference=reference))


@pages.post("/<any(results):kind>/<reference>/unlink")
@open_to(Role.COORDINATOR)
@redraws(incoming)
@commits
def unlink(kind: str, reference: str) -> Any:
    """Take the link to a report back."""
    comparing.take_link_back(session, the_result(reference), names=names(), actor=current_person(), now=utc_now())
    notice("The link is taken back.")
    return redirect(url_for("cases.incoming", kind=kind, reference=reference))


@pages.post("/<any(results):kind>/<reference>/supersedes")
@open_to(Role.COORDINATOR)
@redraws(incoming)
@commits
def supersedes(kind: str, reference: str) -> Any:
    """Confirm that a result takes the place of the one in force."""
    other = load_form(OtherSchema).other
    comparing.confirm_it_follows(session, the_result(reference), other, actor=current_person())
    notice(f"{reference} supersedes {other}. Both are kept.")
    return redirect(url_for("cases.incoming", kind=kind, reference=reference))


def the_result(reference: str) -> LabResult:
    """The result that an address names, within the person's partnership."""
    return submissions.the_result(session, reference, partnership_id=current_person().partnership_id)


def names() -> Any:
    """The names that count in the person's partnership."""
    return known_names(people.partnership_numbered(session, current_person().partnership_id).place)
