"""“How can we reach you?”: the reporter's own name and addresses, which the partnership's coordinators alone see."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from ldis.people.numbers import normal_mobile
from ldis.submissions.asking import one_of
from ldis.web import FormSchema, Made, at_most


class SendBy(StrEnum):
    """How a reporter would have the reference sent to them."""

    EMAIL = "email"
    TEXT = "text message"
    NOT_AT_ALL = "not at all"


@dataclass(frozen=True, kw_only=True)
class Reporter:
    """Who sent a report, as far as they say. Nobody has to."""

    reporter_name: str = ""
    reporter_organisation: str = ""
    reporter_email: str = ""
    reporter_phone: str = ""
    may_contact: bool = False
    reference_by: SendBy | None = None


class ReporterSchema(FormSchema[Made]):
    """The questions about the reporter."""

    reporter_name = fields.String(
        validate=at_most(120),
        metadata={"label": "Your name", "autocomplete": "name", "hint": "Yours, not the person’s."},
    )
    reporter_organisation = fields.String(
        validate=at_most(120), metadata={"label": "Where you work", "autocomplete": "organization"}
    )
    reporter_email = fields.Email(
        validate=at_most(254),
        error_messages={"invalid": "Enter an email address in full, like name@example.org."},
        metadata={"label": "Your email address", "autocomplete": "email", "inputmode": "email"},
    )
    reporter_phone = fields.String(
        validate=validate.Regexp(
            r"^\+?[0-9(][0-9 ()-]{5,18}[0-9)]$",
            error="Enter a phone number, like 07700 900 123, or leave this empty.",
        ),
        metadata={"label": "Your phone number", "autocomplete": "tel", "inputmode": "tel"},
    )
    may_contact = fields.Boolean(metadata={"label": "You may contact me about this report"})
    reference_by = one_of(
        SendBy,
        "Shall we send you the reference?",
        [(SendBy.EMAIL, "By email"), (SendBy.TEXT, "By text message"), (SendBy.NOT_AT_ALL, "No")],
        hint="You also see it as soon as your report is sent. At most 3 texts a day go to one number.",
    )

    @validates_schema(skip_on_field_errors=False)
    def reachable(self, data: dict[str, Any], **_: Any) -> None:
        """Who may be contacted, or wants something sent, must say where."""
        errors: dict[str, list[str]] = {}
        if data.get("may_contact") and not (data.get("reporter_email") or data.get("reporter_phone")):
            errors["reporter_email"] = ["Enter an email address or a phone number, so that we can reach you."]
        if data.get("reference_by") is SendBy.EMAIL and not data.get("reporter_email"):
            errors["reporter_email"] = ["Enter your email address, so that we can send you the reference."]
        if data.get("reference_by") is SendBy.TEXT and not normal_mobile(data.get("reporter_phone", "")):
            errors["reporter_phone"] = ["Enter a UK mobile number, so that we can text you the reference."]
        if errors:
            raise ValidationError(errors)
