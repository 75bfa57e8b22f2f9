"""What to look for in the audit record, as a form sent with the address."""

from dataclasses import dataclass
from datetime import date

from marshmallow import fields, validate

from ldis.inbox.schemas import day
from ldis.web import FormSchema, at_most


@dataclass(frozen=True)
class Asked:
    """What somebody looks for; nothing of it narrows nothing."""

    who: str = ""
    action: str = ""
    about: str = ""
    from_day: date | None = None
    to_day: date | None = None
    after: str = ""


class AskedSchema(FormSchema[Asked]):
    """Every question may be left alone."""

    makes = Asked
    who = fields.String(
        validate=at_most(60), metadata={"label": "Who", "widget": "select", "choices": [], "empty": "Anybody"}
    )
    action = fields.String(
        validate=at_most(60), metadata={"label": "What was done", "hint": "Like “vote” or “signed in”"}
    )
    about = fields.String(
        validate=at_most(80), metadata={"label": "To what", "hint": "A reference, or a name such as person/12"}
    )
    from_day = day("From", "from")
    to_day = day("To", "to")
    after = fields.String(
        validate=validate.Regexp(r"^\d{1,3}-\d{1,15}$", error="This is not a place in the record."),
        metadata={"widget": "hidden"},
    )
