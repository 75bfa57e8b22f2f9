"""What is asked about a place that gets a link of its own."""

from dataclasses import dataclass

from marshmallow import fields

from ldis.submissions.rules import Setting
from ldis.web import FormSchema, at_most


@dataclass(frozen=True)
class Venue:
    """A place whose staff shall not be asked where they are."""

    organisation_id: int
    area_code: str
    setting: Setting


class VenueSchema(FormSchema[Venue]):
    """A place, as a coordinator or an administrator chooses it."""

    makes = Venue
    organisation_id = fields.Integer(
        required=True, metadata={"label": "Who is the link for?", "widget": "select", "empty": "Choose one"}
    )
    area_code = fields.String(
        required=True, validate=at_most(9), metadata={"label": "Which area is it in?", "widget": "select"}
    )
    setting = fields.Enum(
        Setting,
        by_value=True,
        required=True,
        error_messages={"unknown": "Choose one of the answers shown."},
        metadata={"label": "What kind of place is it?", "widget": "select"},
    )
