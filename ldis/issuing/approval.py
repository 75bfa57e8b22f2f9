"""Approve and issue: the one step from words on a page to messages on their way, whole or not at all."""

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ARRAY, Integer, String, bindparam, func, insert, literal, select
from sqlalchemy.orm import Session

from alerts.audiences import Recipient
from alerts.compose import ComposeError, Renditions
from alerts.messages import Medium
from ldis.contacts import queries as contacts
from ldis.contacts.stopping import token_of
from ldis.deliveries.service import Letter, post_all
from ldis.errors import Invalid, Stale
from ldis.issuing import queries
from ldis.issuing.models import Alert, AlertRecipient, Approval, about
from ldis.issuing.proposal import Proposal, link_to, propose
from ldis.issuing.rules import URGENCY, Action
from ldis.issuing.schemas import Signature
from ldis.issuing.service import allowed, move, outcome_of
from ldis.people.access import Actor
from ldis.secrecy import blind_index

TOKEN_BYTES = 16
CHANGED = "The words or the people who will get them have changed since you opened this. Read it again."


def approve(
    session: Session, reference: str, signature: Signature, *, actor: Actor, now: datetime, public_url: str
) -> Alert:
    """Sign exactly what the page showed, and write every message in the same transaction.

    Whoever comes second finds the alert issued; whoever saw other words, or another audience, is told so. If a
    single message cannot be composed, nothing has happened.
    """
    alert = queries.the_alert(session, reference, partnership_id=actor.partnership_id, lock=True)
    allowed(alert, Action.APPROVE, actor=actor)
    outcome_of(alert.case)
    proposal = propose(session, alert, public_url=public_url)
    renditions = _words(proposal)
    if not secrets.compare_digest(signature.content_hash.encode(), proposal.hash.encode()):
        raise Stale(CHANGED)
    session.add(
        Approval(
            alert_id=alert.id,
            alert_version=alert.version,
            content_hash=proposal.hash,
            approver_id=actor.id,
            approved_at=now,
        )
    )
    alert.issued_at = now
    tokens = _name_recipients(session, alert, proposal)
    try:
        written = post_all(
            session,
            _letters(session, alert, proposal, renditions, tokens=tokens, public_url=public_url),
            now=now,
        )
    except ComposeError as problem:
        raise _cannot_be_composed(problem) from problem
    move(
        session,
        alert,
        Action.APPROVE,
        actor=actor,
        now=now,
        words=f"To {proposal.people} {'person' if proposal.people == 1 else 'people'}",
        content_hash=proposal.hash,
        people=proposal.people,
        messages=written,
    )
    return alert


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
        is_exercise=alert.is_exercise,
    )
