"""What was found beside what it was sold as: the answer, and the sentence that says it."""

import pytest

from ldis.substances.catalogue import Catalogue
from ldis.substances.names import Names
from ldis.substances.rules import Comparison, Component, Verdict, expected_versus_found, match

AS_EXPECTED, ALSO, NOT_AS_SOLD = Comparison.AS_EXPECTED, Comparison.CONTAINS_ALSO, Comparison.NOT_AS_SOLD
NOTHING_ACTIVE, NOT_COMPARED = Comparison.NOTHING_ACTIVE, Comparison.NOT_COMPARED

CASES: list[tuple[str, str, Comparison]] = [
    # the same drug under another name
    ("heroin", "diamorphine", AS_EXPECTED),
    ("smack", "heroin", AS_EXPECTED),
    ("THC", "delta-9-tetrahydrocannabinol", AS_EXPECTED),
    ("tetrahydrocannabinol", "THC", AS_EXPECTED),
    ("Xanax", "alprazolam", AS_EXPECTED),
    ("vallies", "diazepam", AS_EXPECTED),
    ("Lyrica", "pregabalin", AS_EXPECTED),
    ("ecstasy", "MDMA", AS_EXPECTED),
    ("speed", "amphetamine sulphate", AS_EXPECTED),
    ("ket", "ketamine", AS_EXPECTED),
    ("MCAT", "4-methylmethcathinone", AS_EXPECTED),
    ("laughing gas", "nitrous oxide", AS_EXPECTED),
    # salts
    ("cocaine", "cocaine hydrochloride", AS_EXPECTED),
    ("ketamine", "ketamine HCl", AS_EXPECTED),
    ("MDMA", "MDMA hydrochloride", AS_EXPECTED),
    # what a drug is made of
    ("crack", "cocaine", AS_EXPECTED),
    ("cannabis", "THC; cannabidiol; cannabinol", AS_EXPECTED),
    ("THC vape", "cannabis oil", AS_EXPECTED),
    ("magic mushrooms", "psilocin; psilocybin", AS_EXPECTED),
    ("kratom", "mitragynine; 7-hydroxymitragynine", AS_EXPECTED),
    ("co-codamol", "codeine; paracetamol", AS_EXPECTED),
    # breakdown products and companions
    ("heroin", "heroin; 6-MAM; morphine; codeine; noscapine; papaverine", AS_EXPECTED),
    ("heroin", "6-MAM", AS_EXPECTED),
    ("diazepam", "diazepam; nordazepam; oxazepam", AS_EXPECTED),
    ("cocaine", "cocaine; benzoylecgonine", AS_EXPECTED),
    ("cocaine", "benzoylecgonine", AS_EXPECTED),
    ("fentanyl", "fentanyl; norfentanyl; 4-ANPP", AS_EXPECTED),
    ("diazepam", "temazepam", NOT_AS_SOLD),
    ("heroin", "morphine; codeine", NOT_AS_SOLD),
    # cutting agents
    ("heroin", "heroin; caffeine; paracetamol", AS_EXPECTED),
    ("cocaine", "cocaine; levamisole; phenacetin", AS_EXPECTED),
    ("cocaine", "benzocaine; lidocaine", NOTHING_ACTIVE),
    ("heroin", "caffeine; paracetamol; lactose", NOTHING_ACTIVE),
    ("pregabalin", "microcrystalline cellulose", NOTHING_ACTIVE),
    ("caffeine", "caffeine", AS_EXPECTED),
    # only a class was named
    ("spice", "MDMB-4en-PINACA; ADB-BUTINACA", AS_EXPECTED),
    ("benzos", "bromazolam", AS_EXPECTED),
    ("nitazene", "protonitazene", AS_EXPECTED),
    ("monkey dust", "MDPHP", AS_EXPECTED),
    ("protonitazene", "nitazene", AS_EXPECTED),
    ("opiates", "protonitazene", NOT_AS_SOLD),
    # something else as well
    ("heroin", "heroin; protonitazene", ALSO),
    ("heroin", "heroin; xylazine; caffeine", ALSO),
    ("MDMA", "MDMA; eutylone", ALSO),
    ("diazepam", "diazepam; metonitazene", ALSO),
    ("heroin", "heroin; 4-ANPP", ALSO),
    ("isotonitazene", "isotonitazene; N-desethyl isotonitazene", ALSO),
    ("cocaine", "cocaine; zorbulon", ALSO),
    # something else instead
    ("diazepam", "bromazolam", NOT_AS_SOLD),
    ("street vallies", "etizolam", NOT_AS_SOLD),
    ("oxycodone", "N-pyrrolidino protonitazene", NOT_AS_SOLD),
    ("THC vape", "MDMB-4en-PINACA", NOT_AS_SOLD),
    ("MDMA", "mephedrone; caffeine", NOT_AS_SOLD),
    ("metonitazene", "metonitazepyne", NOT_AS_SOLD),
    ("2C-B", "ketamine; MDMA", NOT_AS_SOLD),
    ("pink cocaine", "ketamine; MDMA; caffeine", AS_EXPECTED),
    # two were sold
    ("heroin and crack", "heroin; cocaine", AS_EXPECTED),
    ("heroin and crack", "heroin", AS_EXPECTED),
    # nothing to compare with
    ("", "bromazolam", NOT_COMPARED),
    ("blues", "bromazolam", NOT_COMPARED),
    ("unknown", "caffeine", NOTHING_ACTIVE),
]


