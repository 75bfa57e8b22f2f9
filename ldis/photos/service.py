"""Keep photos while a form is being written, let them join its report, add more later, take one out."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from ldis.audit import service as audit
from ldis.errors import Invalid, NotFound
from ldis.photos import queries
from ldis.photos.models import Photo
from ldis.photos.rules import MOST_PHOTOS, WAITS_FOR_ITS_REPORT, NewPhoto, too_many


def keep(
    session: Session, photos: Sequence[NewPhoto], *, key: str, partnership_id: int, by: str, now: datetime
) -> None:
    """Keep photos under the key of a form that is being written. The same file again is the same photo."""
    queries.hold(session, key, partnership_id=partnership_id)
    known = queries.all_under(session, key, partnership_id=partnership_id)
    new = _new(photos, known)
    _there_must_be_room([one for one in known if one.removed_at is None], new)
    session.add_all(_row(one, key=key, partnership_id=partnership_id, by=by, now=now) for one in new.values())
    session.flush()


def drop(session: Session, photo_id: int, *, key: str, partnership_id: int) -> None:
    """Forget a photo that its sender took back before sending the form. Gone already is as good."""
    session.execute(
        delete(Photo).where(
            Photo.id == photo_id,
            Photo.submission_key == key,
            Photo.partnership_id == partnership_id,
            Photo.joined_at.is_(None),
        )
    )


def how_many_are_gone(session: Session, shown: Collection[int], *, key: str, partnership_id: int) -> int:
    """Of the photos that a form showed as added, how many are not there any more, waiting or in its report."""
    there = {one.id for one in queries.all_under(session, key, partnership_id=partnership_id)}
    return len(set(shown) - there)


def join(session: Session, *, key: str, partnership_id: int, to: str, by: str, now: datetime) -> None:
    """The form has become a report (`to`, as the audit record names it): its photos are part of it from now on.

    Again is as good as once. There are never more than there is room for, however they came.
    """
    queries.hold(session, key, partnership_id=partnership_id)
    known = queries.all_under(session, key, partnership_id=partnership_id)
    room = MOST_PHOTOS - len(_in_report(known))
    for photo in [one for one in known if one.joined_at is None][: max(0, room)]:
        _join(session, photo, to=to, by=by, now=now)
    session.flush()


def add_to_report(
    session: Session, photos: Sequence[NewPhoto], *, key: str, partnership_id: int, to: str, by: str, now: datetime
) -> int:
    """Add photos to a report that was sent before (`to`), under its `submission_key`. How many are new in it.

    What waits under the key beside them was sent by nobody who is known to hold the report: it stays where it is.
    """
    queries.hold(session, key, partnership_id=partnership_id)
    known = queries.all_under(session, key, partnership_id=partnership_id)
    new = _new(photos, [one for one in known if one.joined_at is not None])
    _there_must_be_room(_in_report(known), new)
    waiting = {one.digest: one for one in known if one.joined_at is None}
    for digest, one in new.items():
        photo = waiting.get(digest) or _row(one, key=key, partnership_id=partnership_id, by=by, now=now)
        session.add(photo)
        session.flush()
        _join(session, photo, to=to, by=by, now=now)
    session.flush()
    return len(new)


def remove(
    session: Session, photo_id: int, *, key: str, partnership_id: int, reason: str, of: str, by: str, now: datetime
) -> None:
    """Take a photo out of a report (`of`), for example because it shows a face: its pictures are deleted for good."""
    photo = queries.the_photo(session, photo_id, partnership_id=partnership_id, lock=True)
    if photo.submission_key != key:
        raise NotFound
    photo.full_picture = photo.small_picture = None
    photo.removed_at, photo.removed_by, photo.removed_because = now, by, reason
    session.flush()
    audit.record(session, "photo removed", of, actor=by, partnership_id=partnership_id, detail={"photo": photo_id})


def forget(session: Session, *, now: datetime) -> None:
    """Delete what waited too long for its form to become a report."""
    session.execute(delete(Photo).where(Photo.joined_at.is_(None), Photo.kept_at < now - WAITS_FOR_ITS_REPORT))


def _new(photos: Sequence[NewPhoto], known: Sequence[Photo]) -> dict[str, NewPhoto]:
    """Those that are not known, each once, by their digests."""
    digests = {one.digest for one in known}
    return {one.digest: one for one in photos if one.digest not in digests}


def _in_report(known: Sequence[Photo]) -> list[Photo]:
    return [one for one in known if one.joined_at is not None and one.removed_at is None]


def _there_must_be_room(there: Sequence[Photo], new: dict[str, NewPhoto]) -> None:
    if len(there) + len(new) > MOST_PHOTOS:
        raise Invalid({"photos": [too_many(len(there))]})


def _row(new: NewPhoto, *, key: str, partnership_id: int, by: str, now: datetime) -> Photo:
    return Photo(
        partnership_id=partnership_id,
        submission_key=key,
        digest=new.digest,
        kept_at=now,
        kept_by=by,
        width=new.picture.width,
        height=new.picture.height,
        full_picture=new.picture.full,
        small_picture=new.picture.small,
    )


def _join(session: Session, photo: Photo, *, to: str, by: str, now: datetime) -> None:
    photo.joined_at = now
    detail = {"photo": photo.id}
    audit.record(session, "photo added", to, actor=by, partnership_id=photo.partnership_id, detail=detail)
