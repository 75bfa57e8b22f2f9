"""Questions about venue links."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from ldis.errors import NotFound
from ldis.venues.models import VenueLink
from ldis.venues.rules import tidy_token


def links_of(session: Session, *, partnership_id: int) -> Sequence[VenueLink]:
    """A partnership's links, those that work first, then the newest."""
    return session.scalars(
        select(VenueLink)
        .where(VenueLink.partnership_id == partnership_id)
        .options(joinedload(VenueLink.made_by), joinedload(VenueLink.revoked_by))
        .order_by(VenueLink.revoked_at.desc().nulls_first(), VenueLink.made_at.desc(), VenueLink.id.desc())
    ).all()


def link_of(session: Session, link_id: int, *, partnership_id: int, lock: bool = False) -> VenueLink:
    """One link of a partnership, or NotFound. `lock` holds it until the transaction ends."""
    question = select(VenueLink).where(VenueLink.id == link_id, VenueLink.partnership_id == partnership_id)
    found = session.scalar(question.with_for_update(of=VenueLink) if lock else question)
    if found is None:
        raise NotFound("There is no such link.")
    return found


def link_with(session: Session, token: str) -> VenueLink | None:
    """The link with this token, whether it still works or not."""
    tidied = tidy_token(token)
    return session.scalar(select(VenueLink).where(VenueLink.token == tidied)) if tidied else None
