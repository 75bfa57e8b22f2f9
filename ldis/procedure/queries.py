"""Questions about the policies that were in force. They hold for the whole installation."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from ldis.errors import NotFound
from ldis.procedure.models import PolicyText


def policies(session: Session) -> Sequence[PolicyText]:
    """Every text that was in force, the newest first."""
    return session.scalars(
        select(PolicyText).order_by(PolicyText.first_seen_at.desc(), PolicyText.version, PolicyText.digest)
    ).all()


def texts_of(session: Session, version: str) -> Sequence[PolicyText]:
    """What a version said, the newest text first, or NotFound."""
    found = [one for one in policies(session) if one.version == version]
    if not found:
        raise NotFound("We have no policy of this version.")
    return found
