"""The pages on which alerts are written and approved."""

from typing import Any

from flask import Blueprint, Response, redirect, url_for

from alerts.messages import Medium
from ldis.cases import queries as cases
from ldis.cases.access import policy
from ldis.contacts import queries as contacts
from ldis.db import utc_now
from ldis.errors import NotFound
from ldis.issuing import approval as approving
from ldis.issuing import doubts as doubting
from ldis.issuing import public, queries, service
from ldis.issuing.content import from_kept
from ldis.issuing.models import Alert
from ldis.issuing.outlook import outlook
from ldis.issuing.proposal import Proposal, propose
from ldis.issuing.rules import ALLOWS, APPROVERS, AUTHORS, READERS, Action, State
from ldis.issuing.schemas import (
    DraftSchema,
    SendingBackSchema,
    SettlingSchema,
    SignatureSchema,
    SubmissionSchema,
    initial_values,
)
from ldis.people.access import current_person, open_to
from ldis.people.rules import Role
from ldis.web import commits, current_app, form_for, load_form, notice, redraws, render, session, today

pages = Blueprint("issuing", __name__)
pages.register_blueprint(public.pages)

OVERSEERS = (*READERS, Role.LEAD, Role.ADMINISTRATOR)


@pages.get("/issuing")
@open_to(*OVERSEERS)
def index() -> Any:
    """Cases that ask for an alert, drafts, what waits for approval, and what has gone out."""
    person = current_person()
    gone_out = queries.issued(session, partnership_id=person.partnership_id)
    return render(
        "issuing/index.html",
        cases=queries.cases_to_draft_from(session, partnership_id=person.partnership_id),
        unissued=queries.unissued(session, partnership_id=person.partnership_id),
        issued=gone_out,
        review_dates={alert.id: from_kept(alert.content).review_on for alert in gone_out},
        may_write=person.holds(*AUTHORS),
        may_approve=person.holds(*APPROVERS),
        today=today(),
    )


@pages.get("/issuing/from/<reference>")
@open_to(*AUTHORS)
def draft(reference: str) -> Any:
    """Whether to draft an alert from a case. A draft that is open already is shown instead."""
    case = cases.the_case(session, reference, partnership_id=current_person().partnership_id)
    under_way = queries.open_alert_of(session, case)
    if under_way is not None:
        return redirect(url_for("issuing.edit", reference=under_way.reference))
    return render("issuing/draft.html", case=case, outcome=service.outcome_of(case))


@pages.post("/issuing/from/<reference>")
@open_to(*AUTHORS)
@commits
def start(reference: str) -> Any:
    """Draft an alert from a decided case."""
    alert = service.start(session, reference, actor=current_person(), now=utc_now(), public_url=_public_url())
    return redirect(url_for("issuing.edit", reference=alert.reference))


@pages.get("/issuing/<reference>/draft")
@open_to(*AUTHORS)
def edit(reference: str) -> Any:
    """An alert's fields, and below them what they become: the words, the check, the audience."""
    alert = _the_alert(reference)
    if alert.state is State.ISSUED:
        return redirect(url_for("issuing.approval", reference=reference))
    form = form_for(
        DraftSchema,
        choices=_choices(alert),
        level=alert.level,
        handling=alert.handling,
        media=alert.chosen_media,
        list_ids=[one.id for one in alert.lists],
        sectors=alert.sectors,
        area_codes=alert.area_codes,
        topics=alert.topics,
        seen_version=alert.version,
        **initial_values(from_kept(alert.content)),
    )
    handover = form_for(
        SubmissionSchema, ids="handover", seen_version=alert.version, override_reason=alert.override_reason
    )
    return render("issuing/edit.html", alert=alert, form=form, handover=handover, **_proposal(alert))


@pages.post("/issuing/<reference>/draft")
@open_to(*AUTHORS)
@redraws(edit)
@commits
def save(reference: str) -> Any:
    """Save, and show what the words have become."""
    service.save(session, reference, load_form(DraftSchema), actor=current_person(), now=utc_now())
    notice("Saved. Below is what people would receive.")
    return redirect(url_for("issuing.edit", reference=reference))


@pages.post("/issuing/<reference>/send")
@open_to(*AUTHORS)
@redraws(edit)
@commits
def send(reference: str) -> Any:
    """Send for approval."""
    service.send_for_approval(
        session,
        reference,
        load_form(SubmissionSchema),
        actor=current_person(),
        now=utc_now(),
        public_url=_public_url(),
    )
    notice("Sent for approval. Somebody who wrote none of it must approve it.")
    return redirect(url_for("issuing.approval", reference=reference))


@pages.get("/issuing/<reference>/approval")
@open_to(*READERS)
def approval(reference: str) -> Any:
    """The exact words, to whom, how many, who wrote them; and two buttons."""
    alert, person = _the_alert(reference), current_person()
    drawn = _proposal(alert)
    proposal: Proposal = drawn["proposal"]
    return render(
        "issuing/approval.html",
        alert=alert,
        doubts=queries.open_doubts_in(session, alert.case, partnership_id=alert.partnership_id),
        authors=list(dict.fromkeys(version.author.name for version in alert.versions)),
        wrote_it=person.id in {version.author_id for version in alert.versions},
        may_approve=service.may(alert, Action.APPROVE, actor=person) and not proposal.obstacles,
        may_send_back=service.may(alert, Action.SEND_BACK, actor=person),
        may_edit=service.may(alert, Action.EDIT, actor=person),
        signature=form_for(SignatureSchema, ids="signature", content_hash=proposal.hash),
        sending_back=form_for(SendingBackSchema, ids="back"),
        **drawn,
    )


