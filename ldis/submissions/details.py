"""“Add details (optional)”: what may be added to a report, each question asked only where it matters."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from ldis.submissions.asking import NamesNobody, labelled, one_of, some_of, unasked, words
from ldis.submissions.particulars import (
    HARMED,
    HELPED,
    MAY_RECOVER,
    AgeBand,
    Kind,
    Known,
    Raised,
    Response,
    Route,
    Sample,
    Sex,
)
from ldis.submissions.rules import HarmLevel, Naloxone
from ldis.web import Condition, Made


@dataclass(frozen=True, kw_only=True)
class Details:
    """What was added to a report; nothing of it has to be."""

    kind: Kind | None = None
    people_affected: int | None = None
    age_bands: tuple[AgeBand, ...] = ()
    sex: Sex | None = None
    naloxone_doses: int | None = None
    naloxone_response: Response | None = None
    ambulance_called: Known | None = None
    ed_attended: Known | None = None
    recovered: Known | None = None
    colour: str = ""
    markings: str = ""
    packaging: str = ""
    brand: str = ""
    routes: tuple[Route, ...] = ()
    other_substances: str = ""
    sample: Sample | None = None
    safeguarding: Raised | None = None


def after(harms: Iterable[HarmLevel], sentence: str) -> Condition:
    """Asked only after harm of these levels."""
    return Condition("harm_level", frozenset(harms), sentence)


KNOWN = labelled(Known, NOT_KNOWN="I do not know")

NALOXONE_GIVEN = Condition(
    "naloxone", frozenset({Naloxone.GIVEN}), "Leave this out, or say that naloxone was given."
)
SOMEBODY_HARMED = after(HARMED, "Leave this out: you said that no harm was seen.")
SOMEBODY_HELPED = after(HELPED, "Leave this out, or say that somebody needed help.")
SOMEBODY_LIVES = after(MAY_RECOVER, "Leave this out, unless somebody was harmed and lives.")


class DetailsSchema(NamesNobody[Made]):
    """The optional questions."""

    kind = one_of(
        Kind,
        "What kind of report is it?",
        labelled(Kind),
        hint="If you leave this empty, we take it from your other answers.",
    )
    people_affected = fields.Integer(
        validate=validate.Range(min=1, max=9999),
        metadata={"label": "How many people were affected?", "width": 4, "only_if": SOMEBODY_HARMED},
    )
    age_bands = some_of(AgeBand, "How old were they?", hint="About. Tick all that apply.", only_if=SOMEBODY_HARMED)
    sex = one_of(Sex, "Sex of the people affected", labelled(Sex), only_if=SOMEBODY_HARMED)
    naloxone_doses = fields.Integer(
        validate=validate.Range(min=1, max=50),
        metadata={"label": "How many doses?", "width": 2, "only_if": NALOXONE_GIVEN},
    )
    naloxone_response = one_of(Response, "What did it do?", labelled(Response), only_if=NALOXONE_GIVEN)
    ambulance_called: fields.Field[Any] = one_of(Known, "Was an ambulance called?", KNOWN, only_if=SOMEBODY_HELPED)
    ed_attended: fields.Field[Any] = one_of(
        Known, "Did anybody go to an emergency department?", KNOWN, only_if=SOMEBODY_HELPED
    )
    recovered = one_of(Known, "Did they recover within hours?", KNOWN, only_if=SOMEBODY_LIVES)
    colour = words("Colour", longest=60)
    markings = words(
        "Markings", longest=80, hint="What stands on a tablet, a bag or a device: M30, a crown, TEVA."
    )
    packaging = words("Packaging", longest=120, hint="For example, a knotted clear bag, or a blister of ten.")
    brand = words("Brand", longest=80, hint="If it looked like a product.")
    routes = some_of(Route, "How was it taken?", hint="Tick all that apply.")
    other_substances = words("What else was taken?", longest=200, hint="Other drugs, alcohol or medicines.")
    sample = one_of(
        Sample, "Is there any of it left?", labelled(Sample), hint="A laboratory can only test what was kept."
    )
    safeguarding = one_of(
        Raised,
        "Has a safeguarding concern been raised?",
        labelled(Raised),
        hint="A report here never replaces a safeguarding referral or a police intelligence report.",
    )

    @validates_schema(skip_on_field_errors=True)
    def nothing_unasked(self, data: dict[str, Any], **_: Any) -> None:
        """No answer to a question that the other answers leave no room for."""
        errors = unasked(self, data)
        if errors:
            raise ValidationError(errors)
