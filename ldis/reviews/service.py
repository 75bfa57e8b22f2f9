"""What is done in the register: counts set, reviews written, recommendations followed to their end."""

from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ldis.audit import service as audit
from ldis.errors import NotAllowed, Stale
from ldis.indicators.models import Hidden
from ldis.people import queries as people
from ldis.people.access import Actor
from ldis.reviews import queries, rules
from ldis.reviews.models import Recommendation, Review, Standing, Step, Tally
from ldis.reviews.rules import Counted

COUNTING = 0x1D1CB  # the first half of the lock under which a partnership's register is counted
CHANGED = "Somebody said something about this recommendation since you looked. Read it, then try again."


def count(session: Session, what: Counted, number: int, *, actor: Actor, now: datetime) -> None:
    """Set one count of the register; what may be published of everything is worked out anew."""
    session.execute(select(func.pg_advisory_xact_lock(COUNTING, actor.partnership_id)))
    hide(session, partnership_id=actor.partnership_id, now=now)  # as it was published until now
    same = [getattr(Tally, name) == value for name, value in vars(what).items()]
    row = session.scalar(select(Tally).where(Tally.partnership_id == actor.partnership_id, *same))
    before = row.count if row else 0
    if row is None:
        row = Tally(partnership_id=actor.partnership_id, **vars(what))
        session.add(row)
    row.count = number
    session.flush()
    hide(session, partnership_id=actor.partnership_id, now=now)
    detail = {name: str(value) for name, value in vars(what).items()}
    _record(session, "review count set", "register", actor=actor, before=before, after=number, **detail)


def hide(session: Session, *, partnership_id: int, now: datetime) -> None:
    """Work out what of the register is hidden. What is hidden already stays so."""
    before = queries.hidden_in(session, partnership_id=partnership_id)
    place = people.partnership_numbered(session, partnership_id)
    masked = rules.mask(
        queries.tallies_of(session, partnership_id=partnership_id),
        list(before),
        areas=[area.code for area in place.areas],
        today=now.date(),
    )
    for spot, why in masked.items():
        if spot not in before:
            session.add(Hidden(partnership_id=partnership_id, **vars(spot), why=why.value, since=now))
    session.flush()


def write_review(
    session: Session, *, held_on: date, about: str, learning: str, actor: Actor, now: datetime
) -> Review:
    """Note what a review learnt."""
    made = Review(
        partnership_id=actor.partnership_id,
        held_on=held_on,
        about=about,
        learning=learning,
        written_by=actor.name,
        written_at=now,
    )
    session.add(made)
    session.flush()
    _record(session, "review written", f"review/{made.id}", actor=actor, held_on=held_on.isoformat())
    return made


def recommend(
    session: Session, review: Review, *, what: str, owner: str, due: date, actor: Actor
) -> Recommendation:
    """Say what somebody is to do by a day."""
    made = Recommendation(review=review, what=what, owner=owner, due=due, standing=Standing.OPEN, version=1)
    session.add(made)
    session.flush()
    _record(session, "recommendation made", f"review/{review.id}", actor=actor, owner=owner, due=due.isoformat())
    return made


def follow(
    session: Session,
    recommendation: Recommendation,
    *,
    words: str,
    standing: Standing,
    seen_version: int,
    actor: Actor,
    now: datetime,
) -> None:
    """Say what became of a recommendation. One that was done or withdrawn is opened again by saying so."""
    session.refresh(recommendation, with_for_update=True)
    if recommendation.version != seen_version:
        raise Stale(CHANGED)
    if standing is recommendation.standing and standing is not Standing.OPEN:
        raise NotAllowed(f"It is {standing} already.")
    recommendation.steps.append(Step(at=now, by=actor.name, words=words, standing=standing))
    recommendation.standing, recommendation.version = standing, recommendation.version + 1
    session.flush()
    about = f"review/{recommendation.review_id}"
    _record(session, "recommendation followed", about, actor=actor, standing=standing.value)


def _record(session: Session, action: str, about: str, *, actor: Actor, **detail: object) -> None:
    audit.record(session, action, about, actor=actor.label, partnership_id=actor.partnership_id, detail=detail)
