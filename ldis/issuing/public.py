"""What anybody may see without signing in: public alerts, and whether an alert going round is genuine."""

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, redirect, request, url_for

from alerts import cap as cap_documents
from alerts import feeds
from alerts import qr as qr_code
from alerts.messages import Handling
from ldis.issuing import published, queries
from ldis.issuing.chain import standing_of
from ldis.issuing.content import from_kept
from ldis.issuing.models import Alert
from ldis.issuing.rules import CODE_LENGTH, CODE_SIGNS, State, said_code, tidy_code
from ldis.people.access import EVERYONE, open_to
from ldis.web import current_app, render, session, today

pages = Blueprint("public", __name__)


@pages.get("/alerts")
@open_to(EVERYONE)
def alerts() -> Any:
    """Public alerts: those in force first, then those that are over; of one partnership where one is named."""
    slug = _partnership()
    found = queries.public_alerts(session, slug=slug)
    now = [alert for alert in found if alert.stands(today()) is State.ISSUED]
    return render(
        "issuing/public_alerts.html",
        in_force=now,
        over=[alert for alert in found if alert not in now],
        contents={alert.id: from_kept(alert.content) for alert in found},
        today=today(),
        partnership=slug,
    )


@pages.get("/alerts/feed.atom")
@open_to(EVERYONE)
def feed() -> Response:
    """Public alerts for feed readers, newest first; not sent again to who has it."""
    slug = _partnership()
    made = published.feed_of(
        queries.public_alerts(session, slug=slug), slug=slug, public_url=_public_url(), today=today()
    )
    return _conditional(feeds.written(made, cap_type=cap_documents.MEDIA_TYPE), feeds.MEDIA_TYPE, made.updated_at)


@pages.get("/alerts/<reference>")
@open_to(EVERYONE)
def alert(reference: str) -> Any:
    """One public alert, as it stands now."""
    found = queries.the_public_alert(session, reference.upper())
    return render(
        "issuing/public_alert.html",
        alert=found,
        content=from_kept(found.content),
        standing=standing_of(session, found, today=today()),
        link_of=_public_page_of,
        said_code=said_code(found.code),
        partnership_name=found.partnership.name,
    )


@pages.get("/alerts/<reference>/cap.xml")
@open_to(EVERYONE)
def cap(reference: str) -> Response:
    """One public alert as it was issued, in CAP 1.2."""
    found = queries.the_public_alert(session, reference.upper())
    document = published.document_of(found, queries.chain_of(session, found), public_url=_public_url())
    return _conditional(cap_documents.written(document), cap_documents.MEDIA_TYPE, document.issue.sent)


def _conditional(body: bytes, media_type: str, changed_at: datetime) -> Response:
    response = Response(body, mimetype=media_type)
    response.last_modified = changed_at
    response.add_etag()
    response.cache_control.public = True
    response.cache_control.max_age = 60
    response.make_conditional(request)
    return response


def _partnership() -> str:
    return request.args.get("partnership", "")[:60].replace("\x00", "")


def _public_url() -> str:
    url: str = current_app.config["PUBLIC_URL"]
    return url


def _public_page_of(alert: Alert) -> str:
    return url_for("issuing.public.alert", reference=alert.reference) if alert.handling is Handling.PUBLIC else ""


def check_of(alert: Alert) -> str:
    """Where anybody may check another alert of a chain."""
    return url_for("issuing.public.verify", code=said_code(alert.code))


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
        standing=standing_of(session, found, today=today()),
        link_of=check_of,
        public=found.handling is Handling.PUBLIC,
        partnership_name=found.partnership.name,
    )


@pages.get("/v/<code>/qr.svg")
@open_to(EVERYONE)
def qr(code: str) -> Response:
    """The address at which a code is checked, as a QR code. It is drawn for any code, so it tells nobody anything."""
    tidied = said_code(tidy_code(code))
    return Response(qr_code.svg(f"{_public_url()}/v/{tidied}"), mimetype="image/svg+xml")
