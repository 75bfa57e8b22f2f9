"""The pages on which alerts are written and approved."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, redirect, url_for

from alerts.messages import Medium
from ldis.cases import queries as cases
from ldis.cases.access import policy
from ldis.contacts import queries as contacts
from ldis.db import utc_now
from ldis.deliveries.stuck import how_many
from ldis.errors import NotFound
from ldis.issuing import approval as approving
from ldis.issuing import (
    contradicted,
    flyers,
    following,
    history,
    pictures,
    previews,
    public,
    queries,
    scheduling,
    service,
)
from ldis.issuing.beginning import begins_with
from ldis.issuing.bounds import breadth_of, outcome_of
from ldis.issuing.chain import standing_of
from ldis.issuing.content import from_kept
from ldis.issuing.models import Alert
from ldis.issuing.previews import as_sent, proposal_of, public_url
from ldis.issuing.proposal import Proposal
from ldis.issuing.rules import APPROVERS, AUTHORS, OVERSEERS, READERS, SIGNED, Action, approval_of
from ldis.issuing.schemas import (
    AppointmentSchema,
    CancellationSchema,
    DraftSchema,
    SendingBackSchema,
    SignatureSchema,
    initial_values,
    reason_field,
    submission_schema,
)
from ldis.issuing.sources import Origin, origins
from ldis.neighbours.service import how_many_wait
from ldis.people.access import current_person, open_to
from ldis.substances.access import vocabulary
from ldis.web import commits, form_for, load_form, notice, redraws, render, session, today
from ldis.web.dates import when

pages = Blueprint("issuing", __name__)
pages.register_blueprint(public.pages)
pages.register_blueprint(flyers.pages)
pages.register_blueprint(contradicted.pages)
pages.register_blueprint(following.pages)
pages.register_blueprint(history.pages)
pages.register_blueprint(previews.pages)


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
        stuck=how_many(session, partnership_id=person.partnership_id, now=utc_now()),
        neighbours=how_many_wait(session, partnership_id=person.partnership_id),
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
    return render("issuing/draft.html", case=case, outcome=outcome_of(case))


@pages.post("/issuing/from/<reference>")
@open_to(*AUTHORS)
@commits
def start(reference: str) -> Any:
    """Draft an alert from a decided case."""
    alert = service.start(
        session,
        reference,
        actor=current_person(),
        now=utc_now(),
        public_url=public_url(),
        entries=vocabulary().catalogue.entries,
    )
    return redirect(url_for("issuing.edit", reference=alert.reference))


@pages.get("/issuing/<reference>/draft")
@open_to(*AUTHORS)
def edit(reference: str) -> Any:
    """An alert's fields, and below them what they become: the words, the check, the audience."""
    alert = _the_alert(reference)
    if alert.state in SIGNED:
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
    drawn = proposal_of(alert)
    handover = form_for(
        submission_schema(drawn["proposal"].warnings),
        ids="handover",
        seen_version=alert.version,
        **{reason_field(key): reason for key, reason in alert.override_reasons.items()},
    )
    return render(
        "issuing/edit.html",
        alert=alert,
        form=form,
        handover=handover,
        photos=pictures.to_choose_from(session, alert),
        lists=alert.lists,
        origins=_origins(alert),
        **drawn,
        **_in_its_chain(alert),
    )


@pages.post("/issuing/<reference>/draft")
@open_to(*AUTHORS)
@redraws(edit)
@commits
def save(reference: str) -> Any:
    """Save, and show what the words have become."""
    service.save(
        session,
        reference,
        load_form(DraftSchema),
        actor=current_person(),
        now=utc_now(),
        entries=vocabulary().catalogue.entries,
    )
    notice("Saved. Below is what people would receive.")
    return redirect(url_for("issuing.edit", reference=reference))


@pages.post("/issuing/<reference>/send")
@open_to(*AUTHORS)
@redraws(edit)
@commits
def send(reference: str) -> Any:
    """Send for approval."""
    warnings = proposal_of(_the_alert(reference))["proposal"].warnings
    service.send_for_approval(
        session,
        reference,
        load_form(submission_schema(warnings)),
        actor=current_person(),
        now=utc_now(),
        public_url=public_url(),
    )
    notice("Sent for approval. Somebody who wrote none of it must approve it.")
    return redirect(url_for("issuing.approval", reference=reference))


