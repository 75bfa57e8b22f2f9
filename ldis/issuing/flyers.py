"""The flyer of an alert and its full briefing, as pages to print and as a PDF; and the pictures that they show."""

from typing import Any

from flask import Blueprint, Response, current_app, url_for

from alerts.flyer import Flyer, flyer_of
from alerts.messages import AlertContent, Handling, Kind, Level
from ldis.errors import NotFound
from ldis.issuing import pictures, queries
from ldis.issuing.content import from_kept
from ldis.issuing.flyer_paper import as_pdf
from ldis.issuing.models import Alert
from ldis.issuing.rules import READERS, State, said_code
from ldis.people.access import EVERYONE, current_person, open_to
from ldis.photos.pages import jpeg
from ldis.venues.poster import qr_svg
from ldis.web import render, session, today

pages = Blueprint("flyers", __name__)


@pages.get("/issuing/<reference>/flyer")
@open_to(*READERS)
def flyer(reference: str) -> Any:
    """The flyer as it will be printed."""
    alert = _the_alert(reference)
    drawn = flyer_for(alert)
    return render(
        "issuing/flyer.html", alert=alert, flyer=drawn, qr=qr_svg(drawn.address), **_with_pictures(alert)
    )


@pages.get("/issuing/<reference>/flyer.pdf")
@open_to(*READERS)
def paper(reference: str) -> Any:
    """The flyer as a file."""
    return _file(_the_alert(reference))


@pages.get("/issuing/<reference>/briefing")
@open_to(*READERS)
def briefing(reference: str) -> Any:
    """The full briefing, as its readers will see it on the web."""
    alert = _the_alert(reference)
    flyer_for(alert)
    return render("issuing/briefing.html", alert=alert, content=from_kept(alert.content), **_with_pictures(alert))


@pages.get("/alerts/<reference>/flyer.pdf")
@open_to(EVERYONE)
def public_paper(reference: str) -> Any:
    """The flyer of an alert that is for everybody."""
    return _handed_out(queries.the_public_alert(session, reference.upper()))


@pages.get("/alerts/<reference>/pictures/<int:photo_id>")
@open_to(EVERYONE)
def public_picture(reference: str, photo_id: int) -> Any:
    """A picture of an alert that is for everybody."""
    return _picture(queries.the_public_alert(session, reference.upper()), photo_id)


@pages.get("/a/<token>/flyer.pdf")
@open_to(EVERYONE)
def recipients_paper(token: str) -> Any:
    """The flyer, by a recipient's own link."""
    return _handed_out(queries.recipient_with(session, token).alert)


@pages.get("/a/<token>/pictures/<int:photo_id>")
@open_to(EVERYONE)
def recipients_picture(token: str, photo_id: int) -> Any:
    """A picture, by a recipient's own link."""
    return _picture(queries.recipient_with(session, token).alert, photo_id)


def flyer_for(alert: Alert) -> Flyer:
    """The words of an alert's flyer; NotFound while parts of the alert are missing."""
    content = from_kept(alert.content)
    if content.kind is Kind.STAND_DOWN:
        raise NotFound("A stand-down has no flyer: it tells people to take the old one down.")
    for sentence in content.missing().values():
        raise NotFound(f"There is no flyer yet. {sentence}")
    return flyer_with(alert, content, level=alert.level, handling=alert.handling)


def flyer_with(alert: Alert, content: AlertContent, *, level: Level, handling: Handling) -> Flyer:
    """The words of the flyer that an alert would have with this content, which lacks nothing."""
    code = said_code(alert.code)
    address = f"{current_app.config['PUBLIC_URL'].rstrip('/')}{url_for('issuing.public.verify', code=code)}"
    return flyer_of(content, level=level, handling=handling, address=address, is_exercise=alert.is_exercise)


def _the_alert(reference: str) -> Alert:
    return queries.the_alert(session, reference, partnership_id=current_person().partnership_id)


def _handed_out(alert: Alert) -> Response:
    """The flyer for those outside: nobody is to pin up what is no longer in force."""
    if alert.stands(today()) is not State.ISSUED:
        raise NotFound("This alert is no longer in force, so there is no flyer to print.")
    return _file(alert)


def _file(alert: Alert) -> Response:
    shown = [photo.full_picture or b"" for photo in pictures.shown_on(session, alert)]
    answer = Response(as_pdf(flyer_for(alert), shown), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{alert.reference}-flyer.pdf"'
    return answer


def _picture(alert: Alert, photo_id: int) -> Response:
    found = next((photo for photo in pictures.shown_on(session, alert) if photo.id == photo_id), None)
    if found is None:
        raise NotFound("We cannot find this picture. It may have been removed.")
    return jpeg(found, found.full_picture)


def _with_pictures(alert: Alert) -> dict[str, Any]:
    """What the templates draw pictures with, for somebody who is signed in."""
    return {
        "pictures": pictures.shown_on(session, alert),
        "picture_at": lambda number: url_for("photos.full", photo_id=number),
    }
