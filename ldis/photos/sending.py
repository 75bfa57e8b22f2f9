"""Photos that come with a form: kept at once, whatever else is wrong with it, so that nobody chooses them twice.

A view whose form asks for photos is marked `@takes_photos`, above its other marks. Its template draws the question:

    {% from "photos/field.html" import photos_field %}    with `photos=asked(...)` from here
"""

import base64
import re
from dataclasses import dataclass

from flask import current_app, request

from ldis.db import utc_now
from ldis.errors import Invalid
from ldis.people import queries as people
from ldis.people.models import Partnership
from ldis.photos import queries, service
from ldis.photos.models import Photo
from ldis.photos.process import photo_in
from ldis.photos.rules import (
    MOST_BYTES,
    MOST_PHOTOS,
    MOST_SENT_MEGABYTES,
    NewPhoto,
    NotTaken,
    no_longer_here,
    sentence,
    too_many,
)
from ldis.photos.schemas import PhotosSchema
from ldis.web import Form, FormSchema, form_for, load_form, session, takes_files
from ldis.web.schemas import Made

KEY = re.compile(r"[A-Za-z0-9_-]{8,80}")

NO_KEY = "This form was changed on its way. Open it again, then add your photos."

takes_photos = takes_files(MOST_SENT_MEGABYTES)


@dataclass(frozen=True)
class Waiting:
    """A photo that was added to a form and is not sent yet, drawn into the page: no address leads to it."""

    id: int
    source: str


@dataclass(frozen=True)
class Asked:
    """The question for photos on a form, and those that were added already."""

    form: Form
    added: list[Waiting]


def asked(partnership: Partnership | None = None, key: str = "") -> Asked:
    """The question for photos, for a template; with what waits under the key of the form that it stands on."""
    added = queries.waiting(session, key, partnership_id=partnership.id) if partnership and key else []
    return Asked(form_for(PhotosSchema), [Waiting(one.id, data_address(one)) for one in added])


def data_address(photo: Photo) -> str:
    """The small picture itself, as an address."""
    return f"data:image/jpeg;base64,{base64.b64encode(photo.small_picture or b'').decode()}"


def sent_photos(problems: list[str]) -> list[NewPhoto]:
    """The photos that came with this request. What is wrong with the others is added to the problems."""
    files = [file for file in request.files.getlist("photos") if file.filename]
    if len(files) > MOST_PHOTOS:
        problems.append(too_many(0))
        return []
    good = []
    for place, file in enumerate(files, start=1):
        try:
            good.append(photo_in(file.stream.read(MOST_BYTES + 1)))
        except NotTaken as refusal:
            problems.append(sentence(place, file.filename or "", refusal.fault))
    return good


def load_photos() -> list[NewPhoto]:
    """The photos that came with this request; raises Invalid where any of them cannot be taken."""
    problems: list[str] = []
    good = sent_photos(problems)
    if problems:
        raise Invalid({"photos": problems})
    return good


def keep_photos(slug: str, *, by: str) -> None:
    """Keep the photos that came with this request. Raises Invalid with what is wrong with any of them."""
    wrong = _keep_what_came(slug, by=by)
    if wrong:
        raise Invalid(wrong)


def load_with_photos(schema: type[FormSchema[Made]], slug: str, *, by: str) -> Made:
    """What was typed, once the photos that came with it are kept: nobody need choose them again for a wrong answer.

    Raises Invalid with what is wrong with either.
    """
    wrong = _keep_what_came(slug, by=by)
    try:
        form = load_form(schema)
    except Invalid as refusal:
        raise Invalid(refusal.errors | wrong) from refusal
    if wrong:
        raise Invalid(wrong)
    return form


def _keep_what_came(slug: str, *, by: str) -> dict[str, list[str]]:
    """Keep the good ones, in a transaction of their own, and drop one that is taken back; what is wrong with others.

    A photo that the page showed and that is not there any more is wrong too: its sender believes that we have it.
    """
    key = request.form.get("submission_key", "")
    taken_back = request.form.get("remove_photo", type=int)
    shown = set(request.form.getlist("photo_added", type=int)) - {taken_back}
    problems: list[str] = []
    photos = sent_photos(problems)
    if photos and not KEY.fullmatch(key):
        problems.append(NO_KEY)
    elif photos or taken_back or shown:
        try:
            with current_app.extensions["ldis.sessions"].begin() as aside:
                here = people.partnership_called(aside, slug).id
                gone = service.how_many_are_gone(aside, shown, key=key, partnership_id=here)
                problems += [no_longer_here(gone)] if gone else []
                if taken_back:
                    service.drop(aside, taken_back, key=key, partnership_id=here)
                service.keep(aside, photos, key=key, partnership_id=here, by=by, now=utc_now())
        except Invalid as refusal:
            problems += refusal.errors["photos"]
    return {"photos": problems} if problems else {}
