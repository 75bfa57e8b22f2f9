"""What comes back, on pages: how far an alert has got, a recipient's own page, the outbox on the screen."""

import uuid
from typing import Any

from flask import Blueprint, redirect, request, url_for

from alerts.messages import Medium
from alerts.sms_text import segments
from ldis.cases.access import policy
from ldis.db import utc_now
from ldis.deliveries import queries as deliveries
from ldis.deliveries import service as delivering
from ldis.errors import NotAllowed, NotFound
from ldis.issuing import queries as issuing
from ldis.issuing.chain import standing_of
from ldis.issuing.content import from_kept
from ldis.issuing.following import page_of
from ldis.issuing.models import Alert
from ldis.issuing.previews import as_sent
from ldis.issuing.public import check_of
from ldis.issuing.rules import GONE_OUT, MAY_BE_FOLLOWED, OVERSEERS, said_code
from ldis.people.access import EVERYONE, current_person, open_to, person_or_none
from ldis.people.rules import Role
from ldis.reach import calling, export, preferences, queries, service, stuck
from ldis.reach import outbox as outgoing
from ldis.reach.queries import Show
from ldis.reach.rules import How, bar, coverage, opening_of
from ldis.reach.schemas import SettlementSchema, WordSchema
from ldis.tables import CONTENT_TYPES, FileKind
from ldis.web import attachment, commits, current_app, form_for, load_form, notice, redraws, render, session, today

pages = Blueprint("reach", __name__)
pages.register_blueprint(calling.pages)
pages.register_blueprint(stuck.pages)
pages.register_blueprint(preferences.pages)


@pages.get("/issuing/<reference>")
@open_to(*OVERSEERS)
def live(reference: str) -> Any:
    """How far an alert has got: one bar, by organisation, and who is silent."""
    alert = _the_alert(reference)
    if alert.state not in GONE_OUT:
        return redirect(url_for("issuing.approval", reference=reference))
    show = Show(request.args.get("show", "")) if request.args.get("show") in list(Show) else Show.EVERYBODY
    page = max(1, request.args.get("page", 1, type=int))
    rows, more = queries.recipients(session, alert, show=show, page=page)
    reach = coverage(queries.told(session, alert))
    content = from_kept(alert.content)
    return render(
        "reach/live.html",
        alert=alert,
        doubts=issuing.open_doubts_in(session, alert.case, partnership_id=alert.partnership_id),
        content=content,
        standing=standing_of(session, alert, today=today()),
        link_of=page_of,
        may_follow=current_person().holds(Role.COORDINATOR) and alert.state in MAY_BE_FOLLOWED,
        said_code=said_code(alert.code),
        reach=reach,
        failures=queries.failures(session, alert),
        shortfalls=queries.shortfalls_of(session, alert),
        silence=policy().reaching.silence[alert.level],
        may_see_to_it=current_person().holds(Role.COORDINATOR),
        bar=bar(reach.stages),
        rows=rows,
        show=show,
        page=page,
        more=more,
        now=utc_now(),
    )


@pages.post("/issuing/<reference>/deliveries.<any(csv, xlsx):kind>")
@open_to(Role.COORDINATOR)
@commits
def take_away(reference: str, kind: str) -> Any:
    """Every message of an alert and what became of it, as a file."""
    wanted = FileKind(kind)
    alert = _the_alert(reference)
    content = export.file_of(session, alert, wanted, actor=current_person())
    return attachment(content, CONTENT_TYPES[wanted], f"{alert.reference}-{utc_now():%Y-%m-%d}.{kind}")


@pages.get("/issuing/<reference>/messages/<uuid:message>")
@open_to(*OVERSEERS)
def message(reference: str, message: uuid.UUID) -> Any:
    """The exact words that one person was sent, and what the provider said."""
    alert = _the_alert(reference)
    found = queries.the_message(session, alert, message)
    return render(
        "reach/message.html",
        alert=alert,
        message=found,
        segments=segments(found.text) if found.medium is Medium.SMS else 0,
        receipts=deliveries.receipts_for(session, found.id, partnership_id=alert.partnership_id),
        may_settle=current_person().holds(Role.COORDINATOR),
    )


@pages.post("/issuing/<reference>/messages/<uuid:message>/settle")
@open_to(Role.COORDINATOR)
@redraws(message)
@commits
def settle(reference: str, message: uuid.UUID) -> Any:
    """A person says whether a message in doubt was sent."""
    alert = _the_alert(reference)
    delivering.settle_doubt(
        session,
        queries.the_message(session, alert, message).id,
        sent=load_form(SettlementSchema).sent,
        partnership_id=alert.partnership_id,
        actor=current_person().label,
        now=utc_now(),
    )
    notice("Settled.")
    return redirect(url_for("reach.message", reference=reference, message=message))


@pages.get("/a/<token>")
@open_to(EVERYONE)
def show(token: str) -> Any:
    """An alert as one recipient's own link shows it. Looking changes nothing: mail scanners look too."""
    recipient = issuing.recipient_with(session, token)
    alert = recipient.alert
    content = from_kept(alert.content)
    return render(
        "reach/acknowledge.html",
        alert=alert,
        token=token,
        content=content,
        standing=standing_of(session, alert, today=today()),
        link_of=check_of,
        said_code=said_code(alert.code),
        word=queries.word_of(session, recipient),
        form=form_for(WordSchema),
        partnership_name=alert.partnership.name,
    )


@pages.post("/a/<token>")
@open_to(EVERYONE)
@redraws(show)
@commits
def acknowledge(token: str) -> Any:
    """I have this. Pressing twice keeps the first time."""
    recipient = issuing.recipient_with(session, token)
    service.acknowledge(session, recipient, load_form(WordSchema), how=How.LINK, now=utc_now())
    notice("Thank you. We know that you have this.")
    return redirect(url_for("reach.show", token=token))


@pages.get("/outbox")
@open_to(EVERYONE)
def outbox() -> Any:
    """Everything that was written, newest first: texts on phones, e-mails as letters. Nothing left the machine."""
    whose = _outbox_of()
    recipient = request.args.get("to", "")[:40].replace("\x00", "")
    page = max(1, request.args.get("page", 1, type=int))
    messages, more = outgoing.outbox(session, partnership_id=whose, recipient=recipient, page=page)
    return render(
        "reach/outbox.html",
        messages=[(one, segments(one.text) if one.medium is Medium.SMS else 0) for one in messages],
        opening_of=opening_of,
        addressees=outgoing.addressees(session, partnership_id=whose),
        recipient=recipient,
        page=page,
        more=more,
    )


@pages.get("/outbox/<uuid:reference>/email")
@open_to(EVERYONE)
def outbox_email(reference: uuid.UUID) -> Any:
    """An e-mail as a mail program would show it."""
    found = outgoing.outbox_message(session, reference, partnership_id=_outbox_of())
    if found.html is None:
        raise NotFound("This message has no other form than its words.")
    return as_sent(found.html)


def _outbox_of() -> int | None:
    """Whose messages the outbox may show: everybody's in a demonstration, else an administrator's partnership's.

    Where messages really leave there is no such page.
    """
    if not current_app.config["OUTBOX_ON_SCREEN"]:
        raise NotFound
    if current_app.config["DEMO"]:
        return None
    person = person_or_none()
    if person is None or not person.holds(Role.ADMINISTRATOR):
        raise NotAllowed("Only an administrator may open the outbox.")
    return person.partnership_id


def _the_alert(reference: str) -> Alert:
    return issuing.the_alert(session, reference, partnership_id=current_person().partnership_id)
