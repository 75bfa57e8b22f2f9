"""What the pages of endpoints are told."""

from dataclasses import dataclass

from marshmallow import fields

from ldis.web import FormSchema, at_most


@dataclass(frozen=True, kw_only=True)
class NewEndpoint:
    """Another system that is to be told."""

    name: str
    address: str


class EndpointSchema(FormSchema[NewEndpoint]):
    """Add an endpoint."""

    makes = NewEndpoint

    name = fields.String(
        required=True,
        validate=at_most(80),
        error_messages={"required": "Enter what this system is called."},
        metadata={"label": "What is it?", "hint": "Such as: the council's website"},
    )
    address = fields.String(
        required=True,
        validate=at_most(500),
        error_messages={"required": "Enter the address that is to be told."},
        metadata={"label": "Its address", "hint": "Begins with https://", "type": "url", "autocomplete": "off"},
    )
