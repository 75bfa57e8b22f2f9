"""What a report and a result must hold, for the page and the API alike. The messages are what people read."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from marshmallow import RAISE, ValidationError, fields, validate, validates_schema

from ldis.submissions.asking import (
    NO_NAMES,
    NamesNobody,
    first_half_only,
    labelled,
    not_in_future,
    one_of,
    sending_key,
    some_of,
    words,
)
from ldis.submissions.details import Details, DetailsSchema
from ldis.submissions.kept import Kept
from ldis.submissions.reaching import Reporter, ReporterSchema
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
from ldis.web import FormSchema, at_most


@dataclass(frozen=True, kw_only=True)
class IncidentForm(Details, Reporter):
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
    kept_details: tuple[Kept, ...] = ()
    kept_details_reason: str = ""
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
    kept_details: tuple[Kept, ...] = ()
    kept_details_reason: str = ""
    submission_key: str = ""


class IncidentSchema(DetailsSchema[IncidentForm], ReporterSchema[IncidentForm]):
    """The six required answers, and what may be added to them."""

    makes = IncidentForm

    in_order: ClassVar[tuple[str, ...]] = (
        "happened_on",
        "area_code",
        "sold_as",
        "harm_level",
        "naloxone",
        "naloxone_doses",
        "naloxone_response",
        "how_known",
        "rough_time",
        "place",
        "outward_postcode",
        "setting",
        "form",
        "colour",
        "markings",
        "packaging",
        "brand",
        "routes",
        "other_substances",
        "sample",
        "people_affected",
        "age_bands",
        "sex",
        "symptoms",
        "ambulance_called",
        "ed_attended",
        "recovered",
        "safeguarding",
        "details",
        "kind",
        "reporter_name",
        "reporter_organisation",
        "reporter_email",
        "reporter_phone",
        "may_contact",
        "reference_by",
        "kept_details_reason",
        "submission_key",
    )

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
        validate=first_half_only,
        metadata={
            "label": "First half of the postcode",
            "hint": "For example, AB1. Only the first half.",
            "pattern": r"^\s*[A-Za-z]{1,2}[0-9][0-9A-Za-z]?\s*$",
        },
    )
    setting = one_of(Setting, "What kind of place?", labelled(Setting))
    sold_as = words(
        "What was it sold or described as?",
        longest=200,
        hint="In the words that were used: heroin, blue valium tablets, a THC vape.",
        required=True,
        offers_names=True,
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
    symptoms = some_of(Symptom, "What did you see?")
    details = words("Anything else?", longest=4000, hint=NO_NAMES, widget="textarea", rows=4)
    submission_key = sending_key()


class ComponentSchema(FormSchema[ComponentForm]):
    """One row of what was found."""

    makes = ComponentForm

    substance = fields.String(
        required=True, validate=at_most(120), metadata={"label": "Substance", "offers_names": True}
    )
    part = one_of(Part, "How much of the sample", labelled(Part), required=True)
    quantity = fields.Decimal(places=4, validate=validate.Range(min=0, max=10**7), metadata={"label": "Quantity"})
    unit = fields.String(
        validate=at_most(20), metadata={"label": "Unit", "hint": "For example, % or mg per tablet"}
    )
    plus_minus = fields.Decimal(
        places=4, validate=validate.Range(min=0, max=10**7), metadata={"label": "Plus or minus"}
    )


class LabResultSchema(NamesNobody[LabResultForm]):
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
    sold_as = words("Sold as", longest=200, hint="What it was sold or described as, if known.", offers_names=True)
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
    submission_key = sending_key()

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
