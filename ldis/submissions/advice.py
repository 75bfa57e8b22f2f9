"""Safer-use advice for the kind of drug that a report was about, for the reporter to pass on. Pure.

Short, and nothing that tells how to use. It follows the public advice of Talk to FRANK (talktofrank.com, drugs A-Z),
of the NHS on first aid and the recovery position (nhs.uk), and of the Office for Health Improvement and Disparities on
potent synthetic opioids and on naloxone (gov.uk).
"""

from enum import StrEnum

from ldis.substances.catalogue import SubstanceClass


class Group(StrEnum):
    """Drugs for which the same advice is right."""

    OPIOIDS = "opioids"
    SEDATIVES = "sedatives"
    SPICE = "spice"
    STIMULANTS = "stimulants"
    PSYCHEDELICS = "psychedelics"
    GASES = "gases"
    ANYTHING = "anything"


GROUPS = {
    **dict.fromkeys(
        (SubstanceClass.NITAZENE, SubstanceClass.FENTANYL, SubstanceClass.OTHER_OPIOID), Group.OPIOIDS
    ),
    **dict.fromkeys(
        (
            SubstanceClass.NOVEL_BENZODIAZEPINE,
            SubstanceClass.BENZODIAZEPINE,
            SubstanceClass.SEDATIVE_ADULTERANT,
            SubstanceClass.DEPRESSANT,
            SubstanceClass.GABAPENTINOID,
            SubstanceClass.Z_DRUG,
            SubstanceClass.ALCOHOL,
        ),
        Group.SEDATIVES,
    ),
    **dict.fromkeys((SubstanceClass.SCRA, SubstanceClass.CANNABIS), Group.SPICE),
    **dict.fromkeys((SubstanceClass.STIMULANT, SubstanceClass.CATHINONE), Group.STIMULANTS),
    **dict.fromkeys((SubstanceClass.HALLUCINOGEN, SubstanceClass.DISSOCIATIVE), Group.PSYCHEDELICS),
    SubstanceClass.VOLATILE: Group.GASES,
}

NOT_ALONE = "Nobody should use alone. A small amount first, and time before any more."
ON_THEIR_SIDE = "Lay somebody who is drowsy on their side, in the recovery position, and stay with them."

ADVICE: dict[Group, tuple[str, ...]] = {
    Group.OPIOIDS: (
        "Cannot be woken, slow or no breathing, blue or grey lips: call 999, and give naloxone if you have it.",
        "One dose may not be enough. It can wear off before the drug does: stay until help comes.",
        NOT_ALONE,
        "Carry naloxone. Drug services and many pharmacies give it out free.",
    ),
    Group.SEDATIVES: (
        "With opioids or alcohol these drugs stop people breathing. Keep them apart.",
        "Naloxone does not work on them. Give it all the same where breathing is poor: opioids may be in it too.",
        ON_THEIR_SIDE,
        "Somebody who takes them every day must not stop at once. A drug service can help.",
    ),
    Group.SPICE: (
        "What is sold as THC or cannabis may be spice, which is far stronger. Nobody can tell by look or smell.",
        "Collapse, a seizure, chest pain or trouble breathing: call 999.",
        ON_THEIR_SIDE,
        NOT_ALONE,
    ),
    Group.STIMULANTS: (
        "Chest pain, a seizure, very hot or very confused: call 999.",
        "Somebody too hot needs a cool place, rest, and sips of water.",
        "Powders and pills vary. A small amount first, and hours before any more.",
        "With alcohol or other drugs the strain on the heart is greater.",
    ),
    Group.PSYCHEDELICS: (
        "Somebody frightened needs a calm, quiet place, and company.",
        "Cannot be woken, a seizure, very hot or a danger to themselves: call 999.",
        "Keep away from water, heights and traffic until it is over.",
        NOT_ALONE,
    ),
    Group.GASES: (
        "Fresh air, and calm: running or a fright can stop the heart.",
        "Collapse or trouble breathing: call 999.",
        "Never in a closed space, in a mask or straight from the can or cylinder.",
    ),
    Group.ANYTHING: (
        "Treat it as unknown: it may be stronger than what it was sold as, or something else.",
        "Cannot be woken, trouble breathing, a seizure or chest pain: call 999. Give naloxone if opioids are possible.",
        ON_THEIR_SIDE,
        NOT_ALONE,
    ),
}


def group_of(substance_class: str) -> Group:
    """Whose advice is right for a class; what is right for anything, where the class says little."""
    return GROUPS.get(SubstanceClass(substance_class), Group.ANYTHING)