def compared(names: Names, sold_as: str, found: str, part: str = "main") -> Verdict:
    components = [component(names, each, part) for each in found.split("; ") if each]
    return expected_versus_found(match(sold_as, names).substances, components)


def component(names: Names, written: str, part: str = "main") -> Component:
    read = match(written, names).substances
    return Component(written, read[0] if read else None, part)


@pytest.mark.parametrize(("sold_as", "found", "answer"), CASES)
def test_the_answer_is_the_one_a_chemist_would_give(
    names: Names, sold_as: str, found: str, answer: Comparison
) -> None:
    verdict = compared(names, sold_as, found)
    assert verdict.comparison is answer, verdict.sentence
    counted = (*verdict.expected, *verdict.others, *verdict.companions, *verdict.uncounted)
    assert sorted(each.written for each in counted) == sorted(found.split("; "))


@pytest.mark.parametrize(
    ("sold_as", "found", "sentence"),
    [
        ("smack", "heroin", "Sold as heroin. Found heroin, as expected."),
        ("Valium", "bromazolam", "Sold as diazepam. It is not what it was sold as: found bromazolam."),
        ("heroin", "heroin; protonitazene", "Sold as heroin. Found heroin, and also protonitazene."),
        (
            "cocaine",
            "cocaine; levamisole; phenacetin",
            "Sold as cocaine. Found cocaine, as expected."
            " Not counted, as cutting agents or inactive: levamisole and phenacetin.",
        ),
        (
            "heroin",
            "heroin; codeine; noscapine",
            "Sold as heroin. Found heroin, as expected. Also there, as is usual with it: codeine and noscapine.",
        ),
        (
            "heroin",
            "caffeine",
            "Sold as heroin. Nothing active was found. Not counted, as cutting agents or inactive: caffeine.",
        ),
        (
            "heroin and crack",
            "heroin",
            "Sold as heroin and crack cocaine. Found heroin, as expected. No crack cocaine was found.",
        ),
        (
            "THC",
            "MDMB-4en-PINACA",
            "Sold as tetrahydrocannabinol. It is not what it was sold as: found MDMB-4en-PINACA.",
        ),
        (
            "blues",
            "bromazolam; metonitazene",
            "What it was sold as is not known, or could mean several drugs. Found metonitazene and bromazolam.",
        ),
    ],
)
def test_the_sentence_says_it_in_plain_words(names: Names, sold_as: str, found: str, sentence: str) -> None:
    assert compared(names, sold_as, found).sentence == sentence


def test_nothing_detected_and_unable_to_identify_are_told_apart(names: Names) -> None:
    sold = match("heroin", names).substances
    nothing = expected_versus_found(sold, [])
    unable = expected_versus_found(sold, [], unable=True)
    assert (nothing.comparison, nothing.sentence) == (
        Comparison.NOTHING_DETECTED,
        "Sold as heroin. Nothing was detected.",
    )
    assert (unable.comparison, unable.sentence) == (
        Comparison.UNABLE,
        "Sold as heroin. The laboratory could not identify what it is.",
    )
    assert expected_versus_found([], []).sentence == "Nothing was detected."


def test_a_trace_of_something_else_is_still_said(names: Names) -> None:
    found = [component(names, "heroin"), component(names, "protonitazene", "trace")]
    verdict = expected_versus_found(match("heroin", names).substances, found)
    assert verdict.comparison is ALSO
    assert verdict.sentence.endswith("Found heroin, and also a trace of protonitazene.")
    assert verdict.warns


def test_a_trace_of_what_was_sold_beside_more_of_something_else_is_not_what_was_sold(names: Names) -> None:
    found = [component(names, "heroin", "trace"), component(names, "protonitazene")]
    verdict = expected_versus_found(match("heroin", names).substances, found)
    assert verdict.comparison is NOT_AS_SOLD
    assert verdict.sentence == (
        "Sold as heroin. It is mostly not what it was sold as: found protonitazene, and only a trace of heroin."
    )


def test_a_trace_alone_of_what_was_sold_is_as_expected(names: Names) -> None:
    assert compared(names, "heroin", "heroin", part="trace").comparison is AS_EXPECTED


def test_the_gravest_is_named_first(names: Names) -> None:
    verdict = compared(names, "heroin", "heroin; cocaine; bromazolam; protonitazene")
    assert [each.written for each in verdict.others] == ["protonitazene", "bromazolam", "cocaine"]


@pytest.mark.parametrize(
    ("sold_as", "found", "warns"),
    [
        ("heroin", "heroin; protonitazene", True),
        ("diazepam", "bromazolam", True),
        ("THC", "MDMB-4en-PINACA", True),
        ("protonitazene", "protonitazene", False),
        ("MDMA", "mephedrone", False),
        ("heroin", "heroin; caffeine", False),
        ("cocaine", "cocaine; something new", False),
    ],
)
def test_only_a_high_risk_drug_that_nobody_was_told_of_warns(
    names: Names, sold_as: str, found: str, warns: bool
) -> None:
    assert compared(names, sold_as, found).warns is warns


def test_what_the_catalogue_does_not_know_is_called_what_the_laboratory_called_it(names: Names) -> None:
    verdict = compared(names, "cocaine", "cocaine; zorbulon ")
    assert verdict.sentence.endswith("and also zorbulon.")


def test_every_substance_found_alone_is_what_it_was_sold_as(catalogue: Catalogue) -> None:
    for each in catalogue.entries:
        verdict = expected_versus_found([each], [Component(each.name, each)])
        assert verdict.comparison is AS_EXPECTED or (each.generic and not each.active), each.code
