"""Questions about the audit record."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import or_, select, tuple_
from sqlalchemy.orm import Session

from ldis.audit.models import AuditEntry

EVERYBODYS = "policy/"
"""What concerns every partnership of the installation is found in each of them."""


@dataclass(frozen=True)
class Search:
    """What to look for: the whole name of who and about what, a part of the action, moments, and where to go on."""

    actor: str = ""
    action: str = ""
    about: str = ""
    since: datetime | None = None
    until: datetime | None = None
    after: tuple[int, int] | None = None

    def from_place(self, after: tuple[int, int] | None) -> "Search":
        """The same search, going on after an entry."""
        return replace(self, after=after)


def search(session: Session, wanted: Search, *, partnership_id: int, at_most: int) -> Sequence[AuditEntry]:
    """Entries of one partnership, the newest first."""
    question = select(AuditEntry).where(
        or_(
            AuditEntry.partnership_id == partnership_id,
            AuditEntry.partnership_id.is_(None) & AuditEntry.about.startswith(EVERYBODYS),
        )
    )
    if wanted.actor:
        question = question.where(AuditEntry.actor == wanted.actor)
    if wanted.action:
        question = question.where(AuditEntry.action.icontains(wanted.action, autoescape=True))
    if wanted.about:
        question = question.where(AuditEntry.about == wanted.about)
    if wanted.since:
        question = question.where(AuditEntry.at >= wanted.since)
    if wanted.until:
        question = question.where(AuditEntry.at < wanted.until)
    if wanted.after:
        last = session.get(AuditEntry, wanted.after)
        if last is not None:
            place = tuple_(AuditEntry.at, AuditEntry.lane, AuditEntry.position)
            question = question.where(place < tuple_(last.at, last.lane, last.position))
    newest = question.order_by(AuditEntry.at.desc(), AuditEntry.lane.desc(), AuditEntry.position.desc())
    return session.scalars(newest.limit(at_most)).all()


def done_since(
    session: Session, action: str, abouts: Collection[str], *, actor: str, partnership_id: int, since: datetime
) -> set[str]:
    """To which of these things somebody has done this since a moment."""
    return set(
        session.scalars(
            select(AuditEntry.about).where(
                AuditEntry.about.in_(abouts),
                AuditEntry.partnership_id == partnership_id,
                AuditEntry.action == action,
                AuditEntry.actor == actor,
                AuditEntry.at >= since,
            )
        )
    )


def entries_about(session: Session, *abouts: str, partnership_id: int) -> Sequence[AuditEntry]:
    """Everything that was done to one thing or to several, oldest first."""
    return session.scalars(
        select(AuditEntry)
        .where(AuditEntry.about.in_(abouts), AuditEntry.partnership_id == partnership_id)
        .order_by(AuditEntry.at, AuditEntry.lane, AuditEntry.position)
    ).all()
