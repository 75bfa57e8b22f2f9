"""Make and revoke venue links. Both are in the audit record."""

import secrets
from datetime import datetime

from sqlalchemy.orm import Session

from ldis.audit import service as audit
from ldis.errors import Invalid
from ldis.people import queries as people
from ldis.people.access import Actor
from ldis.submissions.prefill import FilledIn
from ldis.submissions.rules import ALPHABET
from ldis.venues import queries
from ldis.venues.models import VenueLink
from ldis.venues.rules import SIGNS, grouped
from ldis.venues.schemas import Venue


def make_link(session: Session, venue: Venue, *, actor: Actor, now: datetime) -> VenueLink:
    """Make a link for one place: an organisation of the partnership, in one of its areas."""
    here = actor.partnership_id
    organisations = people.organisations_of(session, partnership_id=here)
    if venue.organisation_id not in {organisation.id for organisation in organisations}:
        raise Invalid({"organisation_id": ["Choose an organisation of the partnership."]})
    if venue.area_code not in people.partnership_numbered(session, here).place.area_codes:
        raise Invalid({"area_code": ["Choose an area of the partnership."]})
    link = VenueLink(
        partnership_id=here,
        organisation_id=venue.organisation_id,
        area_code=venue.area_code,
        setting=venue.setting,
        token=grouped("".join(secrets.choice(ALPHABET) for _ in range(SIGNS))),
        made_by_id=actor.id,
        made_at=now,
    )
    session.add(link)
    session.flush()
    _record(session, "venue link made", link, actor=actor)
    return link


def revoke_link(session: Session, link_id: int, *, actor: Actor, now: datetime) -> VenueLink:
    """Let a link open the form no more, at once; revoking it again changes nothing."""
    link = queries.link_of(session, link_id, partnership_id=actor.partnership_id, lock=True)
    if link.works:
        link.revoked_at, link.revoked_by_id = now, actor.id
        session.flush()
        _record(session, "venue link revoked", link, actor=actor)
    return link


def fills_in(link: VenueLink) -> FilledIn | None:
    """What a link that works answers for the reporter; nothing once its area is no longer the partnership's."""
    if not link.works or link.area_code not in link.partnership.place.area_codes:
        return None
    return FilledIn(
        by=link.label,
        reporter_organisation=link.organisation.name,
        area_code=link.area_code,
        setting=link.setting,
    )


def _record(session: Session, action: str, link: VenueLink, *, actor: Actor) -> None:
    audit.record(
        session,
        action,
        link.label,
        actor=actor.label,
        partnership_id=link.partnership_id,
        detail={"organisation": link.organisation_id},
    )
