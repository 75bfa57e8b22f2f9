"""What a school's office is asked about a vape: the bones of an incident report in its own words, and a few more."""

from dataclasses import dataclass
from dataclasses import fields as fields_of
from typing import Any, ClassVar

from marshmallow import fields, post_load, validate

from ldis.submissions.asking import NO_NAMES, labelled, one_of, words
from ldis.submissions.particulars import Kind
from ldis.submissions.rules import Form, HarmLevel, HowKnown, Naloxone
from ldis.submissions.schemas import IncidentForm, IncidentSchema
from ldis.vapes.rules import Believed, Device, Told
from ldis.web import FormSchema

NO_PUPIL_NAMES = "No names of pupils, and not the name of the school: there is a question for that."


@dataclass(frozen=True, kw_only=True)
class VapeAnswers:
    """The answers that only a vape has."""

    believed: Believed
    bought_from: str = ""
    collapsed: int | None = None
    ambulance_called: bool = False
    ed_attended: bool = False
    school_informed: Told | None = None
    safeguarding_lead_told: Told | None = None
    school_name: str | None = None
    device: Device | None = None


@dataclass(frozen=True)
class VapeForm:
    """A vape report as it was sent: an incident report, and what only a vape has."""

    incident: IncidentForm
    vape: VapeAnswers


class VapeSchema(IncidentSchema):
    """A vape report. What it shares with other incidents is checked as theirs is."""

    class Meta(FormSchema.Meta):
        """The questions in the order of the page. What a vape looks like need not be asked."""

        fields = (
            "happened_on",
            "area_code",
            "sold_as",
            "believed",
            "harm_level",
            "collapsed",
            "ambulance_called",
            "ed_attended",
            "how_known",
            "device",
            "safeguarding_lead_told",
            "school_informed",
            "school_name",
            "bought_from",
            "rough_time",
            "place",
            "outward_postcode",
            "setting",
            "brand",
            "colour",
            "markings",
            "packaging",
            "other_substances",
            "people_affected",
            "age_bands",
            "sex",
            "symptoms",
            "naloxone",
            "naloxone_doses",
            "naloxone_response",
            "recovered",
            "details",
            "reporter_name",
            "reporter_email",
            "reporter_phone",
            "may_contact",
            "reference_by",
            "kept_details_reason",
            "submission_key",
        )

    in_order: ClassVar[tuple[str, ...]] = Meta.fields

    sold_as = words(
        "What was the vape sold or described as?",
        longest=200,
        hint="In the words that were used: a THC vape, spice juice, a strawberry disposable.",
        required=True,
        offers_names=True,
    )
    believed = one_of(
        Believed,
        "What do people think was in it?",
        [
            (Believed.NICOTINE, "Nicotine"),
            (Believed.THC, "THC (cannabis)"),
            (Believed.SPICE, "Spice (synthetic cannabinoids)"),
            (Believed.UNKNOWN, "Nobody knows"),
        ],
        required=True,
    )
    harm_level = one_of(
        HarmLevel,
        "What happened to the young person?",
        [
            (HarmLevel.NONE, "Nothing", "A vape was found, and nobody was ill"),
            (HarmLevel.MILD, "Mild", "Felt unwell, needed no help"),
            (HarmLevel.MODERATE, "Moderate", "Was looked after by staff or sent home"),
            (HarmLevel.SEVERE, "Severe", "Ambulance called or went to hospital"),
            (HarmLevel.LIFE_THREATENING, "Life-threatening", "Could not be woken, or was not breathing"),
            (HarmLevel.FATAL, "The person died"),
        ],
        required=True,
        hint="If there was more than one, the worst of it.",
    )
    collapsed = fields.Integer(
        validate=validate.Range(min=0, max=999),
        metadata={"label": "How many young people collapsed?", "hint": "A number. 0 if nobody did.", "width": 3},
    )
    ambulance_called = fields.Boolean(metadata={"label": "An ambulance was called"})
    ed_attended = fields.Boolean(metadata={"label": "Somebody was taken to an emergency department"})
    how_known = one_of(
        HowKnown,
        "How do you know?",
        [
            (HowKnown.SAW_IT, "I saw it"),
            (HowKnown.TOLD_BY_PERSON, "The young person told me"),
            (HowKnown.TOLD_BY_OTHER, "Somebody else told me"),
            (HowKnown.READ_IT, "I read about it"),
        ],
        required=True,
    )
    device = one_of(
        Device,
        "Where is the vape now?",
        [
            (Device.KEPT, "Kept safe", "In a sealed bag, locked away"),
            (Device.POLICE, "Handed to the police"),
            (Device.YOUNG_PERSON, "With the young person or their family"),
            (Device.GONE, "Thrown away or lost"),
            (Device.NONE, "Nobody has it"),
        ],
    )
    safeguarding_lead_told = one_of(Told, "Has the safeguarding lead been told?", labelled(Told))
    school_informed = one_of(
        Told,
        "Does the school know?",
        labelled(Told),
        hint="If you report from somewhere else, such as a youth club.",
    )
    school_name = words(
        "Name of the school or college",
        longest=120,
        hint="Only the partnership’s coordinators see it. It is never in an alert.",
        autocomplete="organization",
    )
    bought_from = words(
        "Where was it bought?",
        longest=200,
        hint="For example, a corner shop, Snapchat, somebody at the gate. No names.",
    )
    place = words(
        "Where did it happen, in your own words",
        longest=200,
        hint=f"For example, in the toilets. {NO_PUPIL_NAMES}",
    )
    naloxone = one_of(
        Naloxone,
        "Was naloxone given?",
        [
            (Naloxone.GIVEN, "Yes"),
            (Naloxone.NOT_GIVEN, "No"),
            (Naloxone.NOT_APPLICABLE, "Not needed"),
            (Naloxone.NOT_KNOWN, "I do not know"),
        ],
    )
    details = words("Anything else?", longest=4000, hint=NO_NAMES, widget="textarea", rows=4)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> VapeForm:
        """The two halves. Naloxone that nobody was asked about is not known."""
        own = {each.name for each in fields_of(VapeAnswers)}
        shared = {"naloxone": Naloxone.NOT_KNOWN} | {name: data[name] for name in data if name not in own}
        shared |= {name: tuple(shared.get(name, ())) for name in ("symptoms", "age_bands")} | self.kept(data)
        vape = VapeAnswers(**{name: data[name] for name in data if name in own})
        return VapeForm(IncidentForm(form=Form.VAPE, kind=Kind.VAPE, **shared), vape)
