"""What anybody may see without signing in: public alerts, and whether an alert going round is genuine."""

from typing import Any

from flask import Blueprint, redirect, request, url_for

from alerts.messages import Handling
from ldis.issuing import queries
from ldis.issuing.content import from_kept
from ldis.issuing.rules import CODE_LENGTH, CODE_SIGNS, in_force, said_code, tidy_code
from ldis.people.access import EVERYONE, open_to
from ldis.web import render, session, today

pages = Blueprint("public", __name__)


@pages.get("/alerts")
@open_to(EVERYONE)
def alerts() -> Any:
    """Public alerts: those in force first, then those whose review date has passed."""
    found = queries.public_alerts(session)
    contents = {alert.id: from_kept(alert.content) for alert in found}
    now = [alert for alert in found if in_force(contents[alert.id].review_on, today=today())]
    return render(
        "issuing/public_alerts.html",
        in_force=now,
        over=[alert for alert in found if alert not in now],
        contents=contents,
    )


@pages.get("/alerts/<reference>")
@open_to(EVERYONE)
def alert(reference: str) -> Any:
    """One public alert."""
    found = queries.the_public_alert(session, reference.upper())
    content = from_kept(found.content)
    return render(
        "issuing/public_alert.html",
        alert=found,
        content=content,
        current=in_force(content.review_on, today=today()),
        said_code=said_code(found.code),
        partnership_name=found.partnership.name,
    )


@pages.get("/v")
@open_to(EVERYONE)
def ask() -> Any:
    """Where the code of an alert is typed in."""
    written = tidy_code(request.args.get("code", ""))
    if written:
        return redirect(url_for("issuing.public.verify", code=said_code(written)))
    return render("issuing/ask_code.html")


@pages.get("/v/<code>")
@open_to(EVERYONE)
def verify(code: str) -> Any:
    """Whether an alert is ours and in force. The words are shown only where they are for everybody."""
    tidied = tidy_code(code)
    known = len(tidied) == CODE_LENGTH and set(tidied) <= set(CODE_SIGNS)
    found = queries.alert_with_code(session, tidied) if known else None
    if found is None:
        return render("issuing/unknown_code.html", code=code[:20]), 404
    content = from_kept(found.content)
    return render(
        "issuing/verified.html",
        alert=found,
        content=content,
        current=in_force(content.review_on, today=today()),
        public=found.handling is Handling.PUBLIC,
        partnership_name=found.partnership.name,
    )
