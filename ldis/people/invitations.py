"""Invitations: a link in an e-mail, good once and for a week, that does nothing until a person confirms it."""

import secrets
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from alerts.messages import Medium
from ldis.audit import service as audit
from ldis.deliveries import service as deliveries
from ldis.deliveries.rules import Urgency
from ldis.deliveries.service import Letter
from ldis.errors import NotFound
from ldis.people import queries, service
from ldis.people.access import Actor, digest_of
from ldis.people.letters import invitation_words
from ldis.people.models import Invitation, User
from ldis.people.rules import INVITATION_LASTS, speaks_for
from ldis.people.schemas import Invited

USED = "This invitation has been used, was withdrawn or has run out. Ask for a new one."


def invite(session: Session, invited: Invited, *, actor: Actor, public_url: str, now: datetime) -> Invitation:
    """Invite somebody to a role in the actor's partnership, in place of an earlier invitation to the same role."""
    token = secrets.token_urlsafe(32)
    invitation = Invitation(
        partnership_id=actor.partnership_id,
        email=invited.email,
        name=invited.name,
        role=invited.role,
        discipline=speaks_for(invited.role, invited.discipline),
        token_digest=digest_of(token),
        invited_by=actor.label,
        invited_at=now,
        expires_at=now + INVITATION_LASTS,
    )
    for earlier in queries.open_invitations(session, partnership_id=actor.partnership_id, now=now):
        if (earlier.email, earlier.role) == (invited.email, invited.role):
            earlier.withdrawn_at = now
    session.add(invitation)
    session.flush()
    deliveries.post(session, _letter(invitation, actor=actor, link=f"{public_url}/invitation/{token}"), now=now)
    _record(session, "person invited", invitation, actor=actor.label)
    return invitation


def shown(session: Session, token: str, *, now: datetime) -> Invitation:
    """The invitation that a link opens. Looking at it changes nothing: mail scanners follow links too."""
    found = queries.invitation_with(session, digest_of(token), now=now)
    if found is None:
        raise NotFound(USED)
    return found


def accept(session: Session, token: str, *, now: datetime) -> User:
    """Take up an invitation: the account is made, or the role added to the one there is. Works once."""
    invitation = queries.invitation_with(session, digest_of(token), now=now, lock=True)
    if invitation is None:
        raise NotFound(USED)
    invitation.accepted_at = now
    _record(session, "invitation accepted", invitation, actor=invitation.label)
    return service.add_person(
        session,
        partnership_id=invitation.partnership_id,
        name=invitation.name,
        email=invitation.email,
        role=invitation.role,
        discipline=invitation.discipline,
        actor=invitation.invited_by,
    )


def withdraw(session: Session, invitation_id: int, *, actor: Actor, now: datetime) -> None:
    """Make an invitation that was not taken up yet worthless."""
    withdrawn = session.scalar(
        update(Invitation)
        .where(
            Invitation.id == invitation_id,
            Invitation.partnership_id == actor.partnership_id,
            Invitation.accepted_at.is_(None),
            Invitation.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=now)
        .returning(Invitation)
    )
    if withdrawn is None:
        raise NotFound("There is no such invitation, or it was taken up already.")
    _record(session, "invitation withdrawn", withdrawn, actor=actor.label)


def _letter(invitation: Invitation, *, actor: Actor, link: str) -> Letter:
    return Letter(
        medium=Medium.EMAIL,
        address=invitation.email,
        words=invitation_words(
            name=invitation.name,
            partnership=actor.partnership_name,
            role=invitation.role,
            inviter=actor.name,
            link=link,
        ),
        about=invitation.label,
        recipient=invitation.label,
        urgency=Urgency.ROUTINE,
        partnership_id=invitation.partnership_id,
    )


def _record(session: Session, action: str, invitation: Invitation, *, actor: str) -> None:
    audit.record(
        session,
        action,
        invitation.label,
        actor=actor,
        partnership_id=invitation.partnership_id,
        detail={"role": invitation.role.value},
    )
