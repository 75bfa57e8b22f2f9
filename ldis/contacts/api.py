"""A directory elsewhere keeps its people in step here, one at a time, under /api/v1."""

from typing import Any

from flask import current_app
from marshmallow import RAISE, Schema, fields, validate

from alerts.audiences import Clearance, Topic
from ldis.contacts import directory
from ldis.contacts.directory import DirectoryEntry
from ldis.contacts.models import Contact
from ldis.db import utc_now
from ldis.description.bodies import Calls
from ldis.description.examples import example
from ldis.people.access import current_key, key_scope
from ldis.people.rules import Scope
from ldis.web import FormSchema, at_most, commits, session

api = Calls("directory", __name__, url_prefix="/api/v1", description="People at partner organisations.")

MOST_CHOSEN = 50


def _several(what: fields.Field[Any], description: str) -> fields.List[Any]:
    return fields.List(what, validate=validate.Length(max=MOST_CHOSEN), metadata={"description": description})


class DirectoryEntrySchema(FormSchema[DirectoryEntry]):
    """Everything that the directory knows of somebody. What is left out is taken as not so."""

    makes = DirectoryEntry

    name = fields.String(required=True, validate=[validate.Length(min=1), at_most(120)])
    organisation = fields.String(
        validate=at_most(120), metadata={"description": "As it is called here; it must be known already."}
    )
    job_role = fields.String(validate=at_most(120))
    mobile = fields.String(validate=at_most(40), metadata={"description": "A UK mobile, for text messages."})
    email = fields.String(validate=at_most(254))
    by_sms = fields.Boolean(metadata={"description": "Whether they want text messages; yes unless said."})
    by_email = fields.Boolean(metadata={"description": "Whether they want e-mails; yes unless said."})
    stands_in = fields.Boolean(metadata={"description": "Whether they stand in for their organisation."})
    lists = _several(fields.String(validate=at_most(80)), "Names of lists that are known already.")
    clearance = fields.Enum(Clearance, by_value=True, metadata={"description": "What they may be sent."})
    areas = _several(fields.String(validate=at_most(9)), "ONS codes of areas that they want to hear of.")
    topics = _several(fields.Enum(Topic, by_value=True), "What they want to hear of; everything unless said.")
    red_only = fields.Boolean()


class KnownContactSchema(Schema):
    """Somebody as they are known here now."""

    external_id = fields.String()
    name = fields.String()
    organisation = fields.String(allow_none=True)
    job_role = fields.String()
    mobile = fields.String(allow_none=True)
    email = fields.String(allow_none=True)
    by_sms = fields.Boolean()
    by_email = fields.Boolean()
    stands_in = fields.Boolean()
    lists = fields.List(fields.String())
    clearance = fields.Enum(Clearance, by_value=True)
    areas = fields.List(fields.String())
    topics = fields.List(fields.Enum(Topic, by_value=True))
    red_only = fields.Boolean()
    opted_out = fields.Boolean(
        metadata={"description": "Whether they asked to be sent nothing. It always holds, whatever is sent here."}
    )


NOOR: dict[str, Any] = {
    "name": "Noor Sands",
    "organisation": None,
    "job_role": "Night manager",
    "mobile": None,
    "email": "noor.sands@example.org",
    "by_sms": True,
    "by_email": True,
    "stands_in": False,
    "lists": [],
    "clearance": "professional",
    "areas": [],
    "topics": [],
    "red_only": False,
}


@api.put("/contacts/<external_id>")
@key_scope(Scope.CONTACTS_WRITE)
@api.arguments(DirectoryEntrySchema(unknown=RAISE))
@api.response(200, KnownContactSchema)
@commits
@example(
    external_id="staff-4711",
    body={
        "name": "Noor Sands",
        "job_role": "Night manager",
        "email": "noor.sands@example.org",
    },
    answer={"external_id": "staff-4711", **NOOR, "opted_out": False},
)
def keep_contact(listed: DirectoryEntry, external_id: str) -> dict[str, Any]:
    """Add somebody, or change them to what is sent. Sending the same twice changes nothing.

    Who has no identifier here yet is found by e-mail address or mobile number. Somebody who has left is sent with
    `by_sms` and `by_email` false.
    """
    contact = directory.keep(
        session,
        external_id,
        listed,
        actor=current_key(),
        now=utc_now(),
        allow_drama=bool(current_app.config["DEMO"]),
    )
    return _as_kept(contact)


def _as_kept(contact: Contact) -> dict[str, Any]:
    said = {name: getattr(contact, name) for name in NOOR if name not in ("organisation", "lists", "areas")}
    return {
        **said,
        "external_id": contact.external_id,
        "organisation": contact.organisation.name if contact.organisation else None,
        "lists": [one.name for one in contact.lists],
        "areas": contact.area_codes,
        "topics": [Topic(one) for one in contact.topics],
        "opted_out": contact.opted_out_at is not None,
    }
