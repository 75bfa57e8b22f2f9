"""What goes round in the simulation: which drugs, how often, in what form, with what harm, and what is in them.

The proportions are invented, chosen so that every page and every detector has something plausible to show. They
are no estimate of anything and must never be quoted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from ldis.submissions.rules import Form, HarmLevel, Part, Setting, Symptom
from ldis.substances.catalogue import Catalogue, Substance

Found = tuple[tuple[str, Part], ...]


@dataclass(frozen=True)
class Drug:
    """One thing that is sold: its share of all reports, and what is seen and found when it is."""

    code: str
    share: float
    forms: tuple[Form, ...]
    harms: tuple[int, int, int, int, int, int]
    symptoms: tuple[Symptom, ...]
    contents: tuple[tuple[float, Found], ...]
    settings: tuple[Setting, ...]
    opioid: bool = False


DOWN = (Symptom.DROWSY, Symptom.UNCONSCIOUS, Symptom.BREATHING, Symptom.CONFUSED)
OPIOID = (Symptom.UNCONSCIOUS, Symptom.BREATHING, Symptom.BLUE, Symptom.PINPOINT)
UP = (Symptom.AGITATED, Symptom.CHEST_PAIN, Symptom.HOT, Symptom.CONFUSED)
SPICE = (Symptom.COLLAPSE, Symptom.SEIZURE, Symptom.VOMITING, Symptom.AGITATED)

INDOORS = (Setting.HOME, Setting.HOSTEL, Setting.HOME, Setting.TREATMENT, Setting.STREET)
OUT = (Setting.NIGHTLIFE, Setting.NIGHTLIFE, Setting.HOME, Setting.STREET)
ROUGH = (Setting.STREET, Setting.HOSTEL, Setting.STREET, Setting.CUSTODY, Setting.HOSPITAL)
YOUNG = (Setting.SCHOOL, Setting.SCHOOL, Setting.STREET, Setting.HOME)

M, N, T = Part.MAIN, Part.MINOR, Part.TRACE

DRUGS = (
    Drug(
        "heroin",
        18,
        (Form.POWDER,),
        (4, 8, 14, 26, 40, 8),
        OPIOID,
        (
            (0.78, (("Heroin", M), ("6-monoacetylmorphine", T), ("caffeine", N), ("paracetamol", N))),
            (0.14, (("Heroin", M), ("protonitazene", T), ("caffeine", N))),
            (0.05, (("Heroin", M), ("xylazine", N))),
            (0.03, (("metonitazene", M), ("caffeine", N))),
        ),
        ROUGH,
        opioid=True,
    ),
    Drug(
        "diazepam",
        13,
        (Form.TABLET,),
        (5, 18, 30, 32, 13, 2),
        DOWN,
        (
            (0.30, (("Diazepam", M),)),
            (0.60, (("bromazolam", M),)),
            (0.10, (("bromazolam", M), ("metonitazene", T))),
        ),
        INDOORS,
    ),
    Drug("cocaine", 11, (Form.POWDER,), (8, 26, 34, 26, 5, 1), UP, ((1.0, (("Cocaine", M),)),), OUT),
    Drug("crack", 9, (Form.OTHER,), (10, 24, 34, 26, 5, 1), UP, ((1.0, (("Cocaine", M),)),), ROUGH),
    Drug(
        "synthetic-cannabinoid",
        9,
        (Form.HERBAL, Form.PAPER),
        (3, 14, 34, 40, 8, 1),
        SPICE,
        ((0.7, (("MDMB-4en-PINACA", M),)), (0.3, (("ADB-BUTINACA", M),))),
        ROUGH,
    ),
    Drug(
        "tetrahydrocannabinol",
        8,
        (Form.VAPE,),
        (8, 28, 40, 21, 3, 0),
        SPICE,
        (
            (0.45, (("MDMB-4en-PINACA", N), ("propylene glycol", M))),
            (0.35, (("nicotine", N), ("glycerol", M))),
            (0.20, (("tetrahydrocannabinol", M),)),
        ),
        YOUNG,
    ),
    Drug(
        "ketamine",
        7,
        (Form.POWDER,),
        (10, 32, 36, 19, 3, 0),
        (Symptom.CONFUSED, Symptom.HALLUCINATIONS, Symptom.COLLAPSE),
        ((0.9, (("Ketamine", M),)), (0.1, (("2-fluorodeschloroketamine", M),))),
        OUT,
    ),
    Drug(
        "mdma",
        7,
        (Form.TABLET, Form.POWDER),
        (10, 28, 30, 26, 5, 1),
        UP,
        ((0.84, (("MDMA", M),)), (0.12, (("3-CMC", M),)), (0.04, (("PMMA", M),))),
        OUT,
    ),
    Drug(
        "pregabalin",
        6,
        (Form.CAPSULE,),
        (10, 26, 36, 22, 5, 1),
        DOWN,
        ((1.0, (("Pregabalin", M),)),),
        INDOORS,
    ),
    Drug(
        "alprazolam",
        5,
        (Form.TABLET,),
        (6, 20, 34, 30, 9, 1),
        DOWN,
        ((0.2, (("Alprazolam", M),)), (0.8, (("bromazolam", M),))),
        INDOORS,
    ),
    Drug(
        "oxycodone",
        3,
        (Form.TABLET,),
        (4, 10, 18, 28, 34, 6),
        OPIOID,
        ((0.5, (("Oxycodone", M),)), (0.5, (("N-pyrrolidino etonitazene", M),))),
        INDOORS,
        opioid=True,
    ),
    Drug(
        "nitrous-oxide",
        2,
        (Form.OTHER,),
        (20, 40, 28, 11, 1, 0),
        (Symptom.COLLAPSE, Symptom.CONFUSED),
        (),
        YOUNG,
    ),
    Drug(
        "ghb",
        2,
        (Form.LIQUID,),
        (4, 14, 26, 38, 16, 2),
        DOWN,
        ((0.4, (("GHB", M),)), (0.6, (("GBL", M),))),
        OUT,
    ),
)

UNKNOWN_WORDS = (
    "unknown white powder",
    "not known",
    "some tablets, no marking",
    "brown powder",
    "unlabelled bottle",
)
COLOURS = ("blue", "white", "pink", "yellow", "green")


def words_for(drug: Drug, catalogue: Catalogue, luck: Random) -> str:
    """What somebody might write for it: its name, a brand, the street's word, or one of these spelt wrong."""
    known = catalogue.by_code[drug.code]
    written = luck.choice(_kind_of_name(known, luck))
    if drug.forms[0] is Form.TABLET and luck.random() < 0.3:
        written = f"{luck.choice(COLOURS)} {written}"
    return f"{written} vape" if drug.forms[0] is Form.VAPE and "vape" not in written.lower() else written


def _kind_of_name(known: Substance, luck: Random) -> Sequence[str]:
    names = (known.street, known.misspellings, known.brands, known.alone, (known.name.lower(),))
    [kind] = luck.choices(names, weights=(50, 15, 10, 10, 15))
    return kind or (known.name.lower(),)


def harm_for(drug: Drug, luck: Random) -> HarmLevel:
    """How bad it was."""
    [harm] = luck.choices(tuple(HarmLevel), weights=drug.harms)
    return harm


def contents_of(drug: Drug, luck: Random) -> Found:
    """What a laboratory finds in it."""
    [found] = luck.choices([found for _, found in drug.contents], weights=[share for share, _ in drug.contents])
    return found
