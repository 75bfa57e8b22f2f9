"""What an alert would become, drawn for those who write and approve it, and what the words are checked for."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, Response

from alerts.advice import every_advice
from alerts.finders import word_lists
from alerts.messages import Kind, Medium, Readership
from alerts.pace import Leaving
from alerts.reading import FORMULA
from alerts.wording import RULES
from ldis.cases.access import policy
from ldis.contacts import queries as contacts
from ldis.db import utc_now
from ldis.deliveries.pacing import forecast
from ldis.issuing import flyers, pictures, queries, service
from ldis.issuing.content import from_kept
from ldis.issuing.models import Alert
from ldis.issuing.outlook import outlook
from ldis.issuing.proposal import Proposal, propose, propose_draft
from ldis.issuing.rules import AUTHORS, OVERSEERS, URGENCY, Action
from ldis.issuing.schemas import DraftSchema
from ldis.people.access import current_person, open_to
from ldis.venues.poster import qr_svg
from ldis.web import current_app, load_form, render, session

pages = Blueprint("previews", __name__)


@pages.get("/issuing/wording")
@open_to(*OVERSEERS)
def wording() -> Any:
    """What the check of the words looks for, in words, with examples and lists."""
    return render(
        "issuing/wording.html",
        rules=RULES,
        lists=word_lists(),
        readers=list(Readership),
        formula=FORMULA,
        advice=every_advice(Readership.PROFESSIONALS),
    )


@pages.post("/issuing/<reference>/preview")
@open_to(*AUTHORS)
def preview(reference: str) -> Any:
    """What the words have become while they are being written. Nothing is kept."""
    alert = queries.the_alert(session, reference, partnership_id=current_person().partnership_id)
    service.allowed(alert, Action.EDIT, actor=current_person())
    draft, kept = load_form(DraftSchema), from_kept(alert.content)
    content = replace(draft.content, **service.fixed_of(kept))
    proposal = propose_draft(session, alert, replace(draft, content=content), public_url=public_url())
    lists = contacts.lists_of(session, partnership_id=alert.partnership_id, ids=draft.list_ids)
    return render("issuing/preview.html", alert=alert, lists=lists, unsaved=True, **drawn(alert, proposal))


def proposal_of(alert: Alert) -> dict[str, Any]:
    """What would go out now, in that form."""
    return drawn(alert, propose(session, alert, public_url=public_url()))


def drawn(alert: Alert, proposal: Proposal) -> dict[str, Any]:
    """A proposal in the form that the previews are drawn from."""
    words = proposal.renditions
    content, level, handling = proposal.content, proposal.level, proposal.handling
    has_flyer = words is not None and content.kind is not Kind.STAND_DOWN
    flyer = flyers.flyer_with(alert, content, level=level, handling=handling) if has_flyer else None
    return {
        "proposal": proposal,
        "content": content,
        "sms": words.preview(Medium.SMS).text if words else "",
        "sms_measure": words.sms_measure if words else None,
        "email": words.preview(Medium.EMAIL) if words else None,
        "by_sms": Medium.SMS in proposal.media,
        "by_email": Medium.EMAIL in proposal.media,
        "pence": policy().pence_per_segment,
        "outlook": outlook(
            session,
            alert,
            proposal,
            pence=policy().pence_per_segment,
            most_a_week=policy().alerting.most_a_week,
            now=utc_now(),
        ),
        "leaving": _leaving(proposal),
        "old_lists": _old_lists(alert, proposal),
        "area_names": [area.name for area in alert.partnership.areas if area.code in proposal.chosen.area_codes],
        "flyer": flyer,
        "qr": qr_svg(flyer.address) if flyer else "",
        "pictures": [
            photo for photo, _ in pictures.to_choose_from(session, alert) if photo.id in proposal.content.pictures
        ],
    }


def _old_lists(alert: Alert, proposal: Proposal) -> list[str]:
    """Lists among those chosen that nobody has looked through for as long as the policy allows."""
    chosen = contacts.lists_of(session, partnership_id=alert.partnership_id, ids=proposal.chosen.list_ids)
    return [one.name for one in chosen if policy().care.is_due(one.reviewed_at, utc_now())]


def _leaving(proposal: Proposal) -> Leaving:
    """How long it would take until the last message has left, and whether that is longer than the policy expects."""
    forecasts = [
        forecast(
            session,
            medium,
            messages=proposal.messages[medium],
            units=proposal.sms_segments if medium is Medium.SMS else proposal.messages[medium],
            urgency=URGENCY[proposal.level],
            pace=pace,
            now=utc_now(),
        )
        for medium, pace in current_app.config["PACES"].items()
        if proposal.messages[medium]
    ]
    return Leaving(tuple(forecasts), policy().reaching.targets[proposal.level].delivered_within)


def public_url() -> str:
    """Where this installation is reached from outside."""
    url: str = current_app.config["PUBLIC_URL"]
    return url


def as_sent(html: str) -> Response:
    """Somebody's HTML on its own, where it can run nothing, load nothing and send nothing."""
    response = Response(html, mimetype="text/html")
    response.headers["Content-Security-Policy"] = (
        "sandbox allow-top-navigation-by-user-activation; default-src 'none'; style-src 'unsafe-inline'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return response
