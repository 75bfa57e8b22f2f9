"""What a contact, a list and a search must hold. The messages are what people read."""

from dataclasses import dataclass

from marshmallow import ValidationError, fields, validates_schema

from alerts.audiences import Clearance, Topic
from ldis.web import FormSchema, at_most


@dataclass(frozen=True, kw_only=True)
class ContactDetails:
    """What is known of a contact, as it was entered."""

    name: str
    organisation_id: int | None = None
    job_role: str = ""
    mobile: str = ""
    email: str = ""
    by_sms: bool = False
    by_email: bool = False
    stands_in: bool = False
    list_ids: tuple[int, ...] = ()
    clearance: Clearance = Clearance.PROFESSIONAL
    area_codes: tuple[str, ...] = ()
    topics: tuple[Topic, ...] = ()
    red_only: bool = False
    is_exercise: bool = False
    external_id: str | None = None
    seen_version: int | None = None


class ContactSchema(FormSchema[ContactDetails]):
    """A contact, added or changed."""

    makes = ContactDetails

    name = fields.String(required=True, validate=at_most(120), metadata={"label": "Name", "autocomplete": "off"})
    organisation_id = fields.Integer(
        metadata={"label": "Organisation", "widget": "select", "empty": "None of these", "choices": []}
    )
    job_role = fields.String(
        validate=at_most(120), metadata={"label": "Job role", "hint": "Such as: night manager, outreach worker"}
    )
    mobile = fields.String(
        validate=at_most(40),
        metadata={
            "label": "Mobile number",
            "hint": "A UK mobile, for text messages",
            "type": "tel",
            "inputmode": "tel",
            "autocomplete": "off",
            "width": "20",
        },
    )
    email = fields.String(
        validate=at_most(254),
        metadata={"label": "Email address", "type": "email", "inputmode": "email", "autocomplete": "off"},
    )
    by_sms = fields.Boolean(metadata={"label": "Wants text messages"})
    by_email = fields.Boolean(metadata={"label": "Wants emails"})
    stands_in = fields.Boolean(
        metadata={"label": "Stands in for their organisation: told when nobody there has answered an alert"}
    )
    list_ids = fields.List(fields.Integer(), metadata={"label": "Lists", "widget": "checkboxes", "choices": []})
    clearance = fields.Enum(
        Clearance,
        by_value=True,
        load_default=Clearance.PROFESSIONAL,
        metadata={
            "label": "What may they be sent?",
            "widget": "radios",
            "choices": [(one, one.label) for one in Clearance],
        },
    )
    area_codes = fields.List(
        fields.String(validate=at_most(9)),
        metadata={
            "label": "Areas they want to hear of",
            "hint": "Besides the area of their organisation",
            "widget": "checkboxes",
            "choices": [],
        },
    )
    topics = fields.List(
        fields.Enum(Topic, by_value=True),
        metadata={
            "label": "Topics they want to hear of",
            "hint": "Leave all empty if they want to hear of everything",
            "widget": "checkboxes",
            "choices": [(one, one.label) for one in Topic],
        },
    )
    red_only = fields.Boolean(metadata={"label": "Wants red alerts only"})
    is_exercise = fields.Boolean(
        metadata={
            "label": "Only for exercises",
            "hint": "They never get a real alert. Add somebody who takes part in both twice",
        }
    )
    seen_version = fields.Integer(metadata={"widget": "hidden"})

    @validates_schema(skip_on_field_errors=True)
    def can_be_reached(self, data: dict[str, object], **_: object) -> None:
        """Somebody without any address cannot be told anything."""
        if not data.get("mobile") and not data.get("email"):
            raise ValidationError({"mobile": ["Enter a mobile number, an email address, or both."]})

    @validates_schema(skip_on_field_errors=True)
    def stands_in_for_some_place(self, data: dict[str, object], **_: object) -> None:
        """A deputy is the deputy of an organisation."""
        if data.get("stands_in") and not data.get("organisation_id"):
            raise ValidationError({"organisation_id": ["Choose the organisation that they stand in for."]})


@dataclass(frozen=True, kw_only=True)
class ListDetails:
    """A list's name and who is on it. `shown_ids` are those who were on it when the page was drawn."""

    name: str
    member_ids: tuple[int, ...] = ()
    shown_ids: tuple[int, ...] = ()


class ListSchema(FormSchema[ListDetails]):
    """A list, added or changed."""

    makes = ListDetails

    name = fields.String(
        required=True,
        validate=at_most(80),
        metadata={"label": "Name of the list", "hint": "Such as: Hostels and outreach, north of the city"},
    )
    member_ids = fields.List(
        fields.Integer(), metadata={"label": "Who is on it", "widget": "checkboxes", "choices": []}
    )
    shown_ids = fields.List(fields.Integer(), metadata={"widget": "hidden"})


@dataclass(frozen=True, kw_only=True)
class Nothing:
    """A form that is a file alone."""


class ContactFileSchema(FormSchema[Nothing]):
    """A file of contacts to hand in."""

    makes = Nothing

    file = fields.String(metadata={"label": "Your file", "widget": "file"})


@dataclass(frozen=True, kw_only=True)
class TakeIn:
    """That what was seen is to be taken in."""

    seen: str


class TakeInSchema(FormSchema[TakeIn]):
    """The word that a file waits for."""

    makes = TakeIn

    seen = fields.String(required=True, metadata={"widget": "hidden"})


@dataclass(frozen=True, kw_only=True)
class Subscribe:
    """An address that somebody leaves to get public alerts."""

    address: str


class SubscribeSchema(FormSchema[Subscribe]):
    """Subscribe to public alerts."""

    makes = Subscribe

    address = fields.String(
        required=True,
        validate=at_most(254),
        error_messages={"required": "Enter your email address or UK mobile number."},
        metadata={"label": "Email address or UK mobile number", "autocomplete": "email", "width": "20"},
    )


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What somebody wants to hear of."""

    area_codes: tuple[str, ...] = ()
    topics: tuple[Topic, ...] = ()
    red_only: bool = False


class WantedSchema(FormSchema[Wanted]):
    """What to be told of; nothing chosen is everything."""

    makes = Wanted

    area_codes = fields.List(
        fields.String(validate=at_most(9)),
        metadata={
            "label": "Areas",
            "hint": "Leave all empty for every area",
            "widget": "checkboxes",
            "choices": [],
        },
    )
    topics = fields.List(
        fields.Enum(Topic, by_value=True),
        metadata={
            "label": "Topics",
            "hint": "Leave all empty for everything",
            "widget": "checkboxes",
            "choices": [(one, one.label) for one in Topic],
        },
    )
    red_only = fields.Boolean(metadata={"label": "Red alerts only: an immediate risk to life"})


@dataclass(frozen=True, kw_only=True)
class Preferences(Wanted):
    """What somebody wants, and by what."""

    by_sms: bool = False
    by_email: bool = False


class PreferencesSchema(WantedSchema):
    """Change what one gets."""

    makes = Preferences

    by_sms = fields.Boolean(metadata={"label": "Send me text messages"})
    by_email = fields.Boolean(metadata={"label": "Send me emails"})
