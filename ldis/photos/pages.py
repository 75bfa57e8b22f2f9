"""Photos as they are shown to those who may see the report."""

from typing import Any

from flask import Blueprint, Response

from ldis.people.access import current_person, open_to
from ldis.people.rules import Role
from ldis.people.watching import note_seen
from ldis.photos import queries
from ldis.photos.models import Photo
from ldis.web import session

pages = Blueprint("photos", __name__, url_prefix="/photos")

REVIEWERS = (Role.COORDINATOR, Role.PANEL_MEMBER, Role.LEAD)
NOTHING_BUT_THE_PICTURE = "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; sandbox"
"""For the page that a browser makes around a picture of its own accord."""


@pages.get("/<int:photo_id>")
@open_to(*REVIEWERS)
def full(photo_id: int) -> Any:
    """A photo as large as it is kept."""
    photo = the_photo(photo_id)
    picture = jpeg(photo, photo.full_picture)
    note_seen(f"photo/{photo_id}")
    return picture


@pages.get("/<int:photo_id>/small")
@open_to(*REVIEWERS)
def small(photo_id: int) -> Any:
    """A photo for the page of its report."""
    photo = the_photo(photo_id)
    return jpeg(photo, photo.small_picture)


def the_photo(photo_id: int) -> Photo:
    """The photo that an address names, within the person's partnership."""
    return queries.the_photo(session, photo_id, partnership_id=current_person().partnership_id)


def jpeg(photo: Photo, picture: bytes | None) -> Response:
    """A picture to be shown and not kept."""
    return Response(
        picture or b"",
        content_type="image/jpeg",
        headers={
            "Content-Disposition": f'inline; filename="photo-{photo.id}.jpg"',
            "Content-Security-Policy": NOTHING_BUT_THE_PICTURE,
            "Cross-Origin-Resource-Policy": "same-origin",
            "Cache-Control": "private, no-store",
        },
    )
