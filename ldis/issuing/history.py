"""The pages on which the versions of an alert are listed and compared."""

from typing import Any

from flask import Blueprint, redirect, request, url_for

from ldis.contacts import queries as contacts
from ldis.errors import NotFound
from ldis.issuing import queries
from ldis.issuing.models import Alert
from ldis.issuing.rules import READERS
from ldis.issuing.versions import changes_between
from ldis.people.access import current_person, open_to
from ldis.web import render, session

pages = Blueprint("history", __name__)


@pages.get("/issuing/<reference>/versions")
@open_to(*READERS)
def versions(reference: str) -> Any:
    """Every version that was saved; two of them can be compared."""
    alert = _the_alert(reference)
    chosen = [request.args.get(name, type=int) for name in ("before", "after")]
    if None not in chosen:
        return redirect(url_for("issuing.history.compare", reference=reference, before=chosen[0], after=chosen[1]))
    return render("issuing/versions.html", alert=alert, versions=alert.versions[::-1])


@pages.get("/issuing/<reference>/versions/<int:before>/<int:after>")
@open_to(*READERS)
def compare(reference: str, before: int, after: int) -> Any:
    """What changed from one version to another, word by word."""
    alert = _the_alert(reference)
    kept = {version.version: version for version in alert.versions}
    if before not in kept or after not in kept:
        raise NotFound("This alert has no such version.")
    names = {one.id: one.name for one in contacts.lists_of(session, partnership_id=alert.partnership_id)}
    return render(
        "issuing/compare.html",
        alert=alert,
        before=kept[before],
        after=kept[after],
        changes=changes_between(kept[before].snapshot, kept[after].snapshot, lists=names),
    )


def _the_alert(reference: str) -> Alert:
    return queries.the_alert(session, reference, partnership_id=current_person().partnership_id)
