"""The question for photos, and the reason for taking one out."""

from dataclasses import dataclass

from marshmallow import fields

from ldis.photos.rules import MOST_MEGABYTES, MOST_PHOTOS
from ldis.web import FormSchema, at_most

HINT = (
    "Of the drug, its packaging or markings. Not of people. We remove the place and time that the phone puts into a "
    f"photo. Up to {MOST_PHOTOS}, at most {MOST_MEGABYTES} MB each."
)


@dataclass(frozen=True)
class Nothing:
    """A form that is files alone."""


@dataclass(frozen=True)
class Removal:
    """Why a photo is taken out."""

    reason: str


class PhotosSchema(FormSchema[Nothing]):
    """Photos, sent beside the answers of another form."""

    makes = Nothing
    beside = True

    photos = fields.String(metadata={"label": "Photos", "widget": "file", "hint": HINT})


class RemovalSchema(FormSchema[Removal]):
    """A photo can be taken out for a reason."""

    makes = Removal

    reason = fields.String(
        required=True,
        validate=at_most(500),
        metadata={"label": "Why must it go?", "hint": "For example, it shows a face. It is deleted for good."},
    )
