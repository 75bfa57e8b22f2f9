"""What is known of reviews."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from ldis.errors import NotFound
from ldis.indicators.figures import Spot
from ldis.indicators.models import Hidden
from ldis.reviews.models import Recommendation, Review, Standing, Tally
from ldis.reviews.rules import Kind, Tallies


def tallies_of(session: Session, *, partnership_id: int) -> Tallies:
    """Every count of a partnership."""
    rows = session.scalars(select(Tally).where(Tally.partnership_id == partnership_id, Tally.count > 0))
    return {one.counted: one.count for one in rows}


def hidden_in(session: Session, *, partnership_id: int) -> Mapping[Spot, Hidden]:
    """What of the register is hidden in everything that is published."""
    codes = [kind.code for kind in Kind]
    rows = session.scalars(
        select(Hidden).where(Hidden.partnership_id == partnership_id, Hidden.indicator.in_(codes))
    )
    return {Spot(one.indicator, one.area, one.part, one.ends_on, one.months): one for one in rows}


def reviews_of(session: Session, *, partnership_id: int) -> Sequence[Review]:
    """Every review with its recommendations, the newest first."""
    return session.scalars(
        select(Review)
        .where(Review.partnership_id == partnership_id)
        .options(selectinload(Review.recommendations))
        .order_by(Review.held_on.desc(), Review.id.desc())
    ).all()


def the_review(session: Session, review_id: int, *, partnership_id: int) -> Review:
    """One review of a partnership."""
    found = session.get(Review, review_id)
    if found is None or found.partnership_id != partnership_id:
        raise NotFound("We cannot find this review.")
    return found


def the_recommendation(session: Session, recommendation_id: int, *, partnership_id: int) -> Recommendation:
    """One recommendation of a partnership."""
    found = session.get(Recommendation, recommendation_id)
    if found is None or found.review.partnership_id != partnership_id:
        raise NotFound("We cannot find this recommendation.")
    return found


def open_recommendations(session: Session, *, partnership_id: int) -> Sequence[Recommendation]:
    """What is still to be done, the longest due first."""
    return session.scalars(
        select(Recommendation)
        .join(Review)
        .where(Review.partnership_id == partnership_id, Recommendation.standing == Standing.OPEN)
        .order_by(Recommendation.due, Recommendation.id)
    ).all()
