"""Families of drugs: kinds that act alike, so that one may be taken for another. Pure."""

from collections.abc import Iterable, Mapping

from ldis.substances.catalogue import SubstanceClass

_C = SubstanceClass

FAMILIES: Mapping[SubstanceClass, str] = {
    _C.NITAZENE: "opioid",
    _C.FENTANYL: "opioid",
    _C.OTHER_OPIOID: "opioid",
    _C.NOVEL_BENZODIAZEPINE: "benzodiazepine",
    _C.BENZODIAZEPINE: "benzodiazepine",
    _C.SCRA: "synthetic cannabinoid",
    _C.SEDATIVE_ADULTERANT: "sedative adulterant",
    _C.DEPRESSANT: "depressant",
    _C.CATHINONE: "cathinone",
    _C.STIMULANT: "stimulant",
    _C.DISSOCIATIVE: "dissociative",
    _C.HALLUCINOGEN: "hallucinogen",
    _C.GABAPENTINOID: "gabapentinoid",
    _C.Z_DRUG: "z-drug",
    _C.VOLATILE: "volatile substance",
    _C.ALCOHOL: "alcohol",
    _C.CANNABIS: "cannabis",
    _C.NICOTINE: "nicotine",
}
"""What each kind of drug is called when only its family matters. Cutting agents and what is not known have none."""


def families_of(classes: Iterable[SubstanceClass]) -> frozenset[str]:
    """The families that these kinds of drug belong to."""
    return frozenset(FAMILIES[kind] for kind in classes if kind in FAMILIES)
