"""The catalogue file and how it is read."""

from collections import Counter

import pytest

from ldis.substances.catalogue import (
    Catalogue,
    CatalogueError,
    NaloxoneEffect,
    SubstanceClass,
    UkClass,
    gravest,
    read_catalogue,
)

ONE = """
[sources]
mda = "Misuse of Drugs Act 1971"
[substance.heroin]
name = "Heroin"
class = "other opioid"
tier = 2
naloxone = "works"
uk_class = "A"
street = ["smack"]
sources = ["mda"]
"""


def test_the_catalogue_holds_at_least_250_substances_each_with_a_source(catalogue: Catalogue) -> None:
    assert len(catalogue.entries) >= 250
    assert all(each.sources for each in catalogue.entries)


def test_every_class_but_unknown_has_an_entry(catalogue: Catalogue) -> None:
    classes = {each.substance_class for each in catalogue.entries}
    assert classes == set(SubstanceClass) - {SubstanceClass.UNKNOWN}


def test_no_two_substances_share_a_proper_name(catalogue: Catalogue) -> None:
    assert not [
        name for name, count in Counter(each.name.lower() for each in catalogue.entries).items() if count > 1
    ]


def test_every_source_is_used_and_every_code_is_fit_for_a_link(catalogue: Catalogue) -> None:
    assert set(catalogue.sources) == {source for each in catalogue.entries for source in each.sources}
    assert all(set(each.code) <= set("abcdefghijklmnopqrstuvwxyz0123456789-") for each in catalogue.entries)


def test_every_active_nitazene_and_fentanyl_is_tier_one_or_two_and_answers_to_naloxone(
    catalogue: Catalogue,
) -> None:
    potent = [
        each
        for each in catalogue.entries
        if each.substance_class in {SubstanceClass.NITAZENE, SubstanceClass.FENTANYL} and each.active
    ]
    assert len(potent) > 80
    assert all(each.naloxone is NaloxoneEffect.WORKS and each.tier <= 2 for each in potent)


@pytest.mark.parametrize(
    "code",
    [
        *("butonitazene", "ethyleneoxynitazene", "etodesnitazene", "flunitazene", "isotonitazene"),
        *(
            "metodesnitazene",
            "metonitazene",
            "protonitazene",
            "n-desethyl-etonitazene",
            "n-desethyl-isotonitazene",
        ),
        *("n-desethyl-protonitazene", "etonitazepipne", "etonitazepyne", "protonitazepyne", "brorphine"),
    ],
)
def test_the_opioids_made_class_a_in_march_2024_are_listed(catalogue: Catalogue, code: str) -> None:
    entry = catalogue.by_code[code]
    assert entry.uk_class is UkClass.A
    assert "si-2024-190" in entry.sources


@pytest.mark.parametrize(
    "code",
    [
        *(
            "4-chlorodeschloroalprazolam",
            "bentazepam",
            "bretazenil",
            "bromazolam",
            "clobromazolam",
            "cloniprazepam",
        ),
        *("desalkylgidazepam", "deschloroclotizolam", "difludiazepam", "flubrotizolam", "fluclotizolam"),
        *("fluetizolam", "methylclonazepam", "rilmazafone", "thionordazepam", "xylazine"),
    ],
)
def test_the_drugs_made_class_c_in_january_2025_are_listed(catalogue: Catalogue, code: str) -> None:
    entry = catalogue.by_code[code]
    assert entry.uk_class is UkClass.C
    assert "si-2024-1361" in entry.sources


def test_naloxone_is_never_said_to_work_on_what_is_no_opioid(catalogue: Catalogue) -> None:
    opioids = {SubstanceClass.NITAZENE, SubstanceClass.FENTANYL, SubstanceClass.OTHER_OPIOID}
    wrong = [
        each.code
        for each in catalogue.entries
        if each.substance_class not in opioids and each.naloxone is not NaloxoneEffect.DOES_NOT
    ]
    assert wrong == []


def test_every_class_and_answer_has_a_label_in_plain_words() -> None:
    labels = [each.label for each in (*SubstanceClass, *NaloxoneEffect, *UkClass)]
    assert all(label[0].isupper() for label in labels)
    assert UkClass.B.label == "Class B"
    assert UkClass.NONE.label == "Not controlled"


def test_the_gravest_of_several_gives_the_class(catalogue: Catalogue) -> None:
    named = [catalogue.by_code[code] for code in ("cannabis", "protonitazene", "heroin")]
    worst = gravest(named)
    assert worst is not None
    assert worst.code == "protonitazene"
    assert gravest([]) is None


def test_an_entry_is_read_with_its_lists_as_tuples() -> None:
    entry = read_catalogue(ONE).by_code["heroin"]
    assert (entry.name, entry.street, entry.active, entry.generic) == ("Heroin", ("smack",), True, False)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("[substance.heroin]", "[substance.heroin"), "not TOML"),
        (('class = "other opioid"', 'class = "opioid"'), "heroin: 'opioid' is not a valid SubstanceClass"),
        (("tier = 2", "tier = 9"), "heroin: 9 is not a valid RiskTier"),
        (('street = ["smack"]', 'slang = ["smack"]'), "heroin: unknown keys slang"),
        (('sources = ["mda"]', 'sources = ["bnf"]'), "heroin: no source named bnf"),
        (('sources = ["mda"]', "sources = []"), "heroin: no source named at all"),
        (('street = ["smack"]', 'made_of = ["opium"]'), "heroin: there is no substance opium"),
        (('name = "Heroin"\n', ""), "heroin: "),
    ],
)
def test_a_mistake_in_the_file_is_refused_with_the_name_of_the_entry(
    change: tuple[str, str], message: str
) -> None:
    with pytest.raises(CatalogueError, match=message.replace("(", r"\(")):
        read_catalogue(ONE.replace(*change))
