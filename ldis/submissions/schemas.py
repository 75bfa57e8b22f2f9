"""What a report and a result must hold, for the page and the API alike. The messages are what people read."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from marshmallow import RAISE, ValidationError, fields, validate, validates, validates_schema

from alerts.identifying import find_details
from ldis.submissions.rules import (
    Finding,
    Form,
    HarmLevel,
    HowKnown,
    Naloxone,
    Part,
    Purpose,
    Setting,
    Stage,
    Symptom,
    Technique,
)
from ldis.web import FormSchema, at_most, today

LONGEST_AGO = timedelta(days=5 * 366)
OUTWARD = re.compile(r"[A-Z]{1,2}[0-9][0-9A-Z]?")
FULL_POSTCODE = re.compile(r"[A-Z]{1,2}[0-9][0-9A-Z]? *[0-9][A-Z]{2}")
NO_NAMES = "No names, dates of birth or full addresses of the person."


@dataclass(frozen=True, kw_only=True)
class IncidentForm:
    """An incident report as it was sent."""

    happened_on: date
    area_code: str
    sold_as: str
    harm_level: HarmLevel
    naloxone: Naloxone
    how_known: HowKnown
    rough_time: str = ""
    place: str = ""
    outward_postcode: str = ""
    setting: Setting | None = None
    form: Form | None = None
    symptoms: tuple[Symptom, ...] = ()
    details: str = ""
    reporter_name: str = ""
    reporter_organisation: str = ""
    reporter_email: str = ""
    reporter_phone: str = ""
    may_contact: bool = False
    submission_key: str = ""


@dataclass(frozen=True, kw_only=True)
class ComponentForm:
    """One substance in a result as it was sent."""

    substance: str
    part: Part = Part.MAIN
    quantity: Decimal | None = None
    unit: str = ""
    plus_minus: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class LabResultForm:
    """A laboratory result as it was sent."""

    sample_reference: str
    laboratory: str
    purpose: Purpose
    stage: Stage
    technique: Technique
    reported_on: date
    finding: Finding
    sold_as: str = ""
    form: Form | None = None
    area_code: str = ""
    sampled_on: date | None = None
    sample_received_on: date | None = None
    incident_reference: str = ""
    components: tuple[ComponentForm, ...] = ()
    submission_key: str = ""


def not_in_future(value: date) -> None:
    """Refuse days to come, and days so long ago that the year is surely mistyped."""
    if value > today():
        raise ValidationError("This date is in the future. Enter today or an earlier day.")
    if value < today() - LONGEST_AGO:
        raise ValidationError("This date is more than five years ago. Check the year.")


def nobody_named(value: str) -> None:
    """Refuse details that could identify somebody, naming each so that it can be taken out."""
    found = find_details(value)
    if found:
        listed = ", ".join(f"“{detail.text}” ({detail.kind})" for detail in found)
        raise ValidationError(f"Take out {listed}. We must not hold anything that identifies the person.")


def words(label: str, *, longest: int, hint: str = "", required: bool = False, **metadata: Any) -> fields.String:
    """A free text that must not identify anybody. One that is too long is not read: that could take for ever."""

    def safe(value: str) -> None:
        if len(value) <= longest:
            nobody_named(value)

    return fields.String(
        required=required,
        validate=[at_most(longest), safe],
        metadata={"label": label, "hint": hint, **metadata},
    )


def one_of(
    kind: type, label: str, choices: Sequence[tuple[Any, ...]], *, required: bool = False, **more: Any
) -> fields.Enum[Any]:
    """One answer out of a few, as large radios."""
    return fields.Enum(
        kind,
        by_value=True,
        required=required,
        error_messages={"unknown": "Choose one of the answers shown."},
        metadata={"label": label, "widget": "radios", "choices": choices, **more},
    )


def labelled(kind: type[StrEnum], **labels: str) -> list[tuple[str, str]]:
    """Choices from a word list, each with a capital, some with their own label."""
    return [(member.value, labels.get(member.name, member.value[0].upper() + member.value[1:])) for member in kind]


class IncidentSchema(FormSchema[IncidentForm]):
    """The six required answers, and what may be added to them."""

    makes = IncidentForm

    happened_on = fields.Date(
        required=True,
        validate=not_in_future,
        error_messages={"required": "Choose when it happened."},
        metadata={"label": "When did it happen?", "quick": True},
    )
    rough_time = words("Rough time", longest=80, hint="For example, about 2 am. Leave empty if not known.")
    area_code = fields.String(
        required=True,
        error_messages={"required": "Choose the area where it happened."},
        metadata={"label": "Where did it happen?", "widget": "select"},
    )
    place = words("Place in your own words", longest=200, hint=f"For example, behind the bus station. {NO_NAMES}")
    outward_postcode = fields.String(
        metadata={
            "label": "First half of the postcode",
            "hint": "For example, AB1. Only the first half.",
            "pattern": r"^\s*[A-Za-z]{1,2}[0-9][0-9A-Za-z]?\s*$",
        }
    )
    setting = one_of(Setting, "What kind of place?", labelled(Setting))
    sold_as = words(
        "What was it sold or described as?",
        longest=200,
        hint="In the words that were used: heroin, blue valium tablets, a THC vape.",
        required=True,
    )
    form = one_of(Form, "What did it look like?", labelled(Form))
    harm_level = one_of(
        HarmLevel,
        "What happened to the person?",
        [
            (HarmLevel.NONE, "No harm seen"),
            (HarmLevel.MILD, "Mild", "Felt unwell, needed no help"),
            (HarmLevel.MODERATE, "Moderate", "Needed help from somebody"),
            (HarmLevel.SEVERE, "Severe", "Ambulance called or went to hospital"),
            (HarmLevel.LIFE_THREATENING, "Life-threatening", "Unconscious, not breathing, or naloxone was needed"),
            (HarmLevel.FATAL, "The person died"),
        ],
        required=True,
    )
    naloxone = one_of(
        Naloxone,
        "Was naloxone given?",
        [
            (Naloxone.GIVEN, "Yes"),
            (Naloxone.NOT_GIVEN, "No"),
            (Naloxone.NOT_APPLICABLE, "Not needed for this drug"),
            (Naloxone.NOT_KNOWN, "I do not know"),
        ],
        required=True,
    )
    how_known = one_of(
        HowKnown,
        "How do you know?",
        [
            (HowKnown.SAW_IT, "I saw it"),
            (HowKnown.TOLD_BY_PERSON, "The person told me"),
            (HowKnown.TOLD_BY_OTHER, "Somebody else told me"),
            (HowKnown.READ_IT, "I read about it"),
        ],
        required=True,
    )
    symptoms = fields.List(
        fields.Enum(Symptom, by_value=True),
        metadata={"label": "What did you see?", "widget": "checkboxes", "choices": labelled(Symptom)},
    )
    details = words("Anything else?", longest=4000, hint=NO_NAMES, widget="textarea", rows=4)
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
    submission_key = fields.String(
        validate=validate.Regexp(
            r"^[A-Za-z0-9_-]{8,80}$", error="This form was changed on its way. Open it again."
        ),
        metadata={"widget": "hidden"},
    )

    @validates("outward_postcode")
    def first_half_only(self, value: str, data_key: str) -> None:
        """The first half says enough; the whole would name a street."""
        written = value.upper().strip()
        if FULL_POSTCODE.fullmatch(written):
            raise ValidationError(
                "Enter only the first half of the postcode, so that no home can be found from it."
            )
        if not OUTWARD.fullmatch(written):
            raise ValidationError("Enter the first half of a postcode, like AB1, or leave this empty.")

    @validates_schema(skip_on_field_errors=False)
    def reachable(self, data: dict[str, Any], **_: Any) -> None:
        """Who may be contacted must say how."""
        if data.get("may_contact") and not (data.get("reporter_email") or data.get("reporter_phone")):
            raise ValidationError(
                "Enter an email address or a phone number, so that we can reach you.", "reporter_email"
            )


class ComponentSchema(FormSchema[ComponentForm]):
    """One row of what was found."""

    makes = ComponentForm

    substance = fields.String(required=True, validate=at_most(120), metadata={"label": "Substance"})
    part = one_of(Part, "How much of the sample", labelled(Part), required=True)
    quantity = fields.Decimal(places=4, validate=validate.Range(min=0, max=10**7), metadata={"label": "Quantity"})
    unit = fields.String(
        validate=at_most(20), metadata={"label": "Unit", "hint": "For example, % or mg per tablet"}
    )
    plus_minus = fields.Decimal(
        places=4, validate=validate.Range(min=0, max=10**7), metadata={"label": "Plus or minus"}
    )


class LabResultSchema(FormSchema[LabResultForm]):
    """What a laboratory found in one sample."""

    makes = LabResultForm

    sample_reference = words("Sample reference", longest=60, required=True, hint="The laboratory’s own.")
    laboratory = fields.String(required=True, validate=at_most(120), metadata={"label": "Laboratory"})
    purpose = one_of(
        Purpose,
        "What was it analysed for?",
        [
            (Purpose.INTELLIGENCE, "Intelligence", "Must never be presented as evidence"),
            (Purpose.EVIDENTIAL, "Evidence"),
        ],
        required=True,
    )
    stage = one_of(
        Stage,
        "How final is it?",
        [(Stage.PRELIMINARY, "Preliminary"), (Stage.CONFIRMED, "Confirmed")],
        required=True,
    )
    technique = one_of(Technique, "Technique", labelled(Technique), required=True)
    sold_as = words("Sold as", longest=200, hint="What it was sold or described as, if known.")
    form = one_of(Form, "Form", labelled(Form))
    area_code = fields.String(
        validate=at_most(20),
        metadata={"label": "Area where the sample was taken", "widget": "select", "hint": "If known."},
    )
    sampled_on = fields.Date(validate=not_in_future, metadata={"label": "Sampled on"})
    sample_received_on = fields.Date(validate=not_in_future, metadata={"label": "Received by the laboratory on"})
    reported_on = fields.Date(required=True, validate=not_in_future, metadata={"label": "Reported on"})
    finding = one_of(
        Finding,
        "What did the analysis come to?",
        [
            (Finding.FOUND, "Components found"),
            (Finding.NOTHING, "Nothing detected"),
            (Finding.UNABLE, "Unable to identify"),
        ],
        required=True,
    )
    components = fields.List(
        fields.Nested(ComponentSchema(unknown=RAISE)),
        validate=validate.Length(max=40, error="Enter at most 40 components."),
        metadata={"label": "What was found", "rows": 2},
    )
    incident_reference = fields.String(
        validate=at_most(20),
        metadata={
            "label": "Reference of the incident report",
            "hint": "If the sample came with one, like PLY-7K3Q-M.",
        },
    )
    submission_key = fields.String(
        validate=validate.Regexp(
            r"^[A-Za-z0-9_-]{8,80}$", error="This form was changed on its way. Open it again."
        ),
        metadata={"widget": "hidden"},
    )

    @validates_schema(skip_on_field_errors=True)
    def consistent(self, data: dict[str, Any], **_: Any) -> None:
        """Components exactly where some were found, and days in the order in which things happen."""
        if data["finding"] is Finding.FOUND and not data.get("components"):
            raise ValidationError("Enter at least one component, or choose another result.", "components")
        if data["finding"] is not Finding.FOUND and data.get("components"):
            raise ValidationError(
                "You entered components. Choose “Components found”, or take them out.", "finding"
            )
        days = [data[name] for name in ("sampled_on", "sample_received_on", "reported_on") if data.get(name)]
        if days != sorted(days):
            raise ValidationError(
                "It cannot be reported before it was sampled or received. Check the dates.", "reported_on"
            )
