"""Approve and issue: the one step from words on a page to messages on their way, whole or not at all."""

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime

from sqlalchemy import ARRAY, Integer, String, bindparam, func, insert, literal, select
from sqlalchemy.orm import Session

from alerts.audiences import Recipient
from alerts.compose import ComposeError, Renditions
from alerts.messages import Kind, Medium
from ldis import work
from ldis.contacts import queries as contacts
from ldis.contacts.stopping import token_of
from ldis.deliveries.service import Letter, post_all
from ldis.errors import Invalid, NotAllowed, Stale
from ldis.issuing import queries
from ldis.issuing.bounds import check_case_allows
from ldis.issuing.content import from_kept
from ldis.issuing.models import Alert, AlertRecipient, Approval, about
from ldis.issuing.proposal import Proposal, link_to, propose
from ldis.issuing.rules import MAY_BE_FOLLOWED, URGENCY, Action, State, approval_of, ending, in_force
from ldis.issuing.schemas import Appointment, Signature
from ldis.issuing.service import allowed, move
from ldis.people.access import Actor
from ldis.secrecy import blind_index
from ldis.web.dates import when
from ldis.worktime import LONDON

TOKEN_BYTES = 16
CHANGED = "The words or the people who will get them have changed since you opened this. Read it again."


def approve(
    session: Session, reference: str, signature: Signature, *, actor: Actor, now: datetime, public_url: str
) -> Alert:
    """Sign exactly what the page showed, and write every message in the same transaction.

    Whoever comes second finds the alert issued; whoever saw other words, or another audience, is told so. If a
    single message cannot be composed, nothing has happened.
    """
    before = _hold_what_it_replaces(session, reference, actor=actor)
    alert = queries.the_alert(session, reference, partnership_id=actor.partnership_id, lock=True)
    action = approval_of(alert.kind)
    allowed(alert, action, actor=actor)
    _can_be_replaced(before)
    alert.issued_at = now
    _sign(session, alert, signature.content_hash, action, actor=actor, now=now, public_url=public_url)
    if before is not None:
        by = alert.reference
        move(session, before, ending(alert.kind), actor=actor, now=now, words=f"By {by}", by=by)
    return alert


def schedule(
    session: Session, reference: str, form: Appointment, *, actor: Actor, now: datetime, public_url: str
) -> Alert:
    """Sign exactly what the page showed, to leave later: the messages are written now, and wait."""
    alert = queries.the_alert(session, reference, partnership_id=actor.partnership_id, lock=True)
    allowed(alert, Action.SCHEDULE, actor=actor)
    if alert.kind is not Kind.ALERT:
        raise NotAllowed(f"It follows {from_kept(alert.content).replaces}, so it cannot wait: send it now.")
    alert.scheduled_for = moment_of(form, last_day=alert.last_day, now=now)
    _sign(session, alert, form.content_hash, Action.SCHEDULE, actor=actor, now=now, public_url=public_url)
    work.defer(session, "issuing.leave", urgent=True, after=alert.scheduled_for - now)
    return alert


def moment_of(form: Appointment, *, last_day: date | None, now: datetime) -> datetime:
    """The moment that was meant in London; a refusal where it is none, is past, or finds the alert out of force."""
    local = datetime.combine(form.leaves_on, form.leaves_at, LONDON)
    leaves_at = local.astimezone(UTC)
    if leaves_at.astimezone(LONDON).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise Invalid({"leaves_at": ["The clocks go forward then: there is no such time on that day."]})
    if leaves_at <= now:
        raise Invalid({"leaves_on": ["Choose a day and time that is still ahead."]})
    if not in_force(State.ISSUED, last_day, today=form.leaves_on):
        raise Invalid(
            {"leaves_on": ["Choose a day on which the alert is still in force: no later than its last."]}
        )
    return leaves_at


def _sign(
    session: Session, alert: Alert, signed: str, action: Action, *, actor: Actor, now: datetime, public_url: str
) -> None:
    check_case_allows(alert)
    proposal = propose(session, alert, public_url=public_url)
    renditions = _words(proposal)
    if not secrets.compare_digest(signed.encode(), proposal.hash.encode()):
        raise Stale(CHANGED)
    session.add(
        Approval(
            alert_id=alert.id,
            alert_version=alert.version,
            content_hash=proposal.hash,
            approver_id=actor.id,
            approved_at=now,
            reminders=proposal.reminders.as_kept(),
        )
    )
    session.flush()
    session.expire(alert, ["approval"])
    tokens = _name_recipients(session, alert, proposal)
    try:
        letters = _letters(session, alert, proposal, renditions, tokens=tokens, public_url=public_url)
        written = post_all(session, letters, now=now)
    except ComposeError as problem:
        raise _cannot_be_composed(problem) from problem
    leaves = f", to leave {when(alert.scheduled_for, now)}" if alert.scheduled_for else ""
    move(
        session,
        alert,
        action,
        actor=actor,
        now=now,
        words=f"To {proposal.people} {'person' if proposal.people == 1 else 'people'}{leaves}",
        content_hash=proposal.hash,
        people=proposal.people,
        messages=written,
    )


