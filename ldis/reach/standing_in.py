"""One medium stands in for the other: who could not be reached as the author chose is sent the same alert otherwise.

Only while the alert stands, only to whoever takes the other medium and has not answered, and only once: what it is
about is the alert itself, so the outbox holds at most one message of it for each person and medium.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from alerts.compose import compose
from alerts.messages import Medium
from ldis.audit import service as audit
from ldis.contacts import queries as contacts
from ldis.contacts.rules import Chosen
from ldis.contacts.stopping import token_of
from ldis.deliveries.models import Delivery
from ldis.deliveries.rules import State
from ldis.deliveries.service import Letter, post_all
from ldis.issuing.content import from_kept
from ldis.issuing.models import Alert, AlertRecipient, about
from ldis.issuing.proposal import link_to
from ldis.issuing.rules import URGENCY
from ldis.reach.models import Acknowledgement

BY = "reach.chase"
OF_USE_FOR = timedelta(hours=24)
"""A failure that is learnt of later than this is for a person: the news is old."""


class Unreached(NamedTuple):
    """Somebody whom an alert did not reach, the end of their own link, and their name in the outbox."""

    contact_id: int
    token: str
    recipient: str


def stand_in(session: Session, alert: Alert, *, public_url: str, now: datetime) -> int:
    """Write to whoever the chosen medium has failed, by the other. To how many people."""
    written = 0
    for medium in Medium:
        people = _failed_by_all_but(session, alert, medium, now=now)
        if people:
            written += _write(session, alert, medium, people, public_url=public_url, now=now)
    return written


def _failed_by_all_but(session: Session, alert: Alert, medium: Medium, *, now: datetime) -> list[Unreached]:
    """Whoever got nothing, was never sent it by this medium, and has not answered."""
    rows = session.execute(
        select(AlertRecipient.contact_id, AlertRecipient.token, AlertRecipient.recipient)
        .where(
            AlertRecipient.alert_id == alert.id,
            _has_one(alert, Delivery.state == State.FAILED, Delivery.settled_at > now - OF_USE_FOR),
            ~_has_one(alert, Delivery.state != State.FAILED),
            ~_has_one(alert, Delivery.medium == medium),
            ~exists().where(Acknowledgement.recipient_id == AlertRecipient.id),
        )
        .order_by(AlertRecipient.id)
    )
    return [Unreached(*row) for row in rows]


def _has_one(alert: Alert, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether a message of the alert to this recipient is like that."""
    return exists().where(
        Delivery.about == about(alert), Delivery.recipient == AlertRecipient.recipient, *conditions
    )


def _write(
    session: Session,
    alert: Alert,
    medium: Medium,
    people: Sequence[Unreached],
    *,
    public_url: str,
    now: datetime,
) -> int:
    known = {one.contact_id: one for one in people}
    found = contacts.audience_of(
        session,
        Chosen(contact_ids=tuple(known)),
        partnership_id=alert.partnership_id,
        media=(medium,),
        handling=alert.handling,
        is_exercise=alert.is_exercise,
    )
    if not found.recipients:
        return 0
    addresses = contacts.addresses_of(session, found.contact_ids, partnership_id=alert.partnership_id)
    letters = [
        _letter(alert, medium, known[one.contact_id], addresses[one.contact_id, medium], public_url=public_url)
        for one in found.recipients
    ]
    written = post_all(session, letters, now=now)
    audit.record(
        session,
        "other medium used",
        about(alert),
        actor=BY,
        partnership_id=alert.partnership_id,
        detail={"reference": alert.reference, "people": written, "medium": medium.value},
    )
    return written


def _letter(alert: Alert, medium: Medium, to: Unreached, address: str, *, public_url: str) -> Letter:
    link = link_to(public_url, to.token)
    renditions = compose(
        from_kept(alert.content),
        level=alert.level,
        handling=alert.handling,
        sample_link=link,
        is_exercise=alert.is_exercise,
    )
    words = renditions.words_for(medium, link)
    if medium is Medium.EMAIL:
        words = replace(words, unsubscribe=f"{public_url}/unsubscribe/{token_of(to.contact_id)}")
    return Letter(
        medium=medium,
        address=address,
        words=words,
        about=about(alert),
        recipient=to.recipient,
        urgency=URGENCY[alert.level],
        partnership_id=alert.partnership_id,
        is_exercise=alert.is_exercise,
    )
