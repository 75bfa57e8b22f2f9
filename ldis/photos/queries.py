"""Questions about photos, always within one partnership."""

from collections.abc import Collection, Sequence

from sqlalchemy import select, text
from sqlalchemy.orm import Session, undefer

from ldis.errors import NotFound
from ldis.photos.models import Photo

KEEPING = 0x1D18  # advisory lock: the photos of one form are kept, joined and removed one at a time


def hold(session: Session, key: str, *, partnership_id: int) -> None:
    """Let nobody else touch the photos of this form until the transaction ends: they are counted."""
    session.execute(
        text("SELECT pg_advisory_xact_lock(:purpose, hashtext(:form))"),
        {"purpose": KEEPING, "form": f"{partnership_id} {key}"},
    )


def all_under(session: Session, key: str, *, partnership_id: int) -> Sequence[Photo]:
    """Every photo that was sent under this key and not forgotten: waiting, joined or removed, in their order."""
    return session.scalars(
        select(Photo)
        .where(Photo.partnership_id == partnership_id, Photo.submission_key == key)
        .order_by(Photo.id)
        .execution_options(populate_existing=True)
    ).all()


def waiting(session: Session, key: str, *, partnership_id: int) -> Sequence[Photo]:
    """The photos that came with a form which is not a report yet, with their small pictures, in their order."""
    return session.scalars(
        select(Photo)
        .where(Photo.partnership_id == partnership_id, Photo.submission_key == key, Photo.joined_at.is_(None))
        .order_by(Photo.id)
        .options(undefer(Photo.small_picture))
    ).all()


def photos_of(session: Session, keys: Collection[str], *, partnership_id: int) -> dict[str, list[Photo]]:
    """The photos that are part of reports, by the keys of these, in their order; the removed ones among them."""
    found: dict[str, list[Photo]] = {}
    for photo in session.scalars(
        select(Photo)
        .where(
            Photo.partnership_id == partnership_id, Photo.submission_key.in_(keys), Photo.joined_at.is_not(None)
        )
        .order_by(Photo.id)
    ):
        found.setdefault(photo.submission_key, []).append(photo)
    return found


def the_photo(session: Session, photo_id: int, *, partnership_id: int, lock: bool = False) -> Photo:
    """A photo that is part of a report and was not removed, or NotFound; locked where it is to be changed."""
    question = select(Photo).where(
        Photo.id == photo_id,
        Photo.partnership_id == partnership_id,
        Photo.joined_at.is_not(None),
        Photo.removed_at.is_(None),
    )
    photo = session.scalar(question.with_for_update() if lock else question)
    if photo is None:
        raise NotFound("We cannot find this photo. It may have been removed.")
    return photo