def _hold_what_it_replaces(session: Session, reference: str, *, actor: Actor) -> Alert | None:
    """The alert before, held first: whoever starts what follows it holds it first too."""
    replaced = queries.the_alert(session, reference, partnership_id=actor.partnership_id).replaced
    if replaced is None:
        return None
    return queries.the_alert(session, replaced.reference, partnership_id=actor.partnership_id, lock=True)


def _can_be_replaced(before: Alert | None) -> None:
    if before is not None and before.state not in MAY_BE_FOLLOWED:
        raise Stale(f"{before.reference} is {before.state} already, so this cannot take its place.")


def _words(proposal: Proposal) -> Renditions:
    if proposal.problem is not None:
        raise _cannot_be_composed(proposal.problem)
    if proposal.obstacles:
        raise Invalid({"send": proposal.obstacles})
    assert proposal.renditions is not None
    return proposal.renditions


def _cannot_be_composed(problem: ComposeError) -> Invalid:
    return Invalid({"send": [f"Nothing was sent, because the messages could not be written. {problem.message}"]})


def _name_recipients(session: Session, alert: Alert, proposal: Proposal) -> Mapping[int, str]:
    """Give each person the secret end of their own link, and keep who they are: in one statement for them all."""
    places = {one.contact_id: one.organisation_id for one in proposal.audience.recipients}
    tokens = {contact_id: secrets.token_urlsafe(TOKEN_BYTES) for contact_id in places}
    session.flush()
    rows = (
        func.unnest(
            bindparam("contacts", list(tokens), ARRAY(Integer)),
            bindparam("places", [places[contact_id] for contact_id in tokens], ARRAY(Integer)),
            bindparam("tokens", list(tokens.values()), ARRAY(String)),
            bindparam("recipients", [recipient_name(contact_id) for contact_id in tokens], ARRAY(String)),
        )
        .table_valued("contact_id", "organisation_id", "token", "recipient", name="named")
        .render_derived()
    )
    session.execute(
        insert(AlertRecipient).from_select(
            ["alert_id", "is_exercise", "contact_id", "organisation_id", "token", "recipient"],
            select(literal(alert.id), literal(alert.is_exercise), *rows.c),
        )
    )
    return tokens


def recipient_name(contact_id: int) -> str:
    """How a contact is named in the outbox."""
    return f"contact/{contact_id}"


def _letters(
    session: Session,
    alert: Alert,
    proposal: Proposal,
    renditions: Renditions,
    *,
    tokens: Mapping[int, str],
    public_url: str,
) -> Iterator[Letter]:
    addresses = contacts.addresses_of(session, tokens.keys(), partnership_id=alert.partnership_id)
    for recipient in proposal.audience.recipients:
        link = link_to(public_url, tokens[recipient.contact_id])
        letter = _letter(recipient, alert, renditions, addresses, link=link)
        if recipient.medium is Medium.EMAIL:
            stop = f"{public_url}/unsubscribe/{token_of(recipient.contact_id)}"
            letter = replace(letter, words=replace(letter.words, unsubscribe=stop))
        yield letter


def _letter(
    recipient: Recipient,
    alert: Alert,
    renditions: Renditions,
    addresses: Mapping[tuple[int, Medium], str],
    *,
    link: str,
) -> Letter:
    address = addresses.get((recipient.contact_id, recipient.medium), "")
    if blind_index(address) != recipient.address:  # changed while the approval was on its way
        raise Stale(CHANGED)
    return Letter(
        medium=recipient.medium,
        address=address,
        words=renditions.words_for(recipient.medium, link),
        about=about(alert),
        recipient=recipient_name(recipient.contact_id),
        urgency=URGENCY[alert.level],
        partnership_id=alert.partnership_id,
        not_before=alert.scheduled_for,
        is_exercise=alert.is_exercise,
    )
