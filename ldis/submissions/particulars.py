"""The words of what may be added to a report: what kind it is, who was affected, what became of them. Pure."""

from enum import StrEnum

from ldis.submissions.rules import Form, HarmLevel, HowKnown, Naloxone


class Kind(StrEnum):
    """What sort of event a report tells of."""

    OVERDOSE = "non-fatal overdose"
    DEATH = "suspected drug-related death"
    REACTION = "adverse reaction"
    SUBSTANCE = "suspicious substance"
    TREND = "drug trend"
    VAPE = "illicit vape"


class AgeBand(StrEnum):
    """How old somebody is, as nearly as may be said without identifying anybody."""

    UNDER_16 = "under 16"
    FROM_16 = "16-17"
    FROM_18 = "18-24"
    FROM_25 = "25-34"
    FROM_35 = "35-49"
    FROM_50 = "50+"
    NOT_KNOWN = "not known"


class Sex(StrEnum):
    """The sex of those affected."""

    FEMALE = "female"
    MALE = "male"
    BOTH = "female and male"
    NOT_KNOWN = "not known"


class Response(StrEnum):
    """What naloxone did."""

    RECOVERED = "breathing returned to normal"
    FOR_A_TIME = "better, then worse again"
    LITTLE = "a little better"
    NONE = "no change"
    NOT_KNOWN = "not known"


class Known(StrEnum):
    """Yes, no, or nobody knows."""

    YES = "yes"
    NO = "no"
    NOT_KNOWN = "not known"


class Route(StrEnum):
    """How a drug was taken."""

    SMOKED = "smoked"
    VAPED = "vaped"
    SWALLOWED = "swallowed"
    SNORTED = "snorted"
    INJECTED = "injected"
    OTHER = "another way"
    NOT_KNOWN = "not known"


class Sample(StrEnum):
    """Where some of it is now: a laboratory can only look at what was kept."""

    KEPT = "kept safe"
    SEIZED = "seized by the police"
    NONE = "none left"
    NOT_KNOWN = "not known"


class Raised(StrEnum):
    """Whether a safeguarding concern was raised with those who must hear of it."""

    YES = "yes"
    NO = "no"
    NOT_APPLICABLE = "not applicable"


HARMED = frozenset(HarmLevel) - {HarmLevel.NONE}
HELPED = HARMED - {HarmLevel.MILD}
MAY_RECOVER = HARMED - {HarmLevel.FATAL}
"""The harm after which it matters who was affected, who helped, and whether they recovered."""


def likely_kind(harm: HarmLevel, *, naloxone: Naloxone, form: Form | None, how_known: HowKnown) -> Kind:
    """The kind of a report whose sender did not choose one, from what its other answers say.

    A death comes before all else. Naloxone is given to people who have stopped breathing, so that it says overdose
    whatever was chosen for the harm.
    """
    if harm is HarmLevel.FATAL:
        return Kind.DEATH
    if form is Form.VAPE:
        return Kind.VAPE
    if harm is HarmLevel.LIFE_THREATENING or naloxone is Naloxone.GIVEN:
        return Kind.OVERDOSE
    if harm is not HarmLevel.NONE:
        return Kind.REACTION
    return Kind.TREND if how_known is HowKnown.READ_IT else Kind.SUBSTANCE
