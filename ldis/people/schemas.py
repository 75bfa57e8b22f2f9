"""What people type about themselves and each other: addresses, codes, invitations, organisations."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from marshmallow import ValidationError, fields, post_load, validates_schema

from ldis.people.rules import Discipline, Role, Sector, normal_address, own_path
from ldis.web import FormSchema, at_most
from ldis.worktime import LONDON

NOT_AN_ADDRESS = "Enter an email address in full, like name@example.org."


class EmailAddress(fields.String):
    """An e-mail address, in the one form that is kept."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        address = normal_address(super()._deserialize(value, attr, data, **kwargs) or "")
        if address is None:
            raise ValidationError(NOT_AN_ADDRESS)
        return address


@dataclass(frozen=True)
class Asking:
    """Somebody who wants a sign-in code, and where they were going."""

    email: str
    next: str | None


class AskSchema(FormSchema[Asking]):
    """The first step of signing in."""

    makes = Asking
    email = EmailAddress(
        required=True,
        metadata={"label": "Email address", "type": "email", "autocomplete": "email", "spellcheck": False},
    )
    next = fields.String(load_default=None, metadata={"widget": "hidden"})

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Asking:
        """Where somebody goes next is never another site."""
        return Asking(data["email"], own_path(data["next"]))


@dataclass(frozen=True)
class EnteredCode:
    """A code as typed, without the spaces that help to read it."""

    code: str


class CodeSchema(FormSchema[EnteredCode]):
    """The second step of signing in."""

    makes = EnteredCode
    code = fields.String(
        required=True,
        validate=at_most(20),
        metadata={
            "label": "Security code",
            "hint": "6 numbers",
            "autocomplete": "one-time-code",
            "inputmode": "numeric",
            "width": 5,
        },
    )

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> EnteredCode:
        """Spaces and hyphens are how people read numbers."""
        return EnteredCode(data["code"].replace(" ", "").replace("-", ""))


@dataclass(frozen=True)
class Invited:
    """Who is invited, and to what."""

    name: str
    email: str
    role: Role
    discipline: Discipline | None


ROLES = [
    (Role.REPORTER.value, "Reporter", "Sends reports and follows what becomes of them"),
    (Role.COORDINATOR.value, "Coordinator", "Looks through reports, opens cases and drafts alerts"),
    (Role.PANEL_MEMBER.value, "Panel member", "Grades cases, votes and approves alerts"),
    (Role.LEAD.value, "Lead", "Answers for the partnership and sees its summaries"),
    (Role.DATA_OFFICER.value, "Data officer", "Loads and corrects treatment figures"),
    (Role.ADMINISTRATOR.value, "Administrator", "Looks after people, organisations and keys"),
]


class InvitationSchema(FormSchema[Invited]):
    """An invitation, as an administrator writes it."""

    makes = Invited
    name = fields.String(
        required=True, validate=at_most(120), metadata={"label": "Their name", "autocomplete": "off"}
    )
    email = EmailAddress(
        required=True,
        metadata={
            "label": "Their work email address",
            "type": "email",
            "autocomplete": "off",
            "spellcheck": False,
        },
    )
    role = fields.Enum(
        Role, by_value=True, required=True, metadata={"label": "What will they do?", "choices": ROLES}
    )
    discipline = fields.Enum(
        Discipline,
        by_value=True,
        load_default=None,
        metadata={"label": "What do they speak for on the panel?"},
    )

    @validates_schema(skip_on_field_errors=False)
    def check_discipline(self, data: dict[str, Any], **_: Any) -> None:
        """Quorum is counted in disciplines, so that every panel member has one."""
        if data.get("role") is Role.PANEL_MEMBER and data.get("discipline") is None:
            raise ValidationError("Choose what they speak for on the panel.", "discipline")


@dataclass(frozen=True)
class NewOrganisation:
    """A place to be added."""

    name: str
    sector: Sector
    area_code: str | None