@pages.get("/issuing/<reference>/approval")
@open_to(*READERS)
def approval(reference: str) -> Any:
    """The exact words, to whom, how many, who wrote them; and two buttons."""
    alert, person = _the_alert(reference), current_person()
    drawn = proposal_of(alert)
    proposal: Proposal = drawn["proposal"]
    return render(
        "issuing/approval.html",
        alert=alert,
        doubts=queries.open_doubts_in(session, alert.case, partnership_id=alert.partnership_id),
        lists=alert.lists,
        authors=list(dict.fromkeys(version.author.name for version in alert.versions)),
        wrote_it=person.id in {version.author_id for version in alert.versions},
        may_approve=service.may(alert, approval_of(alert.kind), actor=person) and not proposal.obstacles,
        may_send_back=service.may(alert, Action.SEND_BACK, actor=person),
        may_edit=service.may(alert, Action.EDIT, actor=person),
        told=queries.how_many_told(session, alert),
        may_cancel=service.may(alert, Action.CANCEL, actor=person),
        at_once=alert.case.decisions[-1].at_once if alert.case.decisions else False,
        appointment=form_for(AppointmentSchema, ids="later", content_hash=proposal.hash),
        cancellation=form_for(CancellationSchema, ids="cancel"),
        signature=form_for(SignatureSchema, ids="signature", content_hash=proposal.hash),
        sending_back=form_for(SendingBackSchema, ids="back"),
        silence=policy().reaching.silence[alert.level],
        **drawn,
        **_in_its_chain(alert),
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
        public_url=public_url(),
    )
    notice(f"{alert.reference} is on its way.")
    return redirect(f"/issuing/{alert.reference}")  # a later stage draws it, so it is named by its address


@pages.post("/issuing/<reference>/schedule")
@open_to(*APPROVERS)
@redraws(approval)
@commits
def schedule(reference: str) -> Any:
    """Approve, to be sent later."""
    alert = approving.schedule(
        session,
        reference,
        load_form(AppointmentSchema),
        actor=current_person(),
        now=utc_now(),
        public_url=public_url(),
    )
    assert alert.scheduled_for is not None
    notice(f"{alert.reference} leaves {when(alert.scheduled_for)}.")
    return redirect(url_for("issuing.approval", reference=reference))


@pages.post("/issuing/<reference>/cancel")
@open_to(*READERS)
@redraws(approval)
@commits
def cancel(reference: str) -> Any:
    """Take back what was to leave later."""
    form = load_form(CancellationSchema)
    scheduling.cancel(session, reference, reason=form.reason, actor=current_person(), now=utc_now())
    notice("Cancelled: nobody was sent anything. It is a draft again.")
    return redirect(url_for("issuing.approval", reference=reference))


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


@pages.get("/issuing/<reference>/email")
@open_to(*READERS)
def email(reference: str) -> Any:
    """The e-mail as a mail program would show it."""
    proposal: Proposal = proposal_of(_the_alert(reference))["proposal"]
    if proposal.renditions is None:
        raise NotFound("There is no e-mail yet: parts of the alert are missing.")
    return as_sent(proposal.renditions.preview(Medium.EMAIL).html or "")


def _in_its_chain(alert: Alert) -> dict[str, Any]:
    return {"standing": standing_of(session, alert, today=today()), "link_of": following.page_of}


def _the_alert(reference: str) -> Alert:
    return queries.the_alert(session, reference, partnership_id=current_person().partnership_id)


def _origins(alert: Alert) -> Mapping[str, Origin]:
    """By field, where its first words came from."""
    entries = vocabulary().catalogue.entries
    now = from_kept(alert.content)
    reports, results = queries.evidence_of(session, alert.case)
    first = begins_with(session, alert, readership=now.readership, entries=entries)
    return origins(reports, results, entries=entries, first=first, now=now)


def _choices(alert: Alert) -> dict[str, list[tuple[Any, ...]]]:
    """What the panel's decision and the partnership leave to choose from."""
    breadth = breadth_of(alert)
    sizes = contacts.sizes_of_lists(session, partnership_id=alert.partnership_id)
    lists = contacts.lists_of(session, partnership_id=alert.partnership_id)
    return {
        "level": [(level, level.label) for level in breadth.levels],
        "handling": [(handling, handling.label) for handling in breadth.handlings],
        "areas": [(area.name, area.name) for area in alert.partnership.areas],
        "area_codes": [(area.code, area.name) for area in alert.partnership.areas],
        "media": [(medium, medium.label) for medium in Medium],
        "pictures": [
            (photo.id, f"Photo {place}, of report {reference}")
            for place, (photo, reference) in enumerate(pictures.to_choose_from(session, alert), 1)
        ],
        "list_ids": [(one.id, one.name, f"{sizes.get(one.id, 0)} on it") for one in lists],
    }