@pages.post("/issuing/<reference>/approve")
@open_to(*APPROVERS)
@redraws(approval)
@commits
def approve(reference: str) -> Any:
    """Approve and send now."""
    alert = approving.approve(
        session,
        reference,
        load_form(SignatureSchema),
        actor=current_person(),
        now=utc_now(),
        public_url=_public_url(),
    )
    notice(f"{alert.reference} is on its way.")
    return redirect(f"/issuing/{alert.reference}")  # a later stage draws it, so it is named by its address


@pages.post("/issuing/<reference>/send-back")
@open_to(*READERS)
@redraws(approval)
@commits
def send_back(reference: str) -> Any:
    """Send back to the author, with what should change."""
    sending = load_form(SendingBackSchema)
    service.send_back(session, reference, reason=sending.reason, actor=current_person(), now=utc_now())
    notice("Sent back to its author.")
    return redirect(url_for("issuing.index"))


@pages.get("/issuing/<reference>/doubts")
@open_to(*OVERSEERS)
def doubts(reference: str) -> Any:
    """What results say against an alert, and what was made of it."""
    alert, person = _the_alert(reference), current_person()
    return render(
        "issuing/doubts.html",
        alert=alert,
        doubts=queries.doubts_of(session, alert, partnership_id=person.partnership_id),
        form_of=lambda doubt: form_for(SettlingSchema, ids=f"doubt-{doubt.id}"),
        may_settle=person.holds(*AUTHORS),
    )


@pages.post("/issuing/<reference>/doubts/<int:doubt_id>")
@open_to(*AUTHORS)
@redraws(doubts)
@commits
def settle_doubt(reference: str, doubt_id: int) -> Any:
    """Say what becomes of an alert that a result contradicts."""
    form = load_form(SettlingSchema)
    doubting.settle(session, reference, doubt_id, form, actor=current_person(), now=utc_now())
    notice("Settled, and kept with the case.")
    return redirect(url_for("issuing.doubts", reference=reference))


@pages.get("/issuing/<reference>/email")
@open_to(*READERS)
def email(reference: str) -> Any:
    """The e-mail as a mail program would show it."""
    proposal: Proposal = _proposal(_the_alert(reference))["proposal"]
    if proposal.renditions is None:
        raise NotFound("There is no e-mail yet: parts of the alert are missing.")
    return as_sent(proposal.renditions.preview(Medium.EMAIL).html or "")


def as_sent(html: str) -> Response:
    """Somebody's HTML on its own, where it can run nothing, load nothing and send nothing."""
    response = Response(html, mimetype="text/html")
    response.headers["Content-Security-Policy"] = (
        "sandbox allow-top-navigation-by-user-activation; default-src 'none'; style-src 'unsafe-inline'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return response


def _the_alert(reference: str) -> Alert:
    return queries.the_alert(session, reference, partnership_id=current_person().partnership_id)


def _public_url() -> str:
    url: str = current_app.config["PUBLIC_URL"]
    return url


def _proposal(alert: Alert) -> dict[str, Any]:
    """What would go out now, in the form that the previews are drawn from."""
    proposal = propose(session, alert, public_url=_public_url())
    words = proposal.renditions
    return {
        "proposal": proposal,
        "outlook": outlook(
            session,
            alert,
            proposal,
            pence=policy().alerting.sms_pence_per_segment,
            most_a_week=policy().alerting.most_a_week,
            now=utc_now(),
        ),
        "area_names": [area.name for area in alert.partnership.areas if area.code in alert.area_codes],
        "sms": words.preview(Medium.SMS).text if words else "",
        "sms_measure": words.sms_measure if words else None,
        "email": words.preview(Medium.EMAIL) if words else None,
        "by_sms": Medium.SMS in proposal.media,
        "by_email": Medium.EMAIL in proposal.media,
    }


def _choices(alert: Alert) -> dict[str, list[tuple[Any, ...]]]:
    """What the panel's decision and the partnership leave to choose from."""
    breadth = ALLOWS[service.outcome_of(alert.case)]
    sizes = contacts.sizes_of_lists(session, partnership_id=alert.partnership_id)
    lists = contacts.lists_of(session, partnership_id=alert.partnership_id)
    return {
        "level": [(level, level.label) for level in breadth.levels],
        "handling": [(handling, handling.label) for handling in breadth.handlings],
        "areas": [(area.name, area.name) for area in alert.partnership.areas],
        "area_codes": [(area.code, area.name) for area in alert.partnership.areas],
        "media": [(medium, medium.label) for medium in Medium],
        "list_ids": [(one.id, one.name, f"{sizes.get(one.id, 0)} on it") for one in lists],
    }