class OrganisationSchema(FormSchema[NewOrganisation]):
    """An organisation, as an administrator adds it."""

    makes = NewOrganisation
    name = fields.String(required=True, validate=at_most(120), metadata={"label": "Name"})
    sector = fields.Enum(
        Sector, by_value=True, required=True, metadata={"label": "Kind of place", "widget": "select"}
    )
    area_code = fields.String(
        load_default=None,
        validate=at_most(9),
        metadata={"label": "Area", "widget": "select", "empty": "The whole partnership"},
    )


@dataclass(frozen=True)
class ChosenPartnership:
    """The partnership somebody wants to act in."""

    partnership_id: int


class PartnershipSchema(FormSchema[ChosenPartnership]):
    """Which of their partnerships somebody acts in now."""

    makes = ChosenPartnership
    partnership_id = fields.Integer(
        required=True, metadata={"label": "Which partnership are you working in?", "widget": "radios"}
    )


@dataclass(frozen=True)
class Mobile:
    """A mobile number as typed; empty to take it away."""

    mobile: str = ""


class MobileSchema(FormSchema[Mobile]):
    """The number on which a person gets text messages."""

    makes = Mobile
    mobile = fields.String(
        load_default="",
        validate=at_most(40),
        metadata={
            "label": "Mobile number",
            "hint": "A UK mobile, for text messages when something cannot wait. Leave it empty to take it away.",
            "type": "tel",
            "inputmode": "tel",
            "autocomplete": "tel",
            "width": "20",
        },
    )


@dataclass(frozen=True)
class StandIn:
    """Who stands in for somebody, from one day to another."""

    deputy_id: int
    starts_on: date
    ends_on: date


class StandInSchema(FormSchema[StandIn]):
    """A deputy, as somebody names one for themselves."""

    makes = StandIn
    deputy_id = fields.Integer(
        required=True, metadata={"label": "Who stands in for you?", "widget": "select", "empty": "Choose one"}
    )
    starts_on = fields.Date(required=True, metadata={"label": "From which day?"})
    ends_on = fields.Date(required=True, metadata={"label": "Until which day?", "hint": "Including that day"})

    @validates_schema
    def check_order(self, data: dict[str, Any], **_: Any) -> None:
        """Nobody stands in for a time that ends before it begins."""
        if data["ends_on"] < data["starts_on"]:
            raise ValidationError("Enter a day that is not before the first one.", "ends_on")


@dataclass(frozen=True)
class Turn:
    """Somebody's turn on call."""

    person_id: int
    starts_at: datetime
    ends_at: datetime


class ClockTime(fields.String):
    """A time of day in London, like 17:00."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        written = super()._deserialize(value, attr, data, **kwargs) or ""
        try:
            return datetime.strptime(written.replace(".", ":"), "%H:%M").strftime("%H:%M")  # noqa: DTZ007
        except ValueError:
            raise ValidationError("Enter a time like 17:00.") from None


class TurnSchema(FormSchema[Turn]):
    """A turn on call, as a coordinator or an administrator enters it."""

    makes = Turn
    person_id = fields.Integer(
        required=True, metadata={"label": "Who is on call?", "widget": "select", "empty": "Choose one"}
    )
    starts_on = fields.Date(required=True, metadata={"label": "From which day?"})
    starts_at = ClockTime(required=True, metadata={"label": "From what time?", "hint": "Like 17:00", "width": "5"})
    ends_on = fields.Date(required=True, metadata={"label": "Until which day?"})
    ends_at = ClockTime(required=True, metadata={"label": "Until what time?", "hint": "Like 09:00", "width": "5"})

    @validates_schema
    def check_order(self, data: dict[str, Any], **_: Any) -> None:
        """A turn ends after it begins."""
        if _moment(data["ends_on"], data["ends_at"]) <= _moment(data["starts_on"], data["starts_at"]):
            raise ValidationError("Enter a time after the one it begins at.", "ends_at")

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Turn:
        """Its two moments."""
        return Turn(
            data["person_id"],
            _moment(data["starts_on"], data["starts_at"]),
            _moment(data["ends_on"], data["ends_at"]),
        )


def _moment(day: date, at: str) -> datetime:
    """A day and a time of it in London, as a moment."""
    return datetime.combine(day, time.fromisoformat(at), LONDON).astimezone(UTC)
